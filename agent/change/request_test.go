package change

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"faultline/agent/effect"
	"faultline/agent/netnstest"
	"faultline/agent/packets"
	"faultline/agent/refuse"
)

// filters make rules that do nothing, and keep the order.
type filters struct {
	order any
	place effect.Place
}

func (f *filters) made(place effect.Place, order any) (effect.Rules, error) {
	f.place, f.order = place, order
	return &ruled{}, nil
}

func (f *filters) Packets(place effect.Place, order packets.Order) (effect.Rules, error) {
	return f.made(place, order)
}

func (f *filters) Counting(place effect.Place, order packets.Counting) (effect.Rules, error) {
	return f.made(place, order)
}

func (f *filters) Redirect(place effect.Place, order packets.Redirect) (effect.Rules, error) {
	return f.made(place, order)
}

const (
	filterText = `"filter": {"flavour": "nftables", "ipv6": true, "expiry": "LEASE", "silent": true}`
	packetText = `{` + filterText + `, "traffic": {"peers": [], "transport": "%s", "side": "EITHER", "flow": "BOTH"}, "action": {"kind": "DROP"}}`
	countText  = `{` + filterText + `, "counters": [{"direction": "IN", "end": "SOURCE", "port": 80, "flag": "FIN"}]}`
	dnsText    = `{` + filterText + `, "answer": "NXDOMAIN", "names": ["db.example"], "addresses": []}`
)

// requested is what a request that names a target's place, and these orders, comes to.
func requested(t *testing.T, at *netnstest.Namespace, with Filters, orders string) (*Change, error) {
	t.Helper()
	text := fmt.Sprintf(`{"effect": %q, "pid": %d, "netns": %d, "max_ms": 60000, "lifted": false%s}`, tag1, at.PID, at.Inode, orders)
	var request Request
	if err := json.Unmarshal([]byte(text), &request); err != nil {
		t.Fatal(err)
	}
	made, err := New(&request, with)
	if made != nil {
		t.Cleanup(func() { made.Close() })
	}
	return made, err
}

func TestOrdersAboutPacketsAreMadeByTheFilters(t *testing.T) {
	at := netnstest.New(t)
	filter := packets.Filter{Flavour: packets.NFTables, IPv6: true, Expiry: "LEASE", Silent: true}
	for orders, want := range map[string]any{
		`, "packets": ` + fmt.Sprintf(packetText, "tcp"): packets.Order{
			Filter: filter, Action: packets.Action{Kind: "DROP"},
			Traffic: packets.Traffic{Peers: []string{}, Transport: "tcp", Side: "EITHER", Flow: "BOTH"},
		},
		`, "count": ` + countText: packets.Counting{
			Filter: filter, Counters: []packets.Counter{{Direction: "IN", End: "SOURCE", Port: 80, Flag: "FIN"}},
		},
	} {
		var with filters
		made, err := requested(t, at, &with, orders)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(with.order, want) || made.rules == nil {
			t.Errorf("ordered %+v, want %+v", with.order, want)
		}
		if with.place.Tag != tag1 || with.place.PID != at.PID || with.place.Namespace.Inode != at.Inode || with.place.Deadline != made.Deadline {
			t.Errorf("at %+v", with.place)
		}
	}
}

func TestQueriesAreLedToAResponder(t *testing.T) {
	at := netnstest.New(t)
	at.Run(t, "ip link set lo up")
	var with filters
	made, err := requested(t, at, &with, `, "dns": `+dnsText)
	if err != nil {
		t.Skipf("this kernel does not tell of flows: %v", err)
	}
	if redirect, ok := with.order.(packets.Redirect); !ok || redirect.Port == 0 || redirect.Mark == 0 || !redirect.Filter.IPv6 || made.rules == nil {
		t.Errorf("ordered %+v", with.order)
	}
}

func TestExactlyOneOrderIsNeeded(t *testing.T) {
	at := netnstest.New(t)
	order := fmt.Sprintf(packetText, "tcp")
	for orders, words := range map[string]string{
		``:              tag1 + " has no order; there are packets, count, dns, shape, destroy, clock, freeze, ",
		`, "apply": []`: "has no order",
		`, "packets": ` + order + `, "count": ` + countText:           "has several orders, packets and count; one is needed",
		`, "signal": {}, "packets": ` + order:                         "has several orders, packets and signal",
		`, "freeze": {}, "stress": null`:                              "has several orders, freeze and stress",
		`, "packets": null`:                                           "an order is needed, not null",
		`, "signal": null`:                                            "an order is needed, not null",
		`, "signal": 7`:                                               "an order cannot be read",
		`, "packets": {}`:                                             "filter: ",
		`, "count": {` + filterText + `}`:                             "there is nothing to count",
		`, "packets": ` + strings.Replace(order, "EITHER", "WEST", 1): `side: "WEST" is none of`,
		`, "packets": ` + strings.Replace(order, "DROP", "BOIL", 1):   `action: "BOIL" is none of`,
	} {
		var with filters
		if _, err := requested(t, at, &with, orders); !refuse.Is(err) || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: told %v", orders, err)
		}
		if with.order != nil {
			t.Errorf("%s: made %+v", orders, with.order)
		}
	}
}

func TestOnlyRulesThatHarmPacketsOfTCPCut(t *testing.T) {
	at := netnstest.New(t)
	for orders, cuts := range map[string]bool{
		`, "packets": ` + fmt.Sprintf(packetText, ""):    true,
		`, "packets": ` + fmt.Sprintf(packetText, "tcp"): true,
		`, "packets": ` + fmt.Sprintf(packetText, "udp"): false,
		`, "count": ` + countText:                        false,
	} {
		made, err := requested(t, at, &filters{}, orders)
		if err != nil {
			t.Fatal(err)
		}
		if (made.Cut != nil) != cuts {
			t.Errorf("%s: cuts %+v", orders, made.Cut)
		}
	}
}
