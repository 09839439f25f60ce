package output

import (
	"os"
	"os/exec"
	"slices"
	"testing"

	"faultline/agent/cgrouptest"
	"faultline/agent/procfs"
	"faultline/agent/waiting"
)

// into is a command that writes without end, or does nothing, into this.
func into(file *os.File, argv ...string) *exec.Cmd {
	command := exec.Command(argv[0], argv[1:]...)
	command.Stdout = file
	return command
}

// awaitWriters waits until these are the writers.
func awaitWriters(t *testing.T, first int, expected ...int) {
	t.Helper()
	slices.Sort(expected)
	var writers []int
	cgrouptest.Eventually(t, "the writers are the expected", func() bool {
		found, alive, err := Writers(first, []int{1})
		if err != nil || !alive {
			t.Fatalf("the first process is alive: %v; %v", alive, err)
		}
		writers = found
		return slices.Equal(writers, expected)
	})
}

// awaitWaiting waits until a process stands in a read or write.
func awaitWaiting(t *testing.T, pid int, places ...string) {
	t.Helper()
	cgrouptest.Eventually(t, "it waits", func() bool { return slices.Contains(places, waiting.ChannelOfProcess(pid)) })
}

func expectNoWriters(t *testing.T, first int) {
	t.Helper()
	if found, alive, err := Writers(first, []int{1}); len(found) > 0 || !alive || err != nil {
		t.Errorf("the writers are %v, alive %v, %v", found, alive, err)
	}
}

func TestWhoWaitsForRoomIsAWriter(t *testing.T) {
	out, in := pipe(t)
	group := cgrouptest.New(t)
	first := group.Start(into(in, "cat", "/dev/zero"))
	second := group.Start(into(in, "cat", "/dev/zero"))
	stranger := into(in, "cat", "/dev/zero")
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = stranger.Process.Kill()
		_ = stranger.Wait()
	}()
	awaitWaiting(t, stranger.Process.Pid, "pipe_write", "anon_pipe_write")
	awaitWriters(t, first, first, second)
	out.Close()
	cgrouptest.Eventually(t, "it has ended", func() bool { return procfs.IsEnding(first) })
	if found, alive, err := Writers(first, []int{1}); len(found) > 0 || found == nil || alive || err != nil {
		t.Errorf("of a dead one the writers are %v, alive %v, %v", found, alive, err)
	}
}

func TestAnotherProgramIsAWriterOnlyUnderOneThatStartsOthers(t *testing.T) {
	for _, each := range []struct {
		first  []string
		counts bool
	}{
		{[]string{"sleep", "60"}, false},
		{[]string{"sh", "-c", "sleep 60; :"}, true},
	} {
		_, in := pipe(t)
		group := cgrouptest.New(t)
		first := group.Start(into(in, each.first...))
		helper := group.Start(into(in, "cat", "/dev/zero"))
		awaitWaiting(t, helper, "pipe_write", "anon_pipe_write")
		if each.counts {
			awaitWriters(t, first, helper)
		} else {
			expectNoWriters(t, first)
		}
	}
}

func TestWhoWritesSomewhereElseIsNoWriter(t *testing.T) {
	_, in := pipe(t)
	_, elsewhere := pipe(t)
	group := cgrouptest.New(t)
	first := group.Start(into(in, "sh", "-c", "sleep 60; :"))
	other := group.Start(into(elsewhere, "cat", "/dev/zero"))
	awaitWaiting(t, other, "pipe_write", "anon_pipe_write")
	expectNoWriters(t, first)
}

func TestWhoWaitsForATerminalIsAWriterIfItWrites(t *testing.T) {
	if !waiting.KnowsCalls {
		t.Skip("this kernel does not show system calls")
	}
	_, program := terminal(t)
	group := cgrouptest.New(t)
	reader := into(program, "cat")
	reader.Stdin = program
	first := group.Start(reader)
	awaitWaiting(t, first, "wait_woken")
	expectNoWriters(t, first)

	writer := group.Start(into(program, "cat", "/dev/zero"))
	awaitWriters(t, first, writer)
}
