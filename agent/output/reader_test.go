package output

import (
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"testing"

	"faultline/agent/cgrouptest"
	"faultline/agent/effect"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

var _ effect.Action = (*FreezeReader)(nil)

// container is one process that writes into a pipe, and one outside its control group that reads it.
func container(t *testing.T, argv ...string) (first, reader int) {
	t.Helper()
	out, in := pipe(t)
	first = cgrouptest.New(t).Start(into(in, argv...))
	command := exec.Command("cat")
	command.Stdin = out
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	out.Close()
	in.Close()
	return first, command.Process.Pid
}

func expectBlocked(t *testing.T, action effect.Action, expected int64) {
	t.Helper()
	if found, err := action.State(); err != nil || !reflect.DeepEqual(found, effect.State{Number: expected, Of: expected, Needed: true}) {
		t.Errorf("%+v, %v, instead of %d blocked", found, err, expected)
	}
}

func TestReaderIsFrozenAndWritersBlock(t *testing.T) {
	first, reader := container(t, "cat", "/dev/zero")
	action := NewFreezeReader(first, ReaderOrder{Descriptors: []int{1}})
	t.Cleanup(func() { _ = action.Close() })
	if err := action.Begin(); err != nil {
		t.Fatal(err)
	}
	if state := procfs.State(reader); state != 't' {
		t.Errorf("the reader is in state %c", state)
	}
	if state := procfs.State(first); state == 't' {
		t.Error("the writer is frozen too")
	}
	cgrouptest.Eventually(t, "one is blocked", func() bool {
		action.Tend()
		told, err := action.State()
		return err == nil && told.Number == 1
	})
	if err := action.End(); err != nil {
		t.Fatal(err)
	}
	cgrouptest.Eventually(t, "the reader goes on", func() bool { return procfs.State(reader) != 't' })
	expectBlocked(t, action, 1)
	if err := action.End(); err != nil {
		t.Fatal(err)
	}
	expectBlocked(t, action, 1)
}

func TestReaderIsFrozenAndThePipeFilled(t *testing.T) {
	first, _ := container(t, "sleep", "60")
	action := NewFreezeReader(first, ReaderOrder{Descriptors: []int{1}, Filled: true})
	t.Cleanup(func() { _ = action.Close() })
	if err := action.Begin(); err != nil {
		t.Fatal(err)
	}
	filled, err := Fill(first, []int{1}, 0)
	if err != nil || !filled["stdout"].Full || filled["stdout"].Bytes > 0 {
		t.Errorf("%v could still be filled, %v", filled, err)
	}
	expectBlocked(t, action, 0)
}

func TestReaderIsFrozenAgain(t *testing.T) {
	first, reader := container(t, "sleep", "60")
	action := NewFreezeReader(first, ReaderOrder{Descriptors: []int{1}})
	t.Cleanup(func() { _ = action.Close() })
	for range 2 {
		if err := action.Begin(); err != nil {
			t.Fatal(err)
		}
		if state := procfs.State(reader); state != 't' {
			t.Errorf("the reader is in state %c", state)
		}
		if err := action.End(); err != nil {
			t.Fatal(err)
		}
		cgrouptest.Eventually(t, "the reader goes on", func() bool { return procfs.State(reader) != 't' })
	}
}

func TestReaderThatCannotBeFoundIsRefused(t *testing.T) {
	out, in := pipe(t)
	readsItself := into(in, "sleep", "60")
	readsItself.ExtraFiles = []*os.File{out}
	unread := cgrouptest.New(t).Start(readsItself)
	out.Close()
	_, program := terminal(t)
	atTerminal := cgrouptest.New(t).Start(into(program, "sleep", "60"))
	for pid, expected := range map[int]string{
		unread:     fmt.Sprintf("nobody outside the container of process %d reads its output", unread),
		atTerminal: fmt.Sprintf("process %d has a terminal, whose reader cannot be told from others'", atTerminal),
	} {
		action := NewFreezeReader(pid, ReaderOrder{Descriptors: []int{1}})
		err := action.Begin()
		if !refuse.Is(err) || err.Error() != expected {
			t.Errorf("refused with %v, instead of %s", err, expected)
		}
		if err := action.Close(); err != nil {
			t.Error(err)
		}
	}
}
