// Package change keeps open changes: how each is taken back is known from before it is made until it is gone.
package change

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"faultline/agent/basechain"
	"faultline/agent/conntrack"
	"faultline/agent/dns"
	"faultline/agent/effect"
	"faultline/agent/netns"
	"faultline/agent/orphan"
	"faultline/agent/refuse"
	"faultline/agent/tagged"
	"faultline/agent/tool"
)

const kernelTimeout = 15 * time.Second // of a set's entries, which come with the requests (IpsetCommands.java)

// Change is one open change in one namespace. Lock it before any method but IsClosed is called; what New returns is locked.
type Change struct {
	turns
	Tag       string
	PID       int
	Deadline  time.Time
	Cut       *orphan.Cut // nil if it cuts no connections
	plan      Plan
	namespace *netns.Namespace
	chains    *basechain.Chains
	action    effect.Action // nil if the agent itself does nothing for it
	responder *dns.Responder
	applied   []string
	renewed   time.Time
	lifted    bool
	expired   bool
	over      bool // taking it back has been tried
	closed    atomic.Bool
	ended     chan struct{}
}

// IsClosed tells whether it has been taken back.
func (c *Change) IsClosed() bool { return c.closed.Load() }

// Close lets go of what the agent itself holds for it. It is closed then, whatever went wrong.
func (c *Change) Close() error {
	if c.closed.Load() {
		return nil
	}
	var problems []error
	attempt := func(part func() error) {
		if err := refuse.Attempt(part); err != nil {
			problems = append(problems, err)
		}
	}
	if c.action != nil {
		attempt(c.action.Close)
	}
	if c.responder != nil {
		attempt(c.responder.Stop)
		attempt(c.forgetQueries)
	}
	c.chains.Ended(c.namespace, c.Tag)
	c.namespace.Close()
	c.closed.Store(true)
	close(c.ended)
	return refuse.All(problems)
}

// begin begins what the agent itself does for it, and makes the harm true for what is under way as well.
func (c *Change) begin() error {
	if c.action != nil && !c.lifted {
		if err := c.action.Begin(); err != nil {
			return err
		}
	}
	return c.forgetQueries()
}

// settle waits until what was begun is in force, as that of other changes becomes meanwhile.
func (c *Change) settle() error {
	if c.action != nil && !c.lifted {
		return c.action.Settle()
	}
	return nil
}

// end does the same for the harm's end.
func (c *Change) end() error {
	var problem error
	if c.action != nil {
		problem = c.action.End()
	}
	return errors.Join(problem, c.forgetQueries())
}

func (c *Change) forgetQueries() error {
	if c.responder == nil {
		return nil
	}
	return conntrack.ForgetQueries(c.namespace)
}

// Renew puts the kernel's own expiry off.
func (c *Change) Renew() error {
	if c.closed.Load() || !c.plan.Expires || c.lifted {
		return nil
	}
	c.expired = c.hasExpired()
	return c.arm()
}

// hasExpired tells whether the kernel has ended the harm at some time since it was made, because no renewal came through.
func (c *Change) hasExpired() bool {
	return c.expired || c.plan.Expires && !c.lifted && time.Since(c.renewed) > kernelTimeout
}

func (c *Change) arm() error {
	outputs, err := tool.Run(c.namespace, c.plan.Arm)
	if err != nil {
		return err
	}
	c.applied = append(c.applied, slices.DeleteFunc(outputs, func(output string) bool { return output == "" })...)
	c.renewed = time.Now()
	return nil
}

// Lift ends the harm for now; what it takes to bring it back stays.
func (c *Change) Lift() error {
	if c.lifted {
		return nil
	}
	c.expired = c.hasExpired()
	if _, err := tool.Run(c.namespace, c.plan.Disarm); err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	c.lifted = true // not before: what could not be lifted is renewed, as its harm goes on
	return nil
}

// Restore brings the harm back. What its action has begun when it fails is ended again.
func (c *Change) Restore() error {
	if !c.lifted {
		return nil
	}
	if err := c.mayHarm(); err != nil {
		return err
	}
	if c.action != nil && !c.targetAlive() {
		return refuse.Because("process %d has ended, and its number may be another's", c.PID)
	}
	if err := c.arm(); err != nil {
		return err
	}
	c.lifted = false
	err := c.begin()
	if err == nil {
		err = c.settle()
	}
	if err == nil || c.action == nil {
		return err
	}
	if problem := c.action.End(); problem != nil {
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

// Retune turns it into another strength of the same; its undo is replaced before anything is touched.
func (c *Change) Retune(request *Retune) error {
	if err := c.mayHarm(); err != nil {
		return err
	}
	if request.Stages == nil {
		return refuse.Because("stages are needed to retune %s", c.Tag)
	}
	for _, stage := range request.Stages {
		if err := tool.Require(stage); err != nil {
			return err
		}
	}
	if err := request.Plan.require(); err != nil {
		return err
	}
	if c.responder != nil && request.Responder != nil {
		if err := c.responder.Replan(*request.Responder); err != nil {
			return err
		}
	}
	c.plan = request.Plan
	for _, stage := range request.Stages {
		outputs, err := tool.Run(c.namespace, stage)
		if err != nil {
			return err
		}
		for _, output := range outputs { // counters, it may be, that are about to begin again
			c.applied = append(c.applied, c.ownLines(output))
		}
	}
	return nil
}

func (c *Change) ownLines(output string) string {
	lines := slices.DeleteFunc(strings.Split(strings.TrimSuffix(output, "\n"), "\n"), func(line string) bool {
		return !strings.Contains(line, c.Tag)
	})
	return strings.Join(lines, "\n")
}

// targetAlive tells whether the process through which the namespace was entered still lives in it; a dead one has left it.
func (c *Change) targetAlive() bool {
	inode, ok := netns.InodeOf(c.PID)
	return ok && inode == c.namespace.Inode
}

// removeByName removes whatever carries this change's tag. An error names the problems that led here, if a part of it stays.
func (c *Change) removeByName(problems []error) error {
	isMine := func(tag tagged.Tag) bool { return tag.String() == c.Tag }
	if _, err := tagged.Remove(c.namespace, isMine); err != nil {
		problems = append(problems, err)
	}
	left, err := tagged.Find(c.namespace, isMine)
	if err != nil {
		problems = append(problems, err)
	}
	if len(left) == 0 && err == nil {
		return nil
	}
	return refuse.Because("%s could not be removed: %v; still there: %s", c.Tag, refuse.All(problems), fmt.Sprint(left))
}

// abandon takes back what could not be made as a whole.
func (c *Change) abandon(because error) error {
	if err := c.removeByName([]error{because}); err != nil {
		return err // it stays registered, and is tried again at the end
	}
	if err := c.Close(); err != nil {
		return refuse.All([]error{because, err})
	}
	return nil
}
