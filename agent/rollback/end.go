package rollback

import (
	"context"
	"time"
)

// end is a container whose first process is ended by a signal of the caller's, and which is started again.
type end struct {
	target
	look        time.Duration // between two looks at whether it has ended
	mayBeEnding bool
}

func (e *end) make(context.Context) error {
	e.mayBeEnding = true
	return nil
}

func (e *end) assumeMade() { e.mayBeEnding = true }

func (e *end) takeBack(ctx context.Context) error {
	down, err := e.isDown(ctx)
	if err != nil {
		return err
	}
	if down {
		if err := e.start(ctx); err != nil {
			return err
		}
	}
	e.mayBeEnding = false
	return nil
}

func (e *end) start(ctx context.Context) error {
	got, err := e.act(ctx, "start")
	if err != nil || !got.isRefusal() {
		return err
	}
	if down, err := e.isDown(ctx); err != nil || !down {
		return err // its restart policy was faster
	}
	return refused("cannot start %s again: %s", e.Place, got.said())
}

// isDown tells whether it is there and does not run.
func (e *end) isDown(ctx context.Context) (bool, error) {
	found, err := e.inspect(ctx)
	return found != nil && found.State.Running != nil && !*found.State.Running, err
}

// settle waits because the signal may be under way, and Docker hears of an end a moment later.
func (e *end) settle(ctx context.Context) error {
	giveUp := time.Now().Add(time.Duration(e.SettleMillis) * time.Millisecond)
	for e.mayBeEnding && time.Now().Before(giveUp) {
		if down, err := e.isDown(ctx); err != nil || down {
			return err
		}
		if err := sleep(ctx, e.look); err != nil {
			return err
		}
	}
	return nil
}

// sleep returns early, with errToldToStop, if the context ends.
func sleep(ctx context.Context, duration time.Duration) error {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return errToldToStop
	case <-timer.C:
		return nil
	}
}
