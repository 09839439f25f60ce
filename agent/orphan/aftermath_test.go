package orphan

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

const (
	first  = "FAULTLINE-1a2b3c4d-1"
	second = "FAULTLINE-1a2b3c4d-2"
)

func lives(int) bool { return true }

func TestAddEndsWhatNobodyWaitsFor(t *testing.T) {
	for name, address := range map[string]string{"IPv4": "198.51.100.1:0", "IPv6": "[2001:db8:100::1]:0"} {
		t.Run(name, func(t *testing.T) {
			made := newNetwork(t)
			server, client := made.connect(t, address)
			made.cutOff(t)
			abandon(t, server)
			abandon(t, client)
			if left := made.orphansLeft(t); left != 2 {
				t.Fatalf("%d orphans before, want 2", left)
			}
			aftermath := NewAftermath()
			defer aftermath.SettleAll()
			if counts := aftermath.Add([]*Cut{made.cut(t, first)}, lives); counts[0] != (Count{2, 0}) {
				t.Errorf("counts are %+v", counts)
			}
			if left := made.orphansLeft(t); left != 0 {
				t.Errorf("%d orphans are left", left)
			}
		})
	}
}

func TestAddLeavesWhatSomebodyWaitsForUntilItIsSettled(t *testing.T) {
	made := newNetwork(t)
	_, client := made.connect(t, "198.51.100.1:0")
	made.cutOff(t)
	abandon(t, client)
	aftermath := NewAftermath()
	if counts := aftermath.Add([]*Cut{made.cut(t, first)}, lives); counts[0] != (Count{0, 1}) {
		t.Fatalf("counts are %+v", counts)
	}
	if ended := aftermath.Settle([]string{second}); ended != 0 || made.orphansLeft(t) != 1 {
		t.Fatalf("settling another change ended %d", ended)
	}
	if ended := aftermath.Settle([]string{first, second}); ended != 1 || made.orphansLeft(t) != 0 {
		t.Errorf("settling ended %d, and left %d", ended, made.orphansLeft(t))
	}
	if ended := aftermath.Settle([]string{first}); ended != 0 {
		t.Errorf("settling once more ended %d", ended)
	}
}

func TestAddEndsAllOfADeadTarget(t *testing.T) {
	made := newNetwork(t)
	_, client := made.connect(t, "198.51.100.1:0")
	made.cutOff(t)
	abandon(t, client)
	aftermath := NewAftermath()
	defer aftermath.SettleAll()
	counts := aftermath.Add([]*Cut{made.cut(t, first)}, func(int) bool { return false })
	if counts[0] != (Count{1, 0}) || made.orphansLeft(t) != 0 {
		t.Errorf("counts are %+v, and %d are left", counts, made.orphansLeft(t))
	}
}

func TestDeathOfTheTargetEndsWhatIsLeft(t *testing.T) {
	made := newNetwork(t)
	server, client := made.connect(t, "198.51.100.1:0")
	defer server.Close() // it waits, so that the client's end is left
	made.cutOff(t)
	abandon(t, client)
	aftermath := NewAftermath()
	if counts := aftermath.Add([]*Cut{made.cut(t, first)}, lives); counts[0] != (Count{0, 1}) {
		t.Fatalf("counts are %+v", counts)
	}
	if err := unix.Kill(made.target.PID, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	awaitTrue(t, "the orphan is ended", func() bool { return made.orphansLeft(t) == 0 })
	if ended := aftermath.Settle([]string{first}); ended != 1 {
		t.Errorf("settling tells of %d ended, want 1", ended)
	}
}

func TestChangesThatCutTheSameAreSettledTogether(t *testing.T) {
	made := newNetwork(t)
	_, client := made.connect(t, "198.51.100.1:0")
	made.cutOff(t)
	abandon(t, client)
	aftermath := NewAftermath()
	aftermath.Add([]*Cut{made.cut(t, first)}, lives)
	if counts := aftermath.Add([]*Cut{made.cut(t, second)}, lives); counts[0] != (Count{0, 1}) {
		t.Fatalf("counts are %+v", counts)
	}
	if len(aftermath.kept) != 1 {
		t.Errorf("%d cuts are kept, though they are alike", len(aftermath.kept))
	}
	if ended := aftermath.Settle([]string{second}); ended != 1 {
		t.Errorf("settling ended %d, want 1", ended)
	}
}

func TestSettleAllLeavesNoGoroutineAndNoDescriptor(t *testing.T) {
	made := newNetwork(t)
	target := made.target.PID
	before := pidfdsOf(target)
	aftermath := NewAftermath()
	aftermath.Add([]*Cut{made.cut(t, first)}, lives)
	awaitTrue(t, "it waits for the target", func() bool { return watching() == 1 && pidfdsOf(target) == before+1 })
	aftermath.SettleAll()
	awaitTrue(t, "its goroutine and descriptor are gone", func() bool { return watching() == 0 && pidfdsOf(target) == before })
}

// watching counts the goroutines that wait for a target.
func watching() int {
	stacks := make([]byte, 1<<20)
	return strings.Count(string(stacks[:runtime.Stack(stacks, true)]), "created by faultline/agent/orphan.(*Aftermath).keep")
}

// pidfdsOf counts those of a process that are open here; the runtime has one of each child.
func pidfdsOf(pid int) int {
	count := 0
	paths, _ := filepath.Glob("/proc/self/fdinfo/*")
	for _, path := range paths {
		if info, _ := os.ReadFile(path); strings.Contains(string(info), fmt.Sprintf("\nPid:\t%d\n", pid)) {
			count++
		}
	}
	return count
}

func TestWhatHasAnOwnerIsLeftAlone(t *testing.T) {
	made := newNetwork(t)
	server, client := made.connect(t, "198.51.100.1:0")
	made.cutOff(t)
	for _, end := range []*net.TCPConn{server, client} { // now the kernel sends from both, as from orphans
		if err := end.CloseWrite(); err != nil {
			t.Fatal(err)
		}
	}
	aftermath := NewAftermath()
	if counts := aftermath.Add([]*Cut{made.cut(t, first)}, lives); counts[0] != (Count{0, 0}) {
		t.Errorf("counts are %+v", counts)
	}
	if ended := aftermath.SettleAll(); ended != 0 {
		t.Errorf("%d were ended", ended)
	}
}

func TestAddOfNothing(t *testing.T) {
	if counts := NewAftermath().Add(nil, lives); len(counts) != 0 {
		t.Errorf("counts are %+v", counts)
	}
}
