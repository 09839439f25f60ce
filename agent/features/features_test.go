package features

import (
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"faultline/agent/netns"
	"faultline/agent/netnstest"
	"faultline/agent/tagged"
)

const probeOnly = "FAULTLINE_TEST_PROBE_ONLY"

// TestMain is the agent in a namespace of its own, if the environment says so: Probe tries all in that of its process.
func TestMain(m *testing.M) {
	if os.Getenv(probeOnly) == "" {
		os.Exit(m.Run())
	}
	found, err := Probe(Trials{
		Conntrack: func() bool { return true }, Freeze: func() bool { return false },
		Descriptors: func() bool { return true }, Loads: func() ([]string, error) { return nil, nil },
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(found)
}

func probed(t *testing.T, namespace *netns.Namespace) Features {
	t.Helper()
	found, err := kernel{namespace}.probe()
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestProbeIsOfTheProcessesOwnNamespaceWithTheTrialsOfOthers(t *testing.T) {
	agent := exec.Command(os.Args[0])
	agent.Env = append(os.Environ(), probeOnly+"=1")
	agent.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	agent.Stderr = os.Stderr
	said, err := agent.Output()
	if err != nil {
		t.Skipf("no network namespace can be made here: %v", err)
	}
	var found map[string]any
	if err := json.Unmarshal(said, &found); err != nil {
		t.Fatal(err)
	}
	want := []string{"conntrack", "descriptors", "freeze", "loads", "nftables", "shaping", "silent", "socket_destroy", "tables"}
	if names := slices.Sorted(maps.Keys(found)); !slices.Equal(names, want) {
		t.Errorf("names are %v", names)
	}
	if found["conntrack"] != true || found["freeze"] != false || found["descriptors"] != true || fmt.Sprint(found["loads"]) != "[]" {
		t.Errorf("said %s", said)
	}
	tables := found["tables"].(map[string]any)
	want = []string{"ip6tables-legacy", "ip6tables-nft", "iptables-legacy", "iptables-nft"}
	if names := slices.Sorted(maps.Keys(tables)); !slices.Equal(names, want) {
		t.Errorf("tables are %v", names)
	}
}

func TestTablesThatDropNothingSayNothingElse(t *testing.T) {
	said, _ := json.Marshal(map[string]Tables{"a": {}, "b": {true, &Matches{Time: true}}})
	want := `{"a":{"drop":false},"b":{"drop":true,"ipset":false,"time":true,"reject":false,"statistic":false,"redirect":false}}`
	if string(said) != want {
		t.Errorf("said %s, want %s", said, want)
	}
}

// does tells whether commands work, in a namespace that is used for nothing else.
func does(t *testing.T, commands ...string) bool {
	t.Helper()
	namespace := netnstest.New(t)
	for _, command := range commands {
		if _, err := namespace.Try(command); err != nil {
			return false
		}
	}
	return true
}

func TestWhatIsToldToWorkWorksAndNothingElse(t *testing.T) {
	namespace := netnstest.New(t)
	found := probed(t, namespace.Namespace)
	for name, tables := range found.Tables {
		if works := does(t, name+" -A OUTPUT -j DROP"); tables.Drop != works {
			t.Errorf("%s drops: told %v, but %v", name, tables.Drop, works)
		}
		if !tables.Drop {
			continue
		}
		for what, each := range map[string]struct {
			told bool
			rule string
		}{
			"time":      {tables.Time, "-A OUTPUT -m time --datestop 2030-01-01T00:00:00 -j DROP"},
			"reject":    {tables.Reject, "-A OUTPUT -p tcp -j REJECT --reject-with tcp-reset"},
			"statistic": {tables.Statistic, "-A OUTPUT -m statistic --mode random --probability 0.5 -j DROP"},
			"redirect":  {tables.Redirect, "-t nat -A OUTPUT -p udp -m mark ! --mark 0xfa17 -j REDIRECT --to-ports 1"},
		} {
			if works := does(t, name+" "+each.rule); each.told != works {
				t.Errorf("%s %s: told %v, but %v", name, what, each.told, works)
			}
		}
		set := "hash:net family " + map[bool]string{true: "inet6", false: "inet"}[strings.HasPrefix(name, "ip6")]
		if works := does(t, "ipset create tried "+set, name+" -A OUTPUT -m set --match-set tried src -j DROP"); tables.Ipset != works {
			t.Errorf("%s ipset: told %v, but %v", name, tables.Ipset, works)
		}
	}
}

func TestShapingIsToldToWorkIfItDoes(t *testing.T) {
	found := probed(t, netnstest.New(t).Namespace).Shaping
	for kind, commands := range map[string][]string{
		"netem": {"tc qdisc add dev lo root netem delay 1ms"},
		"tbf":   {"tc qdisc add dev lo root tbf rate 1mbit burst 2kb latency 50ms"},
		"htb":   {"tc qdisc add dev lo root handle 1: htb", "tc filter add dev lo parent 1: u32 match u32 0 0 flowid 1:1"},
		"ingress": {"ip link add there type ifb", "tc qdisc add dev lo ingress",
			"tc filter add dev lo parent ffff: u32 match u32 0 0 action mirred egress redirect dev there"},
	} {
		if works := does(t, commands...); slices.Contains(found, kind) != works {
			t.Errorf("%s: told %v, but %v", kind, found, works)
		}
	}
}

func TestNothingIsLeft(t *testing.T) {
	namespace := netnstest.New(t)
	probed(t, namespace.Namespace)
	left, err := tagged.Find(namespace.Namespace, func(tagged.Tag) bool { return true })
	if err != nil || len(left) > 0 {
		t.Errorf("left is %v, %v", left, err)
	}
	if links := namespace.Run(t, "ip -o link show"); strings.Count(links, "\n") != 1 || !strings.Contains(links, "UP") {
		t.Errorf("links are %s", links)
	}
	if qdiscs := namespace.Run(t, "tc qdisc show"); strings.Contains(qdiscs, " 1: ") || strings.Contains(qdiscs, "ingress") {
		t.Errorf("qdiscs are %s", qdiscs)
	}
	if rules, err := namespace.Try("nft list ruleset"); err == nil && strings.Contains(rules, chain) {
		t.Errorf("rules are %s", rules)
	}
	for _, tables := range []string{"iptables-nft", "iptables-legacy"} {
		if rules, _ := namespace.Try(tables + "-save"); strings.Contains(rules, "-A ") {
			t.Errorf("rules are %s", rules)
		}
	}
}

func TestSocketsAreToldToBeDestroyedIfTheyAre(t *testing.T) {
	namespace := netnstest.New(t)
	namespace.Run(t, "ip link set dev lo up")
	var server net.Listener
	namespace.Do(t, func() (err error) {
		server, err = net.Listen("tcp4", "127.0.0.1:0")
		return err
	})
	defer server.Close()
	var client net.Conn
	namespace.Do(t, func() (err error) {
		client, err = net.Dial("tcp4", server.Addr().String())
		return err
	})
	defer client.Close()
	if _, err := client.Write([]byte("?")); err != nil {
		t.Fatal(err)
	}
	namespace.Run(t, "ss -K dst "+server.Addr().String())
	_, err := client.Write([]byte("?"))
	if told := probed(t, netnstest.New(t).Namespace).SocketDestroy; told != (err != nil) {
		t.Errorf("told %v, but writing gives %v", told, err)
	}
}

func TestWhatNeedsNoToolIsToldWithoutAnyAndAtOnce(t *testing.T) {
	with := probed(t, netnstest.New(t).Namespace)
	namespace := netnstest.New(t)
	path := os.Getenv("PATH")
	t.Setenv("PATH", t.TempDir())
	began := time.Now()
	without := probed(t, namespace.Namespace)
	took := time.Since(began)
	t.Setenv("PATH", path)
	if took > 2*time.Second {
		t.Errorf("took %s", took)
	}
	for name, tables := range without.Tables {
		if tables.Drop || tables.Matches != nil {
			t.Errorf("%s: told %+v", name, tables)
		}
	}
	if len(without.Tables) != 4 || len(without.Silent) > 0 {
		t.Errorf("told %+v", without)
	}
	with.Tables, with.Silent = without.Tables, without.Silent
	if !reflect.DeepEqual(with, without) {
		t.Errorf("told %+v without tools, %+v with them", without, with)
	}
	if links := namespace.Run(t, "ip -o link show"); strings.Count(links, "\n") != 1 || !strings.Contains(links, "UP") {
		t.Errorf("links are %s", links)
	}
}

func TestTablesOfOursAreToldToWorkIfTheyDo(t *testing.T) {
	found := probed(t, netnstest.New(t).Namespace).NFTables
	table, chain := "nft add table inet t", "nft add chain inet t c"
	for what, each := range map[string]struct {
		told     bool
		commands []string
	}{
		"drop":  {found.Drop, []string{table, chain, "nft add rule inet t c udp dport 9 counter drop"}},
		"lease": {found.Lease, []string{table, "nft add set inet t s { type ipv4_addr ; flags timeout ; timeout 15s ; }"}},
		"reject": {found.Reject, []string{table, chain, "nft add rule inet t c meta l4proto tcp reject with tcp reset",
			"nft add rule inet t c reject with icmpx port-unreachable"}},
		"loss": {found.Loss, []string{table, chain, "nft add rule inet t c numgen random mod 1000 < 500 drop"}},
		"redirect": {found.Redirect, []string{table, "nft add chain inet t n { type nat hook output priority -110 ; }",
			"nft add rule inet t n udp dport 53 redirect to :9"}},
	} {
		if works := does(t, each.commands...); each.told != works {
			t.Errorf("%s: told %v, but %v", what, each.told, works)
		}
	}
}

// DROP tells the sender.
func TestDropThatTellsItsSenderIsNotSilent(t *testing.T) {
	namespace := netnstest.New(t)
	namespace.Run(t, "ip link set dev lo up")
	here := kernel{namespace.Namespace}
	if !here.dropsSilently("iptables-nft") {
		t.Skip("this kernel drops nothing silently")
	}
	namespace.Run(t, "iptables-nft -A OUTPUT -p udp -j DROP")
	if here.dropsSilently("iptables-nft") {
		t.Error("told that it drops silently")
	}
}
