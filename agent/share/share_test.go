package share

import (
	"os/exec"
	"slices"
	"strconv"
	"syscall"
	"testing"

	"faultline/agent/cgrouptest"
	"faultline/agent/netns"
	"faultline/agent/procfs"
)

// startedContainer starts a first process with a network and a pid namespace of its own.
func startedContainer(t *testing.T) (first int, group *cgrouptest.Group) {
	t.Helper()
	group = cgrouptest.New(t)
	command := exec.Command("sleep", "1000")
	command.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWPID}
	return group.Start(command), group
}

// startedIn starts a process in the network namespace of another one, and in a control group.
func startedIn(t *testing.T, pid int, group *cgrouptest.Group, argv ...string) int {
	t.Helper()
	namespace, err := netns.OfProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	defer namespace.Close()
	var started int
	if err := namespace.Do(func() error {
		started = group.Start(exec.Command(argv[0], argv[1:]...))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return started
}

func assertSharers(t *testing.T, pid int, want ...Sharer) {
	t.Helper()
	found := Sharers(pid)
	if !slices.Equal(found, want) || found == nil {
		t.Errorf("sharers are %+v, not %+v", found, want)
	}
	shares := slices.ContainsFunc(want, func(each Sharer) bool { return each.Network })
	if SharesNetwork(pid) != shares {
		t.Errorf("whether it shares its network is not %v", shares)
	}
}

func TestNobodyElse(t *testing.T) {
	first, group := startedContainer(t)
	startedIn(t, first, group, "sleep", "1001")
	assertSharers(t, first)
}

func TestAnotherContainerInTheNetwork(t *testing.T) {
	first, _ := startedContainer(t)
	other := startedIn(t, first, cgrouptest.New(t), "sleep", "1001")
	assertSharers(t, first, Sharer{longest(procfs.Cgroups(other)), true, false})
}

func TestAnotherContainerInThePidNamespace(t *testing.T) {
	first, _ := startedContainer(t)
	group := cgrouptest.New(t)
	group.Start(exec.Command("nsenter", "-t", strconv.Itoa(first), "-p", "sleep", "1001"))
	var other int
	cgrouptest.Eventually(t, "a process is started in the pid namespace", func() bool {
		other = slices.Max(group.Processes())
		return len(procfs.CommandLine(other)) == 2
	})
	assertSharers(t, first, Sharer{longest(procfs.Cgroups(other)), false, true})
}

func TestPidNamespaceThatIsNotItsOwn(t *testing.T) {
	command := exec.Command("sleep", "1000")
	command.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	assertSharers(t, cgrouptest.New(t).Start(command))
}

func TestAgentIsNoStranger(t *testing.T) {
	first, _ := startedContainer(t)
	agent := exec.Command("sleep", "1001")
	agent.Args[0] = procfs.Agent
	namespace, err := netns.OfProcess(first)
	if err != nil {
		t.Fatal(err)
	}
	defer namespace.Close()
	if err := namespace.Do(agent.Start); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = agent.Process.Kill(); _ = agent.Wait() })
	cgrouptest.Eventually(t, "it shows", func() bool { return procfs.IsAgents(agent.Process.Pid) })
	assertSharers(t, first)
}

func TestEndedProcess(t *testing.T) {
	command := exec.Command("true")
	if err := command.Run(); err != nil {
		t.Fatal(err)
	}
	assertSharers(t, command.Process.Pid)
}

func TestLongestPathTellsTheContainer(t *testing.T) {
	paths := map[string]string{"0": "/", "1": "/docker/abc", "4": "/system.slice/docker-abc.scope"}
	if path := longest(paths); path != "/system.slice/docker-abc.scope" {
		t.Errorf("it is %q", path)
	}
}
