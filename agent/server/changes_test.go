package server

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestTakesBackWhatItOpens(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	link(t, at)
	opened := c.does("open", effects(drops(at, tag1), drops(at, tag2)))
	if inForce := opened["in_force_ns"].([]any); len(inForce) != 2 || inForce[0].(float64) <= 0 || inForce[1].(float64) <= 0 {
		t.Fatalf("in force: %v", opened)
	}
	c.mustBeIn(at, tag1, tag2)
	sends(t, at, tag1)
	sends(t, at, tag2)
	sends(t, at, tag2)
	read := c.does("read", naming(tag2, tag1))["read"].([]any)
	first, second := read[0].(map[string]any), read[1].(map[string]any)
	if len(read) != 2 || first["wiped"] != false || first["target_alive"] != true {
		t.Fatalf("read: %v", read)
	}
	if counted(first) != "2 of 2" || counted(second) != "1 of 1" {
		t.Fatalf("read: %v", read)
	}
	healed := c.does("heal", naming(tag1))["healed"].([]any)[0].(map[string]any)
	if healed["effect"] != tag1 || healed["wiped"] != false || healed["problem"] != nil || healed["at_ns"].(float64) <= 0 {
		t.Fatalf("healed: %v", healed)
	}
	if counted(healed) != "1 of 1" || healed["orphans"] != nil { // it cuts no connections
		t.Fatalf("healed: %v", healed)
	}
	c.mustBeIn(at, tag2)
	if rules := at.Run(t, "nft list ruleset"); strings.Contains(rules, tag1) {
		t.Fatalf("left: %s", rules)
	}
	c.isRefused("heal", naming(tag1), tag1+" is not open")
	c.isRefused("heal", naming(tag2, tag2), "named twice")
	c.does("heal", naming(tag2))
	mustBeClean(t, at)
}

func TestLeavesNoBaseChainsOfIptablesEither(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	at.Need(t, "iptables-nft --version")
	c.does("open", effects(dropsBy("iptables-nft", at, tag1), dropsBy("iptables-nft", at, tag2)))
	c.does("heal", naming(tag1))
	c.does("heal", naming(tag2))
	mustBeClean(t, at)
}

func TestAnOpenOfWhichAPartFailsLeavesNothing(t *testing.T) {
	rules := real()
	rules.fails = []string{"begin " + tag2}
	at, c := world(t), serve(t, noLease, rules.use)
	c.isRefused("open", effects(drops(at, tag1), drops(at, tag2)), "cannot do that")
	mustBeClean(t, at)
	c.isRefused("read", naming(tag1), "is not open")
	c.does("open", effects(drops(at, tag1))) // its name is free
	c.mustBeIn(at, tag1)
}

func TestOpensOnlyWhatIsStillAsItWasSeen(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	link(t, at)
	look := c.does("look", map[string]any{"pids": []int{at.PID}})["seen"].([]any)[0].(map[string]any)
	seen := map[string]any{"pid": at.PID, "started": look["started"], "version": look["version"]}
	asSeen := func(seen map[string]any, opened map[string]any) map[string]any {
		return with(opened, "unchanged", []any{seen})
	}
	c.does("open", asSeen(seen, effects(drops(at, tag1))))
	if answer := c.isRefused("open", asSeen(seen, effects(drops(at, tag1))), "is open already"); answer["outdated"] != nil {
		t.Errorf("outdated: %v", answer)
	}
	at.Run(t, "ip link set dev lo mtu 1400")
	for _, each := range []map[string]any{drops(at, tag2), with(drops(at, tag2), "netns", at.Inode+1), without(drops(at, tag2), "packets")} {
		if answer := c.isRefused("open", asSeen(seen, effects(each)), "no longer as it was seen"); answer["outdated"] != true {
			t.Errorf("not outdated: %v", answer)
		}
	}
	c.isRefused("read", naming(tag2), "is not open")
	c.does("open", effects(drops(at, tag2))) // its name is free
	c.does("heal", naming(tag1, tag2))
	mustBeClean(t, at)
}

func TestRefusesBeforeItTouchesAnything(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	for words, bad := range map[string]map[string]any{
		"not a tag":                  with(drops(at, tag2), "effect", "INPUT"),
		"no longer in network names": with(drops(at, tag2), "netns", at.Inode+1),
		"has no order":               without(drops(at, tag2), "packets"),
		"has several orders":         with(drops(at, tag2), "signal", map[string]any{}),
		"side: ":                     with(drops(at, tag2), "packets", map[string]any{"filter": drops(at, tag2)["packets"].(map[string]any)["filter"]}),
		"effects: an object":         nil,
		"cannot open the network":    with(drops(at, tag2), "pid", -1),
		"is open already":            drops(at, tag1),
		"not null":                   with(without(drops(at, tag2), "packets"), "signal", json.RawMessage("null")),
		"cannot be read":             with(without(drops(at, tag2), "packets"), "signal", 7),
	} {
		c.isRefused("open", effects(drops(at, tag1), bad), words)
		c.isRefused("read", naming(tag1), "is not open")
		mustBeClean(t, at)
	}
	if len(c.server.changes) > 0 {
		t.Fatal("something is registered")
	}
}

func TestSaysThatSomebodyElseRemovedTheRules(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	at.Need(t, "iptables-nft --version")
	c.does("open", effects(dropsBy("iptables-nft", at, tag1)))
	at.Run(t, "iptables-nft -F")
	healed := c.does("heal", naming(tag1))["healed"].([]any)[0].(map[string]any)
	if healed["problem"] != nil {
		t.Fatalf("healed: %v", healed)
	}
	if flaw, _ := healed["action"].(map[string]any)["flaw"].(string); !strings.Contains(flaw, "removed by somebody else") {
		t.Fatalf("healed: %v", healed)
	}
	if rules := at.Run(t, "nft list ruleset"); strings.Contains(rules, "FAULTLINE") {
		t.Fatalf("left: %s", rules)
	}
}

func TestHealsAfterItsTargetHasDied(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	dying := exec.Command("sleep", "60")
	at.Do(t, dying.Start)
	c.does("open", effects(with(drops(at, tag1), "pid", dying.Process.Pid)))
	dying.Process.Kill()
	dying.Wait()
	healed := c.does("heal", naming(tag1))["healed"].([]any)[0].(map[string]any)
	if healed["target_alive"] != false || healed["wiped"] != false {
		t.Fatalf("healed: %v", healed)
	}
	mustBeClean(t, at)
}

func TestHealsAtTheMaximumDuration(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	c.does("open", effects(with(drops(at, tag1), "max_ms", 300), drops(at, tag2)))
	c.mustBeIn(at, tag2)
	began := time.Now()
	ended := c.hears(tag1)
	if late := time.Since(began); late > 3*time.Second {
		t.Errorf("after %s", late)
	}
	if ended["why"] != "the maximum duration was reached" || ended["wiped"] != false || ended["event"] != "ended" {
		t.Fatalf("ended: %v", ended)
	}
	c.does("open", effects(with(drops(at, tag1), "max_ms", json.RawMessage("9223372036854775807")))) // its name is free; its time fits
	c.does("read", naming(tag1, tag2))
	c.mustBeIn(at, tag1, tag2)
}

func TestHealsWhenTheLeaseRunsOutEachTime(t *testing.T) {
	at, c := world(t), serve(t, 2*time.Second)
	for range 2 {
		c.does("open", effects(drops(at, tag1), drops(at, tag2)))
		for range 12 { // which is longer than the lease
			time.Sleep(200 * time.Millisecond)
			c.does("ping", nil)
		}
		if len(c.events) > 0 || len(c.server.newestFirst()) != 2 {
			t.Fatalf("healed although the lease was renewed: %v", c.events)
		}
		for _, tag := range []string{tag1, tag2} {
			if ended := c.hears(tag); ended["why"] != "the lease of 2 s was not renewed" {
				t.Fatalf("ended: %v", ended)
			}
		}
		mustBeClean(t, at)
		if open := len(c.server.newestFirst()); open > 0 {
			t.Fatalf("%d are still registered", open)
		}
		c.isRefused("heal", naming(tag1), "is not open")
	}
}

func TestARubbishLineRenewsTheLeaseToo(t *testing.T) {
	at, c := world(t), serve(t, 2*time.Second)
	c.does("open", effects(drops(at, tag1)))
	for range 12 {
		time.Sleep(200 * time.Millisecond)
		c.send("rubbish")
		if answer := c.next(); answer["ok"] != false {
			t.Fatalf("told %v", answer)
		}
	}
	if len(c.server.newestFirst()) != 1 {
		t.Fatal("healed although the caller was heard")
	}
}

func TestHealsAtAGoodbyeAndLeaves(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	c.does("open", effects(drops(at, tag1)))
	c.does("bye", nil)
	if ended := c.hears(tag1); ended["why"] != "the caller said goodbye" {
		t.Fatalf("ended: %v", ended)
	}
	mustBeClean(t, at)
	c.mustEnd()
}

func TestHealsAtTheEndOfItsInputInTheMiddleOfALine(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	c.does("open", effects(drops(at, tag1)))
	if _, err := c.in.WriteString(`{"id": 9, "verb": "open", "eff`); err != nil {
		t.Fatal(err)
	}
	c.in.Close()
	if ended := c.hears(tag1); ended["why"] != "the agent ends" {
		t.Fatalf("ended: %v", ended)
	}
	c.mustEnd()
	mustBeClean(t, at)
}

func TestLeavesWhenNobodySpeaksToItForLong(t *testing.T) {
	c := serve(t, 20*time.Millisecond)
	c.mustEnd()
	if c.err == nil || !strings.Contains(c.err.Error(), "nobody has spoken") {
		t.Fatalf("left with %v", c.err)
	}
}

func (c *caller) mustEnd() {
	c.t.Helper()
	select {
	case <-c.ended:
	case <-time.After(long):
		c.t.Fatal("does not leave")
	}
}
