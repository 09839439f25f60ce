package change

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/agent/effect"
	"faultline/agent/netns"
	"faultline/agent/netnstest"
	"faultline/agent/tagged"
)

func TestIsPreparedOnlyIfItIsOpenedLifted(t *testing.T) {
	at, rules, other := netnstest.New(t), &ruled{}, &act{}
	lifted := &Request{Effect: tag1, PID: at.PID, Netns: at.Inode, Lifted: true}
	all := []*Change{asked(t, lifted, rules), asked(t, lifted, other)}
	inForce, err := Apply(all)
	if err != nil || !slices.Equal(rules.did, []string{"prepare"}) || len(other.did) > 0 || inForce[0] == 0 || inForce[1] == 0 {
		t.Fatalf("did %v and %v: %v, %v", rules.did, other.did, inForce, err)
	}
	all[0].Renew()
	for _, each := range all {
		if err := each.Restore(); err != nil {
			t.Fatal(err)
		}
		if err := each.Lift(); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"prepare", "begin", "settle", "end"}; !slices.Equal(rules.did, want) || !slices.Equal(other.did, want[1:]) {
		t.Errorf("did %v and %v", rules.did, other.did)
	}
}

func TestSaysThatTheKernelHasEndedItMeanwhile(t *testing.T) {
	rules := &ruled{expired: true}
	made := prepared(t, netnstest.New(t), tag1, rules)
	if read, err := Read([]*Change{made}); err != nil || !read[0].Wiped || read[0].Action.Number != 7 {
		t.Errorf("read %+v, %v", read, err)
	}
	if err := made.Renew(); err != nil || rules.count("renew") != 1 {
		t.Fatalf("did %v, %v", rules.did, err)
	}
	if ends := Heal([]*Change{made}); !ends[0].Wiped || ends[0].Problem != "" {
		t.Errorf("healed %+v", ends[0])
	}
	if err := made.Renew(); err != nil || rules.count("renew") != 1 {
		t.Error("renewed although it is closed")
	}
}

func TestWhatCouldNotBeLiftedGoesOnAndIsRenewed(t *testing.T) {
	rules := &ruled{act: act{fails: "end"}}
	made := prepared(t, netnstest.New(t), tag1, rules)
	if made.Lift() == nil || made.lifted {
		t.Fatal("lifted")
	}
	if err := made.Renew(); err != nil || rules.count("renew") != 1 {
		t.Errorf("not renewed: %v, %v", rules.did, err)
	}
	rules.fails = ""
	if err := made.Lift(); err != nil || !made.lifted {
		t.Fatalf("not lifted: %v", err)
	}
	if err := made.Renew(); err != nil || rules.count("renew") != 1 {
		t.Error("renewed although it is lifted")
	}
}

func TestIsRenewedWhileOthersTakeLong(t *testing.T) {
	at, rules := netnstest.New(t), &ruled{}
	keeping := prepared(t, at, tag1, rules)
	slow := prepared(t, at, tag2, &delaying{of: keeping})
	if _, err := Apply([]*Change{keeping, slow}); err != nil || rules.count("renew") != 1 {
		t.Errorf("did %v, %v", rules.did, err)
	}
}

// delaying takes as long as it takes until another change is to be renewed.
type delaying struct {
	act
	of *Change
}

func (d *delaying) Settle() error {
	d.of.renewed = time.Now().Add(-renewalDue - time.Second)
	return nil
}

func TestWhatCannotBeRestoredIsEndedAgain(t *testing.T) {
	at := netnstest.New(t)
	for _, what := range []string{"begin", "settle"} {
		for action, bad := range doubles(what, "") {
			made := asked(t, &Request{Effect: tag1, PID: at.PID, Netns: at.Inode, Lifted: true}, action)
			if err := made.Restore(); err == nil || err.Error() != what+" fails" || bad.count("end") != 1 || !made.lifted {
				t.Errorf("did %v: %v", bad.did, err)
			}
		}
		for _, bad := range []effect.Action{&failing{what: what}, &failing{what: what, panics: true}} {
			made := asked(t, &Request{Effect: tag1, PID: at.PID, Netns: at.Inode, Lifted: true}, bad)
			if err := made.Restore(); err == nil || !strings.Contains(err.Error(), "end fails") || made.lifted {
				t.Errorf("told %v", err)
			}
		}
	}
}

// failing fails at something, and cannot be ended.
type failing struct {
	act
	what   string
	panics bool
}

func (f *failing) fail(what string) error {
	if f.what == what && f.panics {
		panic("on purpose")
	}
	f.act.fails = f.what
	return f.act.do(what)
}

func (f *failing) Begin() error  { return f.fail("begin") }
func (f *failing) Settle() error { return f.fail("settle") }
func (f *failing) End() error {
	f.act.fails = "end"
	return f.act.do("end")
}

func TestOnlyRulesAreRestoredAfterTheirTargetHasDied(t *testing.T) {
	at := netnstest.New(t)
	for action := range doubles("", "") {
		dying := exec.Command("sleep", "60")
		at.Do(t, dying.Start)
		made := asked(t, &Request{Effect: tag1, PID: dying.Process.Pid, Netns: at.Inode, Lifted: true}, action)
		dying.Process.Kill()
		dying.Wait()
		if err := made.Restore(); (err == nil) != (made.rules != nil) {
			t.Errorf("rules %v: %v", made.rules, err)
		}
		if ends := Heal([]*Change{made}); ends[0].TargetAlive || ends[0].Problem != "" {
			t.Errorf("healed: %+v", ends[0])
		}
	}
}

func TestRetunesRulesAlone(t *testing.T) {
	at, rules := netnstest.New(t), &ruled{}
	made, other := prepared(t, at, tag1, rules), prepared(t, at, tag2, &act{})
	for _, missing := range []string{"", "null"} {
		if err := made.Retune(json.RawMessage(missing)); err == nil || rules.count("retune") > 0 {
			t.Errorf("%q: did %v", missing, rules.did)
		}
	}
	if err := made.Retune(json.RawMessage(`{"x":1}`)); err != nil || rules.retuned != `{"x":1}` {
		t.Errorf("retuned by %s, %v", rules.retuned, err)
	}
	if err := other.Retune(json.RawMessage(`{}`)); err == nil || !strings.Contains(err.Error(), tag2+" cannot be retuned") {
		t.Errorf("told %v", err)
	}
	rules.fails = "retune"
	if err := made.Retune(json.RawMessage(`{}`)); err == nil {
		t.Error("no error")
	}
}

const holder = "FAULTLINE-0a1b2c3d-99"

// put makes a chain of ours in a namespace, which a rule of another change jumps to if it is held: that cannot be removed.
func put(t *testing.T, at *netnstest.Namespace, tag string, held bool) {
	t.Helper()
	at.Need(t, "iptables-nft -N "+tag)
	if held {
		at.Run(t, "iptables-nft -N "+holder)
		at.Run(t, "iptables-nft -A "+holder+" -j "+tag)
	}
}

func isThere(t *testing.T, at *netns.Namespace, tag string) bool {
	t.Helper()
	found, err := tagged.Find(at, func(each tagged.Tag) bool { return each.String() == tag })
	if err != nil {
		t.Fatal(err)
	}
	return len(found) > 0
}

func TestIsLookedForByNameOnlyIfSomethingWentWrong(t *testing.T) {
	for _, what := range []string{"", "end", "state", "close"} {
		at, rules := netnstest.New(t), &ruled{act: act{fails: what}}
		made := prepared(t, at, tag1, rules)
		put(t, at, tag1, false)
		ends := Heal([]*Change{made})
		if wrong := what != ""; ends[0].Wiped != wrong || isThere(t, at.Namespace, tag1) == wrong {
			t.Errorf("%q fails: %+v", what, ends[0])
		}
		// What it could not let go of before the rules were gone, it is asked for again, and tells. It stays open then, to be
		// asked once more at the end.
		if told := ends[0].Problem; (told != "") != (what == "close") || made.IsClosed() == (what == "close") {
			t.Errorf("%q fails: told %q", what, told)
		}
		if what != "" && ends[0].Action.Flaw != what+" fails" {
			t.Errorf("%q fails: the flaw is %q", what, ends[0].Action.Flaw)
		}
	}
}

func TestWhatIsLeftIsToldAndStaysOpenAndBringsNoHarmBack(t *testing.T) {
	at, rules := netnstest.New(t), &ruled{act: act{fails: "close"}}
	made := prepared(t, at, tag1, rules)
	put(t, at, tag1, true)
	for range 2 {
		end := Heal([]*Change{made})[0]
		if !strings.Contains(end.Problem, tag1+" could not be removed: close fails; ") || !end.Wiped || made.IsClosed() {
			t.Fatalf("healed: %+v", end)
		}
	}
	if err := made.Renew(); err != nil || rules.count("renew") > 0 {
		t.Errorf("did %v, %v", rules.did, err)
	}
	made.Lift()
	if err := made.Restore(); err == nil || !strings.Contains(err.Error(), "was taken back, though not as a whole") {
		t.Errorf("told %v", err)
	}
	if err := made.Retune(json.RawMessage("{}")); err == nil || rules.count("retune") > 0 {
		t.Errorf("did %v", rules.did)
	}
	at.Run(t, "iptables-nft -F "+holder)
	rules.fails = "" // it takes itself for closed, as what is closed twice does
	if end := Heal([]*Change{made})[0]; end.Problem != "" || !end.Wiped || !made.IsClosed() || isThere(t, at.Namespace, tag1) {
		t.Errorf("healed: %+v", end)
	}
}

func TestWhatIsLeftOfWhatCouldNotBeMadeIsLookedForAndStaysOpenIfItIsHeld(t *testing.T) {
	at := netnstest.New(t)
	put(t, at, tag1, false)
	put(t, at, tag2, true)
	removed, held := prepared(t, at, tag1, &ruled{}), prepared(t, at, tag2, &ruled{})
	err := Abandon([]*Change{removed, held}, errNoOrder)
	if !removed.IsClosed() || isThere(t, at.Namespace, tag1) {
		t.Error("it is left")
	}
	if held.IsClosed() || !strings.Contains(err.Error(), errNoOrder.Error()+"; "+tag2+" could not be removed") {
		t.Errorf("told %v", err)
	}
	held.Lift()
	if held.Restore() == nil {
		t.Error("restored")
	}
}

// noted is told when its rules begin.
type noted struct {
	ruled
	begins func()
}

func (n *noted) Begin() error {
	n.begins()
	return n.ruled.Begin()
}

func TestWhatIsOverAtOnceBeginsBeforeRulesThatWouldStopIt(t *testing.T) {
	at, over := netnstest.New(t), &instant{}
	before := -1
	rules := &noted{begins: func() { before = over.count("begin") }}
	all := []*Change{prepared(t, at, tag1, rules), prepared(t, at, tag2, over)}
	inForce, err := Apply(all)
	if err != nil || before != 1 || over.count("begin") != 1 || inForce[1] == 0 || inForce[1] > inForce[0] {
		t.Fatalf("%d before the rules, did %v, %v, %v", before, over.did, inForce, err)
	}
	for _, each := range all {
		each.Lift()
	}
	if err := Each(all, (*Change).Restore); err != nil || before != 2 {
		t.Errorf("restored: %d before the rules, %v", before, err)
	}
}

func TestLeasesAreRenewedWhileOthersAreRestored(t *testing.T) {
	at, rules, slow := netnstest.New(t), &ruled{}, &act{}
	all := []*Change{prepared(t, at, tag1, rules), prepared(t, at, tag2, slow)}
	for _, each := range all {
		each.Lift()
	}
	if err := all[0].Restore(); err != nil {
		t.Fatal(err)
	}
	all[0].renewed = time.Now().Add(-renewalDue - time.Second)
	if err := Each(all, (*Change).Restore); err != nil || rules.count("renew") != 1 {
		t.Errorf("did %v, %v", rules.did, err)
	}
	if err := Each(all, (*Change).Restore); err != nil || rules.count("renew") != 1 {
		t.Errorf("renewed though nothing is due: %v, %v", rules.did, err)
	}
}
