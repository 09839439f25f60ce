package rollback

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestOnlyTakesBackIfItHasRunBefore(t *testing.T) {
	e := newEngine(t)
	e.finishedAt, e.paused = hasRun, true
	p := start(t, e.socket, long, pausing, fmt.Sprintf(stopping, 100))
	p.leaves(e, 0, "")
	if e.is(e.isPaused)() {
		t.Error("it is paused still")
	}
}

func TestWaitsForAnEndIfItHasRunBefore(t *testing.T) {
	e := newEngine(t)
	e.finishedAt = hasRun
	p := start(t, e.socket, long, fmt.Sprintf(stopping, 60_000))
	looked := make(chan struct{}, 100)
	e.override("GET /containers/c0ffee/json", func(w http.ResponseWriter, _ *http.Request) {
		looked <- struct{}{}
		e.do(func() { fmt.Fprintf(w, `{"State":{"Running":%t}}`, e.running) })
	})
	p.receives(looked)
	p.receives(looked)
	e.do(func() { e.running = false })
	p.leaves(e, 0, "")
	if !e.is(e.isUp)() {
		t.Error("it was not started")
	}
}

func TestIsStoppedWhileItTakesBackForAPredecessor(t *testing.T) {
	e := newEngine(t)
	e.finishedAt = hasRun
	p := start(t, e.socket, long, fmt.Sprintf(stopping, 60_000))
	looked := make(chan struct{}, 10000)
	e.override("GET /containers/c0ffee/json", func(w http.ResponseWriter, _ *http.Request) {
		looked <- struct{}{}
		fmt.Fprint(w, `{"State":{"Running":true}}`)
	})
	p.receives(looked)
	p.cmd.Process.Signal(syscall.SIGTERM)
	if code := p.exits(); code != 1 || p.errors.String() != "it was told to stop\n" {
		t.Errorf("it ended with %d and said %q", code, p.errors)
	}
	if e.made("DELETE /containers/"+itself) != 0 {
		t.Error("it removed itself")
	}
}

func TestWaitsForAnEndThatIsUnderWayWhenItsCallerIsGone(t *testing.T) {
	e := newEngine(t)
	looks := 0
	p := start(t, e.socket, long, fmt.Sprintf(stopping, 60_000))
	p.mustDo("make")
	e.override("GET /containers/c0ffee/json", func(w http.ResponseWriter, _ *http.Request) {
		e.do(func() {
			if looks++; looks == 3 {
				e.running = false
			}
			fmt.Fprintf(w, `{"State":{"Running":%t}}`, e.running)
		})
	})
	p.in.Close()
	p.leaves(e, 0, "")
	if !e.is(e.isUp)() || e.made("POST /containers/c0ffee/start") != 1 {
		t.Error("it was not started")
	}
}

func TestWaitsNoLongerForAnEndThanItCanTake(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	p := start(t, e.socket, long, fmt.Sprintf(stopping, 200))
	p.mustDo("make")
	began := time.Now()
	p.in.Close()
	p.leaves(e, 0, "")
	if waited := time.Since(began); waited < 200*time.Millisecond {
		t.Errorf("it waited for %v only", waited)
	}
}

func TestWaitsForAnEngineThatIsAwayForAWhile(t *testing.T) {
	e := newEngine(t)
	p := start(t, e.socket, long, pausing)
	p.mustDo("make")
	e.end()
	if why := p.ask("take_back"); !strings.HasPrefix(why, "cannot use Docker's socket: GET /containers/c0ffee/json: dial unix ") {
		t.Errorf("refused: %s", why)
	}
	p.in.Close()
	time.Sleep(3 * testLimits.pause)
	e.begin(t)
	p.leaves(e, 0, "")
	if e.is(e.isPaused)() {
		t.Error("it is paused still")
	}
}

func TestGivesUpOnAnEngineThatStaysAwayAndTriesAgainWhenItIsStarted(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	p := start(t, e.socket, long, pausing)
	p.mustDo("make")
	e.end()
	p.in.Close()
	if code := p.exits(); code != 1 || !strings.HasSuffix(p.errors.String(), ". Start this container again to try again\n") {
		t.Errorf("it ended with %d and said %q", code, p.errors)
	}
	e.begin(t)
	e.do(func() { e.finishedAt = hasRun })
	start(t, e.socket, long, pausing).leaves(e, 0, "")
	if e.is(e.isPaused)() {
		t.Error("it is paused still")
	}
}

func TestWaitsNoLongerForAnAnswerThanItsLimit(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	p := start(t, e.socket, long, pausing)
	p.mustDo("ping")
	e.override("POST /containers/c0ffee/pause", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	if why := p.ask("make"); why != "cannot use Docker's socket: POST /containers/c0ffee/pause: no answer within 2 s" {
		t.Errorf("refused: %s", why)
	}
}

func TestSaysThatItMayNotUseTheSocket(t *testing.T) {
	e := newEngine(t) // in a folder that is root's
	t.Setenv("ROLLBACK_TEST_UID", "65534")
	p := start(t, e.socket, long, pausing)
	want := "may not use Docker's socket (Permission denied). It must be open to the user that is root in a " +
		"container: not so under userns-remap, nor under SELinux without label=disable\n"
	if code := p.exits(); code != 1 || p.errors.String() != want {
		t.Errorf("it ended with %d and said %q", code, p.errors)
	}
}

func TestRefusesATaskThatItCannotRead(t *testing.T) {
	for task, want := range map[string]string{
		"{": "cannot read the task of this rollback container: unexpected end of JSON input\n",
		`{"rollback":"r","steps":[{"does":"fly"}]}`: `no step does "fly"; there are detach, pause, end` + "\n",
	} {
		p := startWith(t, "/nonexistent", task)
		if code := p.exits(); code != 1 || p.errors.String() != want {
			t.Errorf("%s: it ended with %d and said %q", task, code, p.errors)
		}
	}
}

func TestNeedsFewerThreadsThanItsContainerMayHaveOnAMachineOfManyProcessors(t *testing.T) {
	e := newEngine(t)
	p := start(t, e.socket, long, pausing)
	for range 200 {
		p.mustDo("make")
		p.mustDo("take_back")
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "Threads:\t")
	threads, err := strconv.Atoi(after[:strings.Index(after, "\n")])
	if err != nil || threads > 12 {
		t.Errorf("it has %d threads, %v", threads, err)
	}
	t.Logf("%d threads", threads)
}
