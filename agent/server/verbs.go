package server

import (
	"cmp"

	"faultline/agent/change"
	"faultline/agent/monotonic"
	"faultline/agent/refuse"
	"faultline/agent/share"
	"faultline/agent/topology"
	"faultline/agent/wire"
)

// A verb reads and registers a request, one at a time so that their order is kept, and returns what is left to do, which is done on
// a goroutine of its own.
type verb func(s *Server, request wire.Request) (work func() (any, error), err error)

type fields map[string]any

// verbs are set by init: one of them has other requests read.
var verbs map[string]verb

func init() {
	verbs = map[string]verb{
		"ping":     simple(func(*Server, struct{}) (any, error) { return fields{"now_ns": monotonic.Nanos()}, nil }),
		"pipes":    simple(openPipes),
		"look":     simple(look),
		"sharers":  simple(func(_ *Server, q ofProcess) (any, error) { return fields{"sharers": share.Sharers(q.PID)}, nil }),
		"proxies":  simple(proxies),
		"sockets":  simple(sockets),
		"features": simple(func(*Server, struct{}) (any, error) { return probe() }),
		"open":     open,
		"read":     onChanges(func(_ *Server, changes []*change.Change) (any, error) { return listed("read", change.Read)(changes) }),
		"lift":     onChanges(eachOf((*change.Change).Lift)),
		"restore":  onChanges(eachOf((*change.Change).Restore)),
		"retune":   retune,
		"heal":     onChanges(heal),
		"settle":   simple(settle),
		"find":     simple(find),
		"sweep":    simple(sweep),
		"fill":     simple(fill),
		"writers":  simple(writers),
		"stop":     stop,
		"stopped":  simple(stopped),
		"forget":   simple(forget),
		"bye":      simple(func(s *Server, _ struct{}) (any, error) { return fields{}, s.bye() }),
	}
}

type ofProcess struct {
	PID int `json:"pid"`
}

// proxies of all processes, or among those that are named.
func proxies(_ *Server, asked struct {
	PIDs []int `json:"pids"`
}) (any, error) {
	if asked.PIDs == nil {
		return fields{"proxies": topology.Proxies()}, nil
	}
	return fields{"proxies": topology.ProxiesAmong(asked.PIDs)}, nil
}

type ofEffects struct {
	Effects []string `json:"effects"`
}

// simple is a verb of which nothing has to be in order.
func simple[Q any](work func(*Server, Q) (any, error)) verb {
	return func(s *Server, request wire.Request) (func() (any, error), error) {
		var asked Q
		if err := request.Decode(&asked); err != nil {
			return nil, err
		}
		return func() (any, error) { return work(s, asked) }, nil
	}
}

// onChanges is a verb about changes that are open, which are locked for it.
func onChanges(work func(*Server, []*change.Change) (any, error)) verb {
	return func(s *Server, request wire.Request) (func() (any, error), error) {
		var asked ofEffects
		if err := request.Decode(&asked); err != nil {
			return nil, err
		}
		changes, err := s.named(asked.Effects)
		if err != nil {
			return nil, err
		}
		return inTurn(changes, func() (any, error) { return work(s, changes) }), nil
	}
}

func listed[T any](name string, of func([]*change.Change) (T, error)) func([]*change.Change) (any, error) {
	return func(changes []*change.Change) (any, error) {
		found, err := of(changes)
		return fields{name: found}, err
	}
}

func eachOf(act func(*change.Change) error) func(*Server, []*change.Change) (any, error) {
	return func(_ *Server, changes []*change.Change) (any, error) {
		err := change.Each(changes, act)
		return fields{"at_ns": monotonic.Nanos()}, err
	}
}

// open keeps the undo of all changes first, then makes them, if what they were planned for is still so; if a part of one fails,
// all are taken back.
func open(s *Server, request wire.Request) (func() (any, error), error) {
	var asked struct {
		Effects   []*change.Request `json:"effects"`
		Unchanged []topology.Seen   `json:"unchanged"`
	}
	if err := request.Decode(&asked); err != nil {
		return nil, err
	}
	unchanged := make(chan error, 1) // it is looked at while the changes are prepared
	go func() { unchanged <- topology.RequireUnchanged(asked.Unchanged) }()
	changes, err := s.register(asked.Effects)
	if err != nil {
		return func() (any, error) { return nil, cmp.Or(<-unchanged, err) }, nil
	}
	return func() (any, error) {
		if err := <-unchanged; err != nil {
			s.drop(changes)
			return nil, err
		}
		defer s.forgetClosed()
		defer func() {
			for _, each := range changes {
				each.Unlock()
			}
		}()
		var inForce []int64
		err := refuse.Attempt(func() (err error) {
			inForce, err = change.Apply(changes)
			return err
		})
		if err != nil {
			return nil, change.Abandon(changes, err)
		}
		return fields{"in_force_ns": inForce}, nil
	}, nil
}

func heal(s *Server, changes []*change.Change) (any, error) {
	ends := s.healed(changes)
	s.forgetClosed()
	return fields{"healed": ends}, nil
}

func retune(s *Server, request wire.Request) (func() (any, error), error) {
	var asked change.Retune
	if err := request.Decode(&asked); err != nil {
		return nil, err
	}
	changes, err := s.named([]string{asked.Effect})
	if err != nil {
		return nil, err
	}
	return inTurn(changes, func() (any, error) {
		err := changes[0].Retune(asked.Order)
		return fields{"at_ns": monotonic.Nanos()}, err
	}), nil
}

func (s *Server) bye() error {
	s.healEarly(s.newestFirst(), "the caller said goodbye")
	s.awaitAnswers()
	return nil
}

// settle ends what is left of connections that were closed under these changes, which are healed.
func settle(s *Server, asked ofEffects) (any, error) {
	return fields{"ended": s.aftermath.Settle(asked.Effects)}, nil
}
