package nft

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"faultline/agent/effect"
	"faultline/agent/netnstest"
	"faultline/agent/packets"
)

const (
	tag      = "FAULTLINE-0000a1b2-1"
	otherTag = "FAULTLINE-0000a1b2-2"
)

// at is a place in a namespace.
func at(namespace *netnstest.Namespace, tag string) effect.Place {
	return effect.Place{Tag: tag, PID: namespace.PID, Namespace: namespace.Namespace}
}

// world is a target and a peer on one link: 10.0.0.1 and 10.0.0.2, fd00::1 and fd00::2.
type world struct{ target, peer *netnstest.Namespace }

func newWorld(t testing.TB) world {
	t.Helper()
	w := world{withTables(t), netnstest.New(t)}
	w.target.Need(t, fmt.Sprintf("ip link add eth0 type veth peer name eth0 netns /proc/%d/ns/net", w.peer.PID))
	for i, each := range []*netnstest.Namespace{w.target, w.peer} {
		for _, command := range []string{"ip link set dev lo up", "ip link set dev eth0 addrgenmode none up",
			fmt.Sprintf("ip address add 10.0.0.%d/24 dev eth0", i+1), fmt.Sprintf("ip address add fd00::%d/64 dev eth0 nodad", i+1)} {
			each.Run(t, command)
		}
		each.Do(t, func() error { // which otherwise limits the refusals that it sends (icmp(7))
			return errors.Join(os.WriteFile("/proc/sys/net/ipv4/icmp_ratemask", []byte("0"), 0),
				os.WriteFile("/proc/sys/net/ipv6/icmp/ratelimit", []byte("0"), 0))
		})
	}
	// The kernel notices up to a second late that a link has come up.
	eventually(t, "there is a link", func() bool { return pings(t, false, w.peer, "10.0.0.1") && pings(t, false, w.peer, "fd00::1") })
	return w
}

// withTables makes a namespace in which nf_tables works.
func withTables(t testing.TB) *netnstest.Namespace {
	t.Helper()
	namespace := netnstest.New(t)
	namespace.Need(t, "nft list ruleset")
	return namespace
}

// filter is one that can do everything.
func filter() packets.Filter {
	return packets.Filter{Flavour: packets.NFTables, IPv6: true, Expiry: "LEASE"}
}

func everything() packets.Traffic { return packets.Traffic{Side: "OWN", Flow: "BOTH"} }

func dropping(traffic packets.Traffic) packets.Order {
	return packets.Order{Filter: filter(), Traffic: traffic, Action: packets.Action{Kind: "DROP"}}
}

// begun makes rules that have begun, and are closed at the end of the test.
func begun(t testing.TB, tables *Tables, place effect.Place, order packets.Order) *rules {
	t.Helper()
	made := madeOf(t, tables, place, order)
	if err := made.Begin(); err != nil {
		t.Fatal(err)
	}
	return made
}

func madeOf(t testing.TB, tables *Tables, place effect.Place, order packets.Order) *rules {
	t.Helper()
	if err := order.Require(); err != nil {
		t.Fatal(err)
	}
	made, err := tables.Packets(place, order)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { succeed(t, made.Close()) })
	return made.(*rules)
}

func succeed(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// stateOf has the state of rules.
func stateOf(t testing.TB, of effect.Rules) effect.State {
	t.Helper()
	state, err := of.State()
	succeed(t, err)
	return state
}

// hasCounts fails unless rules are whole, and have counted this.
func hasCounts(t testing.TB, of effect.Rules, want ...effect.Count) {
	t.Helper()
	if state := stateOf(t, of); state.Flaw != "" || !slices.Equal(state.Counts, want) {
		t.Errorf("it is %+v and not %+v", state, want)
	}
}

func isFlawed(t testing.TB, of effect.Rules) {
	t.Helper()
	if state := stateOf(t, of); state.Flaw != flaw {
		t.Errorf("it is %+v", state)
	}
}

func ruleset(t testing.TB, of *netnstest.Namespace) string {
	t.Helper()
	return of.Run(t, "nft list ruleset")
}

func isEmpty(t testing.TB, of *netnstest.Namespace) {
	t.Helper()
	if there := ruleset(t, of); strings.TrimSpace(there) != "" {
		t.Errorf("left is %s", there)
	}
}

func asJSON(t testing.TB, order any) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(order)
	succeed(t, err)
	return text
}

// eventually waits for something that nobody announces.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not so within 5 s: %s", what)
		}
	}
}

func itoa(number int) string { return strconv.Itoa(number) }

func contains(text, part string) bool { return strings.Contains(text, part) }

// counterless is a ruleset without what changes by itself.
func counterless(ruleset string) string {
	return regexp.MustCompile(`packets \d+ bytes \d+|expires [0-9ms]+`).ReplaceAllString(ruleset, "")
}
