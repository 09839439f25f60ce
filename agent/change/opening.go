package change

import (
	"time"

	"faultline/agent/effect"
	"faultline/agent/netns"
	"faultline/agent/orphan"
	"faultline/agent/packets"
	"faultline/agent/refuse"
	"faultline/agent/tagged"
)

const (
	tending    = 50 * time.Millisecond
	mostMillis = 1 << 40 // of a maximum duration, some 35 years: a longer one would not fit into Go's
)

// Filters make rules about packets, which do nothing yet. Orders that cannot be carried out are refused.
type Filters interface {
	Packets(effect.Place, packets.Order) (effect.Rules, error)
	Counting(effect.Place, packets.Counting) (effect.Rules, error)
	Redirect(effect.Place, packets.Redirect) (effect.Rules, error)
}

// New prepares a change and touches nothing of the target's, but that a responder listens. It is locked.
func New(request *Request, filters Filters) (*Change, error) {
	c, err := opened(request)
	if err != nil {
		return nil, err
	}
	action, err := c.ordered(request, filters)
	if err != nil {
		c.namespace.Close()
		return nil, err
	}
	c.does(action)
	return c, nil
}

// opened is a change that has nothing to do yet.
func opened(request *Request) (*Change, error) {
	tag, ok := tagged.Parse(request.Effect)
	if !ok {
		return nil, refuse.Because("%q is not a tag of the form FAULTLINE-<8 hex digits>-<number>", request.Effect)
	}
	namespace, err := netns.OfProcess(request.PID)
	if err != nil {
		return nil, err
	}
	if namespace.Inode != request.Netns {
		namespace.Close()
		return nil, refuse.Outdated("process %d is no longer in network namespace %d; was it restarted?", request.PID, request.Netns)
	}
	maximum := time.Duration(max(0, min(request.MaxMillis, mostMillis))) * time.Millisecond
	return &Change{
		Tag: tag.String(), PID: request.PID, Deadline: time.Now().Add(maximum),
		namespace: namespace, lifted: request.Lifted, ended: make(chan struct{}),
	}, nil
}

// packets are the rules of an order about packets. Harmed or not: connections that are closed meanwhile can be left behind.
func (c *Change) packets(filters Filters) func(effect.Place, packets.Order) (effect.Rules, error) {
	return func(place effect.Place, order packets.Order) (effect.Rules, error) {
		cut, err := orphan.NewCut(c.Tag, c.namespace, c.PID, order.Traffic)
		if err != nil {
			return nil, err
		}
		c.Cut = cut
		return filters.Packets(place, order)
	}
}

// does locks it, and gives it its action. What the kernel does by itself needs no tending.
func (c *Change) does(action effect.Action) {
	c.action = action
	c.rules, _ = action.(effect.Rules)
	c.Lock()
	if c.rules == nil {
		go c.tendUntilEnd()
	}
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
