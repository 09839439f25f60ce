package shutdown

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"faultline/agent/cgrouptest"
	"faultline/agent/descriptor"
	"faultline/agent/monotonic"
	"faultline/agent/netns"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

func look(t *testing.T, watch *Watch) State {
	t.Helper()
	state, err := watch.State()
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// await looks until something is so.
func await(t *testing.T, watch *Watch, what string, isSo func(State) bool) State {
	t.Helper()
	var state State
	cgrouptest.Eventually(t, what, func() bool {
		state = look(t, watch)
		return isSo(state)
	})
	return state
}

func hasEndedBy(state State) bool { return state.EndedNanos != 0 }

func TestServerThatStopsIsWatched(t *testing.T) {
	requireExitInfo(t)
	server, port := startServer(t)
	clients := server.connect(port, 1)
	server.write("accept")
	server.line()
	before := monotonic.Nanos()
	watch := server.stop("TERM", 0)
	state := await(t, watch, "it is deaf", func(state State) bool { return state.DeafNanos != 0 })
	if state.Listened != 1 || state.Established != 2 || !state.Handles || state.Shared || state.EndedNanos != 0 {
		t.Errorf("the server is %+v", state)
	}
	if state.SignalledNanos < before || state.DeafNanos < state.SignalledNanos || monotonic.Nanos() < state.DeafNanos {
		t.Errorf("signalled %d, deaf %d, since %d", state.SignalledNanos, state.DeafNanos, before)
	}
	if state.Status != nil || state.Behind != nil || len(state.Now) != 1 || state.Now[0].PID != server.pid {
		t.Errorf("the server is %+v", state)
	}
	clients[0].Close()
	await(t, watch, "nobody is connected", func(state State) bool { return state.Established == 0 })
	server.reap()
	state = await(t, watch, "all is known", func(state State) bool { return state.Status != nil && state.Behind != nil })
	if *state.Status != serverCode<<8 || state.EndedNanos < state.DeafNanos || len(state.Behind) > 0 || len(state.Now) > 0 {
		t.Errorf("the server was %+v", state)
	}
}

func TestEndIsSeenAtOnceByNobodysAsking(t *testing.T) {
	sleeper := start(t, "", "sleep", "60")
	watch := sleeper.stop("TERM", 0)
	_ = sleeper.Wait()
	cgrouptest.Eventually(t, "its end is seen", func() bool {
		watch.mutex.Lock()
		defer watch.mutex.Unlock()
		return watch.endedNanos != 0
	})
	state := look(t, watch)
	if state.Handles || !slices.Equal(state.Felled, []string{}) {
		t.Errorf("it is %+v", state)
	}
	if state.Status != nil && *state.Status != int(unix.SIGTERM) {
		t.Errorf("it ended with %d", *state.Status)
	}
}

func TestConnectionsInTheQueueOfAClosedSocketAreCounted(t *testing.T) {
	server, port := startServer(t)
	server.connect(port, 3)
	watch := server.stop("TERM", 0)
	state := await(t, watch, "they are counted", func(state State) bool { return state.Unaccepted > 0 })
	if state.Unaccepted != 3 || state.Resets != 0 {
		t.Errorf("%d were reset in the queue, %d otherwise", state.Unaccepted, state.Resets)
	}
}

func TestConnectionsWhoseClientHasLeftAreNotCounted(t *testing.T) {
	server, port := startServer(t)
	server.connect(port, 3)[0].Close()
	cgrouptest.Eventually(t, "the server's kernel knows that the client has left", func() bool {
		seen, ok := seenFrom(fmt.Sprintf("/proc/%d", server.pid), nil)
		return ok && seen.abandoned == 1
	})
	state := await(t, server.stop("TERM", 0), "the others are counted", func(state State) bool { return state.Unaccepted > 0 })
	if state.Unaccepted != 2 {
		t.Errorf("%d were reset in the queue", state.Unaccepted)
	}
}

func TestConnectionsThatAreClosedUnreadAreCounted(t *testing.T) {
	server, port := startServer(t)
	made := server.connect(port, 2)
	for _, each := range made {
		server.write("accept")
		server.line()
		if _, err := each.Write([]byte("unread")); err != nil {
			t.Fatal(err)
		}
	}
	watch := server.stop("TERM", 0)
	server.reap()
	state := await(t, watch, "it has ended", hasEndedBy)
	if state.Resets != 2 || state.Unaccepted != 0 {
		t.Errorf("%d were reset, %d in the queue", state.Resets, state.Unaccepted)
	}
}

func TestSocketsOfOthersInTheNamespaceAreNotItsOwn(t *testing.T) {
	server, port := startServer(t)
	server.connect(port, 1)
	namespace, err := netns.OfProcess(server.pid)
	if err != nil {
		t.Fatal(err)
	}
	defer namespace.Close()
	stranger := exec.Command("sleep", "60")
	if err := namespace.Do(stranger.Start); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stranger.Process.Kill()
		_ = stranger.Wait()
	})
	server.write("accept")
	server.line()
	watch := server.stop("TERM", 0)
	state := await(t, watch, "it is deaf", func(state State) bool { return state.DeafNanos != 0 })
	if !state.Shared || state.Listened != 1 || state.Established != 1 {
		t.Errorf("it is %+v", state)
	}
}

func TestSignalIsSentAgain(t *testing.T) {
	stubborn := script(t, `trap 'n=x$n; [ $n = xx ] && exit 4' TERM; echo ready; while :; do sleep 0.01; done`)
	watch := stubborn.stop("TERM", 100)
	state := await(t, watch, "it has ended", hasEndedBy)
	if since := state.EndedNanos - state.SignalledNanos; since < 100e6 {
		t.Errorf("it ended after %d ns", since)
	}
}

func TestSignalThatIsBlockedIsPending(t *testing.T) {
	if exec.Command("env", "--block-signal=TERM", "true").Run() != nil {
		t.Skip("env(1) cannot block signals here")
	}
	deaf := start(t, "", "env", "--block-signal=TERM", "sleep", "60")
	cgrouptest.Eventually(t, "it blocks it", func() bool { return procfs.Name(deaf.pid) == "sleep" })
	watch := deaf.stop("TERM", 0)
	state := await(t, watch, "it is pending", func(state State) bool { return state.Pending })
	if !state.Before.Blocks || state.Before.Catches || !state.Handles || state.EndedNanos != 0 {
		t.Errorf("it is %+v", state)
	}
}

func TestWhatCannotBeToldIsRefusedAndNothingStaysOpen(t *testing.T) {
	sleeper := start(t, "", "sleep", "60")
	before := len(descriptor.Of(os.Getpid()))
	for _, each := range []struct {
		request  Request
		expected string
	}{
		{Request{PID: sleeper.pid, Netns: 1, Signal: "TERM"}, fmt.Sprintf(
			"process %d is no longer in network namespace 1; was it restarted?", sleeper.pid)},
		{Request{PID: 1<<22 + 1, Netns: 1, Signal: "TERM"},
			"cannot open the network namespace at /proc/4194305/ns/net: no such file or directory"},
	} {
		if _, err := Start(each.request); !refuse.Is(err) || err.Error() != each.expected {
			t.Errorf("refused with %v", err)
		}
	}
	if _, err := Start(Request{PID: sleeper.pid, Signal: "NONE"}); err == nil {
		t.Error("there is no such signal")
	}
	if now := len(descriptor.Of(os.Getpid())); now != before {
		t.Errorf("there were %d descriptors, and are %d", before, now)
	}
	if procfs.IsEnding(sleeper.pid) {
		t.Error("it was told nevertheless")
	}
}

func TestClosedWatchHasNoState(t *testing.T) {
	sleeper := start(t, "", "sleep", "60")
	sleeper.group.Start(exec.Command("sleep", "61"))
	before := len(descriptor.Of(os.Getpid()))
	watch := sleeper.stop("CONT", 0)
	watch.Close()
	watch.Close()
	if _, err := watch.State(); !refuse.Is(err) {
		t.Errorf("it tells nevertheless, %v", err)
	}
	if now := len(descriptor.Of(os.Getpid())); now != before {
		t.Errorf("there were %d descriptors, and are %d", before, now)
	}
}

func TestStateIsSentAsTheCallerReadsIt(t *testing.T) {
	sleeper := start(t, "", "sleep", "60")
	sent, err := json.Marshal(look(t, sleeper.stop("CONT", 0)))
	if err != nil {
		t.Fatal(err)
	}
	for _, expected := range []string{
		`"began_ms":`, `"signalled_ns":`, `"ended_ns":0,"deaf_ns":0,"listened":0,"established":0,"resets":0,"unaccepted":0,` +
			`"shared":false,"handles":false,"pending":false,"status":null,"before":{"pid":`,
		`"name":"sleep","command":"`, `sleep 60","catches":false,"ignores":false,"blocks":false,"waits_in":"`,
		`"now":[{`, `"behind":null,"felled":[]}`,
	} {
		if !strings.Contains(string(sent), expected) {
			t.Errorf("%s is not in %s", expected, sent)
		}
	}
}
