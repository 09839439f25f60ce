package iptables

import (
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/agent/effect"
	"faultline/agent/packets"
	"faultline/agent/tool"
)

const tag = "FAULTLINE-1b7ab1e5-7"

var (
	at      = effect.Place{Tag: tag, Deadline: time.Date(2026, 11, 23, 4, 5, 6, 0, time.UTC)}
	best    = packets.Filter{Flavour: packets.IptablesNFT, IPv6: true, Expiry: "LEASE", Silent: true}
	dropped = packets.Action{Kind: "DROP"}
	all     = packets.Traffic{Side: "OWN", Flow: "BOTH"}
)

// published is a published port of the Docker host.
func published(address string, port uint16) packets.Listener {
	return packets.Listener{Address: netip.MustParseAddr(address), Port: port, Transport: "tcp"}
}

func scriptOf(t *testing.T, order packets.Order) script {
	t.Helper()
	made, err := Packets(at, order, nil)
	if err != nil {
		t.Fatal(err)
	}
	return made.(*filtering).script
}

// written is what a tool is given, with TAG for the tag.
func written(stages [][]tool.Command, name string) string {
	var text string
	for _, command := range slices.Concat(stages...) {
		if command.Tool == name {
			text += strings.ReplaceAll(command.Input, tag, "TAG")
		}
	}
	return text
}

func requireText(t *testing.T, got, want string) {
	t.Helper()
	want = strings.TrimLeft(strings.ReplaceAll(want, "\t", ""), "\n")
	if got != want {
		t.Errorf("written is\n%s\nand not\n%s", got, want)
	}
}

func TestStopsAllBothWaysInBothFamilies(t *testing.T) {
	made := scriptOf(t, packets.Order{Filter: best, Traffic: all, Action: dropped})
	requireText(t, written(made.apply, "ipset"), `
		create TAG-4 hash:net family inet timeout 15
		create TAG-6 hash:net family inet6 timeout 15
		add TAG-4 0.0.0.0/1 timeout 15 -exist
		add TAG-4 128.0.0.0/1 timeout 15 -exist
		add TAG-6 ::/1 timeout 15 -exist
		add TAG-6 8000::/1 timeout 15 -exist
		`)
	requireText(t, written(made.apply, "iptables-nft"), `
		*filter
		:TAG-i - [0:0]
		:TAG-f - [0:0]
		:TAG-o - [0:0]
		-A TAG-i -d 224.0.0.0/4 -j NFQUEUE --queue-num 64999
		-A TAG-i -j NFQUEUE --queue-num 64999
		-A TAG-f -d 224.0.0.0/4 -j NFQUEUE --queue-num 64999
		-A TAG-f -j NFQUEUE --queue-num 64999
		-A TAG-o -d 224.0.0.0/4 -j NFQUEUE --queue-num 64999
		-A TAG-o -j NFQUEUE --queue-num 64999
		-I INPUT 1 ! -i lo -m set --match-set TAG-4 src -j TAG-i
		-I FORWARD 1 -m set --match-set TAG-4 src -j TAG-f
		-I OUTPUT 1 ! -o lo -m set --match-set TAG-4 dst -j TAG-o
		COMMIT
		`)
	requireText(t, written(made.apply, "ip6tables-nft"), `
		*filter
		:TAG-i - [0:0]
		:TAG-f - [0:0]
		:TAG-o - [0:0]
		-A TAG-i -p ipv6-icmp --icmpv6-type neighbour-solicitation -j RETURN
		-A TAG-i -p ipv6-icmp --icmpv6-type neighbour-advertisement -j RETURN
		-A TAG-i -d ff00::/8 -j NFQUEUE --queue-num 64999
		-A TAG-i -j NFQUEUE --queue-num 64999
		-A TAG-f -p ipv6-icmp --icmpv6-type neighbour-solicitation -j RETURN
		-A TAG-f -p ipv6-icmp --icmpv6-type neighbour-advertisement -j RETURN
		-A TAG-f -d ff00::/8 -j NFQUEUE --queue-num 64999
		-A TAG-f -j NFQUEUE --queue-num 64999
		-A TAG-o -p ipv6-icmp --icmpv6-type neighbour-solicitation -j RETURN
		-A TAG-o -p ipv6-icmp --icmpv6-type neighbour-advertisement -j RETURN
		-A TAG-o -d ff00::/8 -j NFQUEUE --queue-num 64999
		-A TAG-o -j NFQUEUE --queue-num 64999
		-I INPUT 1 ! -i lo -m set --match-set TAG-6 src -j TAG-i
		-I FORWARD 1 -m set --match-set TAG-6 src -j TAG-f
		-I OUTPUT 1 ! -o lo -m set --match-set TAG-6 dst -j TAG-o
		COMMIT
		`)
	requireText(t, written(made.undo, "iptables-nft"), `
		*filter
		-D INPUT ! -i lo -m set --match-set TAG-4 src -j TAG-i
		-D FORWARD -m set --match-set TAG-4 src -j TAG-f
		-D OUTPUT ! -o lo -m set --match-set TAG-4 dst -j TAG-o
		-F TAG-i
		-X TAG-i
		-F TAG-f
		-X TAG-f
		-F TAG-o
		-X TAG-o
		COMMIT
		`)
	requireText(t, written([][]tool.Command{made.end}, "ipset"), "flush TAG-4\nflush TAG-6\n")
	requireText(t, written(made.undo[1:], "ipset"), "destroy TAG-4\ndestroy TAG-6\n")
}

func TestStopsAtEachPublishedPortOfItsFamily(t *testing.T) {
	traffic := all
	traffic.Published = []packets.Listener{published("0.0.0.0", 32768), published("::", 32768), published("127.0.0.1", 99)}
	made := scriptOf(t, packets.Order{Filter: best, Traffic: traffic, Action: dropped})
	requireText(t, jumpsIn(written(made.apply, "iptables-nft")), `
		-I INPUT 1 -p tcp --dport 32768 -m set --match-set TAG-4 src -j TAG-i
		-I OUTPUT 1 -p tcp --sport 32768 -m set --match-set TAG-4 dst -j TAG-o
		-I INPUT 1 -d 127.0.0.1 -p tcp --dport 99 -m set --match-set TAG-4 src -j TAG-i
		-I OUTPUT 1 -s 127.0.0.1 -p tcp --sport 99 -m set --match-set TAG-4 dst -j TAG-o
		`)
	requireText(t, jumpsIn(written(made.apply, "ip6tables-nft")), `
		-I INPUT 1 -p tcp --dport 32768 -m set --match-set TAG-6 src -j TAG-i
		-I OUTPUT 1 -p tcp --sport 32768 -m set --match-set TAG-6 dst -j TAG-o
		`)
	traffic.Published = traffic.Published[:1]
	if text := written(scriptOf(t, packets.Order{Filter: best, Traffic: traffic, Action: dropped}).apply, "ip6tables-nft"); text != "" {
		t.Errorf("no port is one of IPv6, and written is %s", text)
	}
}

func jumpsIn(text string) string {
	return strings.Join(regexp.MustCompile(`(?m)^-I .*\n`).FindAllString(text, -1), "")
}

func TestRulesAreGivenAnInstantOrPeersWhereThereAreNoSets(t *testing.T) {
	dated := packets.Filter{Flavour: packets.IptablesNFT, Expiry: "DATESTOP"}
	requireText(t, jumpsIn(written(scriptOf(t, packets.Order{Filter: dated, Traffic: all, Action: dropped}).apply, "iptables-nft")), `
		-I INPUT 1 ! -i lo -m time --datestop 2026-11-23T04:05:06 -j TAG-i
		-I FORWARD 1 -m time --datestop 2026-11-23T04:05:06 -j TAG-f
		-I OUTPUT 1 ! -o lo -m time --datestop 2026-11-23T04:05:06 -j TAG-o
		`)
	lasting := packets.Filter{Flavour: packets.IptablesLegacy, IPv6: true, Expiry: "NONE"}
	peers := all
	peers.Peers = []string{"172.17.0.3", "172.17.0.3", "fd00::3"}
	made := scriptOf(t, packets.Order{Filter: lasting, Traffic: peers, Action: dropped})
	requireText(t, jumpsIn(written(made.apply, "iptables-legacy")), `
		-I INPUT 1 ! -i lo -s 172.17.0.3 -j TAG-i
		-I FORWARD 1 -s 172.17.0.3 -j TAG-f
		-I OUTPUT 1 ! -o lo -d 172.17.0.3 -j TAG-o
		-I FORWARD 1 -d 172.17.0.3 -j TAG-f
		`)
	if text := written(made.apply, "ip6tables-legacy"); !strings.Contains(text, "-I INPUT 1 ! -i lo -s fd00::3 -j TAG-i\n") {
		t.Errorf("written is %s", text)
	}
	if written(made.apply, "ipset") != "" || made.renew != nil {
		t.Errorf("there are sets: %+v", made)
	}
}

func TestNetworksWithinOthersAreNamedOnce(t *testing.T) {
	traffic := all
	traffic.Flow, traffic.Peers = "INTO", []string{"10.1.2.3", "10.0.0.0/8", "0.0.0.0/0"}
	plain := packets.Filter{Flavour: packets.IptablesNFT, Expiry: "NONE"}
	requireText(t, jumpsIn(written(scriptOf(t, packets.Order{Filter: plain, Traffic: traffic, Action: dropped}).apply, "iptables-nft")), `
		-I INPUT 1 ! -i lo -s 0.0.0.0/1 -j TAG-i
		-I INPUT 1 ! -i lo -s 128.0.0.0/1 -j TAG-i
		-I FORWARD 1 -s 0.0.0.0/1 -j TAG-f
		-I FORWARD 1 -s 128.0.0.0/1 -j TAG-f
		`)
	traffic.Peers = []string{"172.17.0.3", "fd00::3", "10.0.0.0/8"}
	requireText(t, written([][]tool.Command{scriptOf(t, packets.Order{Filter: best, Traffic: traffic, Action: dropped}).renew}, "ipset"), `
		add TAG-4 172.17.0.3 timeout 15 -exist
		add TAG-4 10.0.0.0/8 timeout 15 -exist
		add TAG-6 fd00::3 timeout 15 -exist
		`)
}

func TestWhatIsForwardedByTheSameTextIsSoOnce(t *testing.T) {
	plain := packets.Filter{Flavour: packets.IptablesNFT, Expiry: "NONE"}
	ports := packets.Traffic{Side: "EITHER", Flow: "BOTH", Transport: "tcp", First: 1, Last: 9}
	requireText(t, jumpsIn(written(scriptOf(t, packets.Order{Filter: plain, Traffic: ports, Action: dropped}).apply, "iptables-nft")), `
		-I INPUT 1 ! -i lo -p tcp --dport 1:9 -j TAG-i
		-I FORWARD 1 -p tcp --dport 1:9 -j TAG-f
		-I INPUT 1 ! -i lo -p tcp --sport 1:9 -j TAG-i
		-I FORWARD 1 -p tcp --sport 1:9 -j TAG-f
		-I OUTPUT 1 ! -o lo -p tcp --sport 1:9 -j TAG-o
		-I OUTPUT 1 ! -o lo -p tcp --dport 1:9 -j TAG-o
		`)
}

func TestPortsOfEitherSideAreThoseOfTheirEnd(t *testing.T) {
	plain := packets.Filter{Flavour: packets.IptablesNFT, IPv6: true, Expiry: "NONE"}
	for want, traffic := range map[string]packets.Traffic{
		"-p tcp --dport 7000:7009 ; -p udp --dport 7000:7009 ": {First: 7000, Last: 7009, Side: "OWN"},
		"-p tcp --sport 5432:5432 ":                            {First: 5432, Last: 5432, Side: "OTHER", Transport: "tcp"},
		"-p udp --dport 53:53 ; -p udp --sport 53:53 ":         {First: 53, Last: 53, Side: "EITHER", Transport: "udp"},
		"-p ipv6-icmp ": {Transport: "icmp", Side: "OWN"},
	} {
		traffic.Flow = "INTO"
		var matches []string
		for _, each := range ipv6.jumps(at, packets.Order{Filter: plain, Traffic: traffic, Action: dropped}) {
			if each.from == "INPUT" {
				matches = append(matches, strings.TrimPrefix(each.match, "! -i lo "))
			}
		}
		if got := strings.Join(matches, "; "); got != want {
			t.Errorf("matched is %q and not %q", got, want)
		}
	}
	udp := packets.Traffic{First: 53, Last: 53, Side: "OTHER", Transport: "udp", Flow: "OUT_OF", Peers: []string{"10.0.0.0/8"}}
	lost := packets.Order{Filter: best, Traffic: udp, Action: packets.Action{Kind: "LOSE", Every: 3, Positions: []int{3}}}
	text := written(scriptOf(t, lost).apply, "iptables-nft")
	requireText(t, jumpsIn(text), `
		-I OUTPUT 1 ! -o lo -p udp --dport 53:53 -m set --match-set TAG-4 dst -j TAG-o
		-I FORWARD 1 -p udp --dport 53:53 -m set --match-set TAG-4 dst -j TAG-f
		`)
	if !strings.Contains(text, "-A TAG-o -m statistic --mode nth --every 3 --packet 2 -j NFQUEUE --queue-num 64999\n") {
		t.Errorf("written is %s", text)
	}
}

func TestWhatBecomesOfPackets(t *testing.T) {
	requireRules(t, ipv4.rulesOf(packets.Action{Kind: "RESET"}, false),
		"-p tcp --tcp-flags RST RST -j RETURN", "-p icmp --icmp-type destination-unreachable -j RETURN", "-d 224.0.0.0/4 -j DROP",
		"-p tcp -j REJECT --reject-with tcp-reset", "-j REJECT --reject-with icmp-port-unreachable")
	requireRules(t, ipv6.rulesOf(packets.Action{Kind: "REJECT"}, false),
		"-p ipv6-icmp --icmpv6-type neighbour-solicitation -j RETURN", "-p ipv6-icmp --icmpv6-type neighbour-advertisement -j RETURN",
		"-p tcp --tcp-flags RST RST -j RETURN", "-p ipv6-icmp --icmpv6-type destination-unreachable -j RETURN", "-d ff00::/8 -j DROP",
		"-j REJECT --reject-with icmp6-port-unreachable")
	requireRules(t, ipv4.rulesOf(packets.Action{Kind: "LOSE", Probability: 0.125}, false),
		"-d 224.0.0.0/4 -j RETURN", "-m statistic --mode random --probability 0.12500000 -j DROP")
	requireRules(t, ipv4.rulesOf(packets.Action{Kind: "LOSE", Every: 10, Positions: []int{7, 3, 7}}, false),
		"-d 224.0.0.0/4 -j RETURN", "-m statistic --mode nth --every 10 --packet 2 -j DROP",
		"-m statistic --mode nth --every 9 --packet 5 -j DROP")
}

func requireRules(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("rules are\n%s\nand not\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
