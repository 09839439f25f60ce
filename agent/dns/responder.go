// Package dns is a name server that stands in for the one that a target asks: it gives wrong answers to some queries, and
// passes all others on, byte for byte.
//
// It listens in the target's network namespace, on loopback. Rules of the nat table lead the target's queries to it; where they
// were going it learns from the kernel's flow table.
//
// Messages are read and written by hand. A library wants the whole of a message to be sound, so a target could get past the
// fault by a record behind the question that the library does not know; and it decodes the question and encodes it again, where
// the answer has to repeat its bytes.
package dns

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"faultline/agent/conntrack"
	"faultline/agent/effect"
	"faultline/agent/netns"
	"faultline/agent/refuse"
)

const stopLimit = 5 * time.Second

var errStopped = errors.New("stopped")

// Responder is one such name server. Its methods may be called from any goroutine, and while it serves.
type Responder struct {
	namespace   *netns.Namespace // its owner's, who closes it after Stop
	listeners   *listeners
	port        int
	conntrack   *conntrack.Conntrack
	opening     sync.Mutex // held while an upstream is opened
	connections connections
	buffers     sync.Pool // of *[longestMessage]byte, for answers over UDP

	plan      atomic.Pointer[plan]
	seen, met atomic.Int64

	running  sync.WaitGroup // all goroutines that use the sockets
	shutting sync.Once
	cause    error         // why it serves no longer; to be read when stopping is closed
	stopping chan struct{} // closed when it serves no longer
	ended    chan struct{} // closed when its goroutines have ended, too
}

// Start starts one in a namespace, which stays open until Stop has returned. An error leaves nothing behind.
func Start(namespace *netns.Namespace, request Request) (*Responder, error) {
	r := &Responder{namespace: namespace, stopping: make(chan struct{}), ended: make(chan struct{})}
	r.connections.due = map[net.Conn]time.Time{}
	r.buffers.New = func() any { return new([longestMessage]byte) }
	if err := r.Replan(request); err != nil {
		return nil, err
	}
	if err := namespace.Do(r.open); err != nil {
		return nil, err
	}
	for _, listening := range r.listeners.tcp {
		r.running.Go(func() { r.shut(r.accept(listening)) })
	}
	for _, listening := range r.listeners.udp {
		r.running.Go(func() { r.shut(r.receive(listening)) })
	}
	go r.finish()
	return r, nil
}

func (r *Responder) open() (err error) {
	if r.conntrack, err = conntrack.Open(); err != nil {
		return err
	}
	if r.listeners, err = listen(); err != nil {
		r.conntrack.Close()
		return err
	}
	r.port = r.listeners.port
	return nil
}

// Port is the one that it listens on, over UDP and TCP.
func (r *Responder) Port() int { return r.port }

// Replan has it answer otherwise, or other names, from the next query on. An error changes nothing.
func (r *Responder) Replan(request Request) error {
	plan, err := newPlan(request)
	if err != nil {
		return err
	}
	r.plan.Store(plan)
	return nil
}

// State says how many queries it was to answer itself, of those that came.
func (r *Responder) State() effect.State {
	met := r.met.Load() // before seen: what is met in between must not be more than what is seen
	state := effect.State{Number: met, Of: r.seen.Load(), Needed: true}
	select {
	case <-r.stopping:
		state.Flaw = fmt.Sprintf("the name server that stood in for the target's own has ended: %v", r.cause)
	default:
	}
	return state
}

// Stop ends it with all its connections. Once more is no error.
func (r *Responder) Stop() error {
	r.shut(errStopped)
	select {
	case <-r.ended:
		return nil
	case <-time.After(stopLimit):
		return refuse.Because("the responder on port %d did not end within %d s", r.port, stopLimit/time.Second)
	}
}

// shut closes all sockets, which ends the goroutines that wait for them. The first cause is the one that counts: one listener's
// failure ends the others too, so that the evidence tells that it did not live to the end.
func (r *Responder) shut(cause error) {
	r.shutting.Do(func() {
		r.cause = cause
		close(r.stopping)
		r.listeners.close()
		r.connections.closeAll()
	})
}

func (r *Responder) finish() {
	r.running.Wait()
	r.conntrack.Close()
	close(r.ended)
}

// decide counts a query, and has the wrong answer to it, nil for none; met is false of one that is to be passed on.
func (r *Responder) decide(query []byte) (reply []byte, met bool) {
	defer func() {
		if panicked := recover(); panicked != nil { // no query may end it for all others, and the agent with it
			fmt.Fprintf(os.Stderr, "responder: %v\n", panicked)
			reply, met = nil, true
		}
	}()
	r.seen.Add(1)
	if reply, met = r.plan.Load().answer(query); met {
		r.met.Add(1)
	}
	return reply, met
}
