package clock

import (
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"testing"
	"time"

	"faultline/agent/effect"
	"faultline/agent/refuse"
)

func newClock(t *testing.T, of *timepiece, order Order) *clock {
	t.Helper()
	made, err := New(of.pid, order)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = made.Close() })
	return made.(*clock)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// counted is how many wrong times were shown, and whether it lapsed.
func counted(t *testing.T, c *clock) (wrong int64, lapsed bool) {
	t.Helper()
	state, err := c.State()
	must(t, err)
	if state.Number != state.Of {
		t.Fatalf("unfit state: %+v", state)
	}
	return state.Number, state.Flaw != ""
}

func TestIsWrongFromBeginToEndAndCanBeginAgain(t *testing.T) {
	p := newTimepiece(t)
	c := newClock(t, p, Order{OffsetNanos: int64(time.Hour)})
	p.mustBeAhead(0)
	if wrong, lapsed := counted(t, c); wrong != 0 || lapsed {
		t.Errorf("%d wrong, lapsed: %t before it began", wrong, lapsed)
	}

	must(t, c.Begin())
	must(t, c.Settle())
	p.mustBeAhead(time.Hour)
	first, _ := counted(t, c)
	if first == 0 {
		t.Error("nothing was counted")
	}
	must(t, c.End())
	must(t, c.End())
	p.mustBeAhead(0)
	if after, _ := counted(t, c); after != first {
		t.Errorf("%d wrong after the end, %d before", after, first)
	}

	must(t, c.Begin())
	if again, _ := counted(t, c); again != first {
		t.Errorf("%d wrong when it begins again, %d before", again, first)
	}
	p.mustBeAhead(time.Hour)
	if second, _ := counted(t, c); second != 2*first {
		t.Errorf("%d wrong, then %d", first, second)
	}
	must(t, c.End())
	if second, _ := counted(t, c); second != 2*first {
		t.Errorf("%d wrong at the first end, %d at the second", first, second)
	}
	must(t, c.Begin())
	must(t, c.Close())
	p.mustBeAhead(0)
}

func TestGoesBackwardsBefore1970(t *testing.T) {
	p := newTimepiece(t)
	century := -100 * 365 * 24 * time.Hour
	c := newClock(t, p, Order{OffsetNanos: int64(century)})
	must(t, c.Begin())
	p.mustBeAhead(century)
}

func TestDrifts(t *testing.T) {
	p := newTimepiece(t)
	c := newClock(t, p, Order{DriftPpb: 1_000_000_000_000}) // a thousand seconds with each
	began := time.Now()
	must(t, c.Begin())
	p.await("it is far ahead", func() bool { return p.ahead() > 200*time.Second })
	ahead, passed := p.ahead(), time.Since(began)
	if rate := float64(ahead) / float64(passed); rate < 500 || rate > 1001 {
		t.Errorf("ahead by %v after %v", ahead, passed)
	}
}

func TestIsRightByItselfUnlessThatIsPutOff(t *testing.T) {
	p := newTimepiece(t)
	c := newClock(t, p, Order{OffsetNanos: int64(time.Hour)})
	must(t, c.Begin())
	begun := until(t, c)
	if left := time.Until(begun); left > kept || left < kept-5*time.Second {
		t.Errorf("it is right by itself in %v", left)
	}
	c.Tend()
	if !until(t, c).Equal(begun) {
		t.Error("it was put off too early")
	}

	must(t, c.write(time.Now().Add(-time.Millisecond)))
	p.mustBeAhead(0)
	c.renewed = time.Now().Add(-renewal)
	c.Tend()
	p.mustBeAhead(time.Hour)
	if _, lapsed := counted(t, c); lapsed {
		t.Error("it is said to have lapsed")
	}
	if c.renewed.Before(time.Now().Add(-time.Second)) || !until(t, c).After(begun) {
		t.Error("it was not put off")
	}
}

func TestSaysThatItLapsed(t *testing.T) {
	p := newTimepiece(t)
	c := newClock(t, p, Order{OffsetNanos: int64(time.Hour)})
	must(t, c.Begin())
	c.renewed = time.Now().Add(-kept - time.Second)
	c.Tend()
	if _, lapsed := counted(t, c); !lapsed {
		t.Error("it is not said to have lapsed")
	}
	must(t, c.End())
	c.renewed = time.Now().Add(-renewal)
	c.Tend()
	p.mustBeAhead(0)
}

func TestIsRightIfItsWriterDiedInTheMiddle(t *testing.T) {
	p := newTimepiece(t)
	c := newClock(t, p, Order{OffsetNanos: int64(time.Hour)})
	must(t, c.Begin())
	turn, err := c.file.number(atTurn)
	must(t, err)
	if turn%2 != 0 {
		t.Errorf("turn %d", turn)
	}
	must(t, c.file.put(atTurn, turn+1))
	p.mustBeAhead(0)
	must(t, c.Begin())
	p.mustBeAhead(time.Hour)
}

func TestEndsAfterTheContainerDid(t *testing.T) {
	p := newTimepiece(t)
	c := newClock(t, p, Order{OffsetNanos: int64(time.Hour)})
	must(t, c.Begin())
	process, err := os.FindProcess(p.pid)
	must(t, err)
	must(t, process.Kill())
	p.await("it has ended", func() bool { return !readsIt(p.pid) })
	must(t, c.End())
	if state, err := c.State(); err != nil || !reflect.DeepEqual(state, effect.State{Needed: true}) {
		t.Errorf("%+v, %v", state, err)
	}
}

func TestRefusesAContainerThatWasNotPrepared(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	_, err := New(cmd.Process.Pid, Order{})
	requireRefusal(t, err, fmt.Sprintf("process %d, the container's first one, has not preloaded Faultline's clock: was the "+
		"container prepared with FakeClock.in(…) before its start, and is its program linked dynamically?", cmd.Process.Pid))
}

func TestRefusesAFileThatIsNotItsOwn(t *testing.T) {
	p := newTimepiece(t)
	file := p.path(path)
	for what, each := range map[string]struct {
		replace func() error
		want    string
	}{
		"another size": {func() error { return os.WriteFile(file, make([]byte, size+1), 0o666) }, "is not as this version of Faultline made it"},
		"a folder":     {func() error { return os.Mkdir(file, 0o777) }, "cannot be written: Is a directory"},
		"a link":       {func() error { return os.Symlink("clock.so", file) }, "cannot be written: Too many levels of symbolic links"},
		"a pipe":       {func() error { return exec.Command("mkfifo", file).Run() }, "is not as this version of Faultline made it"},
		"nothing":      {func() error { return nil }, "cannot be written: No such file or directory"},
	} {
		t.Run(what, func(t *testing.T) {
			must(t, os.RemoveAll(file))
			must(t, each.replace())
			_, err := openControl(p.pid)
			requireRefusal(t, err, fmt.Sprintf("the clock of process %d %s", p.pid, each.want))
		})
	}
}

func requireRefusal(t *testing.T, err error, want string) {
	t.Helper()
	if !refuse.Is(err) || err.Error() != want {
		t.Errorf("refused: %v, not: %s", err, want)
	}
}

// until when the library shows a wrong time, as the file has it.
func until(t *testing.T, c *clock) time.Time {
	t.Helper()
	nanos, err := c.file.number(atControl + 24)
	must(t, err)
	return time.Unix(0, nanos)
}
