package nft

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"

	"faultline/agent/effect"
	"faultline/agent/netns"
	"faultline/agent/packets"
)

// Features is what works in nf_tables.
type Features struct {
	Drop     bool `json:"drop"`     // packets can be told from others and dropped
	Silent   bool `json:"silent"`   // and that without telling a local sender
	Lease    bool `json:"lease"`    // the kernel ends a harm by itself
	Reject   bool `json:"reject"`   // packets can be refused, by ICMP and by TCP reset
	Loss     bool `json:"loss"`     // some can be lost, by chance and by pattern
	Redirect bool `json:"redirect"` // queries can be led to another port
}

const (
	probeTag    = "FAULTLINE-00000000-" // of no run: an agent's own namespace can be seen by others, who can be probing as well
	numbers     = 999999                // that can be behind it, from 1 on
	nobody      = "192.0.2.1"           // an address that is for documentation (RFC 5737)
	discardPort = 9                     // which nobody uses
)

// Probe tries each in a namespace, with rules as they are made for faults, and leaves nothing. Its loopback interface must be up,
// or Silent stays unknown and is false.
func Probe(namespace *netns.Namespace) Features {
	number := 1 + rand.IntN(numbers) // what is tried out at the same time must not meet
	p := probe{
		tables: New(), place: effect.Place{Tag: fmt.Sprintf("%s%d", probeTag, number), Namespace: namespace},
		unheard: netip.AddrFrom4([4]byte{127, byte(number >> 16), byte(number >> 8), byte(number)}),
	}
	if _, err := p.tables.enter(namespace); err != nil { // one socket for all
		return Features{}
	}
	defer p.tables.leave(namespace.Inode)
	found := Features{Drop: p.harms(packets.Action{Kind: "DROP"}, "NONE")}
	if !found.Drop {
		return found
	}
	found.Silent = p.dropsSilently()
	found.Lease = p.harms(packets.Action{Kind: "DROP"}, "LEASE")
	found.Reject = p.harms(packets.Action{Kind: "REJECT"}, "NONE") && p.harms(packets.Action{Kind: "RESET"}, "NONE")
	found.Loss = p.harms(packets.Action{Kind: "LOSE", Probability: 0.5}, "NONE") &&
		p.harms(packets.Action{Kind: "LOSE", Every: 2, Positions: []int{1}}, "NONE")
	found.Redirect = p.works(leading{packets.Redirect{Filter: filterOf("NONE"), Port: discardPort}}, "NONE", false)
	return found
}

type probe struct {
	tables  *Tables
	place   effect.Place
	unheard netip.Addr // on loopback, which has all of 127.0.0.0/8
}

func filterOf(expiry string) packets.Filter {
	return packets.Filter{Flavour: packets.NFTables, IPv6: true, Expiry: expiry}
}

// harms tries what becomes of packets, with some that nobody sends.
func (p probe) harms(action packets.Action, expiry string) bool {
	harm, err := newHarm(packets.Order{
		Filter: filterOf(expiry), Action: action, Traffic: packets.Traffic{Peers: []string{nobody}, Side: "EITHER", Flow: "BOTH"},
	})
	return err == nil && p.works(harm, expiry, true)
}

// works tells whether rules can be made, can begin if they are to, and are all there then.
func (p probe) works(kind kind, expiry string, begins bool) bool {
	rules := p.tables.rules(p.place, filterOf(expiry), kind)
	defer rules.Close()
	if rules.Prepare() != nil || begins && rules.Begin() != nil {
		return false
	}
	state, err := rules.State()
	return err == nil && state.Flaw == ""
}

// dropsSilently tells whether a packet to nobody on loopback is swallowed and its sender told that all is well.
func (p probe) dropsSilently() bool {
	filter := filterOf("NONE")
	filter.Silent = true
	rules := p.tables.rules(p.place, filter, harm{
		order: packets.Order{Filter: filter, Action: packets.Action{Kind: "DROP"}}, everyone: true,
		selectors: []packets.Selector{{Hook: "OUTPUT", Direction: "OUT", Transport: "udp", PortEnd: "DESTINATION",
			First: discardPort, Last: discardPort, Local: packets.Listener{Address: p.unheard}, LocalEnd: "DESTINATION"}},
	})
	defer rules.Close()
	if rules.Begin() != nil || p.place.Namespace.Do(p.send) != nil {
		return false
	}
	state, err := rules.State()
	return err == nil && state.Counts[0].Number == 1
}

// send sends one packet there.
func (p probe) send() error {
	sender, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(p.unheard, discardPort)))
	if err != nil {
		return err
	}
	defer sender.Close()
	_, err = sender.Write([]byte("?"))
	return err
}
