package stress

import (
	"bufio"
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// brokenKind cannot begin, and cannot end either.
var brokenKind = kind{name: "broken", load: func(task task) load { return brokenLoad{nil, task.Order.Path} }, outlives: true}

type brokenLoad struct {
	load // nil: it does not come to that
	how  string
}

func (l brokenLoad) begin() error {
	err := errors.New("cannot begin")
	if l.how == "untouched" {
		return untouched{err}
	}
	return err
}

func (l brokenLoad) end() error {
	if l.how == "silent" {
		os.Exit(0)
	}
	return errors.New("cannot end")
}

// settledBroken is one that has not begun, and why.
func settledBroken(t *testing.T, how string) (*stress, string) {
	t.Helper()
	s := &stress{kind: brokenKind, task: task{Pid: os.Getpid(), Order: Order{Kind: brokenKind.name, Path: how}}}
	if err := s.Begin(); err != nil {
		t.Fatal(err)
	}
	err := s.Settle()
	if err == nil {
		t.Fatal("it has begun")
	}
	return s, err.Error()
}

func TestSaysThatALoadThatCouldNotBeginIsNotTakenBackEither(t *testing.T) {
	if _, why := settledBroken(t, ""); why != "cannot begin; cannot end" {
		t.Error(why)
	}
}

func TestOwesNothingIfNothingWasTouched(t *testing.T) {
	s, why := settledBroken(t, "untouched")
	if err := s.Close(); why != "cannot begin" || err != nil {
		t.Error(why, err)
	}
}

func TestOwesWhatWasNotTakenBackUntilItIs(t *testing.T) {
	s, _ := settledBroken(t, "")
	for _, again := range []func() error{s.End, s.Close} {
		if err := again(); err == nil || err.Error() != "cannot end" {
			t.Error(err)
		}
	}
	if err := s.Begin(); err == nil || err.Error() != "what an earlier load did is still to be taken back: cannot end" {
		t.Error(err)
	}
	s.kind, s.task.Order.Kind = kinds[0], kinds[0].name // one that can end
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if s.owed != nil {
		t.Error(s.owed)
	}
}

func TestAnEndInSilenceIsNoSuccess(t *testing.T) {
	_, why := settledBroken(t, "silent")
	if !strings.Contains(why, "it is not known whether all was taken back: ") {
		t.Error(why)
	}
	s := &stress{kind: brokenKind, task: task{Pid: os.Getpid(), Order: Order{Kind: "unknown"}}} // which is no order
	if err := s.takeBack(); err == nil {
		t.Error("all was taken back by what had no order")
	}
}

func TestHearsALastWordThatComesLate(t *testing.T) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	line, far := os.NewFile(uintptr(pair[0]), "line"), os.NewFile(uintptr(pair[1]), "far end of line")
	ended := make(chan struct{})
	close(ended)
	c := &child{running: &running{line: line, ended: ended}, kind: brokenKind, reader: bufio.NewReader(line)}
	_, _ = far.WriteString(`{"state":{"did":1,"of":1}}` + "\n" + `{"problem":"cannot end","last":true}` + "\n")
	far.Close()
	c.bury()
	if c.killed || c.last == nil || c.last.Problem != "cannot end" {
		t.Errorf("killed %v, last word %+v", c.killed, c.last)
	}
}
