package shaping

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"faultline/agent/packets"
)

func TestRangesOfPortsAreCutIntoTheFewestBlocks(t *testing.T) {
	for _, each := range []struct {
		first, last uint16
		want        []block
	}{
		{80, 83, []block{{80, 0xFFFC}}},
		{5, 10, []block{{5, 0xFFFF}, {6, 0xFFFE}, {8, 0xFFFE}, {10, 0xFFFF}}},
		{65535, 65535, []block{{65535, 0xFFFF}}},
		{32768, 65535, []block{{32768, 0x8000}}},
	} {
		if found := blocks(each.first, each.last); !slices.Equal(found, each.want) {
			t.Errorf("%d to %d are %v", each.first, each.last, found)
		}
	}
	if found := blocks(1, 65535); len(found) != 16 {
		t.Errorf("all are %v", found)
	}
}

func TestComparisonsOfTheSameBitsAreOne(t *testing.T) {
	one := match{}.also(9, 8, 0xFF, 6)
	for _, port := range []uint32{80, 443} { // both from the same beginning, which stays as it is
		want := match{{0xFF0000, 0x60000, 8}, {0xFFFF, port, 20}}
		if found := one.also(22, 16, 0xFFFF, port); !reflect.DeepEqual(found, want) {
			t.Errorf("found %x", found)
		}
	}
	if found := one.also(8, 8, 0xFF, 64); !reflect.DeepEqual(found, match{{0xFFFF0000, 0x40060000, 8}}) || one[0].mask != 0xFF0000 {
		t.Errorf("found %x", found)
	}
}

// Each is sent to the port 4000 of the other end, which is at .2 and ::2; or arrives from there.
func TestOnlyWhatIsMeantIsServed(t *testing.T) {
	port := func(first, last uint16, side, transport string) packets.Traffic {
		return packets.Traffic{First: first, Last: last, Side: side, Transport: transport, Flow: "BOTH"}
	}
	to := func(peers ...string) packets.Traffic { return packets.Traffic{Peers: peers, Side: "OWN", Flow: "BOTH"} }
	const ipv4, ipv6 = 1, 2
	for _, each := range []struct {
		traffic       packets.Traffic
		leaves, comes int // which of the families are meant
	}{
		{everything(), ipv4 | ipv6, ipv4 | ipv6},
		{port(4000, 4000, "OTHER", "udp"), ipv4 | ipv6, 0},
		{port(4000, 4000, "OWN", "udp"), 0, ipv4 | ipv6},
		{port(4000, 4000, "EITHER", ""), ipv4 | ipv6, ipv4 | ipv6},
		{port(3993, 4001, "OTHER", ""), ipv4 | ipv6, 0},
		{port(4001, 4001, "OTHER", ""), 0, 0},
		{port(4000, 4000, "OTHER", "tcp"), 0, 0},
		{packets.Traffic{Transport: "udp", Side: "OWN", Flow: "BOTH"}, ipv4 | ipv6, ipv4 | ipv6},
		{packets.Traffic{Transport: "icmp", Side: "OWN", Flow: "BOTH"}, 0, 0},
		{to(peer4), ipv4, ipv4}, {to(peer6), ipv6, ipv6}, {to("10.9.0.3", "fd09::3"), 0, 0},
		{to("10.9.0.2/31", "fd09::/127"), ipv4, ipv4}, {to("10.9.0.0/23", "fd09::/15"), ipv4 | ipv6, ipv4 | ipv6},
		{to("0.0.0.0/0"), ipv4, ipv4}, {to("::/0"), ipv6, ipv6}, {to("::ffff:10.9.0.2"), ipv4, ipv4},
	} {
		t.Run(fmt.Sprint(each.traffic), func(t *testing.T) {
			inBothDirections(t, func(t *testing.T, w world, direction string, _ func(int, int) time.Duration) {
				from, other, four, six, meant := w.Namespace, w.other, peer4, peer6, each.leaves
				if direction == "IN" {
					from, other, four, six, meant = w.other, w.Namespace, "10.9.0.1", "fd09::1", each.comes
				}
				w.needIPv6(t)
				datagrams(t, from, other, "["+six+"]:4000", 1, 10)
				rules := w.rules(t, order(direction, Class{Traffic: each.traffic, Tbf: &Tbf{Rate: 10_000_000, Burst: 6250, Limit: 62_500}}))
				need(t, rules.Begin())
				before := countOf(t, rules).Number
				for family, address := range map[int]string{ipv4: four, ipv6: "[" + six + "]"} {
					const number = 5
					datagrams(t, from, other, address+":4000", number, 10)
					after := countOf(t, rules).Number
					if wasMeant := after-before >= number; wasMeant != (meant&family != 0) {
						t.Errorf("%d more have been served, of %s", after-before, address)
					}
					before = after
				}
			})
		})
	}
}

// A later fragment has no ports in it, and what is in their place must not be taken for them.
func TestLaterFragmentsHaveNoPorts(t *testing.T) {
	w := newWorld(t)
	w.leave(t, 1, 10)
	rules := w.rules(t, order("OUT", Class{
		Traffic: packets.Traffic{First: 1, Last: 65535, Side: "OTHER", Flow: "BOTH"}, Tbf: &Tbf{Rate: 10_000_000, Burst: 6250, Limit: 62_500},
	}))
	need(t, rules.Begin())
	w.leave(t, 1, 2000) // two fragments
	if count := countOf(t, rules); count.Number != 1 || count.Of < 2 {
		t.Errorf("count is %+v", count)
	}
}

func TestTheFindingOfNeighboursIsLetAlone(t *testing.T) {
	w := newWorld(t)
	w.needIPv6(t)
	rules := w.rules(t, order("OUT"))
	need(t, rules.Begin())
	w.Run(t, "ip neigh flush dev served")
	datagrams(t, w.Namespace, w.other, "["+peer6+"]:4000", 1, 10)
	if count := countOf(t, rules); count.Number != 1 {
		t.Errorf("count is %+v", count)
	}
}
