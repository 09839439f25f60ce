package change

import (
	"sync"
	"testing"
)

func TestGoesToWhoAskedFirst(t *testing.T) {
	var lock turns
	lock.Lock()
	if lock.TryLock() {
		t.Fatal("taken twice")
	}
	var all sync.WaitGroup
	var order []int
	for i := range 100 {
		turn := lock.Ask()
		all.Go(func() {
			<-turn
			order = append(order, i)
			lock.Unlock()
		})
	}
	lock.Unlock()
	all.Wait()
	for i, each := range order {
		if i != each {
			t.Fatalf("in the order %v", order)
		}
	}
	if !lock.TryLock() {
		t.Error("not free")
	}
}
