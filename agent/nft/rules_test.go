package nft

import (
	"encoding/json"
	"testing"
	"time"

	"faultline/agent/effect"
	"faultline/agent/packets"
	"faultline/agent/refuse"
)

// shortly lets leases be short in a test.
func shortly(t *testing.T, timeout time.Duration) {
	usual := leaseTimeout
	leaseTimeout = timeout
	t.Cleanup(func() { leaseTimeout = usual })
}

// unleased are orders whose harm the kernel does not end.
func unleased(order packets.Order) packets.Order {
	order.Filter.Expiry = "NONE"
	return order
}

func TestNothingIsHarmedBeforeItBegins(t *testing.T) {
	w, tables := newWorld(t), New()
	for _, order := range []packets.Order{dropping(everything()), unleased(dropping(everything()))} {
		made := madeOf(t, tables, at(w.target, tag), order)
		isEmpty(t, w.target)
		hasCounts(t, made, effect.Count{Direction: "IN"}, effect.Count{Direction: "OUT"}, effect.Count{Direction: "FORWARDED"})
		succeed(t, made.Prepare())
		succeed(t, made.Prepare())
		if !pings(t, true, w.peer, "10.0.0.1") {
			t.Error("harmed though only prepared")
		}
		for range 2 {
			succeed(t, made.Begin())
			succeed(t, made.Begin())
			if pings(t, false, w.peer, "10.0.0.1") {
				t.Error("begun, and not harmed")
			}
			succeed(t, made.End())
			succeed(t, made.End())
			if !pings(t, true, w.peer, "10.0.0.1") {
				t.Error("ended, and harmed")
			}
		}
		hasCounts(t, made, effect.Count{Direction: "IN", Number: 2, Of: 2}, effect.Count{Direction: "OUT"}, effect.Count{Direction: "FORWARDED"})
		succeed(t, made.Close())
		succeed(t, made.Close())
		isEmpty(t, w.target)
	}
}

func TestTheKernelEndsWhatIsNotRenewed(t *testing.T) {
	shortly(t, 400*time.Millisecond)
	w, tables := newWorld(t), New()
	made := begun(t, tables, at(w.target, tag), dropping(everything()))
	for began := time.Now(); time.Since(began) < 2*leaseTimeout; time.Sleep(leaseTimeout / 4) {
		succeed(t, made.Renew())
	}
	if pings(t, false, w.peer, "10.0.0.1") || made.HasExpired() {
		t.Error("it ended although it was renewed")
	}
	hasNoFlaw(t, made)
	eventually(t, "it ends", func() bool { return pings(t, false, w.peer, "10.0.0.1") })
	if !made.HasExpired() {
		t.Error("it has not expired")
	}
	isFlawed(t, made)
	succeed(t, made.Renew())
	if pings(t, false, w.peer, "10.0.0.1") || !made.HasExpired() {
		t.Error("renewed, it does not harm, or is said never to have expired")
	}
	isFlawed(t, made)
	succeed(t, made.End())
	if !made.HasExpired() {
		t.Error("ended, it is said never to have expired")
	}
}

func TestWhatEndedInTimeHasNotExpired(t *testing.T) {
	shortly(t, 200*time.Millisecond)
	w, tables := newWorld(t), New()
	leased := begun(t, tables, at(w.target, tag), dropping(everything()))
	for range 2 {
		succeed(t, leased.End())
		succeed(t, leased.Renew()) // which begins nothing
		if !pings(t, true, w.peer, "10.0.0.1") {
			t.Error("renewing began it")
		}
		time.Sleep(leaseTimeout + leaseTimeout/2)
		if leased.HasExpired() {
			t.Error("it expired while it had ended")
		}
		hasNoFlaw(t, leased)
		succeed(t, leased.Begin())
	}
	forever := begun(t, tables, at(w.target, otherTag), unleased(dropping(everything())))
	time.Sleep(leaseTimeout + leaseTimeout/2)
	succeed(t, forever.Renew())
	if pings(t, false, w.peer, "10.0.0.1") || forever.HasExpired() {
		t.Error("what the kernel does not end has ended")
	}
	hasNoFlaw(t, forever)
	succeed(t, leased.End()) // which began again, and was not renewed
	if !leased.HasExpired() {
		t.Error("what expired is said to have been ended in time")
	}
	isFlawed(t, leased)
}

func hasNoFlaw(t *testing.T, of effect.Rules) {
	t.Helper()
	if state := stateOf(t, of); state.Flaw != "" {
		t.Error(state.Flaw)
	}
}

func TestWhatSomebodyElseRemovesShows(t *testing.T) {
	for name, commands := range map[string][]string{
		"the table":             {"delete table inet " + tag},
		"all":                   {"flush ruleset"},
		"the rules of a hook":   {"flush chain inet " + tag + " output"},
		"the rules that harm":   {"flush chain inet " + tag + " in"},
		"the rules of a family": {"flush chain inet " + tag + " in", "add rule inet " + tag + " in counter name in-harmed drop"},
		"the lease":             {"flush set inet " + tag + " lease"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, tables := newWorld(t), New()
			tables.kernel.withoutOwners = true
			made := begun(t, tables, at(w.target, tag), dropping(everything()))
			pings(t, false, w.peer, "10.0.0.1")
			hasNoFlaw(t, made)
			for _, command := range commands {
				w.target.Run(t, "nft "+command)
			}
			state := stateOf(t, made)
			if state.Flaw != flaw || len(state.Counts) != 3 || (state.Counts[0].Number == 0) != (name == "the table" || name == "all") {
				t.Errorf("it is %+v", state)
			}
			succeed(t, made.End())
			if !pings(t, true, w.peer, "10.0.0.1") {
				t.Error("ended, and harmed")
			}
			isFlawed(t, made)
			succeed(t, made.Close())
			isEmpty(t, w.target)
		})
	}
}

// Nobody may have looked at the rules while the harm had ended.
func TestWhatHadEndedBeforeShowsAfterwards(t *testing.T) {
	namespace, tables := withTables(t), New()
	tables.kernel.withoutOwners = true
	for _, each := range []func(*rules) error{(*rules).Renew, (*rules).End} {
		made := begun(t, tables, at(namespace, tag), dropping(everything()))
		namespace.Run(t, "nft flush set inet "+tag+" lease")
		succeed(t, each(made))
		isFlawed(t, made)
		succeed(t, made.Close())
	}
}

// What is put there again must not hide that it was gone.
func TestRetuningShowsWhatWasRemovedBefore(t *testing.T) {
	namespace, tables := withTables(t), New()
	tables.kernel.withoutOwners = true
	losing := dropping(everything())
	losing.Action = packets.Action{Kind: "LOSE", Probability: 0.5}
	made := begun(t, tables, at(namespace, tag), losing)
	namespace.Run(t, "nft flush chain inet "+tag+" in")
	losing.Action.Probability = 0.6
	order, err := json.Marshal(losing)
	succeed(t, err)
	succeed(t, made.Retune(order))
	isFlawed(t, made)
}

func TestWhatGotNoAnswerCountsAsBegun(t *testing.T) {
	namespace, tables := withTables(t), New()
	made := madeOf(t, tables, at(namespace, tag), dropping(everything()))
	succeed(t, made.Prepare())
	made.socket.close()
	if made.Begin() == nil || !made.begun {
		t.Error("the harm may be there, and would not be ended")
	}
	made.made = false // the table has gone with its socket
}

// The rule that asks for the lease is the one whose removal would leave a harm for good.
func TestARemovedLeaseRuleShows(t *testing.T) {
	w, tables := newWorld(t), New()
	tables.kernel.withoutOwners = true
	made := begun(t, tables, at(w.target, tag), dropping(everything()))
	succeed(t, made.socket.transact([]request{table(tag).clear("output")}))
	rules := made.content(tables.known()).rules
	for _, each := range rules {
		if each.chain == "output" && each.counter != idle {
			succeed(t, made.socket.transact(table(tag).append([]rule{each})))
		}
	}
	isFlawed(t, made)
}

func TestNobodyElseRemovesWhatTheKernelKnowsToBeOurs(t *testing.T) {
	w, tables := newWorld(t), New()
	made := begun(t, tables, at(w.target, tag), dropping(everything()))
	if tables.known().withoutOwners {
		t.Skip("this kernel knows no owners of tables")
	}
	w.target.Run(t, "nft flush ruleset")
	if printed, err := w.target.Try("nft delete table inet " + tag); err == nil {
		t.Errorf("it is removed: %s", printed)
	}
	if pings(t, false, w.peer, "10.0.0.1") {
		t.Error("the harm has ended")
	}
	hasNoFlaw(t, made)
}

func TestWhatCannotBeAddedLeavesNothing(t *testing.T) {
	w, tables := newWorld(t), New()
	first := begun(t, tables, at(w.target, tag), dropping(everything()))
	before := counterless(ruleset(t, w.target))
	second := madeOf(t, tables, at(w.target, tag), dropping(everything()))
	err := second.Begin()
	if want := "cannot add the rules of " + tag + " in nf_tables: the table: File exists"; !refuse.Is(err) || err.Error() != want {
		t.Errorf("the error is %v", err)
	}
	succeed(t, second.Close())
	if after := counterless(ruleset(t, w.target)); after != before {
		t.Errorf("it was %s and is %s", before, after)
	}
	hasNoFlaw(t, first)
	succeed(t, first.Close())
	if users(tables)[w.target.Inode] != 0 {
		t.Error("the socket is not given back")
	}
}

func TestWhatNfTablesCannotBeToldIsRefused(t *testing.T) {
	order := dropping(everything())
	order.Filter.Expiry = "DATESTOP"
	if _, err := New().Packets(effect.Place{}, order); !refuse.Is(err) {
		t.Error(err)
	}
}
