// Package rollback is the rollback container of what only Docker takes back: networks, pauses and ends of containers, whatever
// becomes of its caller.
//
// It is a container of its own, because it needs what the agent must not have: Docker's socket. All that it may ever do is in
// its command line, which Docker keeps, so that the undo is recorded before anything is changed and outlives everybody: when
// this container is started a second time, by whomever, it takes back what still is, removes itself and is gone.
//
// It is driven by one JSON object a line on stdin (docs/AGENT_PROTOCOL.md says how): ping, make, take_back. Nothing of the
// agent's is in here.
package rollback

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

const never = "0001-01-01" // when a container ended that has not run before

// limits are how long is waited.
type limits struct {
	call   time.Duration // for one answer: Docker's, and for ours to be read
	giveUp time.Duration // for everything to be taken back; a Docker daemon that restarts is away for some seconds
	pause  time.Duration // between two attempts
}

// Main is the whole program; its one argument is the task, as JSON. It returns the exit code: not 0 if Docker is to start
// this container again.
func Main(args []string) int {
	return run(args, "/var/run/docker.sock", limits{call: 20 * time.Second, giveUp: time.Minute, pause: 500 * time.Millisecond})
}

func run(args []string, socket string, limits limits) int {
	// The container may have 16 threads. On a machine with many processors the garbage collector alone would start more.
	runtime.GOMAXPROCS(1)
	signal.Ignore(syscall.SIGPIPE)
	told, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	rollback, err := newRollback(args, socket, limits)
	if err != nil {
		return exitCode(err)
	}
	return rollback.work(told)
}

// tell says something to people, and to the caller if these are the last words.
func tell(what error) { fmt.Fprintln(os.Stderr, what) }

// rollback carries out one task. One goroutine does all of it.
type rollback struct {
	task   task
	docker *docker
	limits limits
	steps  []step
}

func newRollback(args []string, socket string, limits limits) (*rollback, error) {
	if len(args) != 1 {
		return nil, errors.New("a rollback container has one argument, its task as JSON")
	}
	made := &rollback{docker: &docker{socket, limits.call}, limits: limits}
	if err := json.Unmarshal([]byte(args[0]), &made.task); err != nil {
		return nil, fmt.Errorf("cannot read the task of this rollback container: %w", err)
	}
	for _, order := range made.task.Steps {
		step, err := newStep(order, made.docker, limits.pause/10)
		if err != nil {
			return nil, err
		}
		made.steps = append(made.steps, step)
	}
	return made, nil
}

// work serves the caller and leaves, or only leaves if it has run before; it returns the exit code. While it leaves after
// having served, no signal stops it: nobody else takes back what it has made.
func (r *rollback) work(told context.Context) int {
	before, err := r.hasRunBefore(told)
	if err != nil {
		return exitCode(err)
	}
	if before {
		for _, step := range r.steps {
			step.assumeMade()
		}
		return exitCode(r.leave(told))
	}
	ended := r.serve(told, os.Stdin, answersTo(os.Stdout))
	if ended.why != nil {
		tell(ended.why) // before it leaves: it is removed with its container, and says nothing more
	}
	return max(ended.code, exitCode(r.leave(context.Background())))
}

// exitCode tells an error, if it is one.
func exitCode(err error) int {
	if err == nil {
		return 0
	}
	tell(err)
	return 1
}

func (r *rollback) hasRunBefore(ctx context.Context) (bool, error) {
	got, err := r.docker.ask(ctx, get, r.itself()+"/json", nil)
	if err != nil {
		return false, err
	}
	found, err := got.container()
	if err != nil {
		return false, err
	}
	return !strings.HasPrefix(found.State.FinishedAt, never), nil
}

// itself is the path of its own container.
func (r *rollback) itself() string { return "/containers/" + r.task.Rollback }

// makeAll makes each step, or none: a refusal takes back what was made.
func (r *rollback) makeAll(ctx context.Context) error {
	for _, step := range slices.Backward(r.steps) {
		err := step.make(ctx)
		if asRefusal(err) != nil {
			if left := r.takeAllBack(ctx); left != nil {
				return left
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// takeAllBack tries each, whatever becomes of the others.
func (r *rollback) takeAllBack(ctx context.Context) error {
	var refusals []*refusal
	for _, step := range r.steps {
		err := step.takeBack(ctx)
		if refusal := asRefusal(err); refusal != nil {
			refusals = append(refusals, refusal)
		} else if err != nil {
			return err
		}
	}
	return all(refusals)
}

// leave takes everything back and removes this container. What cannot be taken back leaves it, to be started again.
func (r *rollback) leave(ctx context.Context) error {
	giveUp := time.Now().Add(r.limits.giveUp)
	for {
		err := r.takeBackWhatSettles(ctx)
		refusal := asRefusal(err)
		switch {
		case err == nil:
			return r.removeItself(ctx)
		case refusal == nil:
			return err
		case refusal.gone:
			tell(refusal)
			return r.removeItself(ctx)
		case !time.Now().Before(giveUp):
			return fmt.Errorf("%w. Start this container again to try again", refusal)
		}
		if err := sleep(ctx, r.limits.pause); err != nil {
			return err
		}
	}
}

func (r *rollback) takeBackWhatSettles(ctx context.Context) error {
	for _, step := range r.steps {
		if err := step.settle(ctx); err != nil {
			return err
		}
	}
	return r.takeAllBack(ctx)
}

// removeItself is seldom answered: Docker ends this process first.
func (r *rollback) removeItself(ctx context.Context) error {
	_, err := r.docker.ask(ctx, remove, r.itself()+"?force=1", nil)
	return err
}
