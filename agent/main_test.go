package main

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"faultline/agent/netnstest"
)

const (
	long  = 15 * time.Second
	tag   = "FAULTLINE-0a1b2c3d-1"
	asRun = "FAULTLINE_TEST_AGENT" // set for a child that is to be the program itself
)

func TestMain(m *testing.M) {
	if os.Getenv(asRun) != "" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// agent is the program as a child.
type agent struct {
	t       *testing.T
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	errors  strings.Builder
	ended   chan struct{}
}

func start(t *testing.T, environment ...string) *agent {
	t.Helper()
	return started(t, exec.Command("/proc/self/exe", "0a1b2c3d"), append(environment, asRun+"=1")...)
}

func started(t *testing.T, command *exec.Cmd, environment ...string) *agent {
	t.Helper()
	a := &agent{t: t, process: command, ended: make(chan struct{})}
	a.process.Env = append(os.Environ(), environment...)
	a.process.Stderr = &a.errors
	var err error
	if a.in, err = a.process.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	a.process.Stdout, a.out = write, bufio.NewReader(read)
	if err := a.process.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	go func() {
		a.process.Wait()
		close(a.ended)
	}()
	t.Cleanup(func() {
		a.process.Process.Kill()
		<-a.ended
		read.Close()
	})
	return a
}

// hears returns the next line that has a text in it.
func (a *agent) hears(text string) map[string]any {
	a.t.Helper()
	found := make(chan string, 1)
	go func() {
		defer close(found)
		for {
			line, err := a.out.ReadString('\n')
			if err != nil {
				return
			}
			if strings.Contains(line, text) {
				found <- line
				return
			}
		}
	}()
	select {
	case line := <-found:
		var said map[string]any
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			a.t.Fatalf("never said %q: %v; %s", text, err, a.errors.String())
		}
		return said
	case <-time.After(long):
		a.t.Fatalf("does not say %q", text)
	}
	return nil
}

func (a *agent) mustEnd(code int) {
	a.t.Helper()
	select {
	case <-a.ended:
	case <-time.After(long):
		a.t.Fatal("does not leave")
	}
	if got := a.process.ProcessState.ExitCode(); got != code {
		a.t.Errorf("left with %d, not %d: %s", got, code, a.errors.String())
	}
}

// asksToOpen asks to open a change that drops what goes to a port. Rules of iptables do not end with the agent by themselves.
func (a *agent) asksToOpen(at *netnstest.Namespace, flavour string) {
	a.t.Helper()
	line, err := json.Marshal(map[string]any{"id": 1, "verb": "open", "effects": []any{map[string]any{
		"effect": tag, "pid": at.PID, "netns": at.Inode, "max_ms": 60_000, "packets": map[string]any{
			"filter":  map[string]any{"flavour": flavour, "ipv6": true, "expiry": "NONE"},
			"traffic": map[string]any{"transport": "udp", "first": 9, "last": 9, "side": "OTHER", "flow": "OUT_OF"},
			"action":  map[string]any{"kind": "DROP"},
		},
	}}})
	if err != nil {
		a.t.Fatal(err)
	}
	if _, err := a.in.Write(append(line, '\n')); err != nil {
		a.t.Fatal(err)
	}
}

func world(t *testing.T) *netnstest.Namespace {
	t.Helper()
	at := netnstest.New(t)
	at.Need(t, "iptables-nft -S")
	at.Need(t, "nft flush ruleset")
	return at
}

func isClean(t *testing.T, at *netnstest.Namespace) bool {
	t.Helper()
	return at.Run(t, "nft list ruleset") == ""
}

func TestHealsWhenItIsToldToStop(t *testing.T) {
	for _, told := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		at, a := world(t), start(t)
		a.asksToOpen(at, "iptables-nft")
		if opened := a.hears(`"id":1`); opened["ok"] != true || isClean(t, at) {
			t.Fatalf("opened: %v", opened)
		}
		a.process.Process.Signal(told)
		if ended := a.hears(`"ended"`); ended["effect"] != tag || ended["why"] != "the agent ends" {
			t.Errorf("told %v", ended)
		}
		a.mustEnd(0)
		if !isClean(t, at) {
			t.Error("something is left")
		}
	}
}

func TestHealsWhenItIsToldToStopInTheMiddleOfAnOpen(t *testing.T) {
	folder := t.TempDir()
	slow, err := exec.LookPath("iptables-nft-restore")
	if err != nil {
		t.Skip(err)
	}
	script := "#!/bin/sh\necho >" + folder + "/begun; sleep 0.5\nexec " + slow + " \"$@\"\n"
	if err := os.WriteFile(filepath.Join(folder, "iptables-nft-restore"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	at, a := world(t), start(t, "PATH="+folder+":"+os.Getenv("PATH"))
	a.asksToOpen(at, "iptables-nft")
	for giveUp := time.Now().Add(long); ; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(folder, "begun")); err == nil {
			break
		}
		if time.Now().After(giveUp) {
			t.Fatal("does not begin")
		}
	}
	a.process.Process.Signal(syscall.SIGTERM)
	a.process.Process.Signal(syscall.SIGTERM) // who is impatient does not end it before it has healed
	a.hears(`"ended"`)
	a.mustEnd(0)
	if !isClean(t, at) {
		t.Error("something is left")
	}
}

func TestHealsWhenItsCallerIsGone(t *testing.T) {
	at, a := world(t), start(t)
	a.asksToOpen(at, "iptables-nft")
	a.hears(`"id":1`)
	a.in.Close()
	a.mustEnd(0)
	if !isClean(t, at) {
		t.Error("something is left")
	}
}

func TestTheKernelTakesItBackIfTheAgentIsKilled(t *testing.T) {
	at, a := world(t), start(t)
	a.asksToOpen(at, "nftables")
	if opened := a.hears(`"id":1`); opened["ok"] != true {
		t.Fatalf("opened: %v", opened)
	}
	if !strings.Contains(at.Run(t, "nft list ruleset"), "owner") {
		t.Skip("this kernel knows no owners of tables (before Linux 5.12)")
	}
	a.process.Process.Kill()
	for giveUp := time.Now().Add(long); !isClean(t, at); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(giveUp) {
			t.Fatal("it is left")
		}
	}
}

func TestHealsAndLeavesAlthoughNobodyReadsItsAnswers(t *testing.T) {
	at, a := world(t), start(t)
	a.asksToOpen(at, "iptables-nft")
	a.hears(`"id":1`)
	go a.in.Write([]byte(strings.Repeat("{}\n", 20_000))) // of which each is refused in many words
	time.Sleep(300 * time.Millisecond)
	a.process.Process.Signal(syscall.SIGTERM)
	for giveUp := time.Now().Add(long); !isClean(t, at); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(giveUp) {
			t.Fatal("does not heal")
		}
	}
	a.mustEnd(0)
}

func TestItsLeaseIsThatOfTheEnvironment(t *testing.T) {
	for set, want := range map[string]float64{"": 15_000, "1": 1000, "0": 15_000, "-3": 15_000, "x": 15_000} {
		if greeting := start(t, "FAULTLINE_LEASE_SECONDS="+set).hears("faultline"); greeting["lease_ms"] != want {
			t.Errorf("%q: %v", set, greeting)
		}
	}
	at, a := world(t), start(t, "FAULTLINE_LEASE_SECONDS=1")
	a.asksToOpen(at, "iptables-nft")
	if ended := a.hears(`"ended"`); ended["why"] != "the lease of 1 s was not renewed" || !isClean(t, at) {
		t.Errorf("told %v", ended)
	}
}

// With net/http, and so with TLS, the program is more than half as large again, and nearly all of a program is in memory soon.
func TestIsLinkedWithoutHTTPAndTLS(t *testing.T) {
	listed, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(listed))
	if !slices.Contains(packages, "faultline/agent/rollback") {
		t.Fatalf("its packages are %s", packages)
	}
	for _, each := range []string{"net/http", "crypto/tls", "text/template"} {
		if slices.Contains(packages, each) {
			t.Errorf("%s is in it", each)
		}
	}
}
