package freeze

import (
	"time"

	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

// End lets all of them go on; who cannot be let go before he leaves the kernel is, as soon as he does. If it fails, those that
// neither stop nor wait in the kernel are still held.
func (f *Freeze) End() error {
	f.Tend()
	f.last = f.Frozen()
	giveUp := time.Now().Add(stopLimit)
	for {
		f.Tend()
		f.letGo(giveUp)
		f.leaveInKernel()
		if !f.Held() {
			return nil
		}
		if time.Now().After(giveUp) {
			return refuse.Because("threads %s cannot be let go", listed(f.threads(isAny)))
		}
		time.Sleep(pause)
	}
}

// letGo lets those go on that have stopped.
func (f *Freeze) letGo(giveUp time.Time) {
	for thread, each := range f.held {
		detach := func() {
			if !each.detach() {
				leaving.add(each) // it dies at this moment, and its parent hears of that only after its tracer has
			}
		}
		if each.stopped && each.tracer.do(giveUp, detach) {
			delete(f.held, thread)
		}
	}
}

// leaveInKernel leaves the rest to the tracer once all of them wait in the kernel.
func (f *Freeze) leaveInKernel() {
	for thread := range f.held {
		if procfs.State(thread) != 'D' {
			return
		}
	}
	f.leaveAll()
}

func (f *Freeze) leaveAll() {
	for _, each := range f.held {
		leaving.add(each)
	}
	clear(f.held)
}

// Close ends it for good. Whatever it still holds after that is let go as soon as it stops.
func (f *Freeze) Close() error {
	err := f.End()
	f.leaveAll()
	if f.tracer != nil {
		f.tracer.closed.Store(true)
	}
	return err
}
