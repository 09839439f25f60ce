package freeze

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/cgrouptest"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

// of freezes these processes.
func of(pids ...int) *Freeze {
	return New(func() []int { return pids }, func() error { return errors.New("there is none") })
}

func begun(t *testing.T, freeze *Freeze) *Freeze {
	t.Helper()
	t.Cleanup(func() { _ = freeze.Close() })
	if err := freeze.Begin(); err != nil {
		t.Fatal(err)
	}
	return freeze
}

func ended(t *testing.T, freeze *Freeze) {
	t.Helper()
	if err := freeze.End(); err != nil {
		t.Fatal(err)
	}
}

// assertFrozen checks how many are frozen, of the most that were; that there were more is a flaw.
func assertFrozen(t *testing.T, freeze *Freeze, number, of int64) {
	t.Helper()
	told, err := freeze.State()
	if err != nil || told.Number != number || told.Of != of || (told.Flaw != "") != (number < of) {
		t.Errorf("its state is %+v, %v, not %d of %d", told, err, number, of)
	}
}

func assertRefused(t *testing.T, err error, why string) {
	t.Helper()
	if !refuse.Is(err) || !strings.Contains(err.Error(), why) {
		t.Errorf("not refused because %q, but: %v", why, err)
	}
}

func TestFreezesAndLetsGo(t *testing.T) {
	one, other := startedAnswering(t), startedAnswering(t)
	freeze := begun(t, of(one.pid, other.pid))
	for _, each := range freeze.held {
		if each.signal != 0 {
			t.Errorf("thread %d would get signal %d", each.thread, each.signal)
		}
	}
	for range 2 { // the second time as after a lift
		if !isFrozen(one.pid) || !isFrozen(other.pid) {
			t.Fatal("a thread runs on")
		}
		assertFrozen(t, freeze, 2, 2)
		ended(t, freeze)
		assertFrozen(t, freeze, 2, 2)
		one.answers()
		other.answers()
		ended(t, freeze) // twice is once
		if freeze.Held() {
			t.Error("it holds some still")
		}
		if err := freeze.Begin(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestThoseThatEndedBeforeItBeginsAgainAreNoFlaw(t *testing.T) {
	one, other := startedAnswering(t), startedAnswering(t)
	wanted := []int{one.pid, other.pid}
	freeze := begun(t, New(func() []int { return wanted }, nil))
	ended(t, freeze)
	wanted = wanted[:1]
	begun(t, freeze)
	assertFrozen(t, freeze, 1, 1)
}

func TestSignalWaitsUntilItGoesOn(t *testing.T) {
	child := startedAnswering(t)
	freeze := begun(t, of(child.pid))
	if err := unix.Kill(child.pid, unix.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	ended(t, freeze)
	child.says("here")
}

func TestSignalThatItStopsForIsNotLost(t *testing.T) {
	child := startedAnswering(t)
	freeze := of(child.pid)
	t.Cleanup(func() { _ = freeze.Close() })
	freeze.tracer = startTracer()
	first := &tracee{thread: child.pid, process: child.pid, tracer: freeze.tracer}
	seizeOnly(t, freeze, first)
	_ = unix.Tgkill(child.pid, child.pid, unix.SIGUSR1)
	cgrouptest.Eventually(t, "it has stopped", func() bool { freeze.Tend(); return first.stopped })
	if first.signal != int(unix.SIGUSR1) {
		t.Errorf("signal %d waits for it", first.signal)
	}
	ended(t, freeze)
	child.says("here")
}

func TestStoppedProcessStaysStopped(t *testing.T) {
	child := startedAnswering(t)
	if err := unix.Kill(child.pid, unix.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	cgrouptest.Eventually(t, "it is stopped", func() bool { return procfs.State(child.pid) == 'T' })
	freeze := begun(t, of(child.pid))
	ended(t, freeze)
	cgrouptest.Eventually(t, "it is stopped again", func() bool { return procfs.State(child.pid) == 'T' })
	if err := unix.Kill(child.pid, unix.SIGCONT); err != nil {
		t.Fatal(err)
	}
	child.answers()
}

func TestProcessesThatAreStartedMeanwhileAreFrozenToo(t *testing.T) {
	one, other := startedAnswering(t), startedAnswering(t)
	seen := []int{one.pid}
	freeze := begun(t, New(func() []int {
		found := seen
		seen = []int{one.pid, other.pid} // the second look finds another one
		return found
	}, nil))
	if !isFrozen(other.pid) {
		t.Error("it runs on")
	}
	assertFrozen(t, freeze, 2, 2)
}

func TestParentHearsThatAFrozenProcessHasDied(t *testing.T) {
	parent, pid := startedParent(t)
	freeze := begun(t, of(pid))
	if err := unix.Kill(pid, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	cgrouptest.Eventually(t, "nothing is held", func() bool { freeze.Tend(); return !freeze.Held() })
	parent.says("dead")
	assertFrozen(t, freeze, 0, 1)
}

func TestParentHearsOfADeathAtTheMomentOfLettingGo(t *testing.T) {
	parent, pid := startedParent(t)
	freeze := begun(t, of(pid))
	if err := unix.Kill(pid, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	cgrouptest.Eventually(t, "it is a zombie", func() bool { return procfs.IsEnding(pid) })
	freeze.letGo(time.Now().Add(stopLimit))
	parent.says("dead")
}

// startedParent starts a process whose own child, which is returned with it, does nothing. It says when that has died.
func startedParent(t *testing.T) (*child, int) {
	t.Helper()
	parent := startedBy(t, exec.Command("sh", "-c", "sleep 1000 & echo $!; wait $!; echo dead"))
	line, err := parent.stdout.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if procfs.Parent(pid) == parent.pid {
			_ = unix.Kill(pid, unix.SIGKILL)
		}
	})
	return parent, pid
}

func TestSecondTracerIsRefused(t *testing.T) {
	child := startedAnswering(t)
	freeze := begun(t, of(child.pid))
	other := of(child.pid)
	assertRefused(t, other.Begin(), fmt.Sprintf("process %d (%s) cannot be frozen: Operation not permitted; "+
		"a debugger or another fault may trace it already, or kernel.yama.ptrace_scope is 3", child.pid, procfs.Name(child.pid)))
	if err := other.Close(); err != nil {
		t.Error(err)
	}
	if !isFrozen(child.pid) {
		t.Error("the first tracer has lost it")
	}
	ended(t, freeze)
	child.answers()
}

func TestNoneIsRefused(t *testing.T) {
	if err := of().Begin(); err == nil || err.Error() != "there is none" {
		t.Errorf("not refused because there is none, but: %v", err)
	}
}

func TestTracerEndsOnceItIsClosed(t *testing.T) {
	child := startedAnswering(t)
	freeze := begun(t, of(child.pid))
	tracer, err := strconv.Atoi(procfs.Status(child.pid)["TracerPid"])
	if err != nil || !slices.Contains(procfs.Threads(os.Getpid()), tracer) {
		t.Fatalf("tracer %d is no thread of this process: %v", tracer, err)
	}
	if err := freeze.Close(); err != nil {
		t.Fatal(err)
	}
	child.answers()
	cgrouptest.Eventually(t, "the tracer has ended", func() bool { return !slices.Contains(procfs.Threads(os.Getpid()), tracer) })
}

func TestEndOfTheAgentLetsGo(t *testing.T) {
	child := startedAnswering(t)
	agent := started(t, "hold", strconv.Itoa(child.pid))
	agent.says("<nil>")
	if !isFrozen(child.pid) {
		t.Fatal("it is not frozen")
	}
	agent.kill()
	child.answers()
}

func TestWorks(t *testing.T) {
	if !Works() {
		t.Error("freezing works in the other tests, and yet not on this kernel")
	}
	for _, pid := range procfs.All() {
		if procfs.Parent(pid) == os.Getpid() {
			t.Errorf("child %d is left", pid)
		}
	}
}

func TestListsThreadsAsEver(t *testing.T) {
	for want, threads := range map[string][]int{"[]": nil, "[1]": {1}, "[1, 23]": {1, 23}} {
		if text := listed(threads); text != want {
			t.Errorf("%q is not %q", text, want)
		}
	}
}
