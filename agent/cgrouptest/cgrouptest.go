// Package cgrouptest starts processes for tests in a control group of their own, so that they look like a container's.
package cgrouptest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/procfs"
)

const (
	patience = 5 * time.Second
	pause    = time.Millisecond
)

// Group is a control group below the test's own in one hierarchy. Its processes are killed, and it is removed, when the test ends.
type Group struct {
	t    *testing.T
	path string
}

// New makes one in the first hierarchy that lets us, or skips the test.
func New(t *testing.T) *Group {
	t.Helper()
	for _, folder := range ownFolders() {
		if path, err := os.MkdirTemp(folder, "faultline-test-"); err == nil {
			group := &Group{t, path}
			t.Cleanup(group.remove)
			return group
		}
	}
	t.Skip("no control group can be made here")
	return nil
}

// ownFolders are those of the test's own control group in each hierarchy that needs no setting before a process may enter.
func ownFolders() []string {
	var found []string
	for line := range strings.Lines(read("/proc/self/cgroup")) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 || strings.HasPrefix(parts[1], "cpuset") {
			continue
		}
		for mounts := range strings.Lines(read("/proc/self/mountinfo")) {
			mount, super, _ := strings.Cut(mounts, " - ")
			fields, kinds := strings.Fields(mount), strings.Fields(super)
			if len(fields) > 4 && len(kinds) > 2 && isHierarchy(parts[1], kinds) {
				found = append(found, filepath.Join(fields[4], parts[2]))
			}
		}
	}
	return found
}

func isHierarchy(controllers string, kinds []string) bool {
	if controllers == "" {
		return kinds[0] == "cgroup2"
	}
	return kinds[0] == "cgroup" && slices.Contains(strings.Split(kinds[2], ","), controllers)
}

// Start starts a command whose program begins in the group. It is killed when the test ends.
func (g *Group) Start(command *exec.Cmd) int {
	g.t.Helper()
	argv := command.Args
	shell := exec.Command("sh", append([]string{"-c", `echo $$ >"$0" && exec "$@"`, g.processes(), command.Path}, argv[1:]...)...)
	command.Path, command.Args = shell.Path, shell.Args
	if err := command.Start(); err != nil {
		g.t.Fatalf("cannot start %v: %v", argv, err)
	}
	g.t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	pid := command.Process.Pid
	Eventually(g.t, fmt.Sprintf("%v begins", argv), func() bool {
		words := procfs.CommandLine(pid)
		return len(words) > 0 && !slices.Equal(words, command.Args)
	})
	return pid
}

// Processes are those in the group.
func (g *Group) Processes() []int {
	var found []int
	for _, word := range strings.Fields(read(g.processes())) {
		if pid, err := strconv.Atoi(word); err == nil {
			found = append(found, pid)
		}
	}
	return found
}

func (g *Group) processes() string { return filepath.Join(g.path, "cgroup.procs") }

func (g *Group) remove() {
	Eventually(g.t, g.path+" is empty", func() bool {
		for _, pid := range g.Processes() {
			_ = unix.Kill(pid, unix.SIGKILL)
		}
		return unix.Rmdir(g.path) == nil
	})
}

// Eventually waits until something is so, and fails the test if it does not become so.
func Eventually(t *testing.T, what string, isSo func() bool) {
	t.Helper()
	for giveUp := time.Now().Add(patience); !isSo(); time.Sleep(pause) {
		if time.Now().After(giveUp) {
			t.Fatalf("after %s it is still not so that %s", patience, what)
		}
	}
}

func read(path string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return string(content)
}
