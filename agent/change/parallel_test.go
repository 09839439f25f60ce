package change

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"faultline/agent/effect"
	"faultline/agent/monotonic"
	"faultline/agent/netns"
)

// inPlace is a change in a namespace that is nothing but a number.
func inPlace(inode uint64, action effect.Action) *Change {
	made := &Change{Tag: fmt.Sprint("in ", inode), namespace: &netns.Namespace{Inode: inode}, ended: make(chan struct{})}
	made.does(action)
	return made
}

// parted are rules of which something waits until it is let go, or for long.
type parted struct {
	ruled
	waits   string
	reached func()
	let     <-chan struct{}
}

func (p *parted) part(what string) error {
	if p.waits == what {
		p.reached()
		select {
		case <-p.let:
		case <-time.After(10 * time.Second):
			return errors.New("was not let go")
		}
	}
	return p.do(what)
}

func (p *parted) Begin() error { return p.part("begin") }
func (p *parted) End() error   { return p.part("end") }
func (p *parted) Close() error { return p.part("close") }
func (p *parted) State() (effect.State, error) {
	return effect.State{}, p.part("state")
}

// Each waits for all others.
func TestRulesOfSeveralNamespacesAreWorkedOnAtOnce(t *testing.T) {
	for _, what := range []string{"begin", "end", "state", "close"} {
		var there sync.WaitGroup
		let := make(chan struct{})
		var changes []*Change
		for i := range 5 {
			there.Add(1)
			one := &parted{waits: what, reached: sync.OnceFunc(there.Done), let: let}
			changes = append(changes, inPlace(uint64(i), one))
		}
		go func() {
			there.Wait()
			close(let)
		}()
		if _, err := Apply(changes); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for _, end := range Heal(changes) {
			if end.Wiped || end.Problem != "" {
				t.Errorf("%s: healed %+v", what, end)
			}
		}
	}
}

// kept are rules that write down when they begin.
type kept struct {
	ruled
	begin func()
}

func (k *kept) Begin() error {
	k.begin()
	return nil
}

func TestRulesOfOneNamespaceAreMadeOneAfterAnotherInTheirOrder(t *testing.T) {
	var order []int // of one goroutine at a time, or the race detector tells
	var changes []*Change
	for i := range 50 {
		changes = append(changes, inPlace(7, &kept{begin: func() { order = append(order, i) }}))
	}
	if _, err := Apply(changes); err != nil || len(order) != 50 || !slices.IsSorted(order) {
		t.Errorf("in the order %v: %v", order, err)
	}
}

func TestNoMoreNamespacesThanAFewAreWorkedOnAtATimeWhoeverAsks(t *testing.T) {
	var now, most atomic.Int32
	begin := func() {
		most.Store(max(most.Load(), now.Add(1)))
		time.Sleep(2 * time.Millisecond)
		now.Add(-1)
	}
	var asking sync.WaitGroup
	for range 2 {
		var changes []*Change
		for i := range 3 * sideBySide {
			changes = append(changes, inPlace(uint64(i), &kept{begin: begin}))
		}
		asking.Go(func() { Apply(changes) })
	}
	asking.Wait()
	if most.Load() > sideBySide || most.Load() < 2 {
		t.Errorf("%d at a time", most.Load())
	}
}

func TestOthersFollowTheRulesOneAfterAnother(t *testing.T) {
	var did act
	rules := &kept{begin: func() { did.do("rules") }}
	changes := []*Change{inPlace(1, &did), inPlace(2, rules), inPlace(3, &did)}
	if _, err := Apply(changes); err != nil || !slices.Equal(did.did, []string{"rules", "begin", "begin", "settle", "settle"}) {
		t.Errorf("did %v: %v", did.did, err)
	}
}

// Of one that takes long, the others are not thought to have taken as long.
func TestEachIsInForceAndEndsAtATimeOfItsOwn(t *testing.T) {
	let, first := make(chan struct{}), make(chan int64)
	slow := &parted{waits: "begin", reached: func() {}, let: let}
	quick := &kept{begin: func() { go func() { first <- monotonic.Nanos() }() }}
	changes := []*Change{inPlace(1, slow), inPlace(2, quick), inPlace(3, &act{})}
	released := make(chan int64, 2)
	go func() {
		<-first
		time.Sleep(20 * time.Millisecond)
		released <- monotonic.Nanos()
		close(let)
	}()
	inForce, err := Apply(changes)
	if err != nil {
		t.Fatal(err)
	}
	if at := <-released; inForce[0] < at || inForce[1] >= at || inForce[2] < at {
		t.Errorf("released at %d, in force at %v", at, inForce)
	}
	slow.waits, slow.let = "end", nil
	again := make(chan struct{})
	slow.let, slow.reached = again, func() {
		go func() {
			time.Sleep(20 * time.Millisecond)
			released <- monotonic.Nanos()
			close(again)
		}()
	}
	ends := Heal(changes)
	if at := <-released; ends[0].AtNanos < at || ends[1].AtNanos >= at || ends[2].AtNanos < at {
		t.Errorf("released at %d, ended %+v", at, ends)
	}
}

func TestWhatIsNotBegunWhenOneFailsNeedNotBe(t *testing.T) {
	bad, late := &ruled{act: act{fails: "begin"}}, &ruled{}
	changes := []*Change{inPlace(1, bad), inPlace(1, late), inPlace(1, &act{})}
	_, err := Apply(changes)
	if err == nil || err.Error() != "begin fails" || len(late.did) > 0 {
		t.Errorf("did %v: %v", late.did, err)
	}
	for _, each := range changes {
		each.Close()
	}
}

func TestEachIsDoneWhateverBecomesOfTheOthers(t *testing.T) {
	var changes []*Change
	for i := range 4 {
		changes = append(changes, inPlace(uint64(i%2), &ruled{}))
	}
	var did atomic.Int32
	err := Each(append(changes, inPlace(9, &act{})), func(*Change) error {
		if did.Add(1) == 1 {
			panic("on purpose")
		}
		return errors.New("refused")
	})
	if did.Load() != 5 || strings.Count(err.Error(), "refused") != 4 || !strings.Contains(err.Error(), "the agent has failed: on purpose") {
		t.Errorf("did it %d times: %v", did.Load(), err)
	}
}
