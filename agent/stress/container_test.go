package stress

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/procfs"
)

const patience = 10 * time.Second

// container is a process in control groups of its own, with a small tmpfs that only it sees. The test is its engine.
type container struct {
	pid    int
	groups []string
	in     io.Writer
	out    *bufio.Scanner
}

// newContainer starts one with so many bytes of memory, 0 for as many as it likes.
func newContainer(t *testing.T, memory int64) *container {
	t.Helper()
	folder, err := os.MkdirTemp("", "faultline-stress-test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("/proc/self/exe", containerArgument, folder)
	command.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS}
	command.Env = environment
	command.Stderr = os.Stderr
	in, _ := command.StdinPipe()
	out, _ := command.StdoutPipe()
	c := contained(t, command, memory)
	c.in, c.out = in, bufio.NewScanner(out)
	c.expect(t, "mount", "done")
	return c
}

// newIdleContainer starts one that does nothing at all, and is small.
func newIdleContainer(t *testing.T, memory int64) *container {
	t.Helper()
	c := contained(t, exec.Command("sleep", "60"), memory)
	eventually(t, "it sleeps", func() bool { return procfs.State(c.pid) == 'S' && procfs.Name(c.pid) == "sleep" })
	return c
}

// contained starts a program as the first process of a container.
func contained(t *testing.T, command *exec.Cmd, memory int64) *container {
	t.Helper()
	c := &container{}
	// In the last the kernel lists the container's processes; where others start some all the time, this list has gaps.
	for _, controller := range []string{"memory", "cpu", "cpuacct", "name=systemd"} {
		c.groups = append(c.groups, newGroup(t, controller))
	}
	if memory > 0 {
		write(t, c.groups[0]+"/memory.limit_in_bytes", memory)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	c.pid = command.Process.Pid
	for _, group := range c.groups {
		write(t, group+"/cgroup.procs", int64(c.pid))
	}
	return c
}

// newGroup makes one below the test's own, which is removed at the end.
func newGroup(t *testing.T, controller string) string {
	t.Helper()
	own, _ := os.ReadFile("/proc/self/cgroup")
	_, behind, found := strings.Cut(string(own), ":"+controller+":")
	if !found {
		t.Skipf("there is no hierarchy of version 1 for %s", controller)
	}
	path, _, _ := strings.Cut(behind, "\n")
	group := filepath.Join("/sys/fs/cgroup", strings.TrimPrefix(controller, "name="), path,
		fmt.Sprintf("faultline-stress-test-%d-%d", os.Getpid(), time.Now().UnixNano()))
	if err := os.Mkdir(group, 0o755); err != nil {
		t.Skipf("no control group can be made: %v", err)
	}
	t.Cleanup(func() {
		eventually(t, "the group is empty", func() bool {
			for _, pid := range processesIn(group) { // what the container's process has left behind
				_ = unix.Kill(pid, unix.SIGKILL)
			}
			return os.Remove(group) == nil
		})
	})
	return group
}

func (c *container) do(t *testing.T, what string) string {
	t.Helper()
	fmt.Fprintln(c.in, what)
	if !c.out.Scan() {
		t.Fatalf("the container ended when told to %s", what)
	}
	return c.out.Text()
}

func (c *container) expect(t *testing.T, what, want string) {
	t.Helper()
	if got := c.do(t, what); got != want {
		t.Fatalf("%s: %s, want %s", what, got, want)
	}
}

// tmpfs is a path that only the container sees a small file system at.
func (c *container) tmpfs(t *testing.T) string { return c.do(t, "where") }

// strangers are the agent's processes in the container's groups.
func (c *container) strangers(t *testing.T) []int {
	t.Helper()
	found := map[int]bool{}
	for _, group := range c.groups {
		for _, pid := range processesIn(group) {
			if procfs.IsAgents(pid) {
				found[pid] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func processesIn(group string) []int {
	content, _ := os.ReadFile(group + "/cgroup.procs")
	var found []int
	for _, word := range strings.Fields(string(content)) {
		pid, _ := strconv.Atoi(word)
		found = append(found, pid)
	}
	return found
}

func (c *container) softLimit(t *testing.T, pid int) int {
	t.Helper()
	found, err := limitsOf(pid)
	if err != nil {
		t.Fatal(err)
	}
	return found.soft
}

// begun is a stress that is on.
func begun(t *testing.T, c *container, order Order) effect.Action {
	t.Helper()
	action, err := New(c.pid, order)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = action.Close() })
	if err := action.Begin(); err != nil {
		t.Fatal(err)
	}
	if err := action.Settle(); err != nil {
		t.Fatal(err)
	}
	return action
}

// refusal is why one cannot be begun.
func refusal(t *testing.T, c *container, order Order) string {
	t.Helper()
	action, err := New(c.pid, order)
	if err != nil {
		t.Fatal(err)
	}
	defer action.Close()
	if err := action.Begin(); err != nil {
		t.Fatal(err)
	}
	err = action.Settle()
	if err == nil {
		t.Fatal("it was not refused")
	}
	return err.Error()
}

// counted is what the load did, of what it could, and the same in words, with what else its state says.
func counted(t *testing.T, action effect.Action) (did, of int64, text string) {
	t.Helper()
	state, err := action.State()
	if err != nil {
		t.Fatal(err)
	}
	text = fmt.Sprintf("%d of %d", state.Number, state.Of)
	if !state.Needed {
		text += ", not needed"
	}
	if state.Flaw != "" {
		text += "; " + state.Flaw
	}
	return state.Number, state.Of, text
}

func childOf(action effect.Action) int { return action.(*stress).child.process.Pid }

func end(t *testing.T, action effect.Action) {
	t.Helper()
	if err := action.End(); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, number int64) {
	t.Helper()
	if err := os.WriteFile(path, []byte(strconv.FormatInt(number, 10)), 0); err != nil {
		t.Fatal(err)
	}
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for giveUp := time.Now().Add(patience); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(giveUp) {
			t.Fatalf("not in time: %s", what)
		}
	}
}
