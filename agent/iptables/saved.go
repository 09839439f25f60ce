package iptables

import (
	"slices"
	"strconv"
	"strings"

	"faultline/agent/effect"
)

// directions in the order in which they are told, and what a chain of ours has behind its tag for each.
var directions = []struct{ name, suffix string }{{"IN", "-i"}, {"OUT", "-o"}, {"FORWARDED", "-f"}}

var builtin = []string{"INPUT", "OUTPUT", "FORWARD"}

func suffixOf(direction string) string {
	for _, each := range directions {
		if each.name == direction {
			return each.suffix
		}
	}
	return ""
}

// line is one rule of what iptables-save -c prints.
type line struct {
	packets int64
	chain   string
	text    string // behind the chain
	goal    string // where packets go that it matches; empty if it only counts them
}

// linesOf has the rules of a table.
func linesOf(saved string) []line {
	var found []line
	for each := range strings.Lines(saved) {
		counters, rule, ok := strings.Cut(strings.TrimSpace(each), "] -A ")
		number, _, isCounted := strings.Cut(strings.TrimPrefix(counters, "["), ":")
		packets, err := strconv.ParseInt(number, 10, 64)
		if !ok || !isCounted || err != nil {
			continue
		}
		chain, text, _ := strings.Cut(rule, " ")
		found = append(found, line{packets, chain, text, goalOf(text)})
	}
	return found
}

func goalOf(text string) string {
	words := strings.Fields(text)
	for i := len(words) - 2; i >= 0; i-- {
		if words[i] == "-j" {
			return words[i+1]
		}
	}
	return ""
}

func (l line) isJumpTo(chains []string) bool {
	return slices.Contains(builtin, l.chain) && slices.Contains(chains, l.goal)
}

// isNoEvidence tells whether it lets packets through, or is for what an interface says by itself.
func (l line) isNoEvidence() bool {
	return l.goal == "RETURN" || strings.HasPrefix(l.text, "-d "+ipv4.multicast+" ") || strings.HasPrefix(l.text, "-d "+ipv6.multicast+" ")
}

// numbers are of packets: how many the jumps to a chain met, and what its rules did with them.
type numbers struct{ met, harmed, spared int64 }

// tally is what was counted in each direction.
type tally map[string]numbers

// tallyOf reads the counters of a change's rules.
func tallyOf(tag, saved string) tally {
	found := tally{}
	for _, each := range linesOf(saved) {
		for _, direction := range directions {
			chain := tag + direction.suffix
			switch counted := found[direction.name]; {
			case each.isJumpTo([]string{chain}):
				counted.met += each.packets
				found[direction.name] = counted
			case each.chain == chain && each.isNoEvidence():
				counted.spared += each.packets
				found[direction.name] = counted
			case each.chain == chain:
				counted.harmed += each.packets
				found[direction.name] = counted
			}
		}
	}
	return found
}

// add adds what was counted apart, of jumps or of the rules behind them alone if the others count on.
func (t tally) add(other tally) {
	for direction, each := range other {
		sum := t[direction]
		t[direction] = numbers{sum.met + each.met, sum.harmed + each.harmed, sum.spared + each.spared}
	}
}

// ofJumps is what the jumps alone have counted.
func (t tally) ofJumps() tally {
	found := tally{}
	for direction, each := range t {
		found[direction] = numbers{met: each.met}
	}
	return found
}

// ofRules is what the rules behind them have.
func (t tally) ofRules() tally {
	found := tally{}
	for direction, each := range t {
		found[direction] = numbers{harmed: each.harmed, spared: each.spared}
	}
	return found
}

// counts are what was harmed of what was seen, in each direction that there is a chain for.
func (t tally) counts(tag string, chains []string) []effect.Count {
	var found []effect.Count
	for _, direction := range directions {
		if !slices.Contains(chains, tag+direction.suffix) {
			continue
		}
		counted := t[direction.name]
		// The counters of a table are not read all at the same instant.
		seen := max(counted.harmed, counted.met-counted.spared)
		found = append(found, effect.Count{Direction: direction.name, Number: counted.harmed, Of: seen})
	}
	return found
}
