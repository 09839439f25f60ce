package shaping

import (
	"regexp"
	"strings"
	"testing"

	"faultline/agent/packets"
	"faultline/agent/refuse"
)

// treeOfTc is what tc makes of a tree for traffic to two peers at a port, of either protocol, and for all other ICMP.
const treeOfTc = `tc qdisc add dev DEVICE root handle fa17: htb r2q 7 default 0 direct_qlen 41394
tc class add dev DEVICE parent fa17: classid fa17:1 htb rate 32gbit burst 1mb cburst 1mb quantum 60000
tc class add dev DEVICE parent fa17: classid fa17:2 htb rate 32gbit burst 1mb cburst 1mb quantum 60000
tc qdisc add dev DEVICE parent fa17:1 handle fb01: tbf rate 1000000bit burst 3028 limit 62500
tc qdisc add dev DEVICE parent fa17:2 handle fb02: tbf rate 20000000000bit burst 12500000 limit 1250000000
tc filter add dev DEVICE parent fa17: protocol all pref 1 u32 match u32 0 0 flowid fa17:0
tc filter add dev DEVICE parent fa17: protocol ip pref 2 u32 match ip dst 224.0.0.0/4 flowid fa17:0
tc filter add dev DEVICE parent fa17: protocol ip pref 2 u32 match ip protocol 6 0xff match u16 0 0x1fff at 6 match ip OTHERS 80 0xfffc match ip END 10.9.0.2/32 flowid fa17:1
tc filter add dev DEVICE parent fa17: protocol ip pref 2 u32 match ip protocol 17 0xff match u16 0 0x1fff at 6 match ip OTHERS 80 0xfffc match ip END 10.9.0.2/32 flowid fa17:1
tc filter add dev DEVICE parent fa17: protocol ip pref 2 u32 match ip protocol 1 0xff flowid fa17:2
tc filter add dev DEVICE parent fa17: protocol ipv6 pref 3 u32 match ip6 dst ff00::/8 flowid fa17:0
tc filter add dev DEVICE parent fa17: protocol ipv6 pref 3 u32 match ip6 protocol 58 0xff match u8 135 0xff at 40 flowid fa17:0
tc filter add dev DEVICE parent fa17: protocol ipv6 pref 3 u32 match ip6 protocol 58 0xff match u8 136 0xff at 40 flowid fa17:0
tc filter add dev DEVICE parent fa17: protocol ipv6 pref 3 u32 match ip6 protocol 6 0xff match ip6 OTHERS 80 0xfffc match ip6 END fd09::/61 flowid fa17:1
tc filter add dev DEVICE parent fa17: protocol ipv6 pref 3 u32 match ip6 protocol 17 0xff match ip6 OTHERS 80 0xfffc match ip6 END fd09::/61 flowid fa17:1
tc filter add dev DEVICE parent fa17: protocol ipv6 pref 3 u32 match ip6 protocol 58 0xff flowid fa17:2`

const (
	deviceOfTc = `ip link add f0000a1b27 type ifb
ip link set dev f0000a1b27 alias served/1000
ip link set dev f0000a1b27 addrgenmode none
ip link set dev f0000a1b27 txqueuelen 1000
ip link set dev f0000a1b27 up
`
	leadingOfTc = `
tc qdisc add dev served ingress
tc filter add dev served parent ffff: protocol ip pref 1 u32 match u32 0 0 action mirred egress redirect dev f0000a1b27
tc filter add dev served parent ffff: protocol ipv6 pref 2 u32 match u32 0 0 action mirred egress redirect dev f0000a1b27`
)

func linesOfTc(direction string) string {
	words, lines := strings.NewReplacer("DEVICE", "served", "OTHERS", "dport", "END", "dst"), treeOfTc
	if direction == "IN" {
		words = strings.NewReplacer("DEVICE", "f0000a1b27", "OTHERS", "sport", "END", "src")
		lines = deviceOfTc + treeOfTc + leadingOfTc
	}
	return words.Replace(lines)
}

// whatDiffers is what no two worlds have in common, and the burst of a class, which tc computes in whole microseconds.
var whatDiffers = regexp.MustCompile(`([0-9a-f]{2}:){5}[0-9a-f]{2}|(random type.*)|c?burst \d+b? ?| *(installed|(first)?used) \d+ sec|index \d+ ref|` +
	`(Sent|backlog|rate|lended|tokens|ctokens):? .*|direct_packets_stat \d+`)

func TestTheTreeIsThatOfTc(t *testing.T) {
	for _, direction := range bothDirections {
		ofTc, native := newWorld(t), newWorld(t)
		ofTc.needIPv6(t)
		native.needIPv6(t)
		for line := range strings.SplitSeq(linesOfTc(direction), "\n") {
			ofTc.Need(t, line)
		}
		some := packets.Traffic{Peers: []string{peer4, "fd09::/61"}, First: 80, Last: 83, Side: "OTHER", Flow: "BOTH"}
		pings := packets.Traffic{Transport: "icmp", Side: "OWN", Flow: "BOTH"}
		need(t, native.rules(t, order(direction,
			Class{Traffic: some, Tbf: &Tbf{Rate: 1_000_000, Burst: 3028, Limit: 62_500}},
			Class{Traffic: pings, Tbf: &Tbf{Rate: 20_000_000_000, Burst: 12_500_000, Limit: 1_250_000_000}},
		)).Prepare())
		device := "served"
		if direction == "IN" {
			device = "f0000a1b27"
		}
		for _, look := range []string{
			"ip -d link show dev served", "ip -d link show dev " + device,
			"tc -s -d qdisc show", "tc -d class show dev " + device,
			"tc -d filter show dev " + device, "tc -s -d filter show dev served ingress",
		} {
			want := whatDiffers.ReplaceAllString(ofTc.Run(t, look), "")
			if found := whatDiffers.ReplaceAllString(native.Run(t, look), ""); found != want {
				t.Errorf("%s of %s: tc's is\n%s\nand ours\n%s", direction, look, want, found)
			}
		}
		if direction == "IN" {
			if shown := native.Run(t, "ip addr show dev "+device); strings.Contains(shown, "inet") {
				t.Errorf("it has an address: %s", shown)
			}
		}
	}
}

func TestItsClassesSlowNothing(t *testing.T) {
	w := newWorld(t)
	need(t, w.rules(t, order("OUT")).Prepare())
	if shown := w.Run(t, "tc class show dev served"); !strings.Contains(shown, "rate 32Gbit ceil 32Gbit burst 1048000b cburst 1048000b") {
		t.Errorf("there is %s", shown)
	}
}

func TestRatesThatNeed64Bits(t *testing.T) {
	w := newWorld(t)
	fast := Class{Traffic: everything(), Tbf: &Tbf{Rate: 100_000_000_000, Burst: 62_500_000, Limit: 62_500_000}}
	need(t, w.rules(t, order("OUT", fast)).Begin())
	if shown := w.Run(t, "tc qdisc show dev served"); !strings.Contains(shown, "tbf fb01: parent fa17:1 rate 100Gbit burst 62487500b") {
		t.Errorf("there is %s", shown)
	}
}

// Fifteen kinds of traffic are fifteen classes; the handle of the last has f as its digit.
func TestAsManyClassesAsThereCanBe(t *testing.T) {
	w := newWorld(t)
	var classes []Class
	for port := range uint16(mostClasses) {
		one := Class{Traffic: everything(), Tbf: &Tbf{Rate: 10_000_000, Burst: 3028, Limit: 62_500}}
		one.Traffic.First, one.Traffic.Last, one.Traffic.Side = 4000+port, 4000+port, "OTHER"
		classes = append(classes, one)
	}
	rules := w.rules(t, order("OUT", classes...))
	need(t, rules.Begin())
	datagrams(t, w.Namespace, w.other, peer4+":4014", 10, 10)
	if count := countOf(t, rules); count.Number != 10 {
		t.Errorf("count is %+v", count)
	}
	if shown := w.Run(t, "tc -s class show dev served"); !strings.Contains(shown, "class htb fa17:f root leaf fb0f:") {
		t.Errorf("there is %s", shown)
	}
	if err := order("OUT", append(classes, classes[0])...).Require(); !refuse.Is(err) {
		t.Errorf("error is %v", err)
	}
}

func TestOrdersThatCannotBeCarriedOutAreRefused(t *testing.T) {
	held := func(change func(*Class)) Order {
		one := Class{Traffic: everything(), Tbf: &Tbf{Rate: 1_000_000, Burst: 3028, Limit: 62_500}}
		change(&one)
		return order("OUT", one)
	}
	netem := func(change func(*Netem)) Order {
		return held(func(class *Class) {
			class.Netem = &Netem{Limit: 1000, DelayMicros: 1000, Distribution: uniform}
			change(class.Netem)
		})
	}
	changed := func(change func(*Order)) Order {
		found := order("OUT")
		change(&found)
		return found
	}
	for because, bad := range map[string]Order{
		"name of an interface": changed(func(order *Order) { order.Interface = "a/b" }),
		"a queue length":       changed(func(order *Order) { order.QueueLength = -1 }),
		"the direction is":     changed(func(order *Order) { order.Direction = "FORWARDED" }),
		"1 to 15 kinds":        changed(func(order *Order) { order.Classes = nil }),
		"side":                 held(func(class *Class) { class.Traffic.Side = "" }),
		"no flow but BOTH":     held(func(class *Class) { class.Traffic.Flow = "INTO" }),
		"neither a tbf":        held(func(class *Class) { class.Tbf = nil }),
		"a tbf has a rate":     held(func(class *Class) { class.Tbf.Burst = 0 }),
		"loses all of them":    netem(func(netem *Netem) { netem.Limit = 0 }),
		"none of the distr":    netem(func(netem *Netem) { netem.Distribution = "EVEN" }),
		"a delay of":           netem(func(netem *Netem) { netem.JitterMicros = 1001 }),
		"without a jitter":     netem(func(netem *Netem) { netem.Correlation = 1 }),
		"without a delay":      netem(func(netem *Netem) { netem.DelayMicros, netem.Reorder = 0, 1 }),
		"that does nothing":    netem(func(netem *Netem) { netem.DelayMicros = 0 }),
		"a share of 101":       netem(func(netem *Netem) { netem.Corrupt = 101 }),
		"a share of 1e-09":     netem(func(netem *Netem) { netem.Duplicate = 1e-9 }),
	} {
		if err := bad.Require(); !refuse.Is(err) || !strings.Contains(err.Error(), because) {
			t.Errorf("%s: error is %v", because, err)
		}
	}
	for _, tag := range []string{"", "FAULTLINE-0000a1b2-07", "FAULTLINE-0000a1b2-1234567", "X-0000a1b2-7"} {
		if _, err := newTree(tag, order("OUT")); !refuse.Is(err) {
			t.Errorf("%q is a tag", tag)
		}
	}
}
