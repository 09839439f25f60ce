package freeze

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/cgrouptest"
	"faultline/agent/procfs"
)

// startedExecuting is a process of which another thread than the first executes another program when it is told to.
func startedExecuting(t *testing.T) (process *child, executing int) {
	t.Helper()
	command := exec.Command("/proc/self/exe", "exec")
	command.Env = append(os.Environ(), "GODEBUG=asyncpreemptoff=1") // else Go interrupts its own threads by signals
	process = startedBy(t, command)
	line, err := process.stdout.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if executing, err = strconv.Atoi(strings.TrimSpace(line)); err != nil {
		t.Fatal(err)
	}
	return process, executing
}

func (c *child) executes() {
	c.t.Helper()
	if _, err := c.stdin.Write([]byte{0}); err != nil {
		c.t.Fatal(err)
	}
}

// startedWaitingForItsTracer is a process that executes another program, and cannot before its tracer has seen the end of its
// other threads, which a freeze holds. The kernel makes everyone wait who wants to trace it meanwhile.
func startedWaitingForItsTracer(t *testing.T) (child *child, executing int, freeze *Freeze) {
	t.Helper()
	child, executing = startedExecuting(t)
	freeze = of(child.pid)
	t.Cleanup(func() { _ = freeze.Close() })
	for _, thread := range procfs.Threads(child.pid) {
		if thread == executing {
			continue
		}
		if _, err := freeze.seize(thread, child.pid); err != nil {
			t.Fatal(err)
		}
	}
	child.executes()
	cgrouptest.Eventually(t, "it waits for the end of its other threads", func() bool { return procfs.State(executing) == 'D' })
	return child, executing, freeze
}

func TestProcessThatExecutesAnotherProgramMeanwhile(t *testing.T) {
	child, _, freeze := startedWaitingForItsTracer(t)
	if err := freeze.Begin(); err != nil {
		t.Fatal(err)
	}
	cgrouptest.Eventually(t, "it is frozen", func() bool { freeze.Tend(); return isFrozen(child.pid) })
	assertFrozen(t, freeze, 1, 1)
	ended(t, freeze)
	child.says("ready")
	child.answers()
	if left := freeze.tracer.tracees.Load(); left != 0 {
		t.Errorf("its tracer waits for %d tracees that there are not", left)
	}
}

func TestThreadThatTheKernelGivesTooLateIsLetGo(t *testing.T) {
	t.Parallel() // it takes as long as the kernel is waited for
	child, executing, freeze := startedWaitingForItsTracer(t)
	if _, err := freeze.tracer.seize(executing, child.pid, func() {}); !errors.Is(err, errHangs) {
		t.Fatalf("the kernel has not made its tracer wait: %v", err)
	}
	delete(freeze.held, child.pid) // the first thread, which the kernel does away with itself
	freeze.tracer.tracees.Add(-1)
	freeze.Tend()
	child.says("ready")
	child.answers()
}

func TestThreadThatHasExecutedAnotherProgramIsStillHeld(t *testing.T) {
	child, executing := startedExecuting(t)
	freeze := of(child.pid)
	t.Cleanup(func() { _ = freeze.Close() })
	freeze.tracer = startTracer()
	seizeOnly(t, freeze, &tracee{thread: executing, process: child.pid, tracer: freeze.tracer})
	child.executes()
	child.says("ready")
	freeze.Tend()
	held := freeze.held[child.pid]
	if held == nil || len(freeze.held) > 1 {
		t.Fatalf("it holds %v", freeze.held)
	}
	freeze.tracer.do(time.Now().Add(stopLimit), func() { _ = unix.PtraceInterrupt(child.pid) })
	ended(t, freeze)
	child.answers()
}

// seizeOnly has a freeze hold a thread that has not been told to stop.
func seizeOnly(t *testing.T, freeze *Freeze, each *tracee) {
	t.Helper()
	freeze.tracer.do(time.Now().Add(stopLimit), func() {
		if err := unix.PtraceSeize(each.thread); err != nil {
			t.Error(err)
		}
		freeze.tracer.tracees.Add(1)
	})
	freeze.held[each.thread] = each
}
