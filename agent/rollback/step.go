package rollback

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// task is all that a rollback container may ever do, as its command line holds it.
type task struct {
	Rollback      string  `json:"rollback"` // the name of its own container
	LeaseMillis   int64   `json:"lease_ms"`
	MaximumMillis int64   `json:"maximum_ms"`
	Steps         []order `json:"steps"`
}

// order describes one change of one container, and how it is taken back.
type order struct {
	Does      string `json:"does"`
	Place     string `json:"place"` // what the container is called, for people
	Container string `json:"container"`

	// Of a detachment.
	Network  string                     `json:"network"` // its id
	Name     string                     `json:"name"`
	Endpoint map[string]json.RawMessage `json:"endpoint"` // as Docker is asked for it

	// Of an end: within which the signal, and Docker's knowledge of what came of it, must have arrived.
	SettleMillis int64 `json:"settle_ms"`
}

// step is one change of one container.
type step interface {
	make(ctx context.Context) error
	// takeBack takes back what is left of it, which can be nothing.
	takeBack(ctx context.Context) error
	// assumeMade says that it may have been made before this process began.
	assumeMade()
	// settle waits, before it is taken back by nobody's order, until it is known whether there is anything to take back.
	settle(ctx context.Context) error
}

func newStep(order order, engine *docker, look time.Duration) (step, error) {
	target := target{order, engine}
	switch order.Does {
	case "detach":
		return &detachment{target}, nil
	case "pause":
		return &pause{target}, nil
	case "end":
		return &end{target: target, look: look}, nil
	default:
		return nil, fmt.Errorf("no step does %q; there are detach, pause, end", order.Does)
	}
}

// target is the container that a step changes. For most of them it is known at once whether there is anything to take back.
type target struct {
	order
	docker *docker
}

func (t *target) assumeMade() {}

func (t *target) settle(context.Context) error { return nil }

func (t *target) inspect(ctx context.Context) (*container, error) {
	return t.docker.inspect(ctx, t.Container)
}

func (t *target) act(ctx context.Context, what string) (answer, error) {
	return t.docker.ask(ctx, post, "/containers/"+t.Container+"/"+what, nil)
}

// pause is a container that Docker's freezer holds.
type pause struct{ target }

func (p *pause) make(ctx context.Context) error {
	got, err := p.act(ctx, "pause")
	if err != nil {
		return err
	}
	return got.require()
}

func (p *pause) takeBack(ctx context.Context) error {
	if paused, err := p.isPaused(ctx); err != nil || !paused {
		return err
	}
	got, err := p.act(ctx, "unpause")
	if err != nil || !got.isRefusal() {
		return err
	}
	if paused, err := p.isPaused(ctx); err != nil || !paused {
		return err // somebody else was faster
	}
	return refused("cannot unpause %s: %s", p.Place, got.said())
}

func (p *pause) isPaused(ctx context.Context) (bool, error) {
	found, err := p.inspect(ctx)
	return found != nil && found.State.Paused, err
}
