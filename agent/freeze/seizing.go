package freeze

import (
	"errors"
	"time"

	"faultline/agent/procfs"
	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

// seizeNew has all threads stop that it does not hold yet, and tells whether there were any.
func (f *Freeze) seizeNew() (some bool, err error) {
	for _, process := range f.wanted() {
		for _, thread := range procfs.Threads(process) {
			if f.held[thread] != nil {
				continue
			}
			seized, err := f.seize(thread, process)
			if err != nil {
				return false, err
			}
			some = some || seized
		}
	}
	return some, nil
}

// seize has a thread stop; false if it is ending.
func (f *Freeze) seize(thread, process int) (bool, error) {
	if taken := leaving.take(thread); taken != nil {
		f.held[thread] = taken
		return true, nil
	}
	if f.tracer == nil {
		f.tracer = startTracer()
	}
	made, err := f.tracer.seize(thread, process, f.Tend)
	switch {
	case err == nil:
		f.held[thread] = made
		return true, nil
	case procfs.IsEnding(thread):
		return false, nil
	case errors.Is(err, errHangs):
		return false, refuse.Because("process %d (%s) cannot be frozen: %v", thread, procfs.Name(thread), err)
	default:
		return false, refuse.Because("process %d (%s) cannot be frozen: %s; a debugger or another fault may trace it already, or "+
			"kernel.yama.ptrace_scope is 3", thread, procfs.Name(thread), strerror.Of(err))
	}
}

// awaitStop waits until all threads that it holds have stopped.
func (f *Freeze) awaitStop() error {
	giveUp := time.Now().Add(stopLimit)
	for {
		moving := f.threads(func(each *tracee) bool { return !f.isStill(each) })
		if len(moving) == 0 {
			return nil
		}
		f.Tend()
		if time.Now().After(giveUp) {
			return refuse.Because("threads %s did not stop within %.0f s: do they wait for a disk?", listed(moving), stopLimit.Seconds())
		}
		time.Sleep(pause)
	}
}

// isStill tells whether a thread has stopped, or cannot before a child that is frozen itself does something: see vfork(2).
func (f *Freeze) isStill(each *tracee) bool {
	if each.stopped {
		return true
	}
	return procfs.State(each.thread) == 'D' && f.count(func(other *tracee) bool {
		return other.stopped && other.thread == other.process && procfs.Parent(other.process) == each.process
	}) > 0
}
