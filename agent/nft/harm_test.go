package nft

import (
	"errors"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/packets"
)

var bothFamilies = []struct{ name, target, peer string }{{"IPv4", "10.0.0.1", "10.0.0.2"}, {"IPv6", "fd00::1", "fd00::2"}}

func port(address, number string) string {
	return netip.AddrPortFrom(netip.MustParseAddr(address), netip.MustParseAddrPort("[::]:"+number).Port()).String()
}

func listener(address string, port uint16) packets.Listener {
	return packets.Listener{Address: netip.MustParseAddr(address), Port: port, Transport: "udp"}
}

// flows are what gets through to the target, and from it.
type flows struct{ in, out, ping, tcp bool }

func (w world) flows(t *testing.T, want flows, target, peer string) flows {
	t.Helper()
	conn, err := connectWithin(t, within(want.tcp), w.peer, port(target, "80"))
	if err == nil {
		err = echoes(conn)
		conn.Close()
	}
	return flows{
		in:   arrives(t, want.in, w.peer, 0, w.target, port(target, "7000")),
		out:  arrives(t, want.out, w.target, 0, w.peer, port(peer, "7000")),
		ping: pings(t, want.ping, w.peer, target), tcp: err == nil,
	}
}

func TestWhatIsMeantIsDropped(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		name    string
		traffic packets.Traffic
		let     flows
	}{
		{"both ways", packets.Traffic{Side: "OWN", Flow: "BOTH"}, flows{}},
		{"into", packets.Traffic{Side: "OWN", Flow: "INTO"}, flows{out: true}},
		{"out of", packets.Traffic{Side: "OWN", Flow: "OUT_OF"}, flows{in: true}},
		{"udp", packets.Traffic{Transport: "udp", Side: "OWN", Flow: "BOTH"}, flows{ping: true, tcp: true}},
		{"tcp", packets.Traffic{Transport: "tcp", Side: "OWN", Flow: "BOTH"}, flows{in: true, out: true, ping: true}},
		{"icmp", packets.Traffic{Transport: "icmp", Side: "OWN", Flow: "BOTH"}, flows{in: true, out: true, tcp: true}},
		{"own port", packets.Traffic{First: 7000, Last: 7000, Side: "OWN", Flow: "BOTH"}, flows{out: true, ping: true, tcp: true}},
		{"other's port", packets.Traffic{First: 6990, Last: 7010, Side: "OTHER", Flow: "BOTH"}, flows{in: true, ping: true, tcp: true}},
		{"either's port", packets.Traffic{First: 7000, Last: 7001, Side: "EITHER", Flow: "BOTH"}, flows{ping: true, tcp: true}},
		{"behind the ports", packets.Traffic{First: 7001, Last: 7002, Side: "EITHER", Flow: "BOTH"}, flows{true, true, true, true}},
		{"port of one protocol", packets.Traffic{First: 7000, Last: 7000, Transport: "tcp", Side: "EITHER", Flow: "BOTH"},
			flows{true, true, true, true}},
		{"peers", packets.Traffic{Peers: []string{"10.0.0.2", "fd00::/64"}, Side: "OWN", Flow: "BOTH"}, flows{}},
		{"everybody as peers", packets.Traffic{Peers: []string{"0.0.0.0/0", "::/0"}, Side: "OWN", Flow: "BOTH"}, flows{}},
		{"other peers", packets.Traffic{Peers: []string{"10.0.0.3", "10.0.0.0/31", "fd00:1::/64"}, Side: "OWN", Flow: "BOTH"},
			flows{true, true, true, true}},
		{"peers and ports", packets.Traffic{Peers: []string{"10.0.0.2", "fd00::2"}, First: 80, Last: 80, Side: "OWN", Flow: "BOTH"},
			flows{in: true, out: true, ping: true}},
	} {
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			w, tables := newWorld(t), New()
			serve(t, w.target, ":80")
			made := begun(t, tables, at(w.target, tag), dropping(each.traffic))
			for _, family := range bothFamilies {
				if let := w.flows(t, each.let, family.target, family.peer); let != each.let {
					t.Errorf("%s: through get %+v and not %+v", family.name, let, each.let)
				}
			}
			succeed(t, made.End())
			for _, family := range bothFamilies {
				if let := w.flows(t, flows{true, true, true, true}, family.target, family.peer); let != (flows{true, true, true, true}) {
					t.Errorf("%s: ended, through get %+v", family.name, let)
				}
			}
			succeed(t, made.Close())
			isEmpty(t, w.target)
		})
	}
}

func TestPeersOfOneFamilyAreNoneOfTheOther(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	begun(t, tables, at(w.target, tag), dropping(packets.Traffic{Peers: []string{"10.0.0.2"}, Side: "OWN", Flow: "BOTH"}))
	if arrives(t, false, w.peer, 0, w.target, "10.0.0.1:7000") || !arrives(t, true, w.peer, 0, w.target, "[fd00::1]:7000") {
		t.Error("it is not IPv4 alone that is dropped")
	}
}

func TestOneFamilyAloneIsMeantWhereTheOtherCannotBeTold(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	for i, traffic := range []packets.Traffic{
		everything(), {Peers: []string{"::/0", "0.0.0.0/0"}, Side: "OWN", Flow: "BOTH"}, {Transport: "udp", Side: "OWN", Flow: "BOTH"},
		{Published: []packets.Listener{listener("::", 7000), listener("0.0.0.0", 7000)},
			Side: "OWN", Flow: "BOTH"},
	} {
		order := dropping(traffic)
		order.Filter.IPv6 = false
		made := begun(t, tables, at(w.target, tag), order)
		if arrives(t, false, w.peer, 0, w.target, "10.0.0.1:7000") || !arrives(t, true, w.peer, 0, w.target, "[fd00::1]:7000") {
			t.Errorf("%d: it is not IPv4 alone that is dropped", i)
		}
		succeed(t, made.Close())
	}
}

func TestLoopbackIsSpared(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	made := begun(t, tables, at(w.target, tag), dropping(everything()))
	for _, own := range []string{"127.0.0.1:7000", "10.0.0.1:7000", "[::1]:7000", "[fd00::1]:7000"} {
		if !arrives(t, true, w.target, 0, w.target, own) {
			t.Errorf("what is for %s itself does not arrive", own)
		}
	}
	hasCounts(t, made, effect.Count{Direction: "IN"}, effect.Count{Direction: "OUT"}, effect.Count{Direction: "FORWARDED"})
}

func TestPublishedPortsAreMeantWithTheirAddress(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	w.target.Run(t, "ip address add 10.0.0.9/24 dev eth0")
	made := begun(t, tables, at(w.target, tag), dropping(packets.Traffic{Side: "OWN", Flow: "BOTH", Published: []packets.Listener{
		listener("10.0.0.1", 7000), listener("::", 7001), listener("127.0.0.1", 7002),
	}}))
	for destination, want := range map[string]bool{
		"10.0.0.1:7000": false, "10.0.0.9:7000": true, "10.0.0.1:7001": true, "[fd00::1]:7001": false, "[fd00::1]:7000": true,
	} {
		if arrives(t, want, w.peer, 0, w.target, destination) != want {
			t.Errorf("%s: %v", destination, !want)
		}
	}
	// docker-proxy is asked on loopback, too.
	if arrives(t, false, w.target, 0, w.target, "127.0.0.1:7002") || !arrives(t, true, w.target, 0, w.target, "127.0.0.1:7003") {
		t.Error("a port that is published on loopback is not dropped alone")
	}
	if arrives(t, false, w.target, 7000, w.peer, "10.0.0.2:7009") || !arrives(t, true, w.target, 7003, w.peer, "10.0.0.2:7009") {
		t.Error("what comes from a published port is not dropped alone")
	}
	hasCounts(t, made, effect.Count{Direction: "IN", Number: 3, Of: 3}, effect.Count{Direction: "OUT", Number: 1, Of: 1})
}

func TestForwardedPacketsAreMeant(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	behind := withTables(t)
	w.target.Run(t, "ip link add eth1 type veth peer name eth0 netns /proc/"+itoa(behind.PID)+"/ns/net")
	for _, command := range []string{"ip link set dev eth1 up", "ip address add 10.0.1.1/24 dev eth1", "sysctl -qw net.ipv4.ip_forward=1"} {
		w.target.Run(t, command)
	}
	for _, command := range []string{"ip link set dev eth0 up", "ip address add 10.0.1.2/24 dev eth0", "ip route add default via 10.0.1.1"} {
		behind.Run(t, command)
	}
	w.peer.Run(t, "ip route add 10.0.1.0/24 via 10.0.0.1")
	eventually(t, "packets are forwarded", func() bool { return arrives(t, false, w.peer, 0, behind, "10.0.1.2:7000") })
	made := begun(t, tables, at(w.target, tag), dropping(packets.Traffic{Peers: []string{"10.0.0.2"}, Side: "OWN", Flow: "BOTH"}))
	if arrives(t, false, w.peer, 0, behind, "10.0.1.2:7000") || arrives(t, false, behind, 0, w.peer, "10.0.0.2:7000") {
		t.Error("it is forwarded")
	}
	hasCounts(t, made, effect.Count{Direction: "IN"}, effect.Count{Direction: "OUT"}, effect.Count{Direction: "FORWARDED", Number: 2, Of: 2})
}

// What an interface says by itself is no evidence, and what finds neighbours goes on.
func TestMulticastIsNoEvidenceAndNeighboursAreFound(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	w.peer.Run(t, "ip route add 224.0.0.0/4 dev eth0")
	if !arrives(t, true, w.peer, 0, w.target, "224.0.0.1:7000") {
		t.Error("multicast does not arrive")
	}
	made := begun(t, tables, at(w.target, tag), dropping(everything()))
	if arrives(t, false, w.peer, 0, w.target, "224.0.0.1:7000") {
		t.Error("multicast arrives")
	}
	w.peer.Run(t, "ip -6 neighbour flush dev eth0")
	w.target.Run(t, "ip -6 neighbour flush dev eth0")
	pings(t, false, w.peer, "fd00::1")
	eventually(t, "the neighbour is found", func() bool {
		found := w.peer.Run(t, "ip -6 neighbour show fd00::1")
		return contains(found, "REACHABLE")
	})
	state := stateOf(t, made)
	if state.Counts[0] != (effect.Count{Direction: "IN", Number: 1, Of: 1}) {
		t.Errorf("counted is %+v", state.Counts)
	}
}

func TestRefusalsAreSeenByTheClient(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"REJECT", "RESET"} {
		for _, family := range bothFamilies {
			t.Run(kind+family.name, func(t *testing.T) {
				t.Parallel()
				w, tables := newWorld(t), New()
				serve(t, w.target, ":80")
				serve(t, w.peer, ":80")
				open, err := connect(t, w.peer, port(family.target, "80"))
				succeed(t, err)
				succeed(t, echoes(open))
				order := dropping(everything())
				order.Action.Kind = kind
				made := begun(t, tables, at(w.target, tag), order)
				refusals := w.refusals(t, family.target, family.peer)
				for what, err := range refusals {
					if !errors.Is(err, unix.ECONNREFUSED) {
						t.Errorf("%s: %v", what, err)
					}
				}
				if kind == "RESET" {
					if err := echoes(open); !errors.Is(err, unix.ECONNRESET) {
						t.Errorf("an open connection: %v", err)
					}
				}
				for _, each := range stateOf(t, made).Counts[:2] {
					if each.Number == 0 || each.Of != each.Number {
						t.Errorf("counted is %+v", each)
					}
				}
			})
		}
	}
}

// refusals are what one hears of connections and packets in both directions.
func (w world) refusals(t *testing.T, target, peer string) map[string]error {
	t.Helper()
	// What refuses a SYN of IPv6 while connect(2) holds the socket is noticed with the next SYN, after 1 s.
	_, in := connect(t, w.peer, port(target, "80"))
	_, out := connect(t, w.target, port(peer, "80"))
	packet := dialUDP(t, w.peer, 0, port(target, "7000"))
	packet.Write([]byte("?"))
	hasMore(packet, false)
	_, heard := packet.Write([]byte("?"))
	if heard == nil {
		_, heard = packet.Read(make([]byte, 1))
	}
	return map[string]error{"a connection in": in, "a connection out": out, "a packet in": heard}
}

// Two selectors can mean one packet, which is to be judged and counted once.
func TestAPacketIsJudgedOnce(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	order := dropping(packets.Traffic{First: 7000, Last: 7000, Side: "EITHER", Flow: "INTO"})
	order.Action = packets.Action{Kind: "LOSE", Every: 2, Positions: []int{2}}
	made := begun(t, tables, at(w.target, tag), order)
	if !arrives(t, true, w.peer, 7000, w.target, "10.0.0.1:7000") || arrives(t, false, w.peer, 7000, w.target, "10.0.0.1:7000") {
		t.Error("it is not the second packet that is lost")
	}
	if count := stateOf(t, made).Counts[0]; count != (effect.Count{Direction: "IN", Number: 1, Of: 2}) {
		t.Errorf("counted is %+v", count)
	}
}
