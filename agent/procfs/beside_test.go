package procfs_test

import (
	"os/exec"
	"slices"
	"testing"

	"faultline/agent/cgrouptest"
	"faultline/agent/procfs"
)

func TestBesideIsWhatIsInTheSameControlGroups(t *testing.T) {
	group := cgrouptest.New(t)
	first, second := group.Start(exec.Command("sleep", "60")), group.Start(exec.Command("sleep", "60"))
	cgrouptest.New(t).Start(exec.Command("sleep", "60"))
	found := procfs.Beside(first)
	slices.Sort(found)
	expected := []int{first, second}
	slices.Sort(expected)
	if !slices.Equal(found, expected) {
		t.Errorf("beside %d are %v, instead of %v", first, found, expected)
	}
}

// One that has not been waited for shows the root group, in version 1 of control groups: all of the host is below that.
func TestBesideADeadOneIsNoStranger(t *testing.T) {
	group := cgrouptest.New(t)
	command := exec.Command("sleep", "60")
	first, second := group.Start(command), group.Start(exec.Command("sleep", "60"))
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cgrouptest.Eventually(t, "it is a zombie", func() bool { return procfs.IsEnding(first) })
	for _, pid := range procfs.Beside(first) {
		if pid != first && pid != second {
			t.Errorf("process %d is beside it", pid)
		}
	}
}
