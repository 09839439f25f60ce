package freeze

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"faultline/agent/procfs"
)

// children are what the test's program does as a child, by its first argument. Each ends with its standard input.
var children = map[string]func(){
	"sleep":  func() { ChildMain() },
	"answer": answer,
	"hold":   hold,
	"launch": launch,
	"exec":   execFromAnotherThread,
}

// init keeps the first thread of a child for its main goroutine.
func init() { runtime.LockOSThread() }

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && children[os.Args[1]] != nil {
		children[os.Args[1]]()
		return
	}
	os.Exit(m.Run())
}

// answer says so when it gets SIGUSR1.
func answer() {
	got := make(chan os.Signal, 1)
	signal.Notify(got, unix.SIGUSR1)
	fmt.Println("ready")
	go func() {
		for range got {
			fmt.Println("here")
		}
	}()
	ChildMain()
}

// hold freezes the process that its second argument names, and says so.
func hold() {
	pid, _ := strconv.Atoi(os.Args[2])
	fmt.Println(of(pid).Begin())
	ChildMain()
}

// launch starts a process that does not come to executing its program, so that a thread of it waits in vfork(2) for ever: Go
// has the child wait for its user ids here, which the parent would write afterwards. It says when that one has ended.
func launch() {
	go func() {
		child := exec.Command("/proc/self/exe", "sleep")
		child.SysProcAttr = &syscall.SysProcAttr{UidMappings: []syscall.SysProcIDMap{{Size: 1}}}
		_ = child.Run()
		fmt.Println("ended")
	}()
	ChildMain()
}

// execFromAnotherThread executes another program when it is told to, and not on its first thread. It needs no other thread for
// that: those are frozen by then, and Go's own calls would wait for them.
func execFromAnotherThread() {
	program, _ := syscall.BytePtrFromString("/proc/self/exe")
	words, _ := syscall.SlicePtrFromStrings([]string{"another", "answer"})
	environment, _ := syscall.SlicePtrFromStrings(os.Environ())
	go func() {
		runtime.LockOSThread()
		name := fmt.Appendln(nil, unix.Gettid())
		_, _, _ = unix.RawSyscall(unix.SYS_WRITE, 1, uintptr(unsafe.Pointer(&name[0])), uintptr(len(name)))
		var told [1]byte
		_, _, _ = unix.RawSyscall(unix.SYS_READ, 0, uintptr(unsafe.Pointer(&told[0])), 1)
		_, _, _ = unix.RawSyscall(unix.SYS_EXECVE, uintptr(unsafe.Pointer(program)), uintptr(unsafe.Pointer(&words[0])),
			uintptr(unsafe.Pointer(&environment[0])))
	}()
	select {}
}

// child is a process that the test has started, and ends.
type child struct {
	t      *testing.T
	pid    int
	stdin  io.WriteCloser
	stdout *bufio.Reader
	kill   func()
}

// startedAnswering starts one that answers.
func startedAnswering(t *testing.T) *child {
	t.Helper()
	c := started(t, "answer")
	c.says("ready")
	return c
}

// started starts the test's program as a child.
func started(t *testing.T, args ...string) *child {
	t.Helper()
	return startedBy(t, exec.Command("/proc/self/exe", args...))
}

func startedBy(t *testing.T, command *exec.Cmd) *child {
	t.Helper()
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, into, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stdout = into
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	into.Close()
	kill := func() {
		_ = command.Process.Kill()
		_ = command.Wait() // of one that was frozen, its tracer may have seen the end before
	}
	t.Cleanup(func() {
		kill()
		stdin.Close()
		stdout.Close()
	})
	_ = stdout.SetReadDeadline(time.Now().Add(20 * time.Second))
	return &child{t, command.Process.Pid, stdin, bufio.NewReader(stdout), kill}
}

// says waits until the child has written a line.
func (c *child) says(want string) {
	c.t.Helper()
	for {
		line, err := c.stdout.ReadString('\n')
		if err != nil {
			c.t.Fatalf("it does not say %q: %v", want, err)
		}
		if line == want+"\n" {
			return
		}
	}
}

// answers fails the test unless the child, which is one that answers, runs.
func (c *child) answers() {
	c.t.Helper()
	if err := unix.Kill(c.pid, unix.SIGUSR1); err != nil {
		c.t.Fatal(err)
	}
	c.says("here")
}

// isFrozen tells whether every thread of a process has stopped for its tracer.
func isFrozen(pid int) bool {
	threads := procfs.Threads(pid)
	for _, thread := range threads {
		if procfs.State(thread) != 't' {
			return false
		}
	}
	return len(threads) > 0
}
