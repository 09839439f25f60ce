package topology

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"faultline/agent/netnstest"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

func TestLookSaysWhatIsInTheNamespace(t *testing.T) {
	namespace := netnstest.New(t)
	namespace.Need(t, "ip link add there mtu 1400 txqueuelen 0 type ifb")
	namespace.Run(t, "ip link set dev there up")
	namespace.Run(t, "ip addr add 192.0.2.7/24 dev there label there:1")
	namespace.Run(t, "ip addr add 192.0.2.9 peer 192.0.2.10/32 dev there")
	namespace.Run(t, "ip -6 addr add 2001:db8::7/64 dev there nodad")
	look, err := LookAt(namespace.PID)
	if err != nil {
		t.Fatal(err)
	}
	if look.Netns != namespace.Inode || look.Frozen {
		t.Errorf("look is %+v", look)
	}
	if len(look.Interfaces) != 2 || look.Interfaces[0].Name != "lo" || len(look.Interfaces[0].Addresses) != 0 {
		t.Fatalf("interfaces are %+v", look.Interfaces)
	}
	there := look.Interfaces[1]
	if there.Name != "there" || there.MTU != 1400 || there.Queue != 0 {
		t.Errorf("interface is %+v", there)
	}
	for _, want := range []string{"192.0.2.7", "192.0.2.9", "2001:db8::7"} {
		if !slices.Contains(there.Addresses, want) {
			t.Errorf("%s is not among %v", want, there.Addresses)
		}
	}
}

func TestLookHasTheQdiscsOfOthers(t *testing.T) {
	namespace := netnstest.New(t)
	namespace.Need(t, "tc qdisc add dev lo root handle 1: tbf rate 1mbit burst 2kb latency 50ms")
	look, err := LookAt(namespace.PID)
	if err != nil {
		t.Fatal(err)
	}
	said, _ := json.Marshal(look.Interfaces)
	if want := `[{"name":"lo","index":1,"addresses":[],"mtu":65536,"queue":1000,"qdiscs":{"root":"tbf 1:"}}]`; string(said) != want {
		t.Errorf("said %s, want %s", said, want)
	}
}

func TestWhatHasChangedSinceItWasSeenIsOutdated(t *testing.T) {
	namespace := netnstest.New(t)
	namespace.Need(t, "ip link add there type ifb")
	seen := func() Seen {
		look, err := LookAt(namespace.PID)
		if err != nil {
			t.Fatal(err)
		}
		return Seen{namespace.PID, look.Started, look.Version}
	}
	own := Seen{PID: os.Getpid(), Started: procfs.Started(os.Getpid())}
	before := seen()
	if err := RequireUnchanged([]Seen{own, before}); err != nil {
		t.Error(err)
	}
	for _, change := range []string{
		"ip addr add 192.0.2.7/24 dev there", "ip link set dev there mtu 1400", "ip addr del 192.0.2.7/24 dev there",
		"tc qdisc add dev there root handle 1: tbf rate 1mbit burst 2kb latency 50ms", "ip link del there", "ip link add there mtu 1400 type ifb",
	} {
		before := seen()
		namespace.Run(t, change)
		if err := RequireUnchanged([]Seen{own, before}); !refuse.IsOutdated(err) {
			t.Errorf("after %s: %v", change, err)
		}
	}
	before = seen()
	for _, other := range []Seen{
		{before.PID, before.Started + 1, before.Version}, {before.PID, before.Started, "0"}, {PID: own.PID, Started: own.Started + 1}, {PID: 1 << 30}, {1 << 30, 0, "0"},
	} {
		if err := RequireUnchanged([]Seen{before, other}); !refuse.IsOutdated(err) {
			t.Errorf("%+v: %v", other, err)
		}
	}
}

func TestLookAtDeadProcessIsRefused(t *testing.T) {
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	if _, err := LookAt(dead.Process.Pid); !refuse.Is(err) {
		t.Errorf("error is %v", err)
	}
}

func TestNamespaceIsFoundByItsInodeWhoeverLivesInIt(t *testing.T) {
	namespace := netnstest.New(t)
	for range 2 { // by looking at all, then by memory
		found, err := NamespaceWith(namespace.Inode)
		if err != nil {
			t.Fatal(err)
		}
		if found.Inode != namespace.Inode {
			t.Errorf("found %d, not %d", found.Inode, namespace.Inode)
		}
		found.Close()
	}
	known.Lock()
	known.pids[namespace.Inode] = os.Getpid() // as if the number had been given to another process since
	known.Unlock()
	found, err := NamespaceWith(namespace.Inode)
	if err != nil || found.Inode != namespace.Inode {
		t.Fatalf("found %v, %v", found, err)
	}
	found.Close()
}

func TestNamespaceThatNobodyLivesInIsRefused(t *testing.T) {
	_, err := NamespaceWith(1)
	if !refuse.Is(err) || err.Error() != "no process of this machine lives in network namespace 1" {
		t.Errorf("error is %v", err)
	}
}

// freezer makes a group of the cgroup freezer for a process, and freezes it until the end of the test.
func freezer(t *testing.T, pid int) {
	t.Helper()
	group, state, frozen, thawed := "/sys/fs/cgroup/freezer", "freezer.state", "FROZEN", "THAWED"
	if _, err := os.Stat(group); err != nil {
		group, state, frozen, thawed = "/sys/fs/cgroup", "cgroup.freeze", "1", "0"
	}
	group = filepath.Join(group, fmt.Sprintf("faultline-test-%d", pid))
	if err := os.Mkdir(group, 0o755); err != nil {
		t.Skipf("no cgroup freezer can be made here: %v", err)
	}
	t.Cleanup(func() {
		os.WriteFile(filepath.Join(group, "..", "cgroup.procs"), []byte(strconv.Itoa(pid)), 0)
		os.Remove(group)
	})
	if err := os.WriteFile(filepath.Join(group, "cgroup.procs"), []byte(strconv.Itoa(pid)), 0); err != nil {
		t.Skipf("no process can be put into a cgroup freezer here: %v", err)
	}
	if err := os.WriteFile(filepath.Join(group, state), []byte(frozen), 0); err != nil {
		t.Skipf("this kernel has no cgroup freezer: %v", err)
	}
	t.Cleanup(func() { os.WriteFile(filepath.Join(group, state), []byte(thawed), 0) })
}

func TestProcessInCgroupFreezerIsFrozen(t *testing.T) {
	namespace := netnstest.New(t)
	freezer(t, namespace.PID)
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		look, err := LookAt(namespace.PID)
		if err != nil {
			t.Fatal(err)
		}
		if look.Frozen {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("it is not told to be frozen")
		}
	}
}

func TestProxyIsToldWithItsOptionsAndItsNamespace(t *testing.T) {
	namespace := netnstest.New(t)
	// A shell by another name, which waits for the end of its input.
	proxy := exec.Command("sh", "-c", "read forever; exit",
		"-proto", "tcp", "-host-ip", "192.0.2.1", "-host-port", "9", "-container-ip", "192.0.2.2", "-container-port")
	proxy.Args[0] = "/usr/bin/docker-proxy"
	stdin, err := proxy.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	namespace.Do(t, proxy.Start)
	defer proxy.Wait()
	defer stdin.Close()
	found := Proxies()
	i := slices.IndexFunc(found, func(each Proxy) bool { return each.PID == proxy.Process.Pid })
	if i < 0 {
		t.Fatalf("not among %v", found)
	}
	said, _ := json.Marshal(found[i])
	want := fmt.Sprintf(`{"pid":%d,"started":%d,"netns":%d,"proto":"tcp","host_ip":"192.0.2.1","host_port":"9",`+
		`"container_ip":"192.0.2.2","container_port":""}`, proxy.Process.Pid, procfs.Started(proxy.Process.Pid), namespace.Inode)
	if string(said) != want || found[i].Started == 0 {
		t.Errorf("said %s, want %s", said, want)
	}
	if among := ProxiesAmong([]int{os.Getpid(), proxy.Process.Pid}); !slices.Equal(among, []Proxy{found[i]}) {
		t.Errorf("among some processes there are %v", among)
	}
}
