package shutdown

import (
	"os/exec"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"faultline/agent/cgrouptest"
)

func requireExitInfo(t *testing.T) {
	t.Helper()
	command := exec.Command("true")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	pidfd, err := unix.PidfdOpen(command.Process.Pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pidfd)
	_ = command.Wait()
	if _, known := endedWith(pidfd); !known {
		t.Skip("this kernel does not tell how a process has ended: PIDFD_INFO_EXIT is of 6.15")
	}
}

// Neither a grandchild that the signal ends nor a child that handles it, and then dies of it nevertheless, is felled.
func TestChildrenThatTheSignalEndsAreFelled(t *testing.T) {
	requireExitInfo(t)
	parent := start(t, "", "sh", "-c", `sleep 60 & child=$!
		sh -c 'sleep 61 & grand=$!
			trap "kill -TERM $grand; wait $grand; trap - TERM; kill -TERM $$" TERM
			echo ready; wait $grand' & handler=$!
		trap 'kill -TERM $child $handler; wait $child; wait $handler; exit 0' TERM
		echo ready; wait $child`)
	if said := parent.line() + parent.line(); said != "readyready" {
		t.Fatalf("they say %s", said)
	}
	parent.awaitNames("sh", "sh", "sleep", "sleep")
	watch := parent.stop("TERM", 0)
	state := await(t, watch, "it has ended", hasEndedBy)
	if !slices.Equal(state.Felled, []string{"sleep"}) || state.Status != nil {
		t.Errorf("felled %v, ended with %v", state.Felled, state.Status)
	}
	parent.reap()
	state = await(t, watch, "it is known who was behind", func(state State) bool { return state.Behind != nil })
	if len(state.Behind) > 0 || *state.Status != 0 || !state.Handles {
		t.Errorf("behind %v, ended with %d, handles %v", state.Behind, *state.Status, state.Handles)
	}
}

func TestThoseThatRunOnAreBehind(t *testing.T) {
	requireExitInfo(t)
	parent := script(t, `sleep 60 >/dev/null & trap 'exit 0' TERM; echo ready; wait`)
	parent.awaitNames("sh", "sleep")
	watch := parent.stop("TERM", 0)
	parent.reap()
	cgrouptest.Eventually(t, "it is known who was behind, without being asked", func() bool {
		watch.mutex.Lock()
		defer watch.mutex.Unlock()
		return watch.kindred.behind != nil
	})
	state := look(t, watch)
	if !slices.Equal(state.Behind, []string{"sleep"}) || len(state.Felled) > 0 {
		t.Errorf("behind %v, felled %v", state.Behind, state.Felled)
	}
}
