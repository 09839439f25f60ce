package nft

import (
	"encoding/json"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/packets"
	"faultline/agent/refuse"
)

// priority is just before the filter table's (0): addresses are translated already, and nobody's chain has the last word before.
const priority = -5

const (
	seen    = "-seen"   // behind a direction: what was meant
	harmed  = "-harmed" // what became of it as ordered
	spared  = "-spared" // what has to get through, or is no evidence that anybody met the fault
	escaped = "-kept"   // what was not lost
	chosen  = "-chosen" // what is lost: a chain as well
)

var (
	hooks = map[string]chain{
		"INPUT":   {"input", &hook{"filter", unix.NF_INET_LOCAL_IN, priority}},
		"FORWARD": {"forward", &hook{"filter", unix.NF_INET_FORWARD, priority}},
		"OUTPUT":  {"output", &hook{"filter", unix.NF_INET_LOCAL_OUT, priority}},
	}
	chains     = map[string]string{"IN": "in", "OUT": "out", "FORWARDED": "forwarded"} // by direction
	directions = []string{"IN", "OUT", "FORWARDED"}
	protocols  = map[string]byte{"tcp": unix.IPPROTO_TCP, "udp": unix.IPPROTO_UDP, "sctp": unix.IPPROTO_SCTP}
)

// harm is what becomes of some packets. A chain at each hook leads those that are meant to their direction's chain.
type harm struct {
	order     packets.Order
	selectors []packets.Selector
	everyone  bool                    // whether the peers are
	peers     map[byte][]netip.Prefix // by family
	flows     []addressing            // the families whose flows are remembered
}

func newHarm(order packets.Order) (harm, error) {
	networks, err := order.Traffic.Networks()
	if err != nil {
		return harm{}, err
	}
	found := harm{
		order: order, selectors: order.Traffic.Selectors(), everyone: len(networks) == 0, peers: map[byte][]netip.Prefix{},
	}
	found.flows = found.remembered()
	for _, each := range networks {
		of := familyOf(each.Addr()).family
		found.peers[of] = append(found.peers[of], each)
	}
	return found, nil
}

func (h harm) families() []addressing {
	if h.order.Filter.IPv6 {
		return []addressing{ipv4, ipv6}
	}
	return []addressing{ipv4}
}

func (h harm) content(kernel kernel) content {
	var found content
	for _, each := range h.families() {
		if peers := h.peers[each.family]; len(peers) > 0 {
			found.sets = append(found.sets, set{
				name: each.peers, key: each.key, size: each.size, flags: unix.NFT_SET_INTERVAL, elements: intervals(peers)})
		}
	}
	if h.order.Action.Kind == "LOSE" {
		found.sets = append(found.sets, set{name: lost, key: markKey, size: 4, elements: positions(h.order.Action.Positions)})
	}
	if kernel.withoutMemory {
		h.flows = nil
	}
	found.remember(h.flows, h.order.Traffic.Transport)
	harming := map[string]bool{}
	for _, each := range h.selectors {
		for _, when := range h.conditions(each) {
			at, goal := hooks[each.Hook], chains[each.Direction]
			if !slices.Contains(found.chains, at) {
				found.chains = append(found.chains, at)
			}
			found.rules = append(found.rules, rule{chain: at.name, when: when, counter: goal + seen, then: jump(goal)})
			harming[each.Direction] = true
		}
	}
	for _, each := range directions {
		if harming[each] {
			found.chains = append(found.chains, chain{name: chains[each]})
			if h.order.Action.Kind == "LOSE" && len(h.remembers(each, "")) > 0 {
				found.chains = append(found.chains, chain{name: chains[each] + chosen})
			}
			found.rules = append(found.rules, h.becomes(each, kernel)...)
		}
	}
	return found
}

// conditions has one rule's for all families or, where the selector is about what only one can have, a rule's for each.
func (h harm) conditions(of packets.Selector) [][]expression {
	common := slices.Concat(across(of), through(of))
	if h.everyone && !of.Local.Address.IsValid() && of.Transport != "icmp" {
		if !h.order.Filter.IPv6 {
			common = slices.Concat(isOf(ipv4), common)
		}
		return [][]expression{common}
	}
	var found [][]expression
	for _, each := range h.families() {
		if at, isPossible := h.within(each, of); isPossible {
			found = append(found, slices.Concat(isOf(each), common, at))
		}
	}
	return found
}

// across is about the interface.
func across(of packets.Selector) []expression {
	switch {
	case of.Others && of.Hook == "INPUT":
		return isAbout(metaInput, isNot(inOrder(loopback)...))
	case of.Others && of.Hook == "OUTPUT":
		return isAbout(metaOutput, isNot(inOrder(loopback)...))
	}
	return nil
}

// through is about the protocol, if that is the same in both families, and its ports.
func through(of packets.Selector) []expression {
	var found []expression
	if number, ok := protocols[of.Transport]; ok {
		found = isProtocol(number)
	}
	if of.PortEnd != "" {
		found = append(found, hasPort(of.PortEnd, of.First, of.Last)...)
	}
	return found
}

// within is about what is different in each family; false if no packet of the family can be meant.
func (h harm) within(which addressing, of packets.Selector) (conditions []expression, isPossible bool) {
	if of.Transport == "icmp" {
		conditions = isProtocol(which.icmp)
	}
	if local := of.Local.Address; local.IsValid() {
		local = local.Unmap()
		if familyOf(local) != which {
			return nil, false
		}
		if !local.IsUnspecified() {
			conditions = append(conditions, isAt(which, of.LocalEnd, local)...)
		}
	}
	if !h.everyone {
		if len(h.peers[which.family]) == 0 {
			return nil, false
		}
		conditions = append(conditions, inNetwork(which.end(of.PeerEnd), which.size), isIn(which.peers))
	}
	return conditions, true
}

// counts has one for each direction. A packet is counted as seen before it is counted as anything else, but not all counters
// are read at the same instant.
func (h harm) counts(numbers map[string]uint64) []effect.Count {
	var counts []effect.Count
	for _, each := range directions {
		if slices.ContainsFunc(h.selectors, func(meant packets.Selector) bool { return meant.Direction == each }) {
			counts = append(counts, count(each, numbers))
		}
	}
	return counts
}

func count(direction string, numbers map[string]uint64) effect.Count {
	in := chains[direction]
	number := int64(numbers[in+harmed])
	return effect.Count{Direction: direction, Number: number, Of: max(number, int64(numbers[in+seen])-int64(numbers[in+spared]))}
}

// become takes the same packets, harmed in the same way.
func (h harm) become(order json.RawMessage) (kind, error) {
	var next packets.Order
	if err := read(order, &next); err != nil {
		return nil, err
	}
	if err := next.Require(); err != nil {
		return nil, err
	}
	if !h.order.CanBecome(next) {
		return nil, refuse.Because("an open order of packet rules can become a stronger or weaker one, but not one about other packets")
	}
	return newHarm(next)
}
