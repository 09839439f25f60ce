package shaping

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"testing"
	"time"

	"faultline/agent/effect"
	"faultline/agent/netnstest"
	"faultline/agent/packets"
)

const (
	tagOfTest = "FAULTLINE-0000a1b2-7"
	peer4     = "10.9.0.2"
	peer6     = "fd09::2"
)

// world is a namespace whose interface is served, and one at the other end of its wire.
type world struct {
	*netnstest.Namespace
	other *netnstest.Namespace
}

func newWorld(t testing.TB) world {
	t.Helper()
	found := world{netnstest.New(t), netnstest.New(t)}
	found.Need(t, fmt.Sprintf("ip link add served type veth peer name wire netns %d", found.other.PID))
	for _, end := range []struct {
		*netnstest.Namespace
		name, number string
	}{{found.Namespace, "served", "1"}, {found.other, "wire", "2"}} {
		end.Run(t, "ip link set dev lo up")
		end.Run(t, "ip link set dev "+end.name+" up")
		end.Run(t, "ip addr add 10.9.0."+end.number+"/24 dev "+end.name)
		_, _ = end.Try("ip addr add fd09::" + end.number + "/64 nodad dev " + end.name) // some kernels have no IPv6
	}
	return found
}

// needIPv6 skips the test where there is none.
func (w world) needIPv6(t testing.TB) {
	t.Helper()
	w.Need(t, "ip addr add fd0a::1 dev lo")
}

// order is for all traffic at a slow rate, unless it is changed.
func order(direction string, classes ...Class) Order {
	if len(classes) == 0 {
		classes = []Class{{Traffic: everything(), Tbf: &Tbf{Rate: 10_000_000, Burst: 6250, Limit: 625_000}}}
	}
	return Order{Interface: "served", QueueLength: 1000, Direction: direction, Classes: classes}
}

func everything() packets.Traffic { return packets.Traffic{Side: "OWN", Flow: "BOTH"} }

func (w world) rules(t testing.TB, order Order) *rules {
	t.Helper()
	made, err := New(effect.Place{Tag: tagOfTest, PID: w.PID, Namespace: w.Namespace.Namespace}, order)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { made.Close() })
	return made.(*rules)
}

func need(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func stateOf(t testing.TB, rules effect.Rules) effect.State {
	t.Helper()
	found, err := rules.State()
	need(t, err)
	return found
}

// countOf is what was counted, of rules that are as they were ordered.
func countOf(t testing.TB, rules effect.Rules) effect.Count {
	t.Helper()
	found := stateOf(t, rules)
	if found.Flaw != "" || len(found.Counts) != 1 {
		t.Errorf("state is %+v", found)
	}
	return found.Counts[0]
}

// datagrams sends so many from one of two ends to a port of the other, and returns how long it was until all had arrived.
func datagrams(t testing.TB, from, to *netnstest.Namespace, destination string, number, bytes int) time.Duration {
	t.Helper()
	at := net.UDPAddrFromAddrPort(netip.MustParseAddrPort(destination))
	var server *net.UDPConn
	to.Do(t, func() (err error) {
		server, err = net.ListenUDP("udp", at)
		return err
	})
	defer server.Close()
	var client *net.UDPConn
	from.Do(t, func() (err error) {
		client, err = net.DialUDP("udp", nil, at)
		return err
	})
	defer client.Close()
	start := time.Now()
	for range number {
		if _, err := client.Write(slices.Repeat([]byte{0x0F}, bytes)); err != nil { // which could be a port
			t.Fatal(err)
		}
	}
	need(t, server.SetReadDeadline(start.Add(10*time.Second)))
	for i := range number {
		if _, err := server.Read(make([]byte, bytes)); err != nil {
			t.Fatalf("%d of %d have arrived: %v", i, number, err)
		}
	}
	return time.Since(start)
}

func (w world) leave(t testing.TB, number, bytes int) time.Duration {
	t.Helper()
	return datagrams(t, w.Namespace, w.other, peer4+":4000", number, bytes)
}

func (w world) arrive(t testing.TB, number, bytes int) time.Duration {
	t.Helper()
	return datagrams(t, w.other, w.Namespace, "10.9.0.1:4000", number, bytes)
}

// shown is all that can be seen of links, qdiscs and filters, without counters.
func (w world) shown(t testing.TB) string {
	t.Helper()
	return regexp.MustCompile(`direct_packets_stat \d+`).ReplaceAllString(w.Run(t, "ip -d link show")+w.Run(t, "tc qdisc show")+w.Run(t, "tc filter show dev served")+
		w.Run(t, "tc filter show dev served ingress"), "")
}
