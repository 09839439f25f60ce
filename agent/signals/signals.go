// Package signals sends signals to processes of a container, and tells whether they did anything.
package signals

import (
	"errors"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

var _ effect.Action = (*Sending)(nil)

// Order says which signal is to be sent, and to whom.
type Order struct {
	Signal string   `json:"signal"` // without SIG: HUP, or RTMIN+3
	Names  []string `json:"names"`  // of processes, as ps or their command line calls them; none for the container's first one
}

// Sending sends a signal each time that it begins. There is nothing to take back.
type Sending struct {
	pid    int
	order  Order
	number int
	told   []*recipient // everyone that it was sent to so far
}

// New prepares to send a signal to processes of a container, which is known by its first one.
func New(pid int, order Order) (*Sending, error) {
	number, err := Number(order.Signal)
	if err != nil {
		return nil, err
	}
	return &Sending{pid: pid, order: order, number: number}, nil
}

// Begin sends it. If it fails, some may have got it already.
func (s *Sending) Begin() error {
	meant := []int{s.pid}
	if len(s.order.Names) > 0 {
		meant = procfs.Called(s.pid, s.order.Names)
	}
	if len(meant) == 0 {
		return procfs.NoneCalled(s.pid, s.order.Names)
	}
	for _, pid := range meant {
		each, err := tell(pid, s.number)
		switch {
		case err == nil:
			s.told = append(s.told, each)
		case !errors.Is(err, unix.ESRCH): // that one has ended by itself at this moment
			return refuse.Because("SIG%s cannot be sent to process %d: %s", s.order.Signal, pid, strerror.Of(err))
		}
	}
	return nil
}

// Settle has nothing to wait for.
func (s *Sending) Settle() error { return nil }

// Tend learns whom it has reached.
func (s *Sending) Tend() {
	for _, each := range s.told {
		each.look()
	}
}

// End looks a last time.
func (s *Sending) End() error {
	s.Tend()
	return nil
}

// Close is End.
func (s *Sending) Close() error { return s.End() }

// State says how many have handled it, or ended of it, of those that it was sent to.
func (s *Sending) State() (effect.State, error) {
	s.Tend()
	var handled int64
	for _, each := range s.told {
		if each.handled {
			handled++
		}
	}
	return effect.State{Number: handled, Of: int64(len(s.told)), Needed: true}, nil
}
