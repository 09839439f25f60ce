package nft

import (
	"encoding/json"
	"slices"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/packets"
)

// leading leads name queries to a port of the namespace's own.
type leading struct{ redirect packets.Redirect }

const (
	dnsPort      = 53
	leadPriority = -110 // before every chain that translates destinations at the usual -100: the first that does decides
)

func (l leading) content(kernel) content {
	at := chain{"output", &hook{"nat", unix.NF_INET_LOCAL_OUT, leadPriority}}
	unmarked := isAbout(metaMark, isNot(inOrder(l.redirect.Mark)...))
	var rules []rule
	if l.redirect.Filter.IPv6 {
		// What goes to an address of one link alone cannot be led to loopback: it would be lost, whatever it asks for.
		link := slices.Concat(isOf(ipv6), []expression{inNetwork(ipv6.destination, 2)}, between([]byte{0xfe, 0x80}, []byte{0xfe, 0xbf}))
		rules = []rule{{chain: at.name, when: link, counter: "spared", then: accept()}}
	} else {
		unmarked = slices.Concat(isOf(ipv4), unmarked)
	}
	for _, protocol := range []byte{unix.IPPROTO_UDP, unix.IPPROTO_TCP} {
		rules = append(rules, rule{chain: at.name, counter: "led",
			when: slices.Concat(unmarked, isProtocol(protocol), hasPort("DESTINATION", dnsPort, dnsPort)),
			then: []expression{loadConstant(inOrderOfNetwork(l.redirect.Port)...), redirect()}})
	}
	// What it has led elsewhere goes on there without it. The sweep that ends that finds it by the table.
	return content{chains: []chain{at}, rules: rules, outlive: true}
}

// counts has none: who answers the queries counts them.
func (l leading) counts(map[string]uint64) []effect.Count { return nil }

// become stays as it is: what the answers are is not in the rules.
func (l leading) become(json.RawMessage) (kind, error) { return l, nil }
