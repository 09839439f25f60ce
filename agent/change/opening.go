package change

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"faultline/agent/basechain"
	"faultline/agent/dns"
	"faultline/agent/netns"
	"faultline/agent/orphan"
	"faultline/agent/refuse"
	"faultline/agent/tagged"
	"faultline/agent/tool"
)

const (
	responderPort = "{responder port}" // stands for it in the rules' text, because only here it is known (Responder.java)
	tending       = 50 * time.Millisecond
	mostMillis    = 1 << 40 // of a maximum duration, some 35 years: a longer one would not fit into Go's
)

// New prepares a change and touches nothing of the target's, but that a responder listens. It is locked.
func New(request *Request, chains *basechain.Chains) (*Change, error) {
	tag, ok := tagged.Parse(request.Effect)
	if !ok {
		return nil, refuse.Because("%q is not a tag of the form FAULTLINE-<8 hex digits>-<number>", request.Effect)
	}
	if err := request.Plan.require(); err != nil {
		return nil, err
	}
	namespace, err := netns.OfProcess(request.PID)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	maximum := time.Duration(max(0, min(request.MaxMillis, mostMillis))) * time.Millisecond
	c := &Change{
		Tag: tag.String(), PID: request.PID, Deadline: now.Add(maximum),
		plan: request.Plan, namespace: namespace, chains: chains, applied: []string{}, renewed: now, lifted: request.Lifted,
		ended: make(chan struct{}),
	}
	if err := c.prepare(request); err != nil {
		if c.responder != nil {
			err = errors.Join(err, c.responder.Stop())
		}
		namespace.Close()
		return nil, err
	}
	c.Lock()
	if c.action != nil {
		go c.tendUntilEnd()
	}
	return c, nil
}

func (c *Change) prepare(request *Request) error {
	if c.namespace.Inode != request.Netns {
		return refuse.Because("process %d is no longer in network namespace %d; was it restarted?", c.PID, request.Netns)
	}
	var err error
	if request.Cut != nil {
		if c.Cut, err = orphan.NewCut(c.Tag, c.namespace, c.PID, request.Cut); err != nil {
			return err
		}
	}
	if request.Responder != nil {
		if err := c.respond(*request.Responder); err != nil {
			return err
		}
	}
	if c.action, err = request.action(); err != nil {
		return err
	}
	if c.usesTables() {
		c.chains.Opens(c.namespace, c.Tag)
	}
	return nil
}

func (c *Change) respond(request dns.Request) error {
	responder, err := dns.Start(c.namespace, request)
	if err != nil {
		return err
	}
	c.responder = responder
	port := strconv.Itoa(responder.Port())
	for _, stage := range c.plan.Apply {
		for i := range stage {
			stage[i].Input = strings.ReplaceAll(stage[i].Input, responderPort, port)
		}
	}
	return nil
}

func (c *Change) usesTables() bool {
	return slices.ContainsFunc(slices.Concat(c.plan.Apply...), func(command tool.Command) bool {
		return strings.Contains(command.Tool, "tables")
	})
}

func (c *Change) tendUntilEnd() {
	ticks := time.NewTicker(tending)
	defer ticks.Stop()
	for {
		select {
		case <-c.ended:
			return
		case <-ticks.C:
			if err := c.tend(); err != nil {
				return // what fails at this fails 20 times a second; it is taken back all the same
			}
		}
	}
}

func (c *Change) tend() error {
	if !c.TryLock() {
		return nil // somebody is at work on it, and it is tended the next time
	}
	defer c.Unlock()
	if c.closed.Load() {
		return nil
	}
	return refuse.Attempt(func() error {
		c.action.Tend()
		return nil
	})
}
