package change

import "sync"

// turns is a lock that goes to who has asked for it first: what is done to a change is done in the order of the requests.
type turns struct {
	mu      sync.Mutex
	taken   bool
	waiting []chan struct{}
}

// Ask stands in line. The lock is the caller's as soon as the channel is closed, and he has to unlock it then.
func (t *turns) Ask() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	turn := make(chan struct{})
	if t.taken {
		t.waiting = append(t.waiting, turn)
	} else {
		t.taken = true
		close(turn)
	}
	return turn
}

// Lock waits for its turn.
func (t *turns) Lock() { <-t.Ask() }

// TryLock takes the lock if nobody has it.
func (t *turns) TryLock() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	free := !t.taken
	t.taken = true
	return free
}

// Unlock gives it to who is next.
func (t *turns) Unlock() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		t.taken = false
		return
	}
	close(t.waiting[0])
	t.waiting = t.waiting[1:]
}
