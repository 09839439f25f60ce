package iptables

import (
	"encoding/json"
	"slices"

	"faultline/agent/basechain"
	"faultline/agent/effect"
	"faultline/agent/packets"
	"faultline/agent/refuse"
)

// filtering are rules of the filter table that harm packets.
type filtering struct {
	*rules
	order packets.Order
}

// Packets makes rules that do to packets what the order says: chains of ours in the filter table, jumped to from the top of INPUT,
// FORWARD and OUTPUT, where an earlier rule that accepts everything cannot overtake them. Nothing is touched yet.
func Packets(place effect.Place, order packets.Order, chains *basechain.Chains) (effect.Rules, error) {
	if err := require(order.Filter, order.Require()); err != nil {
		return nil, err
	}
	all := filterTables(place, order)
	text := lasting("filter", all)
	if isLeased(order.Filter) {
		text = leased("filter", all, setsOf(place, order.Filter, order.Traffic))
	}
	return &filtering{newRules(place, order.Filter.Flavour, chains, text, tables{place.Tag, all, isLeased(order.Filter)}), order}, nil
}

// require refuses a filter that is none of iptables, and passes an earlier refusal on.
func require(filter packets.Filter, earlier error) error {
	if earlier != nil {
		return earlier
	}
	if filter.Flavour != packets.IptablesNFT && filter.Flavour != packets.IptablesLegacy {
		return refuse.Because("%q is no flavour of iptables", filter.Flavour)
	}
	return nil
}

// Retune puts other rules into the chains. New rules begin to count again, so what the old ones have counted is read before.
func (f *filtering) Retune(text json.RawMessage) error {
	var to packets.Order
	if err := json.Unmarshal(text, &to); err != nil {
		return refuse.Because("an order on packets cannot be read: %v", err)
	}
	if err := to.Require(); err != nil {
		return err
	}
	if !f.order.CanBecome(to) {
		return refuse.Because("what becomes of the packets of %s cannot be changed to %s of these packets: only its strength can",
			f.place.Tag, to.Action.Kind)
	}
	if err := f.require(); err != nil {
		return err
	}
	changed, err := Packets(f.place, to, f.chains)
	if err != nil {
		return err
	}
	next := changed.(*filtering)
	if f.isMade {
		if err := f.replaceRules(filterTables(f.place, to)); err != nil {
			return err
		}
	}
	f.order, f.script, f.evidence = to, next.script, next.evidence
	return nil
}

func (f *filtering) replaceRules(all []table) error {
	saved, err := f.read()
	if err != nil {
		return err
	}
	f.judge(saved)
	replaced := 0
	err = f.runEach(eachOf(all, table.replaceRules), func(i int) {
		f.earlier.add(tallyOf(f.place.Tag, saved[i]).ofRules())
		replaced++
	})
	if err != nil && replaced > 0 {
		f.flaw = "its rules were changed for one family of addresses and could not be for the other: " + err.Error()
	}
	return err
}

// filterTables are those of each family in which packets are meant.
func filterTables(place effect.Place, order packets.Order) []table {
	var all []table
	for _, each := range familiesOf(order.Filter) {
		one := table{tool: each.tool(order.Filter.Flavour), name: "filter", jumps: each.jumps(place, order)}
		if len(one.jumps) == 0 {
			continue
		}
		one.chains = distinct(eachOf(one.jumps, func(each jump) string { return each.to }))
		for _, chain := range one.chains {
			for _, rule := range each.rulesOf(order.Action, order.Filter.Silent) {
				one.rules = append(one.rules, "-A "+chain+" "+rule)
			}
		}
		all = append(all, one)
	}
	return all
}

// tables are read as the evidence of packets.
type tables struct {
	tag      string
	all      []table
	isLeased bool
}

// isIntact tells whether all rules are there, and each jump to them unless it was removed to end the harm.
func (t tables) isIntact(saved []string, isBegun bool) bool {
	for i, each := range t.all {
		jumps, rules := 0, 0
		for _, line := range linesOf(saved[i]) {
			switch {
			case line.isJumpTo(each.chains):
				jumps++
			case slices.Contains(each.chains, line.chain):
				rules++
			}
		}
		isJumpedTo := isBegun || t.isLeased
		if rules != len(each.rules) || isJumpedTo && jumps != len(each.jumps) || !isJumpedTo && jumps != 0 {
			return false
		}
	}
	return true
}

// counts has both families in one.
func (t tables) counts(saved []string, earlier tally) []effect.Count {
	sum := tally{}
	sum.add(earlier)
	for _, each := range saved {
		sum.add(tallyOf(t.tag, each))
	}
	var chains []string
	for _, each := range t.all {
		chains = append(chains, each.chains...)
	}
	return sum.counts(t.tag, chains)
}
