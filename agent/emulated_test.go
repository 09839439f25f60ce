package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"faultline/agent/netns"
)

// foreign is the architecture that is packed besides this machine's own, and what an emulator of its user mode is called.
var foreign = map[string]struct{ architecture, emulator string }{
	"amd64": {"arm64", "qemu-aarch64"},
	"arm64": {"amd64", "qemu-x86_64"},
}

// emulated is the program for the other architecture, as it is packed, under an emulator, in a network namespace of its own: it
// tries out there what the kernel can do.
func emulated(t *testing.T) *agent {
	t.Helper()
	other := foreign[runtime.GOARCH]
	emulator, err := exec.LookPath(other.emulator)
	if err != nil {
		emulator, err = exec.LookPath(other.emulator + "-static")
	}
	if err != nil {
		t.Skipf("needs %s or %[1]s-static, of Debian's package qemu-user", other.emulator)
	}
	packed := t.TempDir()
	if said, err := exec.Command("../dev/agent", packed).CombinedOutput(); err != nil {
		t.Fatalf("dev/agent: %v: %s", err, said)
	}
	command := exec.Command(emulator, filepath.Join(packed, other.architecture), "0a1b2c3d")
	command.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	return started(t, command)
}

// asks sends a line, and returns the answer that has a text in it.
func (a *agent) asks(line, text string) map[string]any {
	a.t.Helper()
	if _, err := a.in.Write([]byte(line + "\n")); err != nil {
		a.t.Fatal(err)
	}
	return a.hears(text)
}

// What works is not asked for: it is tried with children that are started side by side, and a process that qemu forks while another
// of its threads holds one of qemu's own locks waits for that for ever.
func TestTheProgramForTheOtherArchitectureSpeaksTheProtocol(t *testing.T) {
	a := emulated(t)
	var kernel unix.Utsname
	if err := unix.Uname(&kernel); err != nil {
		t.Fatal(err)
	}
	release := unix.ByteSliceToString(kernel.Release[:])
	if greeting := a.hears("faultline"); greeting["faultline"] != 5.0 || greeting["lease_ms"] != 15_000.0 || greeting["kernel"] != release {
		t.Errorf("greets with %v", greeting)
	}

	own := a.process.Process.Pid
	looked := a.asks(fmt.Sprintf(`{"id": 2, "verb": "look", "pids": [%d]}`, own), `"id":2`)
	seen := looked["seen"].([]any)[0].(map[string]any)
	if inode, known := netns.InodeOf(own); !known || seen["netns"] != float64(inode) {
		t.Errorf("sees itself in namespace %v, not %d", seen["netns"], inode)
	}
	if first := seen["interfaces"].([]any)[0].(map[string]any); first["name"] != "lo" || first["index"] != 1.0 {
		t.Errorf("sees %v", first)
	}

	a.in.Close()
	a.mustEnd(0)
}

func TestTheProgramForTheOtherArchitectureRefuses(t *testing.T) {
	a := emulated(t)
	for line, why := range map[string]string{
		`nonsense`:                   "a line that is not JSON",
		`{"id": 3, "verb": "dance"}`: "no verb 'dance'",
		`{"id": 3, "verb": "look", "pids": [4194305]}`:          "cannot open the network namespace at /proc/4194305/ns/net",
		`{"id": 3, "verb": "read", "effects": ["` + tag + `"]}`: tag + " is not open",
	} {
		if answer := a.asks(line, `"ok":`); answer["ok"] != false || !strings.Contains(answer["error"].(string), why) {
			t.Errorf("%s: %v", line, answer)
		}
	}
	a.in.Close()
	a.mustEnd(0)
}

// The tools of iptables are this machine's own. The base chains that they leave are seen over netlink of nf_tables, and so not here.
func TestTheProgramForTheOtherArchitectureHealsAtTheEndOfItsStream(t *testing.T) {
	at, a := world(t), emulated(t)
	isThere := func() bool { return strings.Contains(at.Run(t, "nft list ruleset"), tag) }
	a.asksToOpen(at, "iptables-nft")
	if opened := a.hears(`"id":1`); opened["ok"] != true || !isThere() {
		t.Errorf("opened: %v", opened)
	}
	a.in.Close()
	a.mustEnd(0)
	if isThere() {
		t.Error("it is left")
	}
}
