package freeze

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/cgrouptest"
)

func TestAllProcessesOfAContainer(t *testing.T) {
	group := cgrouptest.New(t)
	first, other := group.Start(exec.Command("sleep", "1000")), group.Start(exec.Command("tail", "-f", "/dev/null"))
	freeze := begun(t, OfContainer(first, Order{}))
	if !isFrozen(first) || !isFrozen(other) {
		t.Error("one runs on")
	}
	assertFrozen(t, freeze, 2, 2)
	ended(t, freeze)
	if isFrozen(first) || isFrozen(other) {
		t.Error("one is still frozen")
	}
}

func TestProcessesOfAName(t *testing.T) {
	group := cgrouptest.New(t)
	first, other := group.Start(exec.Command("sleep", "1000")), group.Start(exec.Command("tail", "-f", "/dev/null"))
	freeze := begun(t, OfContainer(first, Order{Names: []string{"nginx", "tail"}}))
	if isFrozen(first) || !isFrozen(other) {
		t.Error("it is not tail alone that is frozen")
	}
	assertFrozen(t, freeze, 1, 1)
}

func TestNobodyOfAName(t *testing.T) {
	group := cgrouptest.New(t)
	first := group.Start(exec.Command("sleep", "1000"))
	group.Start(exec.Command("sleep", "1001"))
	group.Start(exec.Command("tail", "-f", "/dev/null"))
	assertRefused(t, OfContainer(first, Order{Names: []string{"nginx", "php"}}).Begin(),
		"no process is called nginx or php; there are sleep, tail")
}

// startedEngine starts what has a file of a container open, as engines have, and names the container.
func startedEngine(t *testing.T) (*child, string) {
	t.Helper()
	container := "faultline" + filepath.Base(t.TempDir()) + fmt.Sprint(os.Getpid())
	folder := filepath.Join(t.TempDir(), "containerd", container)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	output, err := os.Create(filepath.Join(folder, "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { output.Close() }) // the test has it open, too, as an agent may, and is not to be frozen
	command := exec.Command("/proc/self/exe", "answer")
	command.ExtraFiles = []*os.File{output}
	engine := startedBy(t, command)
	engine.says("ready")
	return engine, container
}

func TestEngineIsFrozenForItsTime(t *testing.T) {
	child, container := startedEngine(t)
	engine := OfEngine(1, EngineOrder{container, 100})
	t.Cleanup(func() { _ = engine.Close() })
	if err := engine.Begin(); err != nil {
		t.Fatal(err)
	}
	if isFrozen(child.pid) {
		t.Error("it is frozen before the answer can have been given")
	}
	assertSilent(t, engine, 0, 0)
	cgrouptest.Eventually(t, "the engine is frozen", func() bool { engine.Tend(); return isFrozen(child.pid) })
	cgrouptest.Eventually(t, "it is let go", func() bool { engine.Tend(); return !engine.Held() })
	child.answers()
	assertSilent(t, engine, 100, 1000)
}

func TestEngineIsLetGoBeforeItsTime(t *testing.T) {
	child, container := startedEngine(t)
	engine := OfEngine(1, EngineOrder{container, 3_600_000})
	t.Cleanup(func() { _ = engine.Close() })
	if err := engine.Begin(); err != nil {
		t.Fatal(err)
	}
	cgrouptest.Eventually(t, "the engine is frozen", func() bool { engine.Tend(); return isFrozen(child.pid) })
	if err := engine.End(); err != nil {
		t.Fatal(err)
	}
	child.answers()
	assertSilent(t, engine, 0, 5000)
	engine.Tend()
	if engine.Held() {
		t.Error("it is frozen again")
	}
}

func TestEngineThatDoesNotStopAsAWholeWasSilentMeanwhile(t *testing.T) {
	t.Parallel() // it takes as long as a thread is waited for
	parent, launched := startedLaunching(t)
	engine := &Engine{Freeze: of(parent.pid), order: EngineOrder{Milliseconds: 100}}
	t.Cleanup(func() { _ = engine.Close() })
	engine.freeze()
	if engine.Held() {
		t.Error("it is not let go")
	}
	assertSilent(t, engine, int(stopLimit.Milliseconds()), 10_000)
	_ = unix.Kill(launched, unix.SIGKILL)
	parent.says("ended")
}

func TestEngineThatHasGoneWasNotSilent(t *testing.T) {
	none := New(func() []int { return nil }, func() error {
		time.Sleep(10 * time.Millisecond) // a look for it takes a while
		return noEngine()
	})
	engine := &Engine{Freeze: none, order: EngineOrder{Milliseconds: 100}}
	engine.freeze()
	assertSilent(t, engine, 0, 0)
}

func TestEngineThatIsNotThereIsRefused(t *testing.T) {
	assertRefused(t, OfEngine(1, EngineOrder{"faultline-no-container", 100}).Begin(),
		"the process of the engine cannot be found; does the engine run in another virtual machine?")
}

// assertSilent checks for how long, in ms, the engine has been frozen.
func assertSilent(t *testing.T, engine *Engine, atLeast, atMost int) {
	t.Helper()
	told, err := engine.State()
	if err != nil || told.Number < int64(atLeast) || told.Number > int64(atMost) || told.Flaw != "" ||
		told.Of != max(told.Number, int64(engine.order.Milliseconds)) {
		t.Errorf("its state is %+v, %v", told, err)
	}
}
