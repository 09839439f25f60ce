package iptables

import (
	"encoding/json"
	"fmt"

	"faultline/agent/basechain"
	"faultline/agent/effect"
	"faultline/agent/packets"
)

// redirect are rules of the nat table that lead name queries to a port of the namespace's own.
type redirect struct{ *rules }

// Redirect makes rules that lead name queries to a port: a chain of ours in the nat table, jumped to from the top of OUTPUT, above
// Docker's own jump, which turns the queries to its embedded server to a port of its own. The nat table decides for the first
// packet of a flow only, so the caller has the flows to port 53 forgotten when the harm begins and ends. Nothing is touched yet.
func Redirect(place effect.Place, order packets.Redirect, chains *basechain.Chains) (effect.Rules, error) {
	if err := require(order.Filter, order.Filter.Require()); err != nil {
		return nil, err
	}
	all := eachOf(familiesOf(order.Filter), func(each family) table { return each.redirecting(place, order) })
	text := lasting("nat", all)
	if isLeased(order.Filter) {
		text = leased("nat", all, setsOf(place, order.Filter, packets.Traffic{}))
	}
	seen := redirected{tables{place.Tag, all, isLeased(order.Filter)}}
	return &redirect{newRules(place, order.Filter.Flavour, chains, text, seen)}, nil
}

// Retune has nothing to do: another answer, or other names, are known to the responder alone.
func (*redirect) Retune(json.RawMessage) error { return nil }

func (f family) redirecting(place effect.Place, order packets.Redirect) table {
	chain := place.Tag + suffixOf("OUT")
	made := table{tool: f.tool(order.Filter.Flavour), name: "nat", chains: []string{chain}}
	which := ""
	if f.isIPv6 { // what goes to an address of one link alone cannot be led to loopback: it would be lost, whatever it asks for
		which = "! -d fe80::/10 "
	}
	while := untilDeadline(place, order.Filter)
	if isLeased(order.Filter) {
		while = setsOf(place, order.Filter, packets.Traffic{}).match(f, "DESTINATION")
	}
	for _, transport := range []string{"udp", "tcp"} {
		made.rules = append(made.rules, fmt.Sprintf("-A %s -p %s -j REDIRECT --to-ports %d", chain, transport, order.Port))
		match := fmt.Sprintf("%s-p %s --dport 53 -m mark ! --mark %#x %s", which, transport, order.Mark, while)
		made.jumps = append(made.jumps, jump{"OUTPUT", match, chain})
	}
	return made
}

// redirected has no counts: the nat table sees the first packet of a flow alone, and it is the responder that counts queries.
type redirected struct{ tables }

func (redirected) counts([]string, tally) []effect.Count { return nil }
