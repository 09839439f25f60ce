// Package stress takes a resource of a container from outside: CPU time, memory, room on a disk, or descriptors.
//
// A load lives in a child of the agent, which joins the container's control groups and lets go as soon as the agent is gone. The
// child is the agent's own program, started once more (ChildMain); a line between the two carries its order, the agent's
// questions and its answers, and the end of the line tells it to let go.
package stress

import (
	"faultline/agent/effect"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

// Order says what is to be taken. What a field means depends on the kind; bytes, unless said otherwise.
type Order struct {
	Kind      string `json:"kind"`
	Workers   int    `json:"workers"`    // of cpu: processes; 0 for as many as can run
	PerMille  int64  `json:"per_mille"`  // of memory: how much of the limit is to be in use; 0 if that is told by Leaving
	Leaving   int64  `json:"leaving"`    // of memory, disk, and of descriptors, in these
	Path      string `json:"path"`       // of disk: a directory, as the container sees it
	AtMost    int64  `json:"at_most"`    // of disk: what may be taken, of the Docker host's own file system too
	ByDefault int64  `json:"by_default"` // of disk: what stands for AtMost if that is 0, of any other file system
}

// tally is what a load did so far, and of how much that is.
type tally struct {
	Did int64 `json:"did"`
	Of  int64 `json:"of"`
}

func (t tally) plus(other tally) tally {
	return tally{t.Did + other.Did, t.Of + other.Of}
}

func (t tally) orMore(other tally) tally {
	if other.Did > t.Did || other.Did == t.Did && other.Of > t.Of {
		return other
	}
	return t
}

// stress is a load as the agent sees it.
type stress struct {
	kind   kind
	task   task
	child  *child // nil unless the load is on
	needed bool   // whether the container's own processes needed what was short
	flaw   string // why it is not what was asked for; empty if it is
	owed   error  // why something is still to be taken back; nil if nothing is

	earlier, latest tally // before the load was lifted, and since it is on
}

// New makes one of a container whose first process this is, and begins nothing yet.
func New(pid int, order Order) (effect.Action, error) {
	found, err := kindNamed(order.Kind)
	if err != nil {
		return nil, err
	}
	return &stress{kind: found, task: task{Pid: pid, Order: order}}, nil
}

// Begin starts the child, which begins at once; Settle waits until it has.
func (s *stress) Begin() error {
	// What is still changed would be taken for what the container had.
	if s.owed != nil {
		return refuse.Because("what an earlier load did is still to be taken back: %s", s.owed)
	}
	// What it takes to let go is learnt before anything is touched, so that another child could.
	if s.kind.before != nil {
		before, err := s.kind.before(s.task.Pid)
		if err != nil {
			return err
		}
		s.task.Before = before
	}
	child, err := startChild(live, s.kind, s.task)
	if err != nil {
		return err
	}
	s.child = child
	return nil
}

// Settle ends the load if it could not begin, and says why.
func (s *stress) Settle() error {
	if s.child == nil {
		return nil
	}
	answer := s.child.hear(beginLimit)
	s.note(answer)
	if answer.State != nil {
		return nil
	}
	why := []error{refuse.Because("%s", answer.Flaw)}
	if err := s.End(); err != nil {
		why = append(why, err)
	}
	return refuse.All(why)
}

func (s *stress) note(answer word) {
	if answer.State != nil {
		s.latest = *answer.State
	}
	s.needed = s.needed || answer.Needed
	s.flaw = answer.Flaw
}

// Tend has nothing to do: the child keeps the load up.
func (s *stress) Tend() {}

// End lets go, and returns when all of it is taken back. If it fails, the next call tries that again.
func (s *stress) End() error {
	switch {
	case s.child != nil:
		s.owed = s.finish()
	case s.owed != nil:
		s.owed = s.takeBack()
	}
	return s.owed
}

// finish ends the child, and has another take back what one did that was killed.
func (s *stress) finish() error {
	child := s.child
	s.child = nil
	answer := child.finish()
	s.note(answer)
	s.earlier, s.latest = s.total(), tally{}
	if child.killed && s.kind.outlives {
		return s.takeBack()
	}
	return answer.unsaved()
}

// takeBack has another child take back what one did that could not itself. What ends needs nothing back.
func (s *stress) takeBack() error {
	if procfs.IsEnding(s.task.Pid) {
		return nil
	}
	child, err := startChild(rescue, s.kind, s.task)
	if err != nil {
		return err
	}
	answer := child.finish()
	if child.killed { // it may have had no order, or not have come to the end of it
		return refuse.Because("it is not known whether all was taken back: %s", answer.Flaw)
	}
	return answer.unsaved()
}

// Close is End: nothing is held without a load.
func (s *stress) Close() error { return s.End() }

// State asks the child, and says what all of them did, in the unit of its kind.
func (s *stress) State() (effect.State, error) {
	if s.child != nil {
		s.note(s.child.ask(question))
	}
	total := s.total()
	return effect.State{Number: total.Did, Of: max(total.Did, total.Of), Needed: s.needed, Flaw: s.flaw}, nil
}

func (s *stress) total() tally {
	if s.kind.addsUp {
		return s.earlier.plus(s.latest)
	}
	return s.earlier.orMore(s.latest)
}
