package iptables

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"faultline/agent/effect"
	"faultline/agent/packets"
	"faultline/agent/tool"
)

// kernelTimeout is how long the kernel keeps a set's entry without renewal. Tests shorten it.
var kernelTimeout = 15 * time.Second

// sets are two sets of ipset, one for each family, that hold who is meant for as long as they are renewed. No rule of ours
// matches once they are empty.
type sets struct {
	tag      string
	families []family
	networks []netip.Prefix // none for everyone
}

func isLeased(filter packets.Filter) bool { return filter.Expiry == "LEASE" }

// setsOf are those of the peers.
func setsOf(place effect.Place, filter packets.Filter, traffic packets.Traffic) sets {
	networks, _ := traffic.Networks() // refused before, if they cannot be read
	return sets{place.Tag, familiesOf(filter), networks}
}

// match is that of a family's set at one end of a packet, with a space at its end.
func (s sets) match(of family, end string) string {
	return "-m set --match-set " + s.name(of) + " " + map[string]string{"SOURCE": "src", "DESTINATION": "dst"}[end] + " "
}

func (s sets) name(of family) string { return s.tag + of.set }

func (s sets) timeout() string { return fmt.Sprintf(" timeout %d", int(kernelTimeout.Seconds())) }

func (s sets) create() tool.Command {
	return s.each(func(each family) string {
		return "create " + s.name(each) + " hash:net family " + each.setFamily + s.timeout() + "\n"
	})
}

// fill fills them for the kernel's full timeout from now on.
func (s sets) fill() tool.Command {
	return s.each(func(each family) string {
		var lines strings.Builder
		for _, member := range each.members(s.networks) {
			lines.WriteString("add " + s.name(each) + " " + member + s.timeout() + " -exist\n")
		}
		return lines.String()
	})
}

// createFull does both at once.
func (s sets) createFull() tool.Command {
	command := s.create()
	command.Input += s.fill().Input
	return command
}

// empty takes well under a millisecond, while removing rules takes tens.
func (s sets) empty() tool.Command {
	return s.each(func(each family) string { return "flush " + s.name(each) + "\n" })
}

// destroy is a command for each set, side by side: one whose set is still busy is repeated.
func (s sets) destroy() []tool.Command {
	return eachOf(s.families, func(each family) tool.Command {
		return tool.Command{Tool: "ipset", Input: "destroy " + s.name(each) + "\n"}
	})
}

func (s sets) each(lines func(family) string) tool.Command {
	return tool.Command{Tool: "ipset", Input: strings.Join(eachOf(s.families, lines), "")}
}
