package freeze

import (
	"io"
	"os"
	"os/exec"

	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

// Works tells whether a process can be frozen and let go on this kernel, tried on a child: this program with the argument
// "sleep", which is to come to ChildMain.
func Works() bool {
	child := exec.Cmd{Path: "/proc/self/exe", Args: []string{procfs.Agent, "sleep"}}
	if _, err := child.StdinPipe(); err != nil || child.Start() != nil {
		return false
	}
	defer func() {
		_ = child.Process.Kill()
		_ = child.Wait()
	}()
	trial := New(
		func() []int { return []int{child.Process.Pid} },
		func() error { return refuse.Because("the child has ended") })
	begun := trial.Begin()
	return trial.Close() == nil && begun == nil
}

// ChildMain is what the child of Works does: nothing, until the agent ends it or has ended. It returns the exit code.
func ChildMain() int {
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}
