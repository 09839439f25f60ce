package output

import (
	"faultline/agent/effect"
	"faultline/agent/freeze"
	"faultline/agent/refuse"
)

// ReaderOrder says whose reader is to be frozen.
type ReaderOrder struct {
	Descriptors []int `json:"descriptors"` // of the container's first process
	Filled      bool  `json:"filled"`      // whether the pipes are filled as well
}

// FreezeReader freezes what reads a container's output, and sees who waits in it.
type FreezeReader struct {
	*freeze.Freeze
	pid     int
	order   ReaderOrder
	unseen  error        // why the readers could not be looked for, the last time that they were
	blocked map[int]bool // the processes that have been seen waiting for room
}

// NewFreezeReader prepares to freeze the reader of what a container's first process writes.
func NewFreezeReader(pid int, order ReaderOrder) *FreezeReader {
	r := &FreezeReader{pid: pid, order: order, blocked: map[int]bool{}}
	r.Freeze = freeze.New(r.wanted, r.whyNone)
	return r
}

func (r *FreezeReader) wanted() []int {
	var found []int
	found, r.unseen = readers(r.pid, r.order.Descriptors)
	return found
}

func (r *FreezeReader) whyNone() error {
	if r.unseen != nil {
		return r.unseen
	}
	return refuse.Because("nobody outside the container of process %d reads its output", r.pid)
}

// Begin freezes the reader, and fills the pipes if that was ordered. Should it fail, what it has frozen stays so until End.
func (r *FreezeReader) Begin() error {
	if err := r.Freeze.Begin(); err != nil {
		return err
	}
	if r.unseen != nil {
		return r.unseen
	}
	if !r.order.Filled {
		return nil
	}
	_, err := Fill(r.pid, r.order.Descriptors, usualPatience)
	return err
}

// Tend learns who has died and who waits for room.
func (r *FreezeReader) Tend() {
	r.Freeze.Tend()
	if !r.Held() {
		return
	}
	seen, _, err := Writers(r.pid, r.order.Descriptors)
	if err != nil {
		return // the container ends at this moment; the next look finds it dead
	}
	for _, each := range seen {
		r.blocked[each] = true
	}
}

// End lets the reader go on. What was seen last stays in the counters.
func (r *FreezeReader) End() error {
	r.Tend()
	return r.Freeze.End()
}

// State says how many processes have been seen waiting for room.
func (r *FreezeReader) State() (effect.State, error) {
	r.Tend()
	blocked := int64(len(r.blocked))
	state := effect.State{Number: blocked, Of: blocked, Needed: true}
	if r.Frozen() < r.Most() {
		state.Flaw = "the process that reads its output has ended, or was let go"
	}
	return state, nil
}
