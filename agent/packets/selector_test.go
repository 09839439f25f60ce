package packets

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
)

// written has the selectors of some traffic in few words.
func written(traffic Traffic) []string {
	var found []string
	for _, each := range traffic.Selectors() {
		text := fmt.Sprintf("%s %s peers at %s", each.Hook, each.Direction, each.PeerEnd)
		if each.Others {
			text += ", not loopback"
		}
		if each.Transport != "" {
			text += ", " + each.Transport
		}
		if each.PortEnd != "" {
			text += fmt.Sprintf(", %s port %d-%d", each.PortEnd, each.First, each.Last)
		}
		if each.Local.Address.IsValid() {
			text += fmt.Sprintf(", %s %s", each.LocalEnd, each.Local.Address)
		}
		found = append(found, text)
	}
	return found
}

func TestPacketsAreSelectedHookByHook(t *testing.T) {
	for name, each := range map[string]struct {
		traffic Traffic
		want    []string
	}{
		"everything": {everything(), []string{
			"INPUT IN peers at SOURCE, not loopback", "FORWARD FORWARDED peers at SOURCE", "OUTPUT OUT peers at DESTINATION, not loopback",
		}},
		"of some peers, forwarded both ways": {with(func(t *Traffic) { t.Peers = []string{"10.0.0.1"} }), []string{
			"INPUT IN peers at SOURCE, not loopback", "FORWARD FORWARDED peers at SOURCE",
			"OUTPUT OUT peers at DESTINATION, not loopback", "FORWARD FORWARDED peers at DESTINATION",
		}},
		"one way": {with(func(t *Traffic) { t.Flow = "OUT_OF"; t.Transport = "icmp" }), []string{
			"OUTPUT OUT peers at DESTINATION, not loopback, icmp", "FORWARD FORWARDED peers at DESTINATION, icmp",
		}},
		"the other's ports": {with(func(t *Traffic) { t.Flow, t.Side, t.First, t.Last = "INTO", "OTHER", 80, 90 }), []string{
			"INPUT IN peers at SOURCE, not loopback, tcp, SOURCE port 80-90", "FORWARD FORWARDED peers at SOURCE, tcp, SOURCE port 80-90",
			"INPUT IN peers at SOURCE, not loopback, udp, SOURCE port 80-90", "FORWARD FORWARDED peers at SOURCE, udp, SOURCE port 80-90",
		}},
		"either's ports": {with(func(t *Traffic) { t.Flow, t.Side, t.Transport, t.First, t.Last = "INTO", "EITHER", "tcp", 80, 80 }), []string{
			"INPUT IN peers at SOURCE, not loopback, tcp, DESTINATION port 80-80",
			"FORWARD FORWARDED peers at SOURCE, tcp, DESTINATION port 80-80",
			"INPUT IN peers at SOURCE, not loopback, tcp, SOURCE port 80-80", "FORWARD FORWARDED peers at SOURCE, tcp, SOURCE port 80-80",
		}},
		"docker-proxy's": {with(func(t *Traffic) {
			t.First, t.Last = 6379, 6379 // the container's own, which are not those of the host
			t.Published = []Listener{{netip.MustParseAddr("127.0.0.1"), 8080, "tcp"}}
		}), []string{
			"INPUT IN peers at SOURCE, tcp, DESTINATION port 8080-8080, DESTINATION 127.0.0.1",
			"OUTPUT OUT peers at DESTINATION, tcp, SOURCE port 8080-8080, SOURCE 127.0.0.1",
		}},
	} {
		if found := written(each.traffic); !slices.Equal(found, each.want) {
			t.Errorf("%s: %q", name, found)
		}
	}
}
