// Package netnstest gives tests network namespaces of their own.
package netnstest

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"faultline/agent/netns"
)

// Namespace is a network namespace with one process in it.
type Namespace struct {
	*netns.Namespace
	PID int
}

// New makes a namespace that has nothing but a loopback interface that is down. It is gone at the end of the test.
func New(t testing.TB) *Namespace {
	t.Helper()
	resident := exec.Command("cat") // ends with its stdin, and so with the test's process, however that ends
	resident.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	stdin, err := resident.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := resident.Start(); err != nil {
		t.Skipf("no network namespace can be made here: %v", err)
	}
	t.Cleanup(func() {
		stdin.Close()
		resident.Wait()
	})
	namespace, err := netns.OfProcess(resident.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(namespace.Close)
	return &Namespace{namespace, resident.Process.Pid}
}

// Do runs an action in the namespace, and fails the test if that fails.
func (n *Namespace) Do(t testing.TB, action func() error) {
	t.Helper()
	if err := n.Namespace.Do(action); err != nil {
		t.Fatal(err)
	}
}

// Run runs a command in the namespace, and returns what it printed. The test fails if it fails.
func (n *Namespace) Run(t testing.TB, commandLine string) string {
	t.Helper()
	printed, err := n.Try(commandLine)
	if err != nil {
		t.Fatalf("%s: %v: %s", commandLine, err, printed)
	}
	return printed
}

// Need runs a command in the namespace, and skips the test if it fails: this kernel, or this machine, lacks something.
func (n *Namespace) Need(t testing.TB, commandLine string) {
	t.Helper()
	if printed, err := n.Try(commandLine); err != nil {
		t.Skipf("needs %s: %v: %s", commandLine, err, printed)
	}
}

// Try runs a command in the namespace, and returns what it printed.
func (n *Namespace) Try(commandLine string) (string, error) {
	words := strings.Fields(commandLine)
	var printed []byte
	err := n.Namespace.Do(func() (err error) {
		printed, err = exec.Command(words[0], words[1:]...).CombinedOutput()
		return err
	})
	return string(printed), err
}
