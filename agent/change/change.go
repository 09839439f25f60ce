// Package change keeps open changes: how each is taken back is known from before it is made until it is gone.
package change

import (
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"faultline/agent/effect"
	"faultline/agent/netns"
	"faultline/agent/orphan"
	"faultline/agent/refuse"
	"faultline/agent/tagged"
)

// Change is one open change in one namespace. Lock it before any method but IsClosed is called; what New returns is locked.
type Change struct {
	turns
	Tag       string
	PID       int
	Deadline  time.Time
	Cut       *orphan.Cut // nil if it cuts no connections
	namespace *netns.Namespace
	action    effect.Action
	rules     effect.Rules // the action, if it is that; else nil
	renewed   time.Time
	lifted    bool
	over      bool // taking it back has been tried: from then on, nothing may bring the harm back
	closed    atomic.Bool
	ended     chan struct{}
}

// IsClosed tells whether it has been taken back.
func (c *Change) IsClosed() bool { return c.closed.Load() }

// Close ends a change of which nothing was made yet. It is closed then, whatever went wrong.
func (c *Change) Close() error {
	if c.closed.Load() {
		return nil
	}
	defer c.release()
	return refuse.Attempt(c.action.Close)
}

// release lets go of the namespace.
func (c *Change) release() {
	c.namespace.Close()
	c.closed.Store(true)
	close(c.ended)
}

// begin begins the harm, unless it is lifted: then all is prepared for it.
func (c *Change) begin() error {
	c.renewed = time.Now()
	switch {
	case !c.lifted:
		return c.action.Begin()
	case c.rules != nil:
		return c.rules.Prepare()
	default:
		return nil
	}
}

// settle waits until what was begun is in force, as that of other changes becomes meanwhile.
func (c *Change) settle() error {
	if c.lifted {
		return nil
	}
	return c.action.Settle()
}

func (c *Change) isInstant() bool {
	_, is := c.action.(effect.Instant)
	return is
}

func (c *Change) end() error   { return c.action.End() }
func (c *Change) close() error { return c.action.Close() }

// Renew puts the kernel's own end of the harm off.
func (c *Change) Renew() error {
	if c.closed.Load() || c.rules == nil || c.lifted || c.over {
		return nil
	}
	if err := c.rules.Renew(); err != nil {
		return err
	}
	c.renewed = time.Now()
	return nil
}

// hasExpired tells whether the kernel has ended the harm at some time since it began, because no renewal came through.
func (c *Change) hasExpired() bool { return c.rules != nil && c.rules.HasExpired() }

// Lift ends the harm for now; what it takes to bring it back stays.
func (c *Change) Lift() error {
	if c.lifted {
		return nil
	}
	if err := c.end(); err != nil {
		return err
	}
	c.lifted = true // not before: what could not be lifted is renewed, as its harm goes on
	return nil
}

// Restore brings the harm back. What was begun of it when that fails is ended again.
func (c *Change) Restore() error {
	if !c.lifted {
		return nil
	}
	if err := c.mayHarm(); err != nil {
		return err
	}
	if c.rules == nil && !c.targetAlive() { // rules are its namespace's, which lives on
		return refuse.Because("process %d has ended, and its number may be another's", c.PID)
	}
	c.lifted = false
	err := refuse.Attempt(c.begin)
	if err == nil {
		err = refuse.Attempt(c.settle)
	}
	if err == nil {
		return nil
	}
	if problem := refuse.Attempt(c.end); problem != nil {
		return refuse.All([]error{err, problem}) // it is in force as far as it is, and is taken back at the end
	}
	c.lifted = true
	return err
}

// mayHarm refuses a change that was to be taken back already: nobody would take back what it does from now on.
func (c *Change) mayHarm() error {
	if c.over {
		return refuse.Because("%s was taken back, though not as a whole", c.Tag)
	}
	return nil
}

// Retune turns it into another strength of the same.
func (c *Change) Retune(order json.RawMessage) error {
	if err := c.mayHarm(); err != nil {
		return err
	}
	if c.rules == nil {
		return refuse.Because("%s cannot be retuned: only rules can", c.Tag)
	}
	if isMissing(order) {
		return errNoOrder
	}
	return c.rules.Retune(order)
}

// targetAlive tells whether the process through which the namespace was entered still lives in it; a dead one has left it.
func (c *Change) targetAlive() bool {
	inode, ok := netns.InodeOf(c.PID)
	return ok && inode == c.namespace.Inode
}

// removeByName removes whatever carries this change's tag. An error names the problems that led here, if a part of it stays.
func (c *Change) removeByName(problems []error) error {
	isMine := func(tag tagged.Tag) bool { return tag.String() == c.Tag }
	_, problem := tagged.Remove(c.namespace, isMine)
	if problem == nil {
		return nil
	}
	problems = append(problems, problem)
	left, err := tagged.Find(c.namespace, isMine)
	if err != nil {
		problems = append(problems, err)
	} else if len(left) == 0 {
		return nil
	}
	return refuse.Because("%s could not be removed: %v; still there: %s", c.Tag, refuse.All(problems), fmt.Sprint(left))
}
