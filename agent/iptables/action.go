package iptables

import (
	"fmt"
	"slices"

	"faultline/agent/packets"
)

// silent is a queue that nobody reads. The kernel frees the packet and tells the sender that all is well (nf_queue.c).
const silent = "NFQUEUE --queue-num 64999"

// rulesOf are what becomes of packets, without the chain that they are in.
//
// What an interface says by itself (router solicitations, group reports) goes to multicast groups; it has a rule of its own,
// because it is no evidence that anybody met the fault. And neighbours keep finding each other: in IPv6 that is ICMP and would be
// stopped here, in IPv4 it is ARP and never comes by. Without it a client would see EHOSTUNREACH within seconds, a refusal would
// find no way back, and of a one-way fault no way would be left.
func (f family) rulesOf(action packets.Action, isSilent bool) []string {
	drop := "DROP"
	if isSilent {
		drop = silent
	}
	var rules []string
	if f.isIPv6 {
		rules = append(rules, f.returning("neighbour-solicitation"), f.returning("neighbour-advertisement"))
	}
	groups := "-d " + f.multicast + " -j "
	switch {
	case action.Kind == "REJECT":
		return append(rules, f.refusing(groups+drop)...)
	case action.Kind == "RESET":
		return append(rules, f.refusing(groups+drop, "-p tcp -j REJECT --reject-with tcp-reset")...)
	case action.Kind != "LOSE":
		return append(rules, groups+drop, "-j "+drop)
	case action.Every == 0:
		probability := fmt.Sprintf("%.8f", action.Probability) // the kernel has 31 bits
		return append(rules, groups+"RETURN", "-m statistic --mode random --probability "+probability+" -j "+drop)
	default:
		return append(append(rules, groups+"RETURN"), byPattern(action, drop)...)
	}
}

func (f family) returning(icmpType string) string {
	option := "--icmp-type "
	if f.isIPv6 {
		option = "--icmpv6-type "
	}
	return "-p " + f.icmp + " " + option + icmpType + " -j RETURN"
}

// refusing lets refusals themselves through, or nobody would ever hear of being refused.
func (f family) refusing(first ...string) []string {
	rules := []string{"-p tcp --tcp-flags RST RST -j RETURN", f.returning("destination-unreachable")}
	return append(append(rules, first...), "-j REJECT --reject-with "+f.unreachable)
}

// byPattern has a rule for each position. A rule sees only what those before it let pass, so each counts in a shorter period than
// the last. It matches the packet that has --packet others before it, and then every so many (libxt_statistic.c, measured).
func byPattern(action packets.Action, drop string) []string {
	positions := slices.Clone(action.Positions)
	slices.Sort(positions)
	var rules []string
	for i, position := range slices.Compact(positions) {
		rules = append(rules, fmt.Sprintf("-m statistic --mode nth --every %d --packet %d -j %s", int(action.Every)-i, position-i-1, drop))
	}
	return rules
}
