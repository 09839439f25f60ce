package socket

import (
	"fmt"
	"net/netip"
	"testing"

	"faultline/agent/packets"
)

// As docker-proxy's: only connections that were accepted at an address and a port, though not those that it has opened.
func TestOnlyConnectionsThatWereAcceptedThereAreClosed(t *testing.T) {
	for _, each := range []struct {
		at           string // where it listens
		mapped, six  bool   // whether what arrives at [::] over IPv4, and over IPv6, goes
		only4, only6 bool   // and at sockets of one family
	}{
		{at: "0.0.0.0", mapped: true, only4: true}, {at: "::", mapped: true, six: true, only6: true},
		{at: "10.9.0.1", mapped: true, only4: true}, {at: "fd09::1", six: true, only6: true}, {at: "127.0.0.1"},
	} {
		t.Run(each.at, func(t *testing.T) {
			container, others := wired(t)
			for name, one := range map[string]struct {
				network, at, to, from string
				goes                  bool
			}{
				"mapped": {"tcp", "[::]:0", "10.9.0.1", "10.9.0.2", each.mapped}, "IPv6": {"tcp", "[::]:0", "fd09::1", "fd09::2", each.six},
				"IPv4 alone": {"tcp4", "10.9.0.1:0", "10.9.0.1", "10.9.0.2", each.only4},
				"IPv6 alone": {"tcp6", "[fd09::1]:0", "fd09::1", "fd09::2", each.only6},
			} {
				ends := connected(t, others, container, one.from, one.network, one.at, one.to)
				opened := connected(t, container, others, "", "tcp", fmt.Sprintf("[::]:%d", portOf(ends.server.LocalAddr())), one.from)
				order := DestroyOrder{Traffic: packets.Traffic{Side: "OWN", Flow: "BOTH", Published: []packets.Listener{
					{Address: netip.MustParseAddr(each.at), Port: uint16(portOf(ends.server.LocalAddr())), Transport: "tcp"},
				}}}
				begun(t, destroying(t, container, order))
				if goes := fate(t, ends.server) == "aborted"; goes != one.goes {
					t.Errorf("%s: it goes: %v", name, goes)
				}
				if fate(t, opened.client) != "open" {
					t.Errorf("%s: what it has opened has gone", name)
				}
			}
		})
	}
}
