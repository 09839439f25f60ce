package shutdown

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/monotonic"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
	"faultline/agent/signals"
	"faultline/agent/strerror"
)

// look looks once; false if no other look is due.
func (w *Watch) look() bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.closed {
		return false
	}
	// Its sockets can be read for as long as the namespace is open. If not, State says so when it reads them itself.
	_ = w.tend()
	return w.endedNanos == 0 || w.kindred.behind == nil
}

// tend looks whether the process has ended, and until then at its sockets. The mutex is held.
func (w *Watch) tend() error {
	pid := w.request.PID
	switch {
	case w.endedNanos != 0:
		w.kindred.judge(w.pidfd)
		return nil
	case hasEnded(w.pidfd, 0):
		w.endedNanos = monotonic.Nanos()
		w.lookWhetherItWaits() // a dead one's parent may not have heard of it yet
		return w.compareLast()
	}
	w.kindred.look()
	if !w.again.IsZero() && !time.Now().Before(w.again) {
		w.again = time.Time{}
		_ = w.signal() // fails if it has just ended, which its pidfd tells in a moment
		return nil
	}
	if w.shared && procfs.IsEnding(pid) {
		return nil // it holds no socket any more, and its pidfd tells in a moment
	}
	if seen, ok := seenFrom(fmt.Sprintf("/proc/%d", pid), w.owners()); ok {
		w.compare(seen)
		w.established = seen.established
		w.lookWhetherItWaits()
	}
	return nil
}

// compareLast looks twice, as one look alone does not see the resets of a socket that has closed since the one before.
func (w *Watch) compareLast() error {
	for range 2 {
		seen, err := w.sockets()
		if err != nil {
			return err
		}
		w.compare(seen)
	}
	return nil
}

func (w *Watch) compare(seen sockets) {
	w.tally.compare(seen)
	if w.tally.isDeaf() && w.deafNanos == 0 && w.endedNanos == 0 {
		w.deafNanos = monotonic.Nanos()
	}
}

// lookWhetherItWaits learns whether the signal still waits to be taken, for it is blocked. Of a process that has gone it learns
// nothing.
func (w *Watch) lookWhetherItWaits() {
	status := procfs.Status(w.request.PID)
	if len(status) > 0 {
		w.pending = signals.Has(status, "ShdPnd", w.number) || signals.Has(status, "SigPnd", w.number)
	}
}

func (w *Watch) signal() error {
	w.handles = w.handles || handles(w.request.PID, w.number)
	if err := unix.PidfdSendSignal(w.pidfd, unix.Signal(w.number), nil, 0); err != nil {
		return refuse.Because("SIG%s cannot be sent to process %d: %s", w.request.Signal, w.request.PID, strerror.Of(err))
	}
	return nil
}

// owners are the processes whose sockets are looked at; nil for all, where the namespace is the container's own.
func (w *Watch) owners() []int {
	if !w.shared {
		return nil
	}
	owners := []int{w.request.PID}
	for pid := range w.kindred.seen {
		owners = append(owners, pid)
	}
	return owners
}

// sockets reads them from inside the namespace, which is there when the process is not any more.
func (w *Watch) sockets() (sockets, error) {
	var seen sockets
	err := w.namespace.Do(func() error {
		var ok bool
		if seen, ok = seenFrom("/proc/thread-self", w.owners()); !ok {
			return refuse.Because("the sockets of process %d cannot be read: is /proc/net there?", w.request.PID)
		}
		return nil
	})
	return seen, err
}
