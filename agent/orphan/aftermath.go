// Package orphan ends connections that were closed while they were cut off. They have no owner any more, and the kernel goes
// on sending for minutes, also after the other end is gone; the next container with its address is hidden by that for up to
// three seconds.
//
// A healed connection may still deliver what its client has written, as it would in the world, so none is ended at healing as
// long as somebody waits at its other end: that would hide a late write from the test. They are ended when nobody looks any
// more, because the test is over or the agent leaves, and when the target's first process dies. Each time while the other end
// still has its address: ending one sends a reset, which would itself ask for the neighbour that has gone.
package orphan

import (
	"os"
	"slices"
	"sync"

	"golang.org/x/sys/unix"
)

// Count is what became of the connections that were closed under a cut.
type Count struct {
	Ended int `json:"ended"`
	Left  int `json:"left"` // which the kernel goes on sending from
}

// Aftermath keeps the cuts that are healed, for as long as a connection that was closed under them may be left. Any goroutine
// may call its methods; one at a time works, and that is bounded by how long the kernel takes to tell of its sockets. A
// goroutine for each cut waits for the death of its target, until the cut is settled.
type Aftermath struct {
	mu   sync.Mutex
	kept []*healed
}

// healed is a cut that is over, with those like it. The lock of its Aftermath is that of its fields too.
type healed struct {
	cut    *Cut
	tags   []string // of the changes that have cut the same
	target *os.File // a pidfd; nil if it has died: nothing is left, and its addresses may be another's by now
	ended  int      // connections that were ended since it was healed
}

// NewAftermath has no cuts yet.
func NewAftermath() *Aftermath { return &Aftermath{} }

// Add takes cuts that have just been healed, and ends those of their connections that nobody waits for, or all of a target
// that is not alive (by the index of its cut). For each cut: how many were ended, and how many are left.
func (a *Aftermath) Add(cuts []*Cut, alive func(index int) bool) []Count {
	a.mu.Lock()
	defer a.mu.Unlock()
	found := find(cuts)
	meant := nobodyWaitsFor(found)
	there := map[*Cut]int{}
	for _, each := range found {
		there[each.cut]++
		if !alive(slices.Index(cuts, each.cut)) {
			meant = append(meant, each)
		}
	}
	ended := end(meant)
	counts := make([]Count, len(cuts))
	for i, cut := range cuts {
		counts[i] = Count{Ended: ended[cut], Left: there[cut] - ended[cut]}
		if alive(i) {
			a.keep(cut) // else its number may be another's by now
		}
	}
	return counts
}

// keep remembers a cut until it is settled, unless its target cannot be watched: its addresses may be another's by now.
func (a *Aftermath) keep(cut *Cut) {
	for _, known := range a.kept {
		if known.target != nil && known.cut.isLike(cut) {
			known.tags = append(known.tags, cut.tag)
			return
		}
	}
	if target := cut.openTarget(); target != nil {
		a.kept = append(a.kept, &healed{cut: cut, tags: []string{cut.tag}, target: target})
		go a.watch(target)
	}
}

// watch ends what is left of connections to a target as soon as it dies. It returns when the descriptor is closed, too.
func (a *Aftermath) watch(target *os.File) {
	raw, err := target.SyscallConn()
	if err != nil {
		return
	}
	if raw.Read(isReadable) == nil {
		a.tend()
	}
}

func isReadable(fd uintptr) bool {
	polled := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	n, err := unix.Poll(polled, 0)
	return err == nil && n > 0
}

// tend looks which targets have died. All of them at once: their addresses are given to others in a moment, and one look for
// connections finds those of all.
func (a *Aftermath) tend() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.finish(slices.DeleteFunc(slices.Clone(a.kept), func(each *healed) bool { return !each.hasDied() }))
}

func (h *healed) hasDied() bool {
	if h.target == nil {
		return false
	}
	died := false
	raw, err := h.target.SyscallConn()
	if err != nil || raw.Control(func(fd uintptr) { died = isReadable(fd) }) != nil {
		return false
	}
	return died
}

// Settle ends what is left of connections that were closed under these changes, which nobody looks at any more. It returns how
// many were ended since the changes were healed.
func (a *Aftermath) Settle(tags []string) int {
	return a.settle(func(each *healed) bool {
		return slices.ContainsFunc(each.tags, func(tag string) bool { return slices.Contains(tags, tag) })
	})
}

// SettleAll does it for all changes, and leaves no goroutine.
func (a *Aftermath) SettleAll() int {
	return a.settle(func(*healed) bool { return true })
}

func (a *Aftermath) settle(isMeant func(*healed) bool) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	meant := slices.DeleteFunc(slices.Clone(a.kept), func(each *healed) bool { return !isMeant(each) })
	a.finish(meant)
	a.kept = slices.DeleteFunc(a.kept, isMeant)
	ended := 0
	for _, each := range meant {
		ended += each.ended
	}
	return ended
}

// finish ends what is left of the connections of these, and stops watching their targets.
func (a *Aftermath) finish(these []*healed) {
	byCut := map[*Cut]*healed{}
	var cuts []*Cut
	for _, each := range these {
		if each.target != nil {
			byCut[each.cut] = each
			cuts = append(cuts, each.cut)
		}
	}
	for cut, ended := range end(find(cuts)) {
		byCut[cut].ended += ended
	}
	for _, each := range byCut {
		each.target.Close()
		each.target = nil
	}
}
