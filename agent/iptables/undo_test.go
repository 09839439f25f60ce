package iptables

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"faultline/agent/packets"
	"faultline/agent/tool"
)

// everyOrder is each flavour with each way to end, on each kind of traffic, with each thing that can become of it.
func everyOrder() []packets.Order {
	var orders []packets.Order
	actions := []packets.Action{
		dropped, {Kind: "REJECT"}, {Kind: "RESET"}, {Kind: "LOSE", Probability: 0.1}, {Kind: "LOSE", Every: 9, Positions: []int{1, 9}},
	}
	for _, flavour := range []string{packets.IptablesNFT, packets.IptablesLegacy} {
		for _, expiry := range []string{"LEASE", "DATESTOP", "NONE"} {
			for _, hasIPv6 := range []bool{true, false} {
				for _, traffic := range everyTraffic() {
					for _, action := range actions {
						filter := packets.Filter{Flavour: flavour, IPv6: hasIPv6, Expiry: expiry, Silent: hasIPv6}
						orders = append(orders, packets.Order{Filter: filter, Traffic: traffic, Action: action})
					}
				}
			}
		}
	}
	return orders
}

func everyTraffic() []packets.Traffic {
	var found []packets.Traffic
	for _, flow := range []string{"BOTH", "INTO", "OUT_OF"} {
		for _, peers := range [][]string{nil, {"172.17.0.3", "fd00::3"}} {
			found = append(found, packets.Traffic{Flow: flow, Side: "OWN", Peers: peers},
				packets.Traffic{Flow: flow, Side: "OWN", Peers: peers, Published: []packets.Listener{published("0.0.0.0", 80), published("::", 80)}})
			for _, side := range []string{"OWN", "OTHER", "EITHER"} {
				found = append(found, packets.Traffic{Flow: flow, Side: side, Peers: peers, First: 1, Last: 9, Transport: "tcp"})
			}
		}
	}
	return found
}

func TestUndoesExactlyWhatItDoes(t *testing.T) {
	for _, order := range everyOrder() {
		made := scriptOf(t, order)
		begun := [][]tool.Command{made.begin}
		for what, pair := range map[string][2][][]tool.Command{
			"applied":  {made.apply, made.undo},
			"prepared": {made.prepare, made.undoEnded},
			"begun":    {slices.Concat(made.prepare, begun), made.undo},
		} {
			done, undone := inverses(linesOfAll(pair[0])), linesOfAll(pair[1])
			slices.Sort(done)
			slices.Sort(undone)
			undone = slices.Compact(undone)
			if !slices.Equal(slices.Compact(done), undone) {
				t.Fatalf("%+v, %s:\n%s\nis undone by\n%s", order, what, strings.Join(done, "\n"), strings.Join(undone, "\n"))
			}
		}
		for _, each := range linesOfAll(made.undo) {
			if !strings.Contains(each, tag) && !strings.HasSuffix(each, "*filter") && !strings.HasSuffix(each, "COMMIT") {
				t.Fatalf("%+v: %s is not ours", order, each)
			}
		}
	}
}

func linesOfAll(stages [][]tool.Command) []string {
	var found []string
	for _, command := range slices.Concat(stages...) {
		for each := range strings.Lines(command.Input) {
			found = append(found, command.Tool+": "+strings.TrimSpace(each))
		}
	}
	return found
}

var inverse = []struct {
	what *regexp.Regexp
	undo string
}{
	{regexp.MustCompile(`-I (\w+) 1 `), "-D $1 "},
	{regexp.MustCompile(`: create (\S+) .*`), ": destroy $1"},
	{regexp.MustCompile(`:(FAULTLINE\S+) - .*`), "-X $1"},
	{regexp.MustCompile(`-A (FAULTLINE\S+) .*`), "-F $1"},
}

// inverses have each line's inverse; the entries of a set go with it.
func inverses(applied []string) []string {
	var found []string
	for _, each := range applied {
		if strings.HasPrefix(each, "ipset: add ") {
			continue
		}
		for _, one := range inverse {
			each = one.what.ReplaceAllString(each, one.undo)
		}
		found = append(found, each)
	}
	return found
}

func TestSetsAreDestroyedOnlyWhenNoRuleUsesThem(t *testing.T) {
	for _, order := range everyOrder() {
		made, sets := scriptOf(t, order), 0
		if order.Filter.Expiry == "LEASE" {
			sets = 1
		}
		if len(made.undo) != 1+sets || len(made.apply) != 1+sets || len(made.renew) != sets {
			t.Fatalf("%+v: %+v", order, made)
		}
		for _, each := range slices.Concat(made.undo[0], made.apply[sets]) {
			if !strings.Contains(each.Tool, "tables") {
				t.Fatalf("%+v: %s", order, each.Tool)
			}
		}
	}
}
