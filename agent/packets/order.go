// Package packets says which packets of a namespace are meant and what becomes of them, for every way of telling the kernel.
package packets

import (
	"net/netip"
	"slices"

	"faultline/agent/refuse"
)

// Flavours of telling the kernel.
const (
	NFTables       = "nftables" // over netlink
	IptablesNFT    = "iptables-nft"
	IptablesLegacy = "iptables-legacy"
)

// Filter is the way of telling the kernel that the caller has chosen, and what it can do there.
type Filter struct {
	Flavour string `json:"flavour"`
	IPv6    bool   `json:"ipv6"`   // whether IPv6 packets can be told from others as well
	Expiry  string `json:"expiry"` // how the kernel ends the harm by itself: LEASE, 15 s after the last renewal; DATESTOP; NONE
	Silent  bool   `json:"silent"` // whether a packet can be dropped without telling its sender
}

// Traffic is some of the packets of a leg.
type Traffic struct {
	Peers     []string   `json:"peers"`     // addresses and networks; none for everyone
	Transport string     `json:"transport"` // tcp, udp, sctp, icmp; empty for all, or for TCP and UDP if there are ports
	First     uint16     `json:"first"`     // of the ports that are meant, both ends included; 0 if all are
	Last      uint16     `json:"last"`
	Side      string     `json:"side"`      // whose ports these are: OWN, OTHER, EITHER
	Flow      string     `json:"flow"`      // BOTH, INTO or OUT_OF the target
	Published []Listener `json:"published"` // where docker-proxy listens, if it is its leg; transport and ports are theirs then
}

// Listener is where docker-proxy listens on the Docker host; an unspecified address stands for all of its family.
type Listener struct {
	Address   netip.Addr `json:"address"`
	Port      uint16     `json:"port"`
	Transport string     `json:"transport"`
}

// Order is what becomes of some packets.
type Order struct {
	Filter   Filter   `json:"filter"`
	Traffic  Traffic  `json:"traffic"`
	Action   Action   `json:"action"`
	Remember []string `json:"remember"` // the families of addresses whose flows are remembered, where nf_tables does it: ipv4, ipv6
}

// Action is what becomes of a packet.
type Action struct {
	Kind        string  `json:"kind"`        // DROP, REJECT (ICMP port unreachable), RESET (TCP reset, REJECT for all else), LOSE
	Probability float64 `json:"probability"` // of LOSE by chance: above 0, at most 1
	Every       uint32  `json:"every"`       // of LOSE by pattern: of so many packets
	Positions   []int   `json:"positions"`   // those at these places are lost, counted from 1, the same ones each time round
}

// Counting is what is counted and otherwise let alone: TCP segments with a flag, to or from a port.
type Counting struct {
	Filter   Filter    `json:"filter"`
	Counters []Counter `json:"counters"`
}

// Counter counts some segments.
type Counter struct {
	Direction string `json:"direction"` // IN or OUT
	End       string `json:"end"`       // whether the port is their SOURCE or their DESTINATION
	Port      uint16 `json:"port"`
	Flag      string `json:"flag"` // PSH, FIN, RST
}

// Redirect leads what a namespace sends to port 53, over UDP and TCP, to a port of its own, unless it carries the mark.
type Redirect struct {
	Filter Filter
	Port   uint16
	Mark   uint32
}

var (
	flavours   = []string{NFTables, IptablesNFT, IptablesLegacy}
	expiries   = []string{"LEASE", "DATESTOP", "NONE"}
	transports = []string{"tcp", "udp", "sctp", "icmp"}
	withPorts  = []string{"tcp", "udp", "sctp"}
	sides      = []string{"OWN", "OTHER", "EITHER"}
	flows      = []string{"BOTH", "INTO", "OUT_OF"}
	actions    = []string{"DROP", "REJECT", "RESET", "LOSE"}
	directions = []string{"IN", "OUT"}
	ends       = []string{"SOURCE", "DESTINATION"}
	flags      = []string{"PSH", "FIN", "RST"}
	families   = []string{"ipv4", "ipv6"}
)

const leastChance = 1e-8 // the kernel's resolution is 31 bits; what rounds to 0 would lose nothing

// oneOf refuses a word that is none of these.
func oneOf(what, word string, words []string) error {
	if slices.Contains(words, word) {
		return nil
	}
	return refuse.Because("%s: %q is none of %v", what, word, words)
}

// Require refuses what is no filter.
func (f Filter) Require() error {
	if err := oneOf("filter", f.Flavour, flavours); err != nil {
		return err
	}
	return oneOf("expiry", f.Expiry, expiries)
}

// Require refuses what no packets can be chosen by.
func (t Traffic) Require() error {
	if err := oneOf("side", t.Side, sides); err != nil {
		return err
	}
	if err := oneOf("flow", t.Flow, flows); err != nil {
		return err
	}
	if _, err := t.Networks(); err != nil {
		return err
	}
	if t.Transport != "" {
		if err := oneOf("transport", t.Transport, transports); err != nil {
			return err
		}
	}
	hasPorts := t.First != 0 || t.Last != 0
	switch {
	case hasPorts && (t.First == 0 || t.Last < t.First):
		return refuse.Because("ports %d to %d are no range of ports", t.First, t.Last)
	case hasPorts && t.Transport != "" && !slices.Contains(withPorts, t.Transport):
		return refuse.Because("%s has no ports", t.Transport)
	}
	for _, each := range t.Published {
		if !each.Address.IsValid() || each.Port == 0 {
			return refuse.Because("a published port is an address and a port, not %v and %d", each.Address, each.Port)
		}
		if err := oneOf("transport of a published port", each.Transport, withPorts); err != nil {
			return err
		}
	}
	return nil
}

// Networks are the peers; none for everyone.
func (t Traffic) Networks() ([]netip.Prefix, error) {
	return Networks(t.Peers)
}

// Networks reads addresses and networks.
func Networks(literals []string) ([]netip.Prefix, error) {
	found := make([]netip.Prefix, 0, len(literals))
	for _, literal := range literals {
		if address, err := netip.ParseAddr(literal); err == nil {
			address = address.Unmap().WithZone("")
			found = append(found, netip.PrefixFrom(address, address.BitLen()))
			continue
		}
		network, err := netip.ParsePrefix(literal)
		if err != nil {
			return nil, refuse.Because("%q is neither an address nor a network", literal)
		}
		found = append(found, network.Masked())
	}
	return found, nil
}

// Require refuses what cannot become of a packet.
func (a Action) Require() error {
	if err := oneOf("action", a.Kind, actions); err != nil {
		return err
	}
	if a.Kind != "LOSE" {
		return nil
	}
	if a.Every == 0 {
		if !(a.Probability >= leastChance && a.Probability <= 1) { // NaN is neither
			return refuse.Because("a packet cannot be lost with the probability %v", a.Probability)
		}
		return nil
	}
	if len(a.Positions) == 0 || slices.Min(a.Positions) < 1 || slices.Max(a.Positions) > int(a.Every) {
		return refuse.Because("of every %d packets those at %v cannot be lost", a.Every, a.Positions)
	}
	return nil
}

func (a Action) refuses() bool { return a.Kind == "REJECT" || a.Kind == "RESET" }

// Require refuses an order that cannot be carried out.
func (o Order) Require() error {
	for _, each := range o.Remember {
		if err := oneOf("remember", each, families); err != nil {
			return err
		}
	}
	for _, err := range []error{o.Filter.Require(), o.Traffic.Require(), o.Action.Require()} {
		if err != nil {
			return err
		}
	}
	return nil
}

// Require refuses an order that cannot be carried out.
func (c Counting) Require() error {
	if err := c.Filter.Require(); err != nil {
		return err
	}
	if len(c.Counters) == 0 {
		return refuse.Because("counters: there is nothing to count")
	}
	for _, each := range c.Counters {
		for _, err := range []error{
			oneOf("direction", each.Direction, directions), oneOf("end", each.End, ends), oneOf("flag", each.Flag, flags),
		} {
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// CanBecome tells whether an open order can become another one: the same packets, harmed in the same way, if not as much.
func (o Order) CanBecome(other Order) bool {
	return o.Filter == other.Filter && o.Traffic.equals(other.Traffic) && slices.Equal(o.Remember, other.Remember) &&
		(o.Action.Kind == other.Action.Kind || o.Action.refuses() && other.Action.refuses())
}

func (t Traffic) equals(other Traffic) bool {
	return slices.Equal(t.Peers, other.Peers) && t.Transport == other.Transport && t.First == other.First && t.Last == other.Last &&
		t.Side == other.Side && t.Flow == other.Flow && slices.Equal(t.Published, other.Published)
}
