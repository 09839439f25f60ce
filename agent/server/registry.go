package server

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"faultline/agent/change"
	"faultline/agent/effect"
	"faultline/agent/monotonic"
	"faultline/agent/orphan"
	"faultline/agent/refuse"
)

var errLeaving = refuse.Because("the agent is leaving")

// register prepares changes and keeps them, locked, before any is made: a request for one of them from now on waits. Called for one
// request at a time.
func (s *Server) register(requests []*change.Request) ([]*change.Change, error) {
	var made []*change.Change
	for _, request := range requests {
		err := refuse.Attempt(func() error {
			one, err := s.prepared(request)
			if err == nil {
				made = append(made, one)
			}
			return err
		})
		if err != nil {
			s.drop(made)
			return nil, err
		}
	}
	return made, nil
}

// prepared is a change that is registered. It is made without the lock, which leases and maximum durations need meanwhile.
func (s *Server) prepared(request *change.Request) (*change.Change, error) {
	if request == nil {
		return nil, refuse.Because("effects: an object is needed, not null")
	}
	if err := s.mayOpen(request.Effect); err != nil {
		return nil, err
	}
	one, err := change.New(request, s.filters)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	leaving := s.leaving
	if !leaving {
		s.changes = append(s.changes, one)
	}
	s.mu.Unlock()
	s.wake() // for its maximum duration
	if leaving {
		s.drop([]*change.Change{one})
		return nil, errLeaving
	}
	return one, nil
}

func (s *Server) mayOpen(tag string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.leaving:
		return errLeaving
	case s.isOpen(tag):
		return refuse.Because("%s is open already", tag)
	default:
		return nil
	}
}

// drop forgets changes of which nothing was made yet.
func (s *Server) drop(made []*change.Change) {
	for _, each := range made {
		if err := each.Close(); err != nil {
			s.note(each.Tag + ": " + err.Error())
		}
		each.Unlock()
	}
	s.forgetClosed()
}

// isOpen tells whether a change is open. The lock is held.
func (s *Server) isOpen(tag string) bool {
	return slices.ContainsFunc(s.changes, func(each *change.Change) bool { return each.Tag == tag && !each.IsClosed() })
}

// latest is the change of this name that was opened last; nil if there is none. The lock is held. One that was taken back early
// is found until that has been told: who asks for it waits, and is refused only then.
func (s *Server) latest(tag string) *change.Change {
	for _, each := range slices.Backward(s.changes) {
		if each.Tag == tag {
			return each
		}
	}
	return nil
}

// named finds the changes of these tags, in their order.
func (s *Server) named(tags []string) ([]*change.Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := make([]*change.Change, 0, len(tags))
	var unknown []string
	for _, tag := range tags {
		one := s.latest(tag)
		switch {
		case one == nil:
			unknown = append(unknown, tag)
		case slices.Contains(found, one):
			return nil, refuse.Because("%s is named twice", tag)
		default:
			found = append(found, one)
		}
	}
	if len(unknown) > 0 {
		return nil, notOpen(unknown)
	}
	return found, nil
}

func notOpen(tags []string) error {
	return refuse.Because("%s is not open", strings.Join(tags, ", "))
}

// inTurn stands in line for changes, and returns what waits for them, uses them and lets them go. Called for
// one request at a time: so they are used in the order of the requests, and of two that need several nobody waits in a circle.
func inTurn(changes []*change.Change, use func() (any, error)) func() (any, error) {
	turns := make([]<-chan struct{}, len(changes))
	for i, each := range changes {
		turns[i] = each.Ask()
	}
	return func() (any, error) {
		var closed []string
		for i, each := range changes {
			<-turns[i]
			defer each.Unlock()
			if each.IsClosed() {
				closed = append(closed, each.Tag)
			}
		}
		if len(closed) > 0 {
			return nil, notOpen(closed)
		}
		return use()
	}
}

func (s *Server) newestFirst() []*change.Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.changes)
	slices.Reverse(all)
	return all
}

// forgetClosed forgets what has been taken back, but for that of which it is still to be told.
func (s *Server) forgetClosed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changes = slices.DeleteFunc(s.changes, func(each *change.Change) bool { return each.IsClosed() && !s.untold[each] })
}

// healEarly takes changes back that nobody asked for, and tells so. Those that somebody is at work on are waited for; they hold
// up none of the others.
func (s *Server) healEarly(changes []*change.Change, why string) {
	var free []*change.Change
	var all sync.WaitGroup
	for _, each := range changes {
		if each.TryLock() {
			free = append(free, each)
			continue
		}
		all.Go(func() {
			each.Lock()
			s.healAndTell([]*change.Change{each}, why)
		})
	}
	s.healAndTell(free, why)
	all.Wait()
}

// healAndTell heals changes that are locked, tells so, and unlocks them. What could not be taken back stays registered, and is
// tried again at the end.
func (s *Server) healAndTell(changes []*change.Change, why string) {
	defer func() {
		for _, each := range changes {
			each.Unlock()
		}
	}()
	open := slices.DeleteFunc(slices.Clone(changes), (*change.Change).IsClosed)
	if len(open) == 0 {
		return
	}
	s.tellLater(open)
	for _, end := range s.healedAnyhow(open) {
		s.out.Send(struct {
			Event string `json:"event"`
			Why   string `json:"why"`
			change.State
		}{"ended", why, end})
	}
	s.hasTold(open)
}

func (s *Server) tellLater(changes []*change.Change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, each := range changes {
		s.untold[each] = true
	}
}

func (s *Server) hasTold(changes []*change.Change) {
	s.mu.Lock()
	for _, each := range changes {
		delete(s.untold, each)
	}
	s.mu.Unlock()
	s.forgetClosed()
}

// healedAnyhow has an end of each, whatever goes wrong: each must still be told of.
func (s *Server) healedAnyhow(changes []*change.Change) []change.State {
	var ends []change.State
	err := refuse.Attempt(func() error {
		ends = s.healed(changes)
		return nil
	})
	if err == nil {
		return ends
	}
	for _, each := range changes {
		ends = append(ends, change.State{Effect: each.Tag, AtNanos: monotonic.Nanos(), Problem: err.Error()})
	}
	return ends
}

// healed heals changes that are locked, and looks what is left of connections that were closed meanwhile.
func (s *Server) healed(changes []*change.Change) []change.State {
	ends := change.Heal(changes)
	var cuts []*orphan.Cut
	var of []int
	for i, each := range changes {
		if each.Cut != nil && metPackets(ends[i]) {
			cuts = append(cuts, each.Cut)
			of = append(of, i)
		}
	}
	s.attempt(func() {
		counts := s.aftermath.Add(cuts, func(i int) bool { return ends[of[i]].TargetAlive })
		for i := range counts {
			ends[of[i]].Orphans = &counts[i]
		}
	})
	return ends
}

// metPackets tells whether rules have looked at any.
func metPackets(end change.State) bool {
	return end.Action != nil && slices.ContainsFunc(end.Action.Counts, func(each effect.Count) bool { return each.Of > 0 })
}

func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}
