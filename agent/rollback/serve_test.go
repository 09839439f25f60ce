package rollback

import (
	"context"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestLeavesAtTheEndOfItsStdinWithoutCarryingOutAPartOfALine(t *testing.T) {
	e := newEngine(t)
	p := start(t, e.socket, long, pausing)
	p.mustDo("ping")
	io.WriteString(p.in, `{"id":2,"verb":"make"}`)
	p.in.Close()
	p.leaves(e, 0, "")
	if e.made("POST /containers/c0ffee/pause") != 0 {
		t.Error("it carried out what was no whole line")
	}
}

func TestLeavesWhenItsLeaseIsNotRenewed(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	p := start(t, e.socket, leaseAndMaximum{500 * time.Millisecond, time.Minute}, pausing)
	p.mustDo("make")
	for end := time.Now().Add(time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		p.mustDo("ping")
	}
	p.leaves(e, 0, "the lease of 0.5 s was not renewed")
	if e.is(e.isPaused)() {
		t.Error("it is paused still")
	}
}

func TestHearsWhatComesWhileDockerIsAsked(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	p := start(t, e.socket, leaseAndMaximum{300 * time.Millisecond, time.Minute}, pausing)
	e.override("POST /containers/c0ffee/pause", func(http.ResponseWriter, *http.Request) { time.Sleep(600 * time.Millisecond) })
	making := p.send("make")
	pinging := p.send("ping")
	if why := p.answer(making) + p.answer(pinging); why != "" {
		t.Errorf("refused: %s", why)
	}
}

func TestHearsFirstWhatHasComeBeforeItsLeaseEnded(t *testing.T) {
	for range 100 {
		requests := make(chan request, 1)
		requests <- request{Verb: "ping"}
		if asked, err := next(context.Background(), requests, 0); err != nil || asked.Verb != "ping" {
			t.Fatalf("%v, %v", asked, err)
		}
	}
}

func TestLeavesAtItsMaximumThoughItsCallerLives(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	p := start(t, e.socket, leaseAndMaximum{time.Minute, 500 * time.Millisecond}, pausing)
	p.mustDo("make")
	for end := time.Now().Add(soon); e.is(e.isPaused)() && time.Now().Before(end); {
		if _, err := io.WriteString(p.in, `{"id":1,"verb":"ping"}`+"\n"); err != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.leaves(e, 0, "the maximum duration was reached")
}

func TestLeavesWhenItIsToldToStop(t *testing.T) {
	e := newEngine(t)
	p := start(t, e.socket, long, pausing)
	p.mustDo("make")
	removing := make(chan struct{})
	e.override("POST /containers/c0ffee/unpause", func(w http.ResponseWriter, r *http.Request) {
		e.override("POST /containers/c0ffee/unpause", nil)
		close(removing)
		says(500, "later")(w, r)
	})
	p.cmd.Process.Signal(syscall.SIGTERM)
	p.receives(removing)
	p.cmd.Process.Signal(syscall.SIGTERM) // which does not keep it from taking back
	p.leaves(e, 1, "it was told to stop")
	if e.is(e.isPaused)() {
		t.Error("it is paused still")
	}
}

func TestIsToldToStopWhileDockerIsAskedAndAnswersNobody(t *testing.T) {
	e := newEngine(t)
	p := start(t, e.socket, long, pausing)
	asked := make(chan struct{})
	e.override("POST /containers/c0ffee/pause", func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done()
		e.do(func() { e.paused = true })
	})
	p.send("make")
	p.receives(asked)
	p.cmd.Process.Signal(syscall.SIGTERM)
	p.exits()
	if rest, err := io.ReadAll(p.out); err != nil || len(rest) > 0 {
		t.Errorf("it answered %q, %v", rest, err)
	}
}

func TestSaysWhatItHeardThatIsNoRequest(t *testing.T) {
	for sent, want := range map[string]string{
		"\n":                                    `the caller sent what is no request: "\n"`,
		"[1]\n":                                 `the caller sent what is no request: "[1]\n"`,
		`{"verb":"ping"}` + "\n":                `the caller sent what is no request: "{\"verb\":\"ping\"}\n"`,
		`{"id":1,"verb":"go"}` + "\n":           `no verb "go"; there are ping, make, take_back`,
		strings.Repeat("x", longestLine) + "\n": "the caller sent a line of more than 65536 bytes",
	} {
		e := newEngine(t)
		p := start(t, e.socket, long, pausing)
		p.mustDo("make")
		io.WriteString(p.in, sent)
		p.leaves(e, 1, want)
		if e.is(e.isPaused)() {
			t.Errorf("%.20q: it is paused still", sent)
		}
	}
}

func TestDoesNotWaitForACallerThatReadsNoAnswers(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	p := start(t, e.socket, long, pausing)
	p.mustDo("make")
	go io.WriteString(p.in, strings.Repeat(`{"id":1,"verb":"ping"}`+"\n", 10_000))
	p.leaves(e, 1, "nobody reads the answers of this rollback container")
	if e.is(e.isPaused)() {
		t.Error("it is paused still")
	}
}
