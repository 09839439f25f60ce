package iptables

import (
	"encoding/json"
	"strings"
	"testing"

	"faultline/agent/effect"
	"faultline/agent/packets"
	"faultline/agent/refuse"
	"faultline/agent/tool"
)

func redirecting(t *testing.T, expiry string, hasIPv6 bool) *redirect {
	t.Helper()
	filter := packets.Filter{Flavour: packets.IptablesNFT, IPv6: hasIPv6, Expiry: expiry}
	made, err := Redirect(at, packets.Redirect{Filter: filter, Port: 40311, Mark: 0xfa17}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return made.(*redirect)
}

func TestRedirectStandsAboveAllOthersInBothFamiliesAndSparesTheMark(t *testing.T) {
	made := redirecting(t, "LEASE", true).script
	requireText(t, written(made.apply, "iptables-nft"), `
		*nat
		:TAG-o - [0:0]
		-A TAG-o -p udp -j REDIRECT --to-ports 40311
		-A TAG-o -p tcp -j REDIRECT --to-ports 40311
		-I OUTPUT 1 -p udp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set TAG-4 dst -j TAG-o
		-I OUTPUT 1 -p tcp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set TAG-4 dst -j TAG-o
		COMMIT
		`)
	requireText(t, written(made.apply, "ip6tables-nft"), `
		*nat
		:TAG-o - [0:0]
		-A TAG-o -p udp -j REDIRECT --to-ports 40311
		-A TAG-o -p tcp -j REDIRECT --to-ports 40311
		-I OUTPUT 1 ! -d fe80::/10 -p udp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set TAG-6 dst -j TAG-o
		-I OUTPUT 1 ! -d fe80::/10 -p tcp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set TAG-6 dst -j TAG-o
		COMMIT
		`)
	requireText(t, written(made.undo, "iptables-nft"), `
		*nat
		-D OUTPUT -p udp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set TAG-4 dst -j TAG-o
		-D OUTPUT -p tcp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set TAG-4 dst -j TAG-o
		-F TAG-o
		-X TAG-o
		COMMIT
		`)
	if counters := made.counters(); len(counters) != 2 || counters[1].Tool != "ip6tables-nft-nat-counters" {
		t.Errorf("counters are %v", counters)
	}
	dated := written(redirecting(t, "DATESTOP", false).script.apply, "iptables-nft")
	if !strings.Contains(dated, "--mark 0xfa17 -m time --datestop 2026-11-23T04:05:06 -j TAG-o\n") {
		t.Errorf("written is %s", dated)
	}
	if plain := written(redirecting(t, "NONE", false).script.apply, "iptables-nft"); !strings.Contains(plain, "--mark 0xfa17 -j TAG-o\n") {
		t.Errorf("written is %s", plain)
	}
}

func TestRedirectIsIntactOnlyWithItsRulesInBothFamilies(t *testing.T) {
	seen := redirecting(t, "LEASE", true).evidence
	whole := strings.ReplaceAll(`
[0:0] -A OUTPUT -p tcp -m tcp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set TAG-4 dst -j TAG-o
[6:3] -A OUTPUT -p udp -m udp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set TAG-4 dst -j TAG-o
[6:3] -A TAG-o -p udp -j REDIRECT --to-ports 40311
[0:0] -A TAG-o -p tcp -j REDIRECT --to-ports 40311
`, "TAG", tag)
	if !seen.isIntact([]string{whole, whole}, true) || seen.counts([]string{whole, whole}, nil) != nil {
		t.Error("not intact, or counted")
	}
	for _, broken := range []string{strings.Replace(whole, "OUTPUT", "X", 1), strings.Replace(whole, "-A FAULTLINE", "-A X", 1)} {
		if seen.isIntact([]string{whole, broken}, true) {
			t.Errorf("intact: %s", broken)
		}
	}
}

var streams = packets.Counting{Filter: packets.Filter{Flavour: packets.IptablesNFT, Expiry: "NONE"}, Counters: []packets.Counter{
	{Direction: "IN", End: "DESTINATION", Port: 8666, Flag: "PSH"}, {Direction: "OUT", End: "SOURCE", Port: 6379, Flag: "PSH"},
}}

func TestCountsInAChainThatIsReachedWhileItIsBegun(t *testing.T) {
	made, err := Counting(at, streams, nil)
	if err != nil {
		t.Fatal(err)
	}
	text := made.(*counting).script
	added := `
		*filter
		:TAG-g - [0:0]
		:TAG-c - [0:0]
		-A TAG-c -p tcp --dport 8666 --tcp-flags PSH PSH
		-A TAG-c -p tcp --sport 6379 --tcp-flags PSH PSH
		-I INPUT -p tcp -j TAG-g
		-I OUTPUT -p tcp -j TAG-g
		COMMIT
		`
	begun := `
		*filter
		:TAG-g - [0:0]
		-A TAG-g -j TAG-c
		COMMIT
		`
	requireText(t, written(text.prepare, "iptables-nft"), added)
	requireText(t, written([][]tool.Command{text.begin}, "iptables-nft"), begun)
	requireText(t, written(text.apply, "iptables-nft"), added+strings.TrimLeft(begun, "\n"))
	requireText(t, written([][]tool.Command{text.end}, "iptables-nft"), "*filter\n:TAG-g - [0:0]\nCOMMIT\n")
	requireText(t, written(text.undo, "iptables-nft"), `
		*filter
		-D INPUT -p tcp -j TAG-g
		-D OUTPUT -p tcp -j TAG-g
		-F TAG-g
		-F TAG-c
		-X TAG-g
		-X TAG-c
		COMMIT
		`)
}

func TestReadsWhatIsCountedInItsOrder(t *testing.T) {
	made, err := Counting(effect.Place{Tag: one}, streams, nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := made.(*counting).evidence
	whole := `
[9:900] -A INPUT -p tcp -j FAULTLINE-1b7ab1e5-1-g
[9:900] -A OUTPUT -p tcp -j FAULTLINE-1b7ab1e5-1-g
[9:900] -A FAULTLINE-1b7ab1e5-1-g -j FAULTLINE-1b7ab1e5-1-c
[3:300] -A FAULTLINE-1b7ab1e5-1-c -p tcp -m tcp --dport 8666 --tcp-flags PSH PSH
[4:400] -A FAULTLINE-1b7ab1e5-1-c -p tcp -m tcp --sport 6379 --tcp-flags PSH PSH
[5:500] -A FAULTLINE-1b7ab1e5-10-c -p tcp -m tcp --sport 6379 --tcp-flags PSH PSH
`
	requireCounts(t, seen.counts([]string{whole, whole}, nil),
		effect.Count{Direction: "IN", Number: 6, Of: 6}, effect.Count{Direction: "OUT", Number: 8, Of: 8})
	if !seen.isIntact([]string{whole}, true) || seen.isIntact([]string{whole}, false) {
		t.Error("not intact while it counts, or intact although it counts after its end")
	}
	for _, gone := range []string{"[9:900] -A OUTPUT", "[4:400]", "[9:900] -A FAULTLINE"} {
		if rest := strings.Replace(whole, gone, "", 1); seen.isIntact([]string{rest}, true) {
			t.Errorf("intact without %s", gone)
		}
	}
	requireCounts(t, seen.counts([]string{strings.Replace(whole, "[3:300]", "", 1)}, nil),
		effect.Count{Direction: "IN"}, effect.Count{Direction: "OUT"})
}

func TestRefusesWhatItCannotBecome(t *testing.T) {
	order := packets.Order{Filter: best, Traffic: all, Action: packets.Action{Kind: "LOSE", Probability: 0.1}}
	made, err := Packets(at, order, nil)
	if err != nil {
		t.Fatal(err)
	}
	otherTraffic, otherAction, bad := order, order, order
	otherTraffic.Traffic.Flow, otherAction.Action, bad.Action.Probability = "INTO", dropped, 2
	counts, err := Counting(at, streams, nil)
	if err != nil {
		t.Fatal(err)
	}
	more := streams
	more.Counters = more.Counters[:1]
	for _, each := range []struct {
		of effect.Rules
		to any
	}{{made, otherTraffic}, {made, otherAction}, {made, bad}, {made, nil}, {made, 7}, {counts, more}, {counts, nil}, {counts, "x"}} {
		text, _ := json.Marshal(each.to)
		if err := each.of.Retune(text); !refuse.Is(err) {
			t.Errorf("to %s: %v", text, err)
		}
	}
	for _, each := range []struct {
		of effect.Rules
		to any
	}{{counts, streams}, {redirecting(t, "NONE", true), nil}} {
		text, _ := json.Marshal(each.to)
		if err := each.of.Retune(text); err != nil {
			t.Errorf("to %s: %v", text, err)
		}
	}
}

func TestRefusesOrdersThatAreForOthers(t *testing.T) {
	native := best
	native.Flavour = packets.NFTables
	counts := streams
	counts.Filter = native
	_, first := Packets(at, packets.Order{Filter: native, Traffic: all, Action: dropped}, nil)
	_, second := Counting(at, counts, nil)
	_, third := Redirect(at, packets.Redirect{Filter: native, Port: 1, Mark: 1}, nil)
	_, fourth := Packets(at, packets.Order{Filter: best, Traffic: all}, nil)
	for i, err := range []error{first, second, third, fourth} {
		if !refuse.Is(err) {
			t.Errorf("%d: %v", i, err)
		}
	}
}
