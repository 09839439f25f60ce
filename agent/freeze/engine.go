package freeze

import (
	"os"
	"strings"
	"time"

	"faultline/agent/descriptor"
	"faultline/agent/effect"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

const answerTime = 20 * time.Millisecond // the answer that it is in force goes through the engine, before that is frozen

// EngineOrder says which engine is to be frozen, and for how long.
type EngineOrder struct {
	Container    string `json:"container"` // the id of one that it runs
	Milliseconds int64  `json:"milliseconds"`
}

// Engine freezes the engine that runs a container, from a moment after it was asked to, and lets it go by itself: the way to
// the agent leads through the engine, so nobody else could.
type Engine struct {
	*Freeze
	order    EngineOrder
	begins   time.Time // when it is to be frozen; zero once it was
	frozenAt time.Time // since when some of it is frozen; zero if nothing is
	silent   time.Duration
}

// OfEngine freezes an engine. Where the container's first process lives does not matter to that.
func OfEngine(_ int, order EngineOrder) *Engine {
	return &Engine{order: order, Freeze: New(func() []int { return serving(order.Container) }, noEngine)}
}

// serving has the engine's process. It reads the container's output, from a FIFO in a folder of its name; its shim and
// containerd write there.
func serving(container string) []int {
	var found []int
	for _, pid := range procfs.All() {
		name := procfs.Name(pid)
		if name != "" && !strings.HasPrefix(name, "containerd") && pid != os.Getpid() && hasOpen(pid, "/containerd/"+container+"/") {
			found = append(found, pid)
		}
	}
	return found
}

func hasOpen(pid int, folder string) bool {
	for _, number := range descriptor.Of(pid) {
		if strings.Contains(descriptor.Target(pid, number), folder) {
			return true
		}
	}
	return false
}

func noEngine() error {
	return refuse.Because("the process of the engine cannot be found; does the engine run in another virtual machine?")
}

// Begin has it frozen by a Tend that comes after the answer has been given.
func (e *Engine) Begin() error {
	if len(e.wanted()) == 0 {
		return e.whyNone()
	}
	e.begins = time.Now().Add(answerTime)
	return nil
}

// Tend freezes it, and lets it go, when it is time to.
func (e *Engine) Tend() {
	e.Freeze.Tend()
	now := time.Now()
	switch {
	case !e.begins.IsZero():
		if now.After(e.begins) {
			e.freeze()
		}
	case (e.Held() || !e.frozenAt.IsZero()) && now.After(e.frozenAt.Add(e.bound())):
		_ = e.End() // what cannot be let go now is tried again by the next Tend
	}
}

func (e *Engine) freeze() {
	e.begins = time.Time{}
	e.frozenAt = time.Now() // most of it stops at once, also if a thread does not stop in time
	if e.Freeze.Begin() == nil {
		return
	}
	if !e.Held() {
		e.frozenAt = time.Time{}
	}
	_ = e.End() // it is too late to refuse; for how long it was frozen will tell
}

// End lets it go, or sees to it that it is not frozen after all.
func (e *Engine) End() error {
	e.begins = time.Time{}
	if err := e.Freeze.End(); err != nil {
		return err
	}
	e.silent += e.current()
	e.frozenAt = time.Time{}
	return nil
}

// Close ends it for good.
func (e *Engine) Close() error {
	e.begins = time.Time{}
	return e.Freeze.Close()
}

// State says for how many ms it was frozen, of how many it is to be.
func (e *Engine) State() (effect.State, error) {
	silent := (e.silent + e.current()).Milliseconds()
	return effect.State{Number: silent, Of: max(silent, int64(e.order.Milliseconds)), Needed: true}, nil
}

// current is for how long it has been frozen this time.
func (e *Engine) current() time.Duration {
	if e.frozenAt.IsZero() {
		return 0
	}
	return time.Since(e.frozenAt)
}

func (e *Engine) bound() time.Duration { return time.Duration(e.order.Milliseconds) * time.Millisecond }
