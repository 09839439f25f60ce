package iptables

import (
	"net/netip"
	"slices"
	"strings"

	"faultline/agent/packets"
)

// family is one of the two commands of iptables, and what its family of addresses calls things.
type family struct {
	command     string
	isIPv6      bool
	multicast   string // what an interface says by itself goes there
	icmp        string
	unreachable string // what a refusal is called, but for a reset of TCP
	set         string // behind the tag, in its set's name
	setFamily   string
	everyone    []string // a hash:net set refuses a prefix of length 0, hence two halves (ipset(8))
}

var (
	ipv4 = family{
		command: "iptables", multicast: "224.0.0.0/4", icmp: "icmp", unreachable: "icmp-port-unreachable",
		set: "-4", setFamily: "inet", everyone: []string{"0.0.0.0/1", "128.0.0.0/1"},
	}
	ipv6 = family{
		command: "ip6tables", isIPv6: true, multicast: "ff00::/8", icmp: "ipv6-icmp", unreachable: "icmp6-port-unreachable",
		set: "-6", setFamily: "inet6", everyone: []string{"::/1", "8000::/1"},
	}
)

// familiesOf are those in which the filter can tell packets from others.
func familiesOf(filter packets.Filter) []family {
	if filter.IPv6 {
		return []family{ipv4, ipv6}
	}
	return []family{ipv4}
}

// tool is the name that package tool has for the flavour's command.
func (f family) tool(flavour string) string {
	return f.command + strings.TrimPrefix(flavour, "iptables")
}

// protocol is what this family calls a transport.
func (f family) protocol(transport string) string {
	if transport == "icmp" {
		return f.icmp
	}
	return transport
}

// members are the networks of this family, as text, each once; everyone if there are no networks at all.
func (f family) members(networks []netip.Prefix) []string {
	if len(networks) == 0 {
		return f.everyone
	}
	var found []string
	for _, network := range networks {
		switch {
		case network.Addr().Is6() != f.isIPv6:
			continue
		case network.Bits() == 0:
			found = append(found, f.everyone...)
		case network.IsSingleIP():
			found = append(found, network.Addr().String())
		default:
			found = append(found, network.String())
		}
	}
	return distinct(found)
}

// distinct leaves the first of those that are the same.
func distinct[T comparable](all []T) []T {
	var found []T
	for _, each := range all {
		if !slices.Contains(found, each) {
			found = append(found, each)
		}
	}
	return found
}
