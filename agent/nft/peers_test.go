package nft

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"faultline/agent/packets"
)

func TestNetworksThatOverlapOrTouchAreOneInterval(t *testing.T) {
	t.Parallel()
	for networks, want := range map[string]string{
		"10.0.0.2":                               "10.0.0.2-10.0.0.3",
		"10.0.0.0/24":                            "10.0.0.0-10.0.1.0",
		"10.0.0.0/24 10.0.0.7":                   "10.0.0.0-10.0.1.0",
		"10.0.0.7 10.0.0.0/24 10.0.0.0/8":        "10.0.0.0-11.0.0.0",
		"10.0.1.0/24 10.0.0.0/24":                "10.0.0.0-10.0.2.0",
		"10.0.0.1 10.0.0.3":                      "10.0.0.1-10.0.0.2 10.0.0.3-10.0.0.4",
		"10.0.0.3 10.0.0.3":                      "10.0.0.3-10.0.0.4",
		"0.0.0.0/0":                              "0.0.0.0-",
		"0.0.0.0/0 10.0.0.1 255.255.255.255":     "0.0.0.0-",
		"128.0.0.0/1 0.0.0.0/1":                  "0.0.0.0-",
		"255.255.255.255":                        "255.255.255.255-",
		"10.0.0.1 192.0.0.0/2":                   "10.0.0.1-10.0.0.2 192.0.0.0-",
		"::/0":                                   "::-",
		"fd00::/64 fd00::5 fe80::/10":            "fd00::-fd00:0:0:1:: fe80::-fec0::",
		"ffff:ffff:ffff:ffff::/64 ::1":           "::1-::2 ffff:ffff:ffff:ffff::-",
		"172.16.0.0/12 10.0.0.0/8 172.32.0.0/12": "10.0.0.0-11.0.0.0 172.16.0.0-172.48.0.0",
	} {
		parsed, err := packets.Networks(strings.Fields(networks))
		succeed(t, err)
		said := ""
		for _, each := range intervals(parsed) {
			address, _ := netip.AddrFromSlice(each.key)
			if each.isEnd {
				said += address.String() + " "
			} else {
				said = strings.TrimSuffix(said, "-") + address.String() + "-"
			}
		}
		if strings.TrimSpace(said) != want {
			t.Errorf("%s: %s and not %s", networks, said, want)
		}
	}
}

func TestManyPeersAreMeantEachAndNobodyBetween(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	traffic := packets.Traffic{Side: "OWN", Flow: "BOTH"}
	for i := range 20000 { // every other address
		traffic.Peers = append(traffic.Peers, fmt.Sprintf("10.%d.%d.%d", 1+i/32768, i/128%256, i%128*2))
	}
	traffic.Peers = append(traffic.Peers, "10.0.0.2")
	made := begun(t, tables, at(w.target, tag), dropping(traffic))
	for _, each := range []string{"10.1.0.2/8", "10.1.0.3/8", "10.1.155.254/8", "10.1.155.255/8"} {
		w.peer.Run(t, "ip address replace "+each+" dev eth0")
	}
	w.target.Run(t, "ip route add 10.0.0.0/8 dev eth0")
	for address, met := range map[string]bool{
		"10.1.0.2": true, "10.1.0.3": false, "10.0.0.2": true, "10.1.155.254": true, "10.1.155.255": false,
	} {
		if pings(t, !met, w.target, address) == met {
			t.Errorf("%s: %v", address, !met)
		}
	}
	hasNoFlaw(t, made)
}
