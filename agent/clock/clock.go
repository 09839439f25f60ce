// Package clock sets a container's time of day wrong: a library that its processes have preloaded reads from a file by how much.
//
// The library lets the time be right again by itself once the file has not been written for a while (clock.c), so that a clock
// that nobody answers for any more does not stay wrong.
package clock

import (
	"errors"
	"time"

	"faultline/agent/effect"
	"faultline/agent/refuse"
)

const (
	kept    = 15 * time.Second // for so long it stays wrong after the file was written
	renewal = 4 * time.Second
)

// Order is by how much a clock is to be wrong.
type Order struct {
	OffsetNanos int64 `json:"offsetNanos"` // at once; below zero it is slow
	DriftPpb    int64 `json:"driftPpb"`    // by how much more with each second, in billionths
}

// clock is that of one container; wrong from begin to end. It keeps the file open, so that its end works in any case.
type clock struct {
	pid   int
	order Order
	file  *controlFile

	wrong   bool
	since   time.Time // when it began to be wrong
	renewed time.Time
	lapsed  bool  // it was right meanwhile, because no renewal came in time
	before  int64 // what the file had counted when it began
	total   int64 // what was counted until the last end
}

// New makes one of the container whose first process this is, and refuses if that has not preloaded the library.
func New(pid int, order Order) (effect.Action, error) {
	if !readsIt(pid) {
		return nil, refuse.Because("process %d, the container's first one, has not preloaded Faultline's clock: was the container "+
			"prepared with FakeClock.in(…) before its start, and is its program linked dynamically?", pid)
	}
	file, err := openControl(pid)
	if err != nil {
		return nil, err
	}
	return &clock{pid: pid, order: order, file: file}, nil
}

func (c *clock) Begin() error {
	shown, err := c.file.shown()
	if err != nil {
		return err
	}
	now := time.Now()
	c.before, c.since, c.renewed = shown, now, now
	c.wrong = true // from here on there is something to take back, also if a part of the writing fails
	return c.write(now.Add(kept))
}

// Settle has nothing to wait for: the next look at the clock shows a wrong time.
func (c *clock) Settle() error { return nil }

// Tend puts off that the clock is right again by itself. If that fails, it is tried again at the next call.
func (c *clock) Tend() {
	now := time.Now()
	if !c.wrong || now.Before(c.renewed.Add(renewal)) {
		return
	}
	c.lapsed = c.lapsed || now.After(c.renewed.Add(kept))
	if c.write(now.Add(kept)) == nil {
		c.renewed = now
	}
}

func (c *clock) End() error {
	if !c.wrong {
		return nil
	}
	if err := c.write(time.Unix(0, 0)); err != nil {
		return err
	}
	c.wrong = false
	shown, err := c.file.shown()
	if err != nil {
		return err
	}
	c.total += shown - c.before
	return nil
}

func (c *clock) Close() error { return errors.Join(c.End(), c.file.close()) }

// State says how often it was read while it was wrong.
func (c *clock) State() (effect.State, error) {
	wrong := c.total
	if c.wrong {
		shown, err := c.file.shown()
		if err != nil {
			return effect.State{}, err
		}
		wrong += shown - c.before
	}
	state := effect.State{Number: wrong, Of: wrong, Needed: true}
	if c.lapsed {
		state.Flaw = "the clock was right for a while, because a renewal came late"
	}
	return state, nil
}

func (c *clock) write(until time.Time) error {
	return c.file.write(control{c.since.UnixNano(), c.order.OffsetNanos, c.order.DriftPpb, until.UnixNano()})
}
