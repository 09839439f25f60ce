package server

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/agent/change"
	"faultline/agent/netnstest"
	"faultline/agent/wire"
)

func every(period time.Duration) func(*Server) { return func(s *Server) { s.renewal = period } }

// eventually waits until something is so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for giveUp := time.Now().Add(long); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(giveUp) {
			t.Fatal("never: ", what)
		}
	}
}

func TestRenewsTheKernelsTimeoutsButNotOfWhatIsLiftedOrHealed(t *testing.T) {
	rules, at := &hooks{}, netnstest.New(t)
	c := serve(t, noLease, rules.use, every(50*time.Millisecond))
	c.does("open", effects(drops(at, tag1), drops(at, tag2)))
	c.does("lift", naming(tag2))
	before := rules.count("renew", tag2)
	eventually(t, "three renewals", func() bool { return rules.count("renew", tag1) >= 3 })
	if rules.count("renew", tag2) != before {
		t.Fatal("renewed what is lifted")
	}
	c.does("restore", naming(tag2))
	c.does("heal", naming(tag1))
	healed, others := rules.count("renew", tag1), rules.count("renew", tag2)
	eventually(t, "two renewals more of the other", func() bool { return rules.count("renew", tag2) >= others+2 })
	if rules.count("renew", tag1) != healed {
		t.Fatal("renewed what is healed")
	}
}

func TestTellsOfARenewalThatFails(t *testing.T) {
	rules, at := &hooks{fails: []string{"renew " + tag1}}, netnstest.New(t)
	c := serve(t, noLease, rules.use, every(50*time.Millisecond))
	c.does("open", effects(drops(at, tag1)))
	if note := c.next(); note["event"] != "note" || !strings.Contains(note["text"].(string), tag1+": cannot do that") {
		t.Fatalf("told %v", note)
	}
}

// busy is a change that somebody is at work on until free is called.
func busy(t *testing.T, c *caller, tag string) (free func()) {
	t.Helper()
	found, err := c.server.named([]string{tag})
	if err != nil {
		t.Fatal(err)
	}
	found[0].Lock()
	once := sync.OnceFunc(found[0].Unlock)
	t.Cleanup(once) // before the server is to leave
	return once
}

func TestASlowChangeDelaysNothingElse(t *testing.T) {
	at, c := world(t), serve(t, noLease, every(50*time.Millisecond))
	c.does("open", effects(drops(at, tag1), with(drops(at, tag2), "max_ms", 1000)))
	free := busy(t, c, tag1)
	c.asks(1, "read", naming(tag1))
	c.asks(2, "lift", naming(tag1))
	c.does("ping", nil)
	c.does("read", naming(tag2))
	c.does("open", effects(drops(at, "FAULTLINE-0a1b2c3d-3")))
	c.does("heal", naming("FAULTLINE-0a1b2c3d-3"))
	c.hears(tag2) // at its maximum duration
	free()
	for _, answer := range []map[string]any{c.next(), c.next()} {
		if answer["ok"] != true {
			t.Fatalf("answered %v", answer)
		}
	}
}

func TestTheLeaseDoesNotWaitForASlowChange(t *testing.T) {
	at, c := world(t), serve(t, time.Second)
	c.does("open", effects(drops(at, tag1), drops(at, tag2)))
	free := busy(t, c, tag1)
	c.hears(tag2)
	c.mustBeIn(at, tag1)
	free()
	c.hears(tag1)
	mustBeClean(t, at)
}

func TestAHealThatMeetsAnEarlyEndIsRefusedOnceThatWasTold(t *testing.T) {
	rules, at := real(), world(t)
	rules.sleeps = []string{"end " + tag1}
	c := serve(t, noLease, rules.use)
	c.does("open", effects(with(drops(at, tag1), "max_ms", 100)))
	eventually(t, "it is being taken back", func() bool { return rules.count("end", tag1) > 0 })
	c.asks(1, "heal", naming(tag1))
	if told, refused := c.next(), c.next(); told["event"] != "ended" || refused["error"] != tag1+" is not open" {
		t.Fatalf("told %v, then %v", told, refused)
	}
	mustBeClean(t, at)
}

func TestAHealWaitsForTheOpenThatIsUnderWay(t *testing.T) {
	rules, at := real(), world(t)
	rules.sleeps = []string{"begin " + tag1}
	c := serve(t, noLease, rules.use)
	c.asks(1, "open", effects(drops(at, tag1)))
	c.asks(2, "heal", naming(tag1))
	opened, healed := c.answer(1), c.answer(2)
	if opened["ok"] != true || healed["ok"] != true || rules.count("begin", tag1) != 1 {
		t.Fatalf("opened %v, healed %v", opened, healed)
	}
	mustBeClean(t, at)

	rules.fails = rules.sleeps
	c.asks(3, "open", effects(drops(at, tag1)))
	c.asks(4, "heal", naming(tag1))
	opened, healed = c.answer(3), c.answer(4)
	if opened["ok"] != false || healed["error"] != tag1+" is not open" {
		t.Fatalf("opened %v, healed %v", opened, healed)
	}
	mustBeClean(t, at)
}

func TestTheEndOfTheInputWaitsForTheOpenThatIsUnderWay(t *testing.T) {
	rules, at := real(), world(t)
	rules.sleeps = []string{"begin " + tag1}
	c := serve(t, noLease, rules.use)
	c.asks(1, "open", effects(drops(at, tag1)))
	c.in.Close()
	var seen []map[string]any
	for line := range c.lines {
		seen = append(seen, line)
	}
	has := func(is func(map[string]any) bool) bool { return slices.ContainsFunc(seen, is) }
	if !has(func(line map[string]any) bool { return line["id"] == float64(1) && line["ok"] == true }) ||
		!has(func(line map[string]any) bool { return line["effect"] == tag1 && line["why"] == "the agent ends" }) {
		t.Fatalf("told %v", seen)
	}
	mustBeClean(t, at)
}

func TestWorksOnAChangeInTheOrderOfTheRequests(t *testing.T) {
	rules, at := &hooks{}, netnstest.New(t)
	c := serve(t, noLease, rules.use)
	c.does("open", effects(drops(at, tag1), drops(at, tag2)))
	free := busy(t, c, tag1)
	var all []string // in one piece, so that they are read faster than they are begun
	for i := range 20 {
		verb, one, other := []string{"lift", "restore"}[i%2], tag1, tag2
		if i%4 > 1 {
			one, other = tag2, tag1
		}
		all = append(all, fmt.Sprintf(`{"id": %d, "verb": %q, "effects": [%q, %q]}`, 100+i, verb, one, other))
	}
	c.send(strings.Join(all, "\n"))
	time.Sleep(100 * time.Millisecond) // until all of them wait
	free()
	for range 20 {
		if answer := c.next(); answer["ok"] != true {
			t.Fatalf("answered %v", answer)
		}
	}
	// One that comes too early does nothing.
	if ended := rules.count("end", tag1); ended != 10 || rules.last("end", tag1) > rules.last("begin", tag1) {
		t.Fatalf("ended %d times", ended)
	}
}

func TestAnswersManyRequestsAtOnce(t *testing.T) {
	at, c := world(t), serve(t, 20*time.Second, every(20*time.Millisecond))
	const many = 12
	tags := []string{"FAULTLINE-0a1b2c3d-10", "FAULTLINE-0a1b2c3d-11", "FAULTLINE-0a1b2c3d-12"}
	verbs := []string{"read", "lift", "restore", "heal", "ping", "nonsense"}
	sent := map[float64]bool{}
	for round := range many {
		for i, tag := range tags {
			c.asks(round*100+i, "open", effects(with(drops(at, tag), "max_ms", 30+20*round)))
			sent[float64(round*100+i)] = true
			for j, verb := range verbs {
				id := round*100 + 10 + i*10 + j
				c.asks(id, verb, naming(tag))
				sent[float64(id)] = true
			}
		}
	}
	for len(sent) > 0 {
		line := c.next()
		if line["event"] != nil {
			continue
		}
		id := line["id"].(float64)
		if !sent[id] {
			t.Fatalf("answered twice: %v", line)
		}
		delete(sent, id)
	}
	eventually(t, "all is healed", func() bool { return len(c.server.newestFirst()) == 0 })
}

func TestAPanicEndsOneRequestAlone(t *testing.T) {
	for name, panics := range map[string]verb{
		"begin": func(*Server, wire.Request) (func() (any, error), error) { panic("on purpose") },
		"work":  simple(func(*Server, struct{}) (any, error) { panic("on purpose") }),
		"at":    onChanges(func(*Server, []*change.Change) (any, error) { panic("on purpose") }),
	} {
		verbs[name] = panics
		defer delete(verbs, name)
	}
	at, c := netnstest.New(t), serve(t, noLease, new(hooks).use)
	c.does("open", effects(drops(at, tag1)))
	for _, name := range []string{"begin", "work", "at"} {
		c.isRefused(name, naming(tag1), "the agent has failed: on purpose")
	}
	c.does("heal", naming(tag1))
}

func TestIsNotGoneBeforeItHasAnswered(t *testing.T) {
	verbs["slow"] = simple(func(*Server, struct{}) (any, error) {
		time.Sleep(300 * time.Millisecond)
		return fields{}, nil
	})
	defer delete(verbs, "slow")
	c := serve(t, noLease)
	c.asks(1, "slow", nil)
	c.asks(2, "bye", nil)
	if first, second := c.answer(1), c.answer(2); first["ok"] != true || second["ok"] != true {
		t.Errorf("answered %v, %v", first, second)
	}
	c.mustEnd()

	c = serve(t, noLease)
	c.asks(1, "slow", nil)
	c.in.Close()
	if answer := c.answer(1); answer["ok"] != true {
		t.Errorf("answered %v", answer)
	}
	c.mustEnd()
}
