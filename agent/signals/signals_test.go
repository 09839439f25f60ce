package signals

import (
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"faultline/agent/cgrouptest"
	"faultline/agent/procfs"
)

const (
	catcher = `trap "echo caught" HUP; echo ready; while :; do read line; done`
	ignorer = `trap "" HUP; exec cat`
)

// started is a process whose standard input never ends. The test kills it.
func started(t *testing.T, command *exec.Cmd) int {
	t.Helper()
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Skipf("%v cannot be started here: %v", command.Args, err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		stdin.Close()
	})
	return command.Process.Pid
}

// sent is what came of a signal that a process, without any others, was sent.
func sent(t *testing.T, pid int, name string) *Sending {
	t.Helper()
	sending, err := New(pid, Order{Signal: name})
	if err != nil {
		t.Fatal(err)
	}
	if err := sending.Begin(); err != nil {
		t.Fatal(err)
	}
	return sending
}

func counters(t *testing.T, sending *Sending) string {
	t.Helper()
	told, err := sending.State()
	if err != nil || told.Flaw != "" {
		t.Fatal(told.Flaw, err)
	}
	return fmt.Sprintf("%d handled of %d", told.Number, told.Of)
}

func eventually(t *testing.T, sending *Sending, want string) {
	t.Helper()
	cgrouptest.Eventually(t, "the counters say "+want, func() bool { return counters(t, sending) == want })
}

func startedCatcher(t *testing.T) int {
	t.Helper()
	pid := started(t, exec.Command("sh", "-c", catcher))
	awaitMask(t, pid, "SigCgt")
	return pid
}

// awaitMask waits until SIGHUP is in a mask of a process.
func awaitMask(t *testing.T, pid int, mask string) {
	t.Helper()
	cgrouptest.Eventually(t, mask+" has SIGHUP", func() bool { return Has(procfs.Status(pid), mask, int(unix.SIGHUP)) })
}

func TestCaught(t *testing.T) {
	sending := sent(t, startedCatcher(t), "HUP")
	eventually(t, sending, "1 handled of 1")
	if err := sending.Begin(); err != nil { // a pulse sends it again
		t.Fatal(err)
	}
	eventually(t, sending, "2 handled of 2")
}

func TestCaughtOnlyOnceItIsTaken(t *testing.T) {
	pid := startedCatcher(t)
	if err := unix.Kill(pid, unix.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	cgrouptest.Eventually(t, "it is stopped", func() bool { return procfs.State(pid) == 'T' })
	sending := sent(t, pid, "HUP")
	if told := counters(t, sending); told != "0 handled of 1" {
		t.Errorf("it is stopped, and yet %s", told)
	}
	if err := unix.Kill(pid, unix.SIGCONT); err != nil {
		t.Fatal(err)
	}
	eventually(t, sending, "1 handled of 1")
}

func TestEnded(t *testing.T) {
	for _, name := range []string{"TERM", "KILL"} {
		eventually(t, sent(t, started(t, exec.Command("cat")), name), "1 handled of 1")
	}
}

// A process to which a signal does nothing and that ends later has not ended of it.
func assertUnharmed(t *testing.T, pid int, name string) {
	t.Helper()
	sending := sent(t, pid, name)
	if err := unix.Kill(pid, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	cgrouptest.Eventually(t, "it has ended", func() bool { return procfs.IsEnding(pid) })
	if told := counters(t, sending); told != "0 handled of 1" {
		t.Errorf("SIG%s does nothing to it, and yet %s", name, told)
	}
}

func TestIgnored(t *testing.T) {
	pid := started(t, exec.Command("sh", "-c", ignorer))
	awaitMask(t, pid, "SigIgn")
	assertUnharmed(t, pid, "HUP")
}

func TestHarmless(t *testing.T) {
	for _, name := range []string{"CHLD", "CONT", "URG", "WINCH"} {
		assertUnharmed(t, started(t, exec.Command("cat")), name)
	}
}

func TestFirstOfItsContainer(t *testing.T) {
	first := exec.Command("cat")
	first.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWPID}
	assertUnharmed(t, started(t, first), "TERM")
}

func TestKillEndsAlsoTheFirstOfItsContainer(t *testing.T) {
	first := exec.Command("cat")
	first.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWPID}
	eventually(t, sent(t, started(t, first), "KILL"), "1 handled of 1")
}

func TestEndedBefore(t *testing.T) {
	const none = 1<<22 + 1 // above the kernel's largest process id
	if told := counters(t, sent(t, none, "HUP")); told != "0 handled of 0" {
		t.Error(told)
	}
}

func TestProcessesOfAName(t *testing.T) {
	group := cgrouptest.New(t)
	first := group.Start(exec.Command("sleep", "1000"))
	group.Start(exec.Command("tail", "-f", "/dev/null"))
	sending, err := New(first, Order{Signal: "TERM", Names: []string{"tail"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := sending.Begin(); err != nil {
		t.Fatal(err)
	}
	eventually(t, sending, "1 handled of 1")
	if procfs.IsEnding(first) {
		t.Error("another one has ended, too")
	}
}

func TestNobodyOfAName(t *testing.T) {
	first := cgrouptest.New(t).Start(exec.Command("sleep", "1000"))
	sending, err := New(first, Order{Signal: "TERM", Names: []string{"nginx", "php"}})
	if err != nil {
		t.Fatal(err)
	}
	want := "no process is called nginx or php; there are sleep"
	if err := sending.Begin(); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("not refused with %q, but %v", want, err)
	}
}

// startedBlocking is a catcher to which SIGHUP does not get through: a program begins with the mask of the thread that starts it.
func startedBlocking(t *testing.T) int {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var blocked, before unix.Sigset_t
	blocked.Val[0] = 1 << (unix.SIGHUP - 1)
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, &blocked, &before); err != nil {
		t.Fatal(err)
	}
	pid := startedCatcher(t)
	if err := unix.PthreadSigmask(unix.SIG_SETMASK, &before, nil); err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestBlockedUntilTheEnd(t *testing.T) {
	pid := startedBlocking(t)
	awaitMask(t, pid, "SigBlk")
	sending := sent(t, pid, "HUP")
	if err := unix.Kill(pid, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if _, err := unix.Wait4(pid, nil, 0, nil); err != nil {
		t.Fatal(err)
	}
	if told := counters(t, sending); told != "0 handled of 1" {
		t.Errorf("it has never got through, and yet %s", told)
	}
}

func TestCatcherThatIsGoneHasHandledIt(t *testing.T) {
	pid := startedCatcher(t)
	sending := sent(t, pid, "HUP")
	_ = unix.Kill(pid, unix.SIGKILL)
	_, _ = unix.Wait4(pid, nil, 0, nil)
	if told := counters(t, sending); told != "1 handled of 1" {
		t.Error(told)
	}
}
