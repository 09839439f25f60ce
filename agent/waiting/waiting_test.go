package waiting

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/procfs"
)

const writing = "write-from-another-thread"

// init keeps the first thread of the child for the main goroutine.
func init() { runtime.LockOSThread() }

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == writing {
		go func() {
			runtime.LockOSThread()
			for page := make([]byte, 4096); ; {
				_, _ = syscall.Write(1, page)
			}
		}()
		_, _ = syscall.Read(0, make([]byte, 1))
		return
	}
	os.Exit(m.Run())
}

// started is a process whose standard output is a pipe that nobody reads, and whose standard input never ends.
func started(t *testing.T, argv ...string) int {
	t.Helper()
	command := exec.Command(argv[0], argv[1:]...)
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		stdin.Close()
		stdout.Close()
	})
	return command.Process.Pid
}

func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for giveUp := time.Now().Add(5 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(giveUp) {
			t.Fatalf("not within 5 s: %s", what)
		}
	}
}

func isPipeWrite(channel string) bool { return strings.HasSuffix(channel, "pipe_write") }

func TestWriterToAFullPipe(t *testing.T) {
	pid := started(t, "dd", "if=/dev/zero", "bs=64k")
	await(t, "dd waits in a write", func() bool { return isPipeWrite(Channel(pid, pid)) })
	if !KnowsCalls {
		t.Skip("this kernel does not show system calls")
	}
	number, argument, ok := SystemCall(pid, pid)
	if !ok || number != unix.SYS_WRITE || argument != 1 {
		t.Errorf("system call %d of %d, %v, not write of 1", number, argument, ok)
	}
}

func TestReaderOfAnEmptyPipe(t *testing.T) {
	pid := started(t, "cat", "/dev/stdin")
	await(t, "cat waits in a read", func() bool { return strings.HasSuffix(ChannelOfProcess(pid), "pipe_read") })
	if number, argument, ok := SystemCall(pid, pid); KnowsCalls && (!ok || number != unix.SYS_READ || argument == 0) {
		t.Errorf("system call %d of %d, %v, not read of what it has opened", number, argument, ok)
	}
}

func TestWriterAmongOtherThreads(t *testing.T) {
	pid := started(t, "/proc/self/exe", writing)
	await(t, "a thread waits in a write", func() bool { return isPipeWrite(ChannelOfProcess(pid)) })
	if first := Channel(pid, pid); isPipeWrite(first) {
		t.Errorf("the first thread waits in %s", first)
	}
}

func TestKernelStackTellsTheSame(t *testing.T) {
	pid := started(t, "dd", "if=/dev/zero", "bs=64k")
	stack := fmt.Sprintf("/proc/%d/stack", pid)
	if content, err := os.ReadFile(stack); err != nil || len(content) == 0 {
		t.Skipf("this kernel does not show stacks: %v", err)
	}
	await(t, "dd waits in a write", func() bool { return isPipeWrite(channelOfStack(stack)) })
}

func TestRunningThread(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if channel := Channel(os.Getpid(), unix.Gettid()); channel != "" {
		t.Errorf("this thread waits in %q", channel)
	}
}

func TestDeadProcess(t *testing.T) {
	command := exec.Command("true")
	if err := command.Run(); err != nil {
		t.Fatal(err)
	}
	pid := command.Process.Pid
	if procfs.State(pid) != 'X' {
		t.Skipf("process id %d is in use again", pid)
	}
	if channel := ChannelOfProcess(pid); channel != "" {
		t.Errorf("it waits in %q", channel)
	}
	if _, _, ok := SystemCall(pid, pid); ok {
		t.Error("it is in a system call")
	}
}
