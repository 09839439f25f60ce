package stress

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

const (
	containerArgument = "container"
	agentArgument     = "agent"
)

// TestMain is also the main function of all processes that the tests start: the agent's children, and stand-ins for a
// container and for an agent that is killed.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case Argument:
			kinds = append(kinds, brokenKind) // in the children alone: the agent's names them all
			os.Exit(ChildMain(os.Args[2:]))
		case containerArgument:
			liveAsContainer()
			os.Exit(0)
		case agentArgument:
			liveAsAgent(os.Args[2], os.Args[3])
			os.Exit(0)
		}
	}
	capabilitiesDropped = dropCapabilities()
	os.Exit(m.Run())
}

// capabilitiesDropped tells whether what the tests start lacks what the agent's container does: with CAP_DAC_OVERRIDE, root
// may write anywhere, and with CAP_SYS_RESOURCE set any limit.
var capabilitiesDropped bool

// dropCapabilities fails in a program with cgo, whose threads Go does not know all of.
func dropCapabilities() bool {
	for _, each := range []uintptr{unix.CAP_DAC_OVERRIDE, unix.CAP_DAC_READ_SEARCH, unix.CAP_FOWNER, unix.CAP_SYS_RESOURCE} {
		if _, _, errno := syscall.AllThreadsSyscall(unix.SYS_PRCTL, unix.PR_CAPBSET_DROP, each, 0); errno != 0 {
			return false
		}
	}
	return true
}

// liveAsContainer does what its standard input says, a line at a time, until that ends.
func liveAsContainer() {
	folder := os.Args[2]
	var shell *shell
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		verb, argument, _ := strings.Cut(lines.Text(), " ")
		number, _ := strconv.Atoi(argument)
		var err error
		switch verb {
		case "mount":
			_ = unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
			err = mountTmpfs(folder, 0)
		case "where":
			fmt.Println(folder)
			continue
		case "become":
			err = become(number, folder)
		case "real":
			err = syscall.Setresuid(number, 0, 0) // of several users, as a setuid program is; 0 for one again
		case "open":
			_, err = unix.Open("/dev/null", unix.O_RDONLY, 0)
		case "write":
			err = os.WriteFile(folder+"/file", make([]byte, number), 0o600)
		case "take":
			_, err = unix.Mmap(-1, 0, number, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_POPULATE)
		case "spawn":
			var pid int
			if shell, pid, err = startShell(); err == nil {
				fmt.Println(pid)
				continue
			}
		case "fork":
			fmt.Fprintln(shell)
			fmt.Println(shell.line())
			continue
		}
		fmt.Println(outcome(err))
	}
}

func outcome(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return unix.ErrnoName(errno)
	}
	if err != nil {
		return err.Error()
	}
	return "done"
}

func mountTmpfs(folder string, owner int) error {
	return unix.Mount("tmpfs", folder, "tmpfs", 0, fmt.Sprintf("size=16m,mode=700,uid=%d,gid=%d", owner, owner))
}

// become turns the container's process into that of another user, whose own the file system is.
func become(owner int, folder string) error {
	if err := mountTmpfs(folder, owner); err != nil {
		return err
	}
	if err := syscall.Setresgid(owner, owner, owner); err != nil {
		return err
	}
	return syscall.Setresuid(owner, owner, owner)
}

// shell starts an idle process, with fewer descriptors than its own, whenever it is told a line: unlike a program in Go,
// neither changes its own limit of descriptors.
type shell struct {
	io.Writer
	out *bufio.Scanner
}

func startShell() (*shell, int, error) {
	command := exec.Command("/bin/sh", "-c",
		"exec 8</dev/null; while read line; do sleep 60 >/dev/null 8<&- & echo $!; done; exec sleep 60")
	in, _ := command.StdinPipe()
	out, _ := command.StdoutPipe()
	if err := command.Start(); err != nil {
		return nil, 0, err
	}
	return &shell{in, bufio.NewScanner(out)}, command.Process.Pid, nil
}

func (s *shell) line() string {
	s.out.Scan()
	return s.out.Text()
}

// liveAsAgent stresses a container until it is killed.
func liveAsAgent(kind, pid string) {
	number, _ := strconv.Atoi(pid)
	action, err := New(number, Order{Kind: kind, Workers: 1, Leaving: 1})
	if err == nil {
		err = action.Begin()
	}
	if err == nil {
		err = action.Settle()
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(action.(*stress).child.process.Pid)
	_, _ = os.Stdin.Read(make([]byte, 1))
}

// agentOn starts such an agent, and returns it with its child's number.
func agentOn(t *testing.T, kind string, c *container) (*exec.Cmd, int) {
	t.Helper()
	command := exec.Command("/proc/self/exe", agentArgument, kind, strconv.Itoa(c.pid))
	_, _ = command.StdinPipe()
	out, _ := command.StdoutPipe()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	text, _ := bufio.NewReader(out).ReadString('\n')
	child, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		t.Fatalf("the agent said %q", text)
	}
	return command, child
}
