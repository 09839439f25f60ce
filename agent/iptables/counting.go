package iptables

import (
	"encoding/json"
	"fmt"
	"slices"

	"faultline/agent/basechain"
	"faultline/agent/effect"
	"faultline/agent/packets"
	"faultline/agent/refuse"
	"faultline/agent/tool"
)

// counting are rules of the filter table that count and decide nothing.
type counting struct {
	*rules
	order packets.Counting
}

// Counting makes rules that count: two chains of ours, one that INPUT and OUTPUT jump to, empty while nothing is to be counted, and
// one that it then hands every packet to. Nothing is touched yet.
func Counting(place effect.Place, order packets.Counting, chains *basechain.Chains) (effect.Rules, error) {
	if err := require(order.Filter, order.Require()); err != nil {
		return nil, err
	}
	counters := counters{place.Tag + "-g", place.Tag + "-c", order.Counters}
	tools := eachOf(familiesOf(order.Filter), func(each family) string { return each.tool(order.Filter.Flavour) })
	return &counting{newRules(place, order.Filter.Flavour, chains, counters.script(tools), counters), order}, nil
}

// Retune refuses to count anything else.
func (c *counting) Retune(text json.RawMessage) error {
	var to packets.Counting
	if err := json.Unmarshal(text, &to); err != nil {
		return refuse.Because("an order to count cannot be read: %v", err)
	}
	if to.Filter != c.order.Filter || !slices.Equal(to.Counters, c.order.Counters) {
		return refuse.Because("what %s counts cannot be changed", c.place.Tag)
	}
	return nil
}

// counters are rules that count, in a chain behind a gate.
type counters struct {
	gate, chain string
	wanted      []packets.Counter
}

func (c counters) script(tools []string) script {
	each := func(parts ...[]string) []tool.Command {
		return eachOf(tools, func(name string) tool.Command { return transaction(name, "filter", parts...) })
	}
	added := [][]string{declarations([]string{c.gate, c.chain}), eachOf(c.wanted, c.rule), c.jumps("-I ")}
	open := [][]string{{declaration(c.gate), "-A " + c.gate + " -j " + c.chain}}
	opened := each(added...)
	for i, opening := range each(open...) {
		opened[i].Input += opening.Input
	}
	undo := [][]tool.Command{each(c.jumps("-D "), []string{"-F " + c.gate, "-F " + c.chain, "-X " + c.gate, "-X " + c.chain})}
	return script{
		prepare: [][]tool.Command{each(added...)}, begin: each(open...), apply: [][]tool.Command{opened},
		end:  each([]string{declaration(c.gate)}),
		undo: undo, undoEnded: undo,
		tools: tools, table: "filter",
	}
}

func (c counters) rule(counter packets.Counter) string {
	end := map[string]string{"SOURCE": "--sport", "DESTINATION": "--dport"}[counter.End]
	return fmt.Sprintf("-A %s -p tcp %s %d --tcp-flags %s %s", c.chain, end, counter.Port, counter.Flag, counter.Flag)
}

func (c counters) jumps(how string) []string {
	return eachOf([]string{"INPUT", "OUTPUT"}, func(builtin string) string { return how + builtin + " -p tcp -j " + c.gate })
}

// isIntact tells whether all rules are there, with the way to them.
func (c counters) isIntact(saved []string, isBegun bool) bool {
	for _, each := range saved {
		all := linesOf(each)
		isPassed := slices.ContainsFunc(all, func(line line) bool { return line.chain == c.gate && line.goal == c.chain })
		for _, builtin := range []string{"INPUT", "OUTPUT"} {
			if !slices.ContainsFunc(all, func(line line) bool { return line.chain == builtin && line.goal == c.gate }) {
				return false
			}
		}
		if isPassed != isBegun || len(c.counted(all)) != len(c.wanted) {
			return false
		}
	}
	return true
}

// counts has the families in one, in the order of what is wanted. If some rules are gone, the others cannot be told apart.
func (c counters) counts(saved []string, _ tally) []effect.Count {
	found := eachOf(c.wanted, func(each packets.Counter) effect.Count { return effect.Count{Direction: each.Direction} })
	for _, each := range saved {
		counted := c.counted(linesOf(each))
		if len(counted) != len(found) {
			continue
		}
		for i, packets := range counted {
			found[i].Number += packets
			found[i].Of += packets
		}
	}
	return found
}

// counted has the numbers of its rules.
func (c counters) counted(all []line) []int64 {
	var found []int64
	for _, each := range all {
		if each.chain == c.chain {
			found = append(found, each.packets)
		}
	}
	return found
}
