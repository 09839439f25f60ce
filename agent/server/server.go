// Package server answers requests until their stream ends, and heals everything on the way out.
package server

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/change"
	"faultline/agent/filter"
	"faultline/agent/orphan"
	"faultline/agent/refuse"
	"faultline/agent/shutdown"
	"faultline/agent/wire"
)

const (
	protocol   = 5
	renewal    = 4 * time.Second // so three renewals may be late before the kernel acts
	mostAtOnce = 256             // requests under way; who sends more is not read until one of them is answered
	answerTime = 5 * time.Second // for answers that are still to be given when all is healed
	idleLeases = 20              // an agent that nobody has spoken to for so many leases is an orphan, and leaves
)

// Server keeps what is open. A request is registered in the order in which it came and carried out on a goroutine of its own,
// so that a slow one delays neither the lease nor what others ask for.
type Server struct {
	lease     time.Duration
	renewal   time.Duration
	out       *wire.Writer
	filters   change.Filters
	aftermath *orphan.Aftermath
	heard     atomic.Int64 // when the caller was last heard, in ns since it began
	lapsed    atomic.Int64 // the value of heard with which the lease has last run out
	began     time.Time
	underWay  chan struct{} // as many as requests are
	asking    sync.Mutex    // held while one is registered
	piped     atomic.Bool   // whether the caller has asked for pipes
	ended     chan struct{} // closed once by end, when one of the streams of requests has ended
	end       func()
	news      chan struct{} // that something may be due earlier than it was

	mu        sync.Mutex
	changes   []*change.Change        // in the order in which they were opened
	untold    map[*change.Change]bool // those that are being taken back early
	shutdowns map[int]*shutdown.Watch
	leaving   bool
}

// New makes one that writes its answers to out.
func New(out io.Writer, lease time.Duration) *Server {
	ended := make(chan struct{})
	return &Server{
		ended: ended, end: sync.OnceFunc(func() { close(ended) }),
		lease: lease, renewal: renewal, out: wire.NewWriter(out), filters: filter.New(), aftermath: orphan.NewAftermath(),
		began: time.Now(), underWay: make(chan struct{}, mostAtOnce), news: make(chan struct{}, 1),
		untold: map[*change.Change]bool{}, shutdowns: map[int]*shutdown.Watch{},
	}
}

// Serve answers requests until their stream, or that of pipes that were asked for, ends, the caller says goodbye, the agent is told to stop, or nobody has spoken to it
// for a long time. Everything is healed when it returns, or was tried.
func (s *Server) Serve(in io.Reader) error {
	signal.Ignore(syscall.SIGPIPE)
	told := make(chan os.Signal, 2)
	signal.Notify(told, syscall.SIGTERM, syscall.SIGINT)
	defer signal.Stop(told)
	s.hear()
	var kernel unix.Utsname
	if err := unix.Uname(&kernel); err != nil {
		return err
	}
	s.out.Send(map[string]any{
		"faultline": protocol, "kernel": unix.ByteSliceToString(kernel.Release[:]), "lease_ms": s.lease.Milliseconds(),
	})
	go func() {
		defer s.end()
		s.readAll(wire.NewReader(in))
	}()
	defer s.leave()
	return s.doWhatIsDue(told)
}

func (s *Server) readAll(requests *wire.Reader) {
	for {
		request, err := requests.Next()
		if err == io.EOF {
			return
		}
		s.hear()
		if err != nil {
			s.refuse(request.ID, err)
			continue
		}
		if goodbye := s.answer(request); goodbye {
			return
		}
	}
}

func (s *Server) hear() { s.heard.Store(int64(time.Since(s.began))) }

// wake has what is due be looked at again, as it may be due earlier now.
func (s *Server) wake() {
	select {
	case s.news <- struct{}{}:
	default: // it is about to be looked at
	}
}

// doWhatIsDue keeps leases, maximum durations and the kernel's timeouts until the server is to leave.
func (s *Server) doWhatIsDue(told <-chan os.Signal) error {
	nextRenewal := time.Now().Add(s.renewal)
	for {
		due := time.NewTimer(time.Until(s.nextDue(nextRenewal)))
		select {
		case <-told:
			return nil
		case <-s.ended:
			return nil
		case <-s.news:
		case <-due.C:
		}
		due.Stop()
		heard := s.heard.Load()
		silence := time.Since(s.began) - time.Duration(heard)
		if silence >= s.lease*idleLeases {
			return errors.New("nobody has spoken to this agent for a long time; it leaves")
		}
		if silence >= s.lease && s.lapsed.Swap(heard) != heard { // who is heard at this moment has a new lease
			go s.lapse(s.newestFirst())
		}
		s.healLate()
		if time.Now().After(nextRenewal) {
			nextRenewal = time.Now().Add(s.renewal)
			s.renewAll()
		}
	}
}

func (s *Server) nextDue(nextRenewal time.Time) time.Time {
	next := nextRenewal
	heard, leases := s.heard.Load(), time.Duration(1)
	if s.lapsed.Load() == heard {
		leases = idleLeases
	}
	if end := s.began.Add(time.Duration(heard) + leases*s.lease); end.Before(next) {
		next = end
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, each := range s.changes {
		if !each.Deadline.IsZero() && each.Deadline.Before(next) {
			next = each.Deadline
		}
	}
	return next
}

func (s *Server) lapse(changes []*change.Change) {
	s.healEarly(changes, "the lease of "+seconds(s.lease)+" s was not renewed")
	s.settleAll()
}

// healLate takes back what has reached its maximum duration.
func (s *Server) healLate() {
	now := time.Now()
	s.mu.Lock()
	var late []*change.Change
	for _, each := range s.changes {
		if !each.Deadline.IsZero() && !each.Deadline.After(now) {
			each.Deadline = time.Time{} // it is taken back once
			late = append(late, each)
		}
	}
	s.mu.Unlock()
	if len(late) > 0 {
		go s.healEarly(late, "the maximum duration was reached")
	}
}

func (s *Server) renewAll() {
	for _, each := range s.newestFirst() {
		go func() {
			each.Lock()
			defer each.Unlock()
			if err := refuse.Attempt(each.Renew); err != nil {
				s.note(each.Tag + ": " + err.Error())
			}
		}()
	}
}

// leave heals all. What is being made at this moment is waited for, and healed too.
func (s *Server) leave() {
	s.mu.Lock()
	s.leaving = true
	s.mu.Unlock()
	s.healEarly(s.newestFirst(), "the agent ends")
	s.settleAll()
	s.awaitAnswers()
}

// awaitAnswers lets requests that are under way be answered, but not for long: it takes their places until it has all.
func (s *Server) awaitAnswers() {
	late := time.After(answerTime)
	for range mostAtOnce {
		select {
		case s.underWay <- struct{}{}:
			defer s.isAnswered()
		case <-late:
			return
		}
	}
}

// settleAll is for when nobody is there who could still want to see what becomes of connections that were closed under a fault.
func (s *Server) settleAll() {
	s.attempt(func() { s.aftermath.SettleAll() })
}

// attempt does what is about the kernel after all is healed.
func (s *Server) attempt(act func()) {
	err := refuse.Attempt(func() error {
		act()
		return nil
	})
	if err != nil {
		s.note("connections that were closed under a fault may be left: " + err.Error())
	}
}

func (s *Server) note(text string) {
	s.out.Send(map[string]any{"event": "note", "text": text})
}
