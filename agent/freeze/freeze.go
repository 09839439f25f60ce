// Package freeze has processes frozen by ptrace(2): whatever ends the agent, the kernel lets them run on by itself.
package freeze

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"faultline/agent/effect"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

const (
	stopLimit  = 3 * time.Second        // a thread stops where it leaves the kernel; one that waits for a disk stops late
	pause      = 500 * time.Microsecond // between two looks at threads that are about to stop
	beginLimit = 10 * time.Second       // for processes that start others meanwhile, which are frozen too
)

var _ effect.Action = (*Freeze)(nil)

// Freeze freezes processes, thread by thread. A thread of the agent's own is their tracer, from the first Begin until Close.
type Freeze struct {
	wanted  func() []int
	whyNone func() error
	tracer  *tracer
	held    map[int]*tracee // those that are frozen, or about to be, by thread
	most    int             // the most processes that were frozen at a time, since it began
	last    int             // how many were when it ended
}

// New freezes, once it begins, the processes that are wanted then, which is asked for until there are no new ones. If there
// are none at all it says why.
func New(wanted func() []int, whyNone func() error) *Freeze {
	return &Freeze{wanted: wanted, whyNone: whyNone, held: map[int]*tracee{}}
}

// Order says which processes of a container are to be frozen.
type Order struct {
	Names []string `json:"names"` // as ps or their command line calls them; none for all
}

// OfContainer freezes processes of a container, which is known by its first one.
func OfContainer(pid int, order Order) *Freeze {
	return New(
		func() []int { return procfs.Called(pid, order.Names) },
		func() error { return procfs.NoneCalled(pid, order.Names) })
}

// Begin freezes them, and those that they start meanwhile. If it fails, what it has frozen stays so until End.
func (f *Freeze) Begin() error {
	if !f.Held() {
		f.most, f.last = 0, 0 // those of before may have ended since
	}
	giveUp := time.Now().Add(beginLimit)
	for {
		some, err := f.seizeNew()
		if err != nil {
			return err
		}
		if !some {
			break
		}
		if err := f.awaitStop(); err != nil {
			return err
		}
		if time.Now().After(giveUp) {
			return refuse.Because("the processes have started others for %s, faster than these could be frozen", beginLimit)
		}
	}
	if !f.Held() {
		return f.whyNone()
	}
	f.most = max(f.most, f.count(isAny))
	return nil
}

// count is the number of processes of which it holds a thread like this.
func (f *Freeze) count(is func(*tracee) bool) int {
	processes := map[int]bool{}
	for _, each := range f.held {
		if !processes[each.process] && is(each) {
			processes[each.process] = true
		}
	}
	return len(processes)
}

// Settle has nothing to wait for.
func (f *Freeze) Settle() error { return nil }

// Tend learns who has stopped and who has died. A dead one's parent hears of it only after its tracer has.
func (f *Freeze) Tend() {
	for thread, each := range f.held {
		if !each.learn() {
			delete(f.held, thread)
		} else if each.thread != thread {
			delete(f.held, thread)
			f.replaceFirst(each)
		}
	}
}

// replaceFirst puts a thread that has executed another program in the place of the first thread of its process.
func (f *Freeze) replaceFirst(each *tracee) {
	if before := f.held[each.thread]; before != nil {
		before.tracer.tracees.Add(-1)
		each.stopped = each.stopped || before.stopped // that one may have heard of it; if not, it stops in a moment
	}
	f.held[each.thread] = each
}

// State says how many processes are frozen, or were when it ended, of the most that were.
func (f *Freeze) State() (effect.State, error) {
	f.Tend()
	state := effect.State{Number: int64(f.Frozen()), Of: int64(f.most), Needed: true}
	if state.Number < state.Of {
		state.Flaw = fmt.Sprintf("of %d frozen processes, %d still were at the end: the others have ended, or were let go", state.Of, state.Number)
	}
	return state, nil
}

// Held tells whether there is a thread that it has not let go.
func (f *Freeze) Held() bool { return len(f.held) > 0 }

// Frozen is how many processes are stopped; when it ended, if it holds none.
func (f *Freeze) Frozen() int {
	if !f.Held() {
		return f.last
	}
	return f.count(f.isStill)
}

// Most is the largest number of processes that it has held at a time.
func (f *Freeze) Most() int { return f.most }

// threads are those that it holds and that are like this, in order.
func (f *Freeze) threads(is func(*tracee) bool) []int {
	var found []int
	for thread, each := range f.held {
		if is(each) {
			found = append(found, thread)
		}
	}
	slices.Sort(found)
	return found
}

func isAny(*tracee) bool { return true }

func listed(threads []int) string {
	texts := make([]string, len(threads))
	for i, thread := range threads {
		texts[i] = strconv.Itoa(thread)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}
