package freeze

import (
	"errors"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

const letGoEvery = 50 * time.Millisecond // so long can a thread stay stopped that could have been let go

var errHangs = errors.New("it has been starting another program for too long")

// tracer is a thread of the agent's. ptrace(2) takes requests for a tracee from its tracer's thread alone, and should that
// thread end, or the agent, the kernel lets all of its tracees go on. Only requests are made there: news of a tracee can be
// waited for on any thread of the agent.
type tracer struct {
	requests chan func()
	tracees  atomic.Int32 // how many it has
	closed   atomic.Bool  // whether the thread may end once it has none
}

func startTracer() *tracer {
	t := &tracer{requests: make(chan func())}
	go t.run()
	return t
}

func (t *tracer) run() {
	runtime.LockOSThread() // for good: the thread ends with this goroutine
	ticker := time.NewTicker(letGoEvery)
	defer ticker.Stop()
	for !t.closed.Load() || t.tracees.Load() > 0 {
		select {
		case request := <-t.requests:
			request()
		case <-ticker.C:
			leaving.letGo(t)
		}
	}
}

// do has the thread make a request that does not block; false if it has not come to that until a time, because it hangs in
// an earlier one.
func (t *tracer) do(until time.Time, request func()) bool {
	done := make(chan struct{})
	select {
	case t.requests <- func() { request(); close(done) }:
		<-done
		return true
	case <-time.After(time.Until(until)):
		return false
	}
}

// seize makes a thread a tracee. The kernel makes that wait while the thread's process executes another program, and that
// waits until the tracees among its other threads have been waited for, which is what meanwhile is called for.
func (t *tracer) seize(thread, process int, meanwhile func()) (*tracee, error) {
	made := &tracee{thread: thread, process: process, tracer: t}
	done, gone := make(chan error), make(chan struct{})
	request := func() {
		err := made.attach()
		select {
		case done <- err:
		case <-gone:
			if err == nil {
				leaving.add(made) // the kernel has answered too late: nobody wants it any more
			}
		}
	}
	giveUp, ticker, requests := time.After(stopLimit), time.NewTicker(pause), t.requests
	defer ticker.Stop()
	for {
		select {
		case requests <- request:
			requests = nil // it is made once
		case err := <-done:
			return made, err
		case <-ticker.C:
			meanwhile()
		case <-giveUp:
			close(gone)
			return nil, errHangs
		}
	}
}

// tracee is a thread of another process that is to be stopped. Used by one goroutine at a time.
type tracee struct {
	thread, process int
	tracer          *tracer
	stopped         bool
	signal          int // that it gets when it goes on, if it has stopped for one; 0 for none
}

// attach makes it a tracee, which stops where it leaves the kernel. Called on the tracer's thread.
func (t *tracee) attach() error {
	if err := unix.PtraceSeize(t.thread); err != nil {
		return err
	}
	t.tracer.tracees.Add(1)
	if unix.PtraceInterrupt(t.thread) == unix.ESRCH {
		t.thread = t.process // it has executed another program meanwhile, and is the first thread of its process now
		_ = unix.PtraceInterrupt(t.thread)
	}
	return nil // no other failure matters: it dies at this moment
}

// learn asks the kernel, without waiting, whether it has stopped; false once it is dead, of which its parent hears only after
// this.
func (t *tracee) learn() bool {
	var status unix.WaitStatus
	seen, err := unix.Wait4(t.thread, &status, unix.WNOHANG|unix.WALL, nil)
	if err == unix.ECHILD && t.thread != t.process {
		t.thread = t.process // the same since then
		seen, err = unix.Wait4(t.thread, &status, unix.WNOHANG|unix.WALL, nil)
	}
	switch {
	case err == nil && seen == 0:
		return true
	case err == nil && status.Stopped():
		t.stopped, t.signal = true, int(status.StopSignal())
		if int(status)>>16 == unix.PTRACE_EVENT_STOP {
			t.signal = 0 // it has stopped because it was asked to
		}
		return true
	default: // or another thread of its process has executed another program
		t.tracer.tracees.Add(-1)
		return false
	}
}

// detach lets it go on; false if it has not stopped, as one that was killed meanwhile. Called on the tracer's thread.
func (t *tracee) detach() bool {
	_, _, errno := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_DETACH, uintptr(t.thread), 0, uintptr(t.signal), 0, 0)
	if errno == 0 {
		t.tracer.tracees.Add(-1)
	}
	return errno == 0
}
