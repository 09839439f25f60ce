package iptables

import (
	"fmt"
	"net/netip"
	"slices"

	"faultline/agent/effect"
	"faultline/agent/packets"
)

// jumps are those to our chains, without sets one for each peer. Both ways can be forwarded by the same text then.
func (f family) jumps(place effect.Place, order packets.Order) []jump {
	var found []jump
	for _, selector := range order.Traffic.Selectors() {
		if selector.Local.Address.IsValid() && selector.Local.Address.Unmap().Is6() != f.isIPv6 {
			continue
		}
		for _, peer := range f.peers(place, order, selector.PeerEnd) {
			found = append(found, jump{selector.Hook, f.match(selector) + peer, place.Tag + suffixOf(selector.Direction)})
		}
	}
	return distinct(found)
}

// match is what a packet has to be, but for its peer; each part has a space at its end.
func (f family) match(s packets.Selector) string {
	var text string
	if s.Others {
		text += map[string]string{"INPUT": "! -i lo ", "OUTPUT": "! -o lo "}[s.Hook]
	}
	if s.Local.Address.IsValid() && !s.Local.Address.IsUnspecified() {
		text += map[string]string{"SOURCE": "-s ", "DESTINATION": "-d "}[s.LocalEnd] + s.Local.Address.Unmap().String() + " "
	}
	if s.Transport != "" {
		text += "-p " + f.protocol(s.Transport) + " "
	}
	if s.PortEnd != "" {
		text += map[string]string{"SOURCE": "--sport ", "DESTINATION": "--dport "}[s.PortEnd]
		if s.Local.Address.IsValid() {
			text += fmt.Sprintf("%d ", s.First)
		} else {
			text += fmt.Sprintf("%d:%d ", s.First, s.Last)
		}
	}
	return text
}

// peers are the matches for the peers at one end: one for the whole set, or one for each peer where there are no sets.
func (f family) peers(place effect.Place, order packets.Order, end string) []string {
	if isLeased(order.Filter) {
		return []string{setsOf(place, order.Filter, order.Traffic).match(f, end)}
	}
	until := untilDeadline(place, order.Filter)
	networks, _ := order.Traffic.Networks() // refused before, if they cannot be read
	if len(networks) == 0 {
		return []string{until}
	}
	option := map[string]string{"SOURCE": "-s ", "DESTINATION": "-d "}[end]
	return eachOf(f.members(outermost(networks)), func(member string) string { return option + member + " " + until })
}

// untilDeadline is the match of rules that stop matching by themselves. xt_time reads UTC, in whole seconds, the last included.
func untilDeadline(place effect.Place, filter packets.Filter) string {
	if filter.Expiry != "DATESTOP" {
		return ""
	}
	return "-m time --datestop " + place.Deadline.UTC().Format("2006-01-02T15:04:05") + " "
}

// outermost leaves out networks within others: a packet would come by twice, and be lost with twice the chance.
func outermost(networks []netip.Prefix) []netip.Prefix {
	return slices.DeleteFunc(slices.Clone(networks), func(each netip.Prefix) bool {
		return slices.ContainsFunc(networks, func(other netip.Prefix) bool {
			return other.Bits() < each.Bits() && other.Contains(each.Addr())
		})
	})
}
