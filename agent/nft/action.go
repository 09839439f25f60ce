package nft

import (
	"encoding/binary"
	"math"
	"slices"

	"golang.org/x/sys/unix"

	"faultline/agent/packets"
)

const (
	lost        = "lost" // the set of places, counted from 0, of packets that are lost by pattern
	unreadQueue = 64999
	syn         = 0x02
	rst         = 0x04
	psh         = 0x08
	ack         = 0x10
	resolution  = math.MaxUint32 // of chance
)

// becomes has the rules of a direction's chain. What they let through is accepted, not handed back: two selectors can mean the
// same packet, and it is to be judged once. That lets it through the chain at our hook alone.
//
// What an interface says by itself (router solicitations, group reports) goes to multicast groups; it is no evidence that
// anybody met the fault. And neighbours keep finding each other: in IPv6 that is ICMP and would be stopped here, in IPv4 it is
// ARP and never comes by. Without it a client would see EHOSTUNREACH within seconds, a refusal would find no way back, and of a
// one-way fault no way would be left.
func (h harm) becomes(direction string, kernel kernel) []rule {
	in := chains[direction]
	dropping := rule{chain: in, then: drop()}
	if h.order.Filter.Silent && direction == "OUT" { // nobody hears of a packet that was dropped elsewhere
		dropping.then, dropping.uses = unheard(kernel), queue
	}
	spares := func(when []expression) rule {
		return rule{chain: in, when: when, counter: in + spared, then: accept()}
	}
	var found []rule
	if h.order.Filter.IPv6 {
		found = append(found, spares(neighbours))
	}
	switch h.order.Action.Kind {
	case "DROP":
		return slices.Concat(found, h.groups(dropping), h.remembers(direction, in), []rule{h.harms(dropping, nil)})
	case "LOSE":
		found = append(found, h.groups(spares(nil))...)
		found = append(found, h.loses(direction, dropping)...)
		return append(found, rule{chain: in, counter: in + escaped, then: accept()})
	}
	// Refusals must themselves get through, or nobody would ever hear of being refused.
	found = append(found, spares(slices.Concat(isProtocol(unix.IPPROTO_TCP), hasFlag(rst))),
		spares(isMessage(ipv4, unreachable4, unreachable4)))
	if h.order.Filter.IPv6 {
		found = append(found, spares(isMessage(ipv6, unreachable6, unreachable6)))
	}
	found = slices.Concat(found, h.groups(dropping), h.remembers(direction, in))
	if h.order.Action.Kind == "RESET" {
		found = append(found, h.harms(refusing(in, unix.NFT_REJECT_TCP_RST, 0), isProtocol(unix.IPPROTO_TCP)))
	}
	return append(found, h.harms(refusing(in, unix.NFT_REJECT_ICMPX_UNREACH, unix.NFT_REJECT_ICMPX_PORT_UNREACH), nil))
}

// groups does something to what goes to multicast groups.
func (h harm) groups(does rule) []rule {
	var found []rule
	for _, each := range h.families() {
		does.when, does.counter = isMulticast(each), does.chain+spared
		found = append(found, does)
	}
	return found
}

// loses drops some. If flows are remembered, that is in a chain of its own: only those that are lost are led there.
func (h harm) loses(direction string, dropping rule) []rule {
	in := dropping.chain
	remembering := h.remembers(direction, in+chosen)
	if len(remembering) == 0 {
		return []rule{h.harms(dropping, losing(h.order.Action))}
	}
	leading := rule{chain: in, when: losing(h.order.Action), counter: in + chosen, then: jump(in + chosen)}
	losing := h.harms(dropping, nil)
	losing.chain = in + chosen
	return append(append([]rule{leading}, remembering...), losing)
}

// harms does something that counts.
func (h harm) harms(does rule, when []expression) rule {
	does.when, does.counter = when, does.chain+harmed
	return does
}

func refusing(in string, kind uint32, code uint8) rule {
	return rule{chain: in, then: reject(kind, code)}
}

// unheard swallows a packet of a local sender, and tells it that all is well: the kernel frees what is for a queue that nobody
// reads, and reports success (nf_queue.c). A drop in the output hook gives the sender EPERM.
func unheard(kernel kernel) []expression {
	if kernel.withoutQueues {
		return []expression{toQueueByTarget(unreadQueue)}
	}
	return []expression{toQueue(unreadQueue)}
}

// losing is about the packets that are lost.
func losing(action packets.Action) []expression {
	if action.Every > 0 {
		return []expression{loadNumber(unix.NFT_NG_INCREMENTAL, action.Every), isIn(lost)}
	}
	// Bytes are compared from the first on, and a random number is as random the other way round.
	below := max(1, uint32(math.Round(action.Probability*resolution)))
	return []expression{loadNumber(unix.NFT_NG_RANDOM, resolution),
		compare(register, unix.NFT_CMP_LT, binary.BigEndian.AppendUint32(nil, below))}
}

// positions are the elements of the set of what is lost.
func positions(counted []int) []element {
	sorted := slices.Compact(slices.Sorted(slices.Values(counted)))
	found := make([]element, len(sorted))
	for i, each := range sorted {
		found[i].key = inOrder(uint32(each - 1))
	}
	return found
}
