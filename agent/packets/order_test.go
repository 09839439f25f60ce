package packets

import (
	"fmt"
	"math"
	"net/netip"
	"slices"
	"testing"

	"faultline/agent/refuse"
)

func everything() Traffic { return Traffic{Side: "OWN", Flow: "BOTH"} }

func with(change func(*Traffic)) Traffic {
	traffic := everything()
	change(&traffic)
	return traffic
}

func expect(t *testing.T, what string, err error, refused bool) {
	t.Helper()
	if (err != nil) != refused || err != nil && !refuse.Is(err) {
		t.Errorf("%s: %v", what, err)
	}
}

func TestTrafficThatCannotBeMeantIsRefused(t *testing.T) {
	proxied := Listener{netip.MustParseAddr("0.0.0.0"), 8080, "tcp"}
	for _, each := range []struct {
		traffic Traffic
		refused bool
	}{
		{everything(), false},
		{with(func(t *Traffic) { t.Transport = "icmp" }), false},
		{with(func(t *Traffic) { t.Transport = "sctp"; t.First, t.Last = 1, 65535 }), false},
		{with(func(t *Traffic) { t.First, t.Last = 80, 80 }), false},
		{with(func(t *Traffic) { t.Peers = []string{"10.0.0.1", "fd00::/8", "0.0.0.0/0"} }), false},
		{with(func(t *Traffic) { t.Published = []Listener{proxied} }), false},
		{with(func(t *Traffic) { t.Side = "own" }), true},
		{with(func(t *Traffic) { t.Flow = "" }), true},
		{with(func(t *Traffic) { t.Transport = "gre" }), true},
		{with(func(t *Traffic) { t.Transport = "icmp"; t.First, t.Last = 1, 2 }), true},
		{with(func(t *Traffic) { t.First, t.Last = 2, 1 }), true},
		{with(func(t *Traffic) { t.Last = 1 }), true},
		{with(func(t *Traffic) { t.Peers = []string{"redis"} }), true},
		{with(func(t *Traffic) { t.Peers = []string{"10.0.0.0/33"} }), true},
		{with(func(t *Traffic) { t.Published = []Listener{{netip.Addr{}, 8080, "tcp"}} }), true},
		{with(func(t *Traffic) { t.Published = []Listener{{proxied.Address, 0, "tcp"}} }), true},
		{with(func(t *Traffic) { t.Published = []Listener{{proxied.Address, 8080, "icmp"}} }), true},
	} {
		expect(t, fmt.Sprintf("%+v", each.traffic), each.traffic.Require(), each.refused)
	}
}

func TestActionsThatThereAreNotAreRefused(t *testing.T) {
	for _, each := range []struct {
		action  Action
		refused bool
	}{
		{Action{Kind: "DROP"}, false},
		{Action{Kind: "LOSE", Probability: 1}, false},
		{Action{Kind: "LOSE", Every: 3, Positions: []int{1, 3}}, false},
		{Action{Kind: "drop"}, true},
		{Action{Kind: "LOSE"}, true},
		{Action{Kind: "LOSE", Probability: 1.1}, true},
		{Action{Kind: "LOSE", Probability: 1e-9}, true},
		{Action{Kind: "LOSE", Probability: math.NaN()}, true},
		{Action{Kind: "LOSE", Every: 3}, true},
		{Action{Kind: "LOSE", Every: 3, Positions: []int{0}}, true},
		{Action{Kind: "LOSE", Every: 3, Positions: []int{4}}, true},
	} {
		expect(t, fmt.Sprintf("%+v", each.action), each.action.Require(), each.refused)
	}
}

func TestEachPartOfAnOrderIsLookedAt(t *testing.T) {
	filter := Filter{Flavour: NFTables, Expiry: "LEASE"}
	for _, each := range []struct {
		order   Order
		refused bool
	}{
		{Order{Filter: filter, Traffic: everything(), Action: Action{Kind: "DROP"}}, false},
		{Order{Filter: Filter{Flavour: "nft", Expiry: "LEASE"}, Traffic: everything(), Action: Action{Kind: "DROP"}}, true},
		{Order{Filter: Filter{Flavour: NFTables, Expiry: "IPSET"}, Traffic: everything(), Action: Action{Kind: "DROP"}}, true},
		{Order{Filter: filter, Traffic: Traffic{}, Action: Action{Kind: "DROP"}}, true},
		{Order{Filter: filter, Traffic: everything(), Action: Action{}}, true},
		{Order{Filter: filter, Traffic: everything(), Action: Action{Kind: "DROP"}, Remember: []string{"ipv6", "ipv4"}}, false},
		{Order{Filter: filter, Traffic: everything(), Action: Action{Kind: "DROP"}, Remember: []string{"ip"}}, true},
	} {
		expect(t, fmt.Sprintf("%+v", each.order), each.order.Require(), each.refused)
	}
	counter := Counter{"IN", "SOURCE", 80, "PSH"}
	for _, each := range []struct {
		counting Counting
		refused  bool
	}{
		{Counting{filter, []Counter{counter}}, false},
		{Counting{filter, nil}, true},
		{Counting{Filter{}, []Counter{counter}}, true},
		{Counting{filter, []Counter{{"FORWARDED", "SOURCE", 80, "PSH"}}}, true},
		{Counting{filter, []Counter{{"IN", "OWN", 80, "PSH"}}}, true},
		{Counting{filter, []Counter{{"IN", "SOURCE", 80, "ACK"}}}, true},
	} {
		expect(t, fmt.Sprintf("%+v", each.counting), each.counting.Require(), each.refused)
	}
}

func TestNetworksAreReadFromAddressesAndNetworks(t *testing.T) {
	found, err := Networks([]string{"10.0.0.1", "::ffff:10.0.0.2", "fe80::1%eth0", "10.1.2.3/8"})
	var want []netip.Prefix
	for _, each := range []string{"10.0.0.1/32", "10.0.0.2/32", "fe80::1/128", "10.0.0.0/8"} {
		want = append(want, netip.MustParsePrefix(each))
	}
	if err != nil || !slices.Equal(found, want) {
		t.Errorf("%v, %v", found, err)
	}
}

func TestOnlyTheSamePacketsHarmedInTheSameWayCanBecomeOfAnOrder(t *testing.T) {
	filter := Filter{Flavour: NFTables, Expiry: "LEASE"}
	some := with(func(t *Traffic) { t.Peers = []string{"10.0.0.1"} })
	losing := Order{Filter: filter, Traffic: some, Action: Action{Kind: "LOSE", Probability: 0.1}}
	for _, each := range []struct {
		next Order
		can  bool
	}{
		{losing, true},
		{Order{Filter: filter, Traffic: some, Action: Action{Kind: "LOSE", Every: 3, Positions: []int{1}}}, true},
		{Order{Filter: filter, Traffic: some, Action: Action{Kind: "DROP"}}, false},
		{Order{Filter: filter, Traffic: everything(), Action: losing.Action}, false},
		{Order{Filter: filter, Traffic: some, Action: losing.Action, Remember: []string{"ipv4"}}, false},
		{Order{Filter: Filter{Flavour: IptablesNFT, Expiry: "LEASE"}, Traffic: some, Action: losing.Action}, false},
	} {
		if can := losing.CanBecome(each.next); can != each.can {
			t.Errorf("%+v: %v", each.next, can)
		}
	}
	rejecting, resetting := Order{Filter: filter, Traffic: some, Action: Action{Kind: "REJECT"}}, Order{Filter: filter, Traffic: some, Action: Action{Kind: "RESET"}}
	if !rejecting.CanBecome(resetting) || rejecting.CanBecome(losing) {
		t.Error("both refuse, and count the same")
	}
}
