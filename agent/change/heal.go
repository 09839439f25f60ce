package change

import (
	"faultline/agent/effect"
	"faultline/agent/monotonic"
	"faultline/agent/refuse"
)

// Heal ends all harm, asks what it did, then takes all of it back, whatever fails on the way. It tells of each change how it ended;
// one that could not be removed by any means has a problem in there, and is not closed.
func Heal(changes []*Change) []State {
	ends := make([]State, len(changes))
	inDoubt := make([]bool, len(changes)) // what did not go once may be taken for done by what was to do it
	for i, change := range changes {
		ends[i] = State{Effect: change.Tag, Wiped: change.hasExpired()}
		inDoubt[i], change.over = change.over, true
	}
	stopped := each(changes, func(i int) error {
		err := changes[i].end()
		if err == nil {
			ends[i].AtNanos = monotonic.Nanos()
		}
		return err
	})
	read := each(changes, func(i int) error { return changes[i].tell(&ends[i]) })
	closed := each(changes, func(i int) error { return changes[i].close() })
	left := each(changes, func(i int) error {
		return changes[i].conclude(&ends[i], inDoubt[i], stopped[i], read[i], closed[i])
	})
	for i, problem := range left {
		if problem != nil {
			ends[i].Problem = problem.Error()
		}
		if ends[i].AtNanos == 0 { // the harm lasted until what does it was gone
			ends[i].AtNanos = monotonic.Nanos()
		}
	}
	return ends
}

// conclude lets go of a change that was closed, and returns what went wrong and cannot be made good.
func (c *Change) conclude(end *State, inDoubt bool, stopped, read, closed error) error {
	if c.rules == nil {
		end.Wiped = stopped != nil
		c.release() // nothing is left for what failed: it is closed all the same
		return all([]error{read, closed})
	}
	problems := present(stopped, read, closed)
	if len(problems) > 0 || inDoubt {
		end.Wiped = true
		explain(end, problems)
		return c.leaveNothing(problems)
	}
	c.release()
	return nil
}

// explain has the state say what went wrong, unless it says so already: else it would be taken for somebody else's doing.
func explain(end *State, problems []error) {
	if len(problems) == 0 {
		return
	}
	if end.Action == nil {
		end.Action = &effect.State{}
	}
	if end.Action.Flaw == "" {
		end.Action.Flaw = all(problems).Error()
	}
}

// leaveNothing lets go of rules that were closed, and of which something went wrong: somebody else has removed a part of them (a
// firewall reload, say). What is left is taken away by its name, and then they are closed again, for what they could not let go
// of before.
func (c *Change) leaveNothing(problems []error) error {
	if err := c.removeByName(problems); err != nil {
		return err // it stays registered, and is tried again at the end
	}
	if err := refuse.Attempt(c.close); err != nil {
		return err // and so is this
	}
	c.release()
	return nil
}

// Abandon takes back changes that could not be made as a whole, and returns why, or what of them is left. All harm ends first, as
// removing takes longer.
func Abandon(changes []*Change, because error) error {
	for _, change := range changes {
		change.over = true
	}
	each(changes, func(i int) error { return changes[i].end() }) // closing it does the same, and tells
	closed := each(changes, func(i int) error { return changes[i].close() })
	problems := each(changes, func(i int) error {
		if changes[i].rules != nil {
			return changes[i].leaveNothing(present(closed[i]))
		}
		changes[i].release()
		return closed[i]
	})
	left := present(problems...)
	if len(left) == 0 {
		return because
	}
	return refuse.All(append([]error{because}, left...))
}
