package nft

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/monotonic"
)

const (
	met       = "met"                   // the chain that remembers flows, and the counter of packets that it was asked to
	mostFlows = 1024                    // that are remembered of each family; when the set is full, harming goes on. The kernel makes room for all at once
	word      = 4                       // bytes of a register, and the least that a part of a key takes up
	stamp     = 8                       // bytes of the time at which the first packet came
	settled   = int64(time.Millisecond) // what two looks at the clocks differ by at most while nobody sets them
)

// remembered are the families whose flows are to be remembered. Only what has ports can be found to be somebody's.
func (h harm) remembered() []addressing {
	if transport := h.order.Traffic.Transport; transport != "" && transport != "tcp" && transport != "udp" {
		return nil
	}
	return slices.DeleteFunc(h.families(), func(each addressing) bool { return !slices.Contains(h.order.Remember, each.name) })
}

// remembers has a chain lead what it is about to harm to the one that remembers flows. What is forwarded is no socket's.
func (h harm) remembers(direction, chain string) []rule {
	if len(h.flows) == 0 || direction == "FORWARDED" {
		return nil
	}
	return []rule{{chain: chain, counter: met, then: jump(met)}}
}

// remember adds the chain that remembers flows of these families, and the sets that it fills.
func (c *content) remember(flows []addressing, transport string) {
	if len(flows) == 0 {
		return
	}
	c.flows = flows
	c.chains = append(c.chains, chain{name: met})
	for _, each := range flows {
		c.sets = append(c.sets, set{
			name: each.flows, key: numberKey, size: 2*each.size + 2*word, flags: unix.NFT_SET_MAP | unix.NFT_SET_EVAL,
			filled: &filled{stamp, mostFlows}, uses: memory,
		})
		for _, protocol := range []string{"tcp", "udp"} {
			if transport == "" || transport == protocol {
				c.rules = append(c.rules, rule{
					chain: met, when: isOf(each), counter: met, then: addFlow(each, protocols[protocol]), uses: memory})
			}
		}
	}
}

// addFlow adds addresses, ports and the kind of packet as a key, and when the first came as its value. The kind is UDP's number, or
// what is set of three flags of TCP's: SYN without ACK asks for a connection, and data that a process has written ends with PSH.
func addFlow(of addressing, protocol byte) []expression {
	ports := register + 2*of.size/word
	kind := ports + 1
	first := kind + 1
	steps := []expression{
		loadMeta(kind, metaTransport), compare(kind, unix.NFT_CMP_EQ, []byte{protocol}),
		loadHeader(register, unix.NFT_PAYLOAD_NETWORK_HEADER, of.source, 2*of.size), // the destination is behind the source
		loadHeader(ports, unix.NFT_PAYLOAD_TRANSPORT_HEADER, sourcePort, word),
	}
	if protocol == unix.IPPROTO_TCP {
		steps = append(steps, loadHeader(kind, unix.NFT_PAYLOAD_TRANSPORT_HEADER, tcpFlags, 1), mask(kind, syn|psh|ack))
	}
	return append(steps, loadMeta(first, metaTime), addTo(of.flows, register, first))
}

// readFlows has what is remembered, if any packet was to be.
func (r *rules) readFlows(found counted) (*effect.Flows, error) {
	if len(r.flows) == 0 {
		return nil, nil
	}
	flows := &effect.Flows{Met: []effect.Flow{}}
	if found.packets[met] == 0 {
		return flows, nil
	}
	dayAhead, now := r.dayAhead, monotonic.Nanos()
	if since := monotonic.DayAhead(); since < dayAhead-settled { // somebody has set the time: what came is to seem later, if anything
		dayAhead = since
	}
	for _, each := range r.flows {
		bodies, err := r.socket.dump(unix.NFT_MSG_GETSETELEM, r.table().elements(each.flows))
		if err != nil && !errors.Is(err, unix.ENOENT) {
			return nil, err
		}
		keys := 0
		for _, body := range bodies {
			visitElements(body, func(element []byte) {
				keys++
				if flow, ok := flowIn(element, each); ok {
					flow.FirstNanos = min(now, flow.FirstNanos-dayAhead)
					flows.Met = append(flows.Met, flow)
				}
			})
		}
		flows.Full = flows.Full || keys >= mostFlows
	}
	flows.Met = merged(flows.Met)
	return flows, nil
}

// flowIn reads an element of a set of flows, with its time by the time of day.
func flowIn(element []byte, of addressing) (flow effect.Flow, ok bool) {
	visit(element, func(kind uint16, content []byte) {
		switch kind {
		case unix.NFTA_SET_ELEM_KEY:
			ok = readKey(&flow, valueIn(content), int(of.size))
		case unix.NFTA_SET_ELEM_DATA:
			if value := valueIn(content); len(value) == stamp {
				flow.FirstNanos = int64(native.Uint64(value))
			}
		case unix.NFTA_SET_ELEM_EXPR:
			visit(content, func(kind uint16, content []byte) {
				if kind == unix.NFTA_EXPR_DATA {
					flow.Packets, flow.Bytes = countedIn(content)
				}
			})
		}
	})
	return flow, ok && flow.FirstNanos != 0
}

func readKey(flow *effect.Flow, key []byte, size int) bool {
	if len(key) != 2*size+2*word {
		return false
	}
	flow.Source, _ = netip.AddrFromSlice(key[:size])
	flow.Destination, _ = netip.AddrFromSlice(key[size : 2*size])
	rest := key[2*size:]
	flow.SourcePort, flow.DestinationPort = binary.BigEndian.Uint16(rest), binary.BigEndian.Uint16(rest[2:])
	flow.Protocol, flow.What = "tcp", effect.Other
	switch kind := rest[word]; {
	case kind == unix.IPPROTO_UDP: // 0x11, which the flags cannot be: all of them are 0x1a
		flow.Protocol, flow.What = "udp", effect.Data
	case kind&^psh == syn:
		flow.What = effect.Asks
	case kind&(syn|psh) == psh:
		flow.What = effect.Data
	}
	return true
}

func valueIn(content []byte) (value []byte) {
	visit(content, func(kind uint16, content []byte) {
		if kind == unix.NFTA_DATA_VALUE {
			value = content
		}
	})
	return value
}

// merged has one flow for all that is the same thing, whatever else its flags say. The earliest is first.
func merged(flows []effect.Flow) []effect.Flow {
	slices.SortFunc(flows, func(a, b effect.Flow) int { return int(a.FirstNanos - b.FirstNanos) })
	found := flows[:0]
	at := map[effect.Flow]int{}
	for _, each := range flows {
		key := each
		key.Packets, key.Bytes, key.FirstNanos = 0, 0, 0
		if known, ok := at[key]; ok {
			found[known].Packets += each.Packets
			found[known].Bytes += each.Bytes
			continue
		}
		at[key] = len(found)
		found = append(found, each)
	}
	return found
}
