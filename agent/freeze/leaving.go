package freeze

import "sync"

// leaving has the tracees that are to be let go and wait in the kernel: a tracer can only leave who has stopped. All tracers
// share it, because the next Freeze of such a thread takes it over. It outlives every Freeze.
var leaving = departures{tracees: map[int]*tracee{}}

type departures struct {
	lock    sync.Mutex
	tracees map[int]*tracee // by thread
}

// add has a tracee let go as soon as it stops.
func (d *departures) add(each *tracee) {
	d.lock.Lock()
	defer d.lock.Unlock()
	d.tracees[each.thread] = each
}

// take is the tracee of a thread, which is no longer to be let go; nil if it is not among them. It stays with its tracer, and
// is still to stop.
func (d *departures) take(thread int) *tracee {
	d.lock.Lock()
	defer d.lock.Unlock()
	taken := d.tracees[thread]
	delete(d.tracees, thread)
	return taken
}

// letGo lets those tracees of a tracer go on that can by now. Called on its thread.
func (d *departures) letGo(by *tracer) {
	d.lock.Lock()
	defer d.lock.Unlock()
	for thread, each := range d.tracees {
		if each.tracer == by && (!each.learn() || each.stopped && each.detach()) {
			delete(d.tracees, thread)
		}
	}
}
