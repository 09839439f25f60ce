package iptables

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"faultline/agent/packets"
)

// others are what somebody else can do to a namespace meanwhile, and whether a part of the rules is gone then.
var others = map[string]struct {
	commands []string
	breaks   bool
}{
	"adds a rule of theirs":   {[]string{"iptables -I INPUT -p sctp -j DROP", "iptables -D INPUT -p sctp -j DROP"}, false},
	"flushes all":             {[]string{"iptables -F", "ip6tables -F"}, true},
	"flushes one family":      {[]string{"ip6tables -F INPUT"}, true},
	"removes all":             {[]string{"iptables -F", "iptables -X", "ip6tables -F", "ip6tables -X"}, true},
	"flushes a chain of ours": {[]string{"iptables -F " + tag + "-f"}, true},
	"flushes the kernel":      {[]string{"nft flush ruleset"}, true},
	"removes a chain of ours": {[]string{"iptables -F", "iptables -X " + tag + "-f"}, true},
}

func TestWhatSomebodyElseHasRemovedIsAFlawAndStopsNoRemoval(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		for what, other := range others {
			for _, isEnded := range []bool{false, true} {
				made := n.packets(t, packets.Order{Filter: filter, Traffic: into, Action: dropped})
				do(t, made.Begin)
				for _, command := range other.commands {
					if strings.HasPrefix(command, "nft") && filter.Flavour == packets.IptablesLegacy {
						command = "iptables -D INPUT 1" // of which nft knows nothing
					}
					n.target.Run(t, strings.Replace(command, "tables ", "tables"+strings.TrimPrefix(filter.Flavour, "iptables")+" ", 1))
				}
				if isEnded {
					do(t, made.End)
				}
				if flaw := stateOf(t, made).Flaw; flaw == "" == other.breaks || other.breaks && flaw != incomplete {
					t.Errorf("%s: the flaw is %q", what, flaw)
				}
				err := made.Close()
				if err != nil && !other.breaks {
					t.Errorf("%s: %v", what, err)
				}
				if err == nil && other.breaks && !isEnded && what != "flushes a chain of ours" { // which is removed as planned
					t.Errorf("%s: nobody is told that it was not removed as it was made", what)
				}
				n.requireNothingLeft(t, filter.Flavour)
				requireReached(t, n, true)
			}
		}
	})
}

func TestAFlawStaysOneAfterOtherRulesHaveComeInstead(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		order := packets.Order{Filter: filter, Traffic: into, Action: packets.Action{Kind: "LOSE", Probability: 0.5}}
		made := n.packets(t, order)
		do(t, made.Begin)
		n.target.Run(t, filter.Flavour+" -F "+tag+"-i")
		order.Action.Probability = 1
		retune(t, made, order)
		if made.flaw == "" {
			t.Error("forgotten")
		}
		if n.reaches(t, 0) {
			t.Error("not harmed by the new rules")
		}
	})
}

// failing puts a tool in front of the real one that fails if the script says so, which has the tool as $real.
func failing(t *testing.T, name, script string) {
	t.Helper()
	directory := t.TempDir()
	text := "#!/bin/sh\nPATH=${PATH#*:}\nhere=" + directory + "\n" + script + "\nexec " + name + " \"$@\"\n"
	if err := os.WriteFile(filepath.Join(directory, name), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", directory+":"+os.Getenv("PATH"))
}

// onCall fails from one to another time that a tool is run; directories are made one at a time.
func onCall(number, until string) string {
	return `n=1; while ! mkdir $here/$n 2>/dev/null; do n=$((n+1)); done
[ $n -ge ` + number + ` ] && [ $n -le ` + until + ` ] && { echo broken >&2; exit 1; }`
}

func toolOf(filter packets.Filter, command, suffix string) string {
	return command + strings.TrimPrefix(filter.Flavour, "iptables") + suffix
}

func TestWhatWasMadeInPartIsTakenBack(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		names := []string{toolOf(filter, "iptables", "-restore"), toolOf(filter, "ip6tables", "-restore")}
		if filter.Expiry == "LEASE" {
			names = append(names, "ipset")
		}
		for _, name := range names {
			for _, isPrepared := range []bool{false, true} {
				t.Run(name, func(t *testing.T) {
					failing(t, name, onCall("1", "1"))
					made := n.packets(t, packets.Order{Filter: filter, Traffic: into, Action: dropped})
					step := made.Begin
					if isPrepared {
						step = made.Prepare
					}
					first := step()
					if first == nil || !strings.Contains(first.Error(), "broken") {
						t.Fatalf("began with %v", first)
					}
					if again := step(); again == nil || again.Error() != first.Error() {
						t.Errorf("began again with %v", again)
					}
					do(t, made.End)
					requireReached(t, n, true)
					do(t, made.Close)
					n.requireNothingLeft(t, filter.Flavour)
				})
			}
		}
	})
}

func TestWhatHasBegunInPartIsEndedAndBeginsAgain(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		name := toolOf(filter, "ip6tables", "-restore")
		if filter.Expiry == "LEASE" {
			name = "ipset"
		}
		made := n.packets(t, packets.Order{Filter: filter, Traffic: into, Action: dropped})
		failing(t, name, onCall("2", "2"))
		do(t, made.Prepare)
		if made.Begin() == nil {
			t.Fatal("begun")
		}
		do(t, made.End)
		requireReached(t, n, true)
		do(t, made.Begin)
		requireReached(t, n, false)
		do(t, made.End)
		do(t, made.Close)
		n.requireNothingLeft(t, filter.Flavour)
	})
}

func TestBeginsAsAWholeThoughItHasBegunInPart(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		name := toolOf(filter, "ip6tables", "-restore")
		if filter.Expiry == "LEASE" {
			name = "ipset"
		}
		made := n.packets(t, packets.Order{Filter: filter, Traffic: into, Action: dropped})
		failing(t, name, onCall("2", "2"))
		do(t, made.Prepare)
		if made.Begin() == nil {
			t.Fatal("begun")
		}
		do(t, made.Begin)
		requireReached(t, n, false)
		do(t, made.Close)
		n.requireNothingLeft(t, filter.Flavour)
	})
}

func TestWhatCannotBeEndedGoesOnAndIsRemoved(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		name := toolOf(filter, "ip6tables", "-restore")
		if filter.Expiry == "LEASE" {
			name = "ipset"
		}
		made := n.packets(t, packets.Order{Filter: filter, Traffic: into, Action: dropped})
		do(t, made.Begin)
		failing(t, name, onCall("1", "1"))
		if made.End() == nil || n.reaches(t, 1) {
			t.Fatal("ended")
		}
		stateOf(t, made)
		if made.Renew() != nil && filter.Expiry == "LEASE" {
			t.Error("it does not go on")
		}
		if err := made.Close(); err != nil && filter.Expiry == "LEASE" {
			t.Error(err)
		}
		requireReached(t, n, true)
		n.requireNothingLeft(t, filter.Flavour)
	})
}

func TestEndsThoughNothingCanBeRead(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		made := n.packets(t, packets.Order{Filter: filter, Traffic: into, Action: dropped})
		do(t, made.Begin)
		failing(t, toolOf(filter, "iptables", "-save"), onCall("1", "1"))
		do(t, made.End)
		requireReached(t, n, true)
		if state, err := made.State(); err == nil && state.Flaw == "" {
			t.Errorf("nobody is told that its counters are lost: %+v", state)
		}
		do(t, made.Close)
		n.requireNothingLeft(t, filter.Flavour)
	})
}

func TestARemovalThatFailsIsTriedAgainAndTold(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		names := []string{toolOf(filter, "iptables", "-restore")}
		if filter.Expiry == "LEASE" {
			names = append(names, "ipset")
		}
		for _, name := range names {
			for _, until := range []string{"1", "2"} {
				t.Run(name+" "+until, func(t *testing.T) {
					made := n.packets(t, packets.Order{Filter: filter, Traffic: into, Action: dropped})
					do(t, made.Begin)
					if filter.Expiry == "LEASE" {
						do(t, made.End)
					}
					failing(t, name, onCall("1", until))
					if err := made.Close(); err == nil || !strings.Contains(err.Error(), "broken") {
						t.Errorf("closed with %v", err)
					}
					if name != "ipset" || until == "1" {
						n.requireNothingLeft(t, filter.Flavour)
					}
					for _, set := range []string{"-4", "-6"} {
						n.target.Try("ipset destroy " + tag + set)
					}
				})
			}
		}
	})
}

func TestARetuneThatFailsForOneFamilyIsAFlaw(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		order := packets.Order{Filter: filter, Traffic: into, Action: packets.Action{Kind: "LOSE", Probability: 1}}
		made := n.packets(t, order)
		do(t, made.Begin)
		requireReached(t, n, false)
		failing(t, toolOf(filter, "ip6tables", "-restore"), onCall("1", "1"))
		order.Action.Probability = 0.5
		text, _ := json.Marshal(order)
		if err := made.Retune(text); err == nil || made.order.Action.Probability != 1 {
			t.Errorf("retuned with %v to %v", err, made.order.Action)
		}
		state := stateOf(t, made)
		if !strings.Contains(state.Flaw, "one family") || state.Counts[0].Number != 2 || state.Counts[0].Of != 2 {
			t.Errorf("state is %+v", state)
		}
		do(t, made.End)
		do(t, made.Close)
		n.requireNothingLeft(t, filter.Flavour)
	})
}
