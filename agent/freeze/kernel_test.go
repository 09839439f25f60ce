package freeze

import (
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/cgrouptest"
	"faultline/agent/procfs"
)

// startedLaunching is a process of which a thread waits in vfork(2) for ever, and the child that it waits for.
func startedLaunching(t *testing.T) (parent *child, launched int) {
	t.Helper()
	parent = started(t, "launch")
	cgrouptest.Eventually(t, "a thread waits for its child", func() bool {
		launched = 0
		for _, pid := range procfs.All() {
			if procfs.Parent(pid) == parent.pid && procfs.State(pid) == 'S' { // and not one by which Go tries the kernel first
				launched = pid
			}
		}
		return launched != 0 && waitsInKernel(parent.pid) != 0
	})
	t.Cleanup(func() {
		if procfs.Parent(launched) == parent.pid {
			_ = unix.Kill(launched, unix.SIGKILL)
		}
	})
	return parent, launched
}

// waitsInKernel is a thread of a process that no signal but SIGKILL reaches; 0 if there is none.
func waitsInKernel(pid int) int {
	for _, thread := range procfs.Threads(pid) {
		if procfs.State(thread) == 'D' {
			return thread
		}
	}
	return 0
}

func TestThreadInVforkStandsStillWithItsChild(t *testing.T) {
	parent, launched := startedLaunching(t)
	freeze := begun(t, of(parent.pid, launched))
	if waitsInKernel(parent.pid) == 0 {
		t.Fatal("no thread waits in the kernel")
	}
	assertFrozen(t, freeze, 2, 2)
	ended(t, freeze)
	assertFrozen(t, freeze, 2, 2)
	_ = unix.Kill(launched, unix.SIGKILL)
	parent.says("ended") // the tracer has let that thread go, by itself
}

func TestThreadThatIsStillLeavingIsTakenOver(t *testing.T) {
	parent, launched := startedLaunching(t)
	first := begun(t, of(parent.pid, launched))
	ended(t, first)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := begun(t, of(parent.pid, launched))
	first.tracer.do(time.Now().Add(stopLimit), func() {}) // it looks whether it may end, and still has that thread
	assertFrozen(t, second, 2, 2)
	_ = unix.Kill(launched, unix.SIGKILL)
	cgrouptest.Eventually(t, "the thread has left the kernel and is stopped", func() bool {
		second.Tend()
		return isFrozen(parent.pid) && second.Frozen() == 1
	})
	ended(t, second)
	parent.says("ended")
}

func TestThreadThatDoesNotStopIsRefused(t *testing.T) {
	t.Parallel() // it takes as long as a thread is waited for
	parent, launched := startedLaunching(t)
	freeze := of(parent.pid)
	t.Cleanup(func() { _ = freeze.Close() })
	assertRefused(t, freeze.Begin(),
		"threads ["+strconv.Itoa(waitsInKernel(parent.pid))+"] did not stop within 3 s: do they wait for a disk?")
	ended(t, freeze)
	_ = unix.Kill(launched, unix.SIGKILL)
	parent.says("ended")
}
