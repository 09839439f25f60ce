package cgroup

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/procfs"
)

// started is a process that this test is the parent, and so the engine, of.
func started(t *testing.T, words ...string) int {
	t.Helper()
	command := exec.Command("sleep", "60")
	if len(words) > 0 {
		command.Args = words
	}
	if err := command.Start(); err != nil {
		t.Skipf("there is no program to start: %v", err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	return command.Process.Pid
}

// firstHierarchy is that in which processes are looked for. Where others start processes all the time, its list of them has gaps.
func firstHierarchy(t *testing.T) string {
	t.Helper()
	paths, err := pathsOf(os.Getpid())
	if err != nil || len(paths) == 0 || paths[0].controller == "memory" {
		t.Skipf("there is no hierarchy besides that for memory: %v", err)
	}
	return paths[0].controller
}

// newGroup makes one of version 1 below the test's own, and puts processes into it.
func newGroup(t *testing.T, controller, below string, pids ...int) string {
	t.Helper()
	own, _ := os.ReadFile("/proc/self/cgroup")
	_, behind, found := strings.Cut(string(own), ":"+controller+":")
	if !found {
		t.Skipf("there is no hierarchy of version 1 for %s", controller)
	}
	path, _, _ := strings.Cut(behind, "\n")
	group := filepath.Join("/sys/fs/cgroup", strings.TrimPrefix(controller, "name="), path,
		fmt.Sprintf("faultline-cgroup-test-%d", os.Getpid()), below)
	if err := os.Mkdir(group, 0o755); err != nil {
		t.Skipf("no control group can be made: %v", err)
	}
	t.Cleanup(func() {
		for giveUp := time.Now().Add(5 * time.Second); os.Remove(group) != nil; time.Sleep(5 * time.Millisecond) {
			for _, pid := range listed(group) {
				_ = unix.Kill(pid, unix.SIGKILL)
			}
			if time.Now().After(giveUp) {
				t.Errorf("%s stays", group)
				return
			}
		}
	})
	for _, pid := range pids {
		if err := os.WriteFile(group+"/cgroup.procs", []byte(strconv.Itoa(pid)), 0); err != nil {
			t.Fatal(err)
		}
	}
	return group
}

// onThreadOfItsOwn runs what takes on another view: the thread ends with the goroutine.
func onThreadOfItsOwn(do func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		do()
	}()
	<-done
}

func found(t *testing.T, pid int) *Groups {
	t.Helper()
	groups, err := OfContainer(pid)
	if err != nil {
		t.Fatal(err)
	}
	return groups
}

func TestFindsTheProcessesOfAContainerAlsoInGroupsBelow(t *testing.T) {
	first, second, agents, stranger := started(t), started(t), started(t, procfs.Agent, "60"), started(t)
	for _, controller := range []string{firstHierarchy(t), "memory"} {
		newGroup(t, controller, "", first, agents)
		newGroup(t, controller, "below", second)
	}
	onThreadOfItsOwn(func() {
		all := found(t, first).Processes()
		slices.Sort(all)
		want := []int{first, second}
		slices.Sort(want)
		if !slices.Equal(all, want) {
			t.Errorf("found %v, want %v, and neither the agent's %d nor %d", all, want, agents, stranger)
		}
	})
}

func TestFindsThoseThatAreLeftAlsoWhenTheFirstHasEnded(t *testing.T) {
	first, second := started(t), started(t)
	for _, controller := range []string{firstHierarchy(t), "memory"} {
		newGroup(t, controller, "", first, second)
	}
	onThreadOfItsOwn(func() {
		groups := found(t, first)
		_ = unix.Kill(first, unix.SIGKILL)
		for giveUp := time.Now().Add(5 * time.Second); !procfs.IsEnding(first) && time.Now().Before(giveUp); {
			time.Sleep(time.Millisecond)
		}
		if _, err := OfContainer(first); err == nil || err.Error() != fmt.Sprintf("process %d has ended", first) {
			t.Errorf("the groups of a zombie: %v", err)
		}
		_, _ = unix.Wait4(first, nil, 0, nil)
		if all := groups.Processes(); !slices.Equal(all, []int{second}) {
			t.Errorf("found %v, want %d", all, second)
		}
	})
}

func TestMovesAProcessIntoTheGroupsOfAController(t *testing.T) {
	first, other := started(t), started(t)
	memory, cpu := newGroup(t, "memory", "", first), newGroup(t, "cpu", "", first)
	onThreadOfItsOwn(func() {
		groups := found(t, first)
		if err := groups.Take(other, "memory"); err != nil {
			t.Error(err)
		}
		if !slices.Contains(listed(memory), other) || slices.Contains(listed(cpu), other) {
			t.Errorf("memory has %v, cpu %v", listed(memory), listed(cpu))
		}
		if err := groups.Take(other); err != nil {
			t.Error(err)
		}
		if !slices.Contains(listed(cpu), other) {
			t.Errorf("cpu has %v", listed(cpu))
		}
		engine, err := groups.OfEngine()
		if err != nil || groups.Engine() != os.Getpid() {
			t.Errorf("the engine is %d (%v)", groups.Engine(), err)
			return
		}
		if err := engine.Take(other); err != nil || slices.Contains(listed(memory), other) {
			t.Errorf("memory has %v (%v)", listed(memory), err)
		}
	})
}

func TestReadsTheFirstFileThatIsThere(t *testing.T) {
	first := started(t)
	newGroup(t, "memory", "", first)
	onThreadOfItsOwn(func() {
		groups := found(t, first)
		if !groups.Has("memory") || groups.Has("heat") {
			t.Error("it has heat, or no memory")
		}
		if _, err := groups.Read("memory", "none", "memory.limit_in_bytes"); err != nil {
			t.Error(err)
		}
		if _, err := groups.Read("memory", "none", "neither"); err == nil || !strings.HasSuffix(err.Error(), "has none of none, neither") {
			t.Error(err)
		}
	})
}

func TestRefusesWhatHasEndedOrMayNotBeMoved(t *testing.T) {
	onThreadOfItsOwn(func() {
		if _, err := OfContainer(1<<22 + 1); err == nil || err.Error() != "process 4194305 has ended" {
			t.Error(err)
		}
		if _, err := of(os.Getpid(), 1<<22+1); err == nil || !strings.HasPrefix(err.Error(),
			"the engine's process 4194305 cannot be looked at: No such file or directory; ") {
			t.Error(err)
		}
		groups, err := of(os.Getpid(), os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		if err := groups.Take(1<<22+1, "memory"); err == nil || !strings.HasSuffix(err.Error(), " cannot be joined: No such process") {
			t.Error(err)
		}
	})
}
