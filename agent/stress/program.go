package stress

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/procfs"
)

// Argument is the first one of the agent's program when it is a child that stresses; ChildMain takes those behind it.
const Argument = "stress"

// What a child does, the second argument of its command line.
const (
	live   = "live"   // puts a load on a container
	rescue = "rescue" // takes back what a killed one did
	burn   = "burn"   // does nothing but compute
	hoard  = "hoard"  // takes memory until it is killed
	join   = "join"   // tries whether control groups can be joined
)

// lineNumber is the child's descriptor of the line to who started it, and targetNumber that of a pidfd of the container's first
// process, if it has one.
const (
	lineNumber   = 3
	targetNumber = 4
)

// The Go runtime is to take as few threads and as little memory as it can: both may count in the container.
var environment = []string{"GOMAXPROCS=1", "GOGC=20"}

// program is the agent's own, started once more. It does nothing before it is given its order.
type program struct {
	role   string
	dies   bool                // with the thread that starts it; else it hears the end of its line
	user   *syscall.Credential // nil for who starts it
	target *os.File            // nil if it does not watch a process
}

// start returns the process and the near end of its line, which is closed in every other child. If the program dies with the
// calling thread, its goroutine must be locked to it until the program has ended.
func (p program) start() (*os.Process, *os.File, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot make a line to a child: %w", err)
	}
	_ = unix.SetNonblock(pair[0], true) // so that reads have a deadline
	line, far := os.NewFile(uintptr(pair[0]), "line"), os.NewFile(uintptr(pair[1]), "far end of line")
	defer far.Close()
	process, err := p.startWith(far)
	if err != nil {
		line.Close()
		return nil, nil, fmt.Errorf("cannot start a child (%s): %w", p.role, err)
	}
	return process, line, nil
}

func (p program) startWith(far *os.File) (*os.Process, error) {
	// A child that outlives the agent must not hold the streams of its container.
	nowhere, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer nowhere.Close()
	files := []*os.File{nowhere, nowhere, nowhere, lineNumber: far}
	if p.target != nil {
		files = append(files, p.target)
	}
	attributes := &unix.SysProcAttr{Credential: p.user}
	if p.dies {
		attributes.Pdeathsig = unix.SIGKILL
	}
	return os.StartProcess("/proc/self/exe", []string{procfs.Agent, Argument, p.role},
		&os.ProcAttr{Env: environment, Files: files, Sys: attributes})
}

// give sends a child its order, which is all that it waits for.
func give(line *os.File, order any) error {
	text, err := json.Marshal(order)
	if err != nil {
		return err
	}
	_ = line.SetWriteDeadline(time.Now().Add(answerLimit))
	if _, err := line.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("cannot tell a child what to do: %w", err)
	}
	return nil
}

// running is a program that the agent runs.
type running struct {
	process *os.Process
	line    *os.File
	ended   chan struct{}      // closed when it has ended, and been waited for
	status  syscall.WaitStatus // how, from then on
}

// run starts it on a goroutine of its own, which stays locked to its thread for as long as the program lives: the kernel ends
// it with the thread that started it, not with the agent (PR_SET_PDEATHSIG of prctl(2)), and Go ends threads as it likes.
func (p program) run() (*running, error) {
	r := &running{ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		var err error
		r.process, r.line, err = p.start()
		started <- err
		if err != nil {
			return
		}
		if state, err := r.process.Wait(); err == nil {
			r.status = state.Sys().(syscall.WaitStatus)
		}
		close(r.ended)
	}()
	return r, <-started
}

// hasEnded waits for its end, but no longer than this.
func (r *running) hasEnded(within time.Duration) bool {
	select {
	case <-r.ended:
		return true
	case <-time.After(within):
		return false
	}
}

// kill ends it, and waits until it has ended unless it is stuck in the kernel.
func (r *running) kill() {
	_ = r.process.Kill() // fails for one that has ended
	r.hasEnded(answerLimit)
}
