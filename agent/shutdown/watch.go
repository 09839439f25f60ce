// Package shutdown watches a container's first process that is told to stop: what it does until it ends, and what its
// connections come to.
package shutdown

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/monotonic"
	"faultline/agent/netns"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
	"faultline/agent/share"
	"faultline/agent/signals"
)

const pause = 10 * time.Millisecond // how exactly it is known when a process that was told to stop has closed its doors

// Request says which process is to stop.
type Request struct {
	PID         int    `json:"pid"`
	Netns       uint64 `json:"netns"`    // the inode of the network namespace that the caller saw it in
	Signal      string `json:"signal"`   // without SIG before it: TERM, or RTMIN+3
	AgainMillis int64  `json:"again_ms"` // after which the signal is sent once more; 0 if it is not
}

// Watch is of one first process, from the signal on. Its namespace stays open, so that its counters outlive it. A goroutine of
// its own looks every 10 ms, and at once when the process ends; State and Close are for any goroutine.
type Watch struct {
	request     Request
	number      int // of the signal
	namespace   *netns.Namespace
	pidfd       int
	beganMillis int64 // by the time of day
	shared      bool  // whether others are in its network namespace
	before      Disposition
	left        chan struct{} // closed when the goroutine has left

	mutex       sync.Mutex // guards what follows
	closed      bool
	kindred     *kindred
	tally       tally
	established int       // connections, when it was last looked while the process lived
	again       time.Time // zero if the signal is not sent again
	handles     bool
	pending     bool // whether the signal had not been taken at the last look

	// Monotonic, in ns. It is deaf when no socket listens any more.
	signalledNanos, endedNanos, deafNanos int64
}

// Start sends the signal, and watches until Close. If it fails, nothing was sent, and nothing is left open.
func Start(request Request) (*Watch, error) {
	number, err := signals.Number(request.Signal)
	if err != nil {
		return nil, err
	}
	namespace, err := netns.OfProcess(request.PID)
	if err != nil {
		return nil, err
	}
	w := &Watch{
		request: request, number: number, namespace: namespace, pidfd: -1,
		left: make(chan struct{}), kindred: newKindred(request.PID, number),
	}
	if err := w.begin(); err != nil {
		w.release()
		return nil, err
	}
	go w.run()
	return w, nil
}

func (w *Watch) begin() error {
	pid := w.request.PID
	if w.namespace.Inode != w.request.Netns {
		return refuse.Because("process %d is no longer in network namespace %d; was it restarted?", pid, w.request.Netns)
	}
	var err error
	if w.pidfd, err = unix.PidfdOpen(pid, 0); err != nil {
		return fmt.Errorf("cannot open process %d: %w", pid, err)
	}
	w.kindred.look()
	w.before = describe(pid, w.number)
	if w.beganMillis, err = procfs.BeganMillis(pid); err != nil {
		return err
	}
	w.shared = share.SharesNetwork(pid)
	seen, err := w.sockets()
	if err != nil {
		return err
	}
	w.tally, w.established = newTally(seen), seen.established
	if err := w.signal(); err != nil {
		return err
	}
	w.signalledNanos = monotonic.Nanos()
	if w.request.AgainMillis != 0 {
		w.again = time.Now().Add(time.Duration(w.request.AgainMillis) * time.Millisecond)
	}
	return nil
}

// run looks until the watch is closed, or nothing more can become of the process.
func (w *Watch) run() {
	defer close(w.left)
	for ended := false; w.look(); {
		if ended {
			time.Sleep(pause)
		} else {
			ended = hasEnded(w.pidfd, pause)
		}
	}
}

// Close ends the watch. What becomes of the process is not learnt any more.
func (w *Watch) Close() {
	w.mutex.Lock()
	again := w.closed
	w.closed = true
	w.mutex.Unlock()
	<-w.left
	if !again {
		w.release()
	}
}

func (w *Watch) release() {
	w.kindred.close()
	if w.pidfd >= 0 {
		unix.Close(w.pidfd)
	}
	w.namespace.Close()
}
