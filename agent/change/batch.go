package change

import (
	"slices"
	"sync/atomic"
	"time"

	"faultline/agent/effect"
	"faultline/agent/monotonic"
	"faultline/agent/orphan"
	"faultline/agent/refuse"
)

const renewalDue = 4 * time.Second // after the last one; the kernel ends the harm after 15 s

// State is what a change did so far, and whether its target lives.
type State struct {
	Effect      string        `json:"effect,omitempty"`
	Action      *effect.State `json:"action,omitempty"`
	TargetAlive bool          `json:"target_alive"`
	Wiped       bool          `json:"wiped"`
	AtNanos     int64         `json:"at_ns,omitempty"`
	Orphans     *orphan.Count `json:"orphans,omitempty"`
	Problem     string        `json:"problem,omitempty"`
}

// Apply makes several changes, and returns when each was in force: others of them can take much longer. An error leaves what was
// made so far.
func Apply(changes []*Change) ([]int64, error) {
	inForce := make([]int64, len(changes))
	for i, change := range changes {
		if change.isInstant() {
			if err := refuse.Attempt(change.begin); err != nil {
				return nil, err
			}
			inForce[i] = monotonic.Nanos()
		}
	}
	var failed atomic.Bool // then what was not begun yet need not be
	problems := eachOfRules(changes, func(i int) error {
		if failed.Load() {
			return nil
		}
		err := refuse.Attempt(func() error { return started(changes[i]) })
		inForce[i] = monotonic.Nanos()
		if err != nil {
			failed.Store(true)
		}
		return err
	})
	if err := all(problems); err != nil {
		return nil, err
	}
	for _, act := range []func(*Change) error{(*Change).begin, (*Change).settle} {
		if err := applyOthers(changes, act); err != nil {
			return nil, err
		}
	}
	now := monotonic.Nanos()
	for i := range changes {
		if inForce[i] == 0 {
			inForce[i] = now
		}
	}
	return inForce, nil
}

func started(change *Change) error {
	if err := change.begin(); err != nil {
		return err
	}
	if err := change.settle(); err != nil {
		return err
	}
	return change.Cut.Ready()
}

// applyOthers does this for those that make no rules, up to the first that fails. They take seconds each, it may be.
func applyOthers(changes []*Change, act func(*Change) error) error {
	for _, change := range changes {
		if change.rules != nil || change.isInstant() {
			continue
		}
		if err := refuse.Attempt(func() error { return act(change) }); err != nil {
			return err
		}
		if err := keep(changes); err != nil {
			return err
		}
	}
	return nil
}

// keep puts the kernel's own end of the harm off, of those that wait for others of them.
func keep(changes []*Change) error {
	isDue := func(change *Change) bool {
		return change.rules != nil && !change.lifted && time.Since(change.renewed) > renewalDue
	}
	if !slices.ContainsFunc(changes, isDue) {
		return nil
	}
	return all(eachOfRules(changes, func(i int) error { return changes[i].Renew() }))
}

// Read has the state of each change, in their order.
func Read(changes []*Change) ([]State, error) {
	states := make([]State, len(changes))
	problems := each(changes, func(i int) error {
		states[i].Wiped = changes[i].hasExpired()
		return changes[i].tell(&states[i])
	})
	if err := all(problems); err != nil {
		return nil, err
	}
	return states, nil
}

// tell completes a state by what its action did.
func (c *Change) tell(state *State) error {
	state.TargetAlive = c.targetAlive()
	did, err := c.action.State()
	if err != nil {
		return err
	}
	state.Action = &did
	return nil
}
