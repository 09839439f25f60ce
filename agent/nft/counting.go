package nft

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/packets"
	"faultline/agent/refuse"
)

// counting counts TCP segments, and decides nothing.
type counting struct{ order packets.Counting }

var tcpFlag = map[string]byte{"FIN": 0x01, "RST": rst, "PSH": psh}

func (c counting) content(kernel) content {
	var found content
	for i, each := range c.order.Counters {
		at := hooks[map[string]string{"IN": "INPUT", "OUT": "OUTPUT"}[each.Direction]]
		if !slices.Contains(found.chains, at) {
			found.chains = append(found.chains, at)
		}
		when := slices.Concat(isProtocol(unix.IPPROTO_TCP), hasPort(each.End, each.Port, each.Port), hasFlag(tcpFlag[each.Flag]))
		if !c.order.Filter.IPv6 {
			when = slices.Concat(isOf(ipv4), when)
		}
		found.rules = append(found.rules, rule{chain: at.name, when: when, counter: counterOf(i)})
	}
	return found
}

func counterOf(index int) string { return fmt.Sprintf("counter-%d", index) }

func (c counting) counts(packets map[string]uint64) []effect.Count {
	counts := make([]effect.Count, len(c.order.Counters))
	for i, each := range c.order.Counters {
		number := int64(packets[counterOf(i)])
		counts[i] = effect.Count{Direction: each.Direction, Number: number, Of: number}
	}
	return counts
}

func (c counting) become(order json.RawMessage) (kind, error) {
	var next packets.Counting
	if err := read(order, &next); err != nil {
		return nil, err
	}
	if !reflect.DeepEqual(next, c.order) {
		return nil, refuse.Because("what is counted cannot become anything else while it is open")
	}
	return c, nil
}

// read reads an order.
func read(order json.RawMessage, into any) error {
	if err := json.Unmarshal(order, into); err != nil {
		return refuse.Because("an order cannot be read: %v", err)
	}
	return nil
}
