package change

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"faultline/agent/basechain"
	"faultline/agent/effect"
	"faultline/agent/netnstest"
	"faultline/agent/tool"
)

const (
	tag1 = "FAULTLINE-0a1b2c3d-1"
	tag2 = "FAULTLINE-0a1b2c3d-2"
)

// act is an action that fails, or panics, where it is told to.
type act struct {
	fails, panics string
	did           []string
	tended        atomic.Int32
}

func (a *act) do(what string) error {
	a.did = append(a.did, what)
	if a.panics == what {
		panic("on purpose")
	}
	if a.fails == what {
		return errors.New(what + " fails")
	}
	return nil
}

func (a *act) Begin() error  { return a.do("begin") }
func (a *act) Settle() error { return a.do("settle") }
func (a *act) End() error    { return a.do("end") }
func (a *act) Close() error  { return a.do("close") }
func (a *act) Tend() {
	a.tended.Add(1)
	if a.panics == "tend" {
		panic("on purpose")
	}
}
func (a *act) State() (effect.State, error) { return effect.State{}, a.do("state") }

func (a *act) count(what string) int {
	return len(slices.DeleteFunc(slices.Clone(a.did), func(each string) bool { return each != what }))
}

func planned() Plan {
	return Plan{
		Apply: [][]tool.Command{}, Undo: [][]tool.Command{},
		Arm: []tool.Command{}, Disarm: []tool.Command{}, Counters: []tool.Command{},
	}
}

// prepared is a change that is locked, as New returns it.
func prepared(t *testing.T, at *netnstest.Namespace, tag string, plan Plan, action effect.Action) *Change {
	t.Helper()
	made, err := New(&Request{Plan: plan, Effect: tag, PID: at.PID, Netns: at.Inode, MaxMillis: 60_000}, basechain.New())
	if err != nil {
		t.Fatal(err)
	}
	if action != nil {
		made.action = action
		go made.tendUntilEnd()
	}
	t.Cleanup(func() { made.Close() })
	return made
}

// address is seen in a namespace once add was run, until remove was.
const address = "10.99.88.77"

var (
	add    = tool.Command{Tool: "ip", Input: "addr add " + address + "/32 dev lo\n"}
	remove = tool.Command{Tool: "ip", Input: "addr del " + address + "/32 dev lo\n"}
)

func isMade(t *testing.T, at *netnstest.Namespace) bool {
	t.Helper()
	return strings.Contains(at.Run(t, "ip -o addr"), address)
}

func TestHealsTheOthersIfOnePanicsOrFails(t *testing.T) {
	for _, bad := range []*act{{panics: "end"}, {fails: "end"}, {panics: "state"}, {fails: "state"}, {panics: "close"}, {fails: "close"}} {
		at, good := netnstest.New(t), &act{}
		first, second := prepared(t, at, tag1, planned(), bad), prepared(t, at, tag2, planned(), good)
		if _, err := Apply([]*Change{first, second}); err != nil {
			t.Fatal(err)
		}
		ends := Heal([]*Change{first, second})
		if !slices.Contains(good.did, "end") || !second.IsClosed() || ends[1].Problem != "" || ends[1].Wiped {
			t.Errorf("%+v: the other is not healed: %v %+v", bad, good.did, ends[1])
		}
		if !first.IsClosed() || bad.count("close") != 1 {
			t.Errorf("%+v: it is not closed, or twice: %v", bad, bad.did)
		}
		told := ends[0].Problem != "" || ends[0].Wiped
		if !told {
			t.Errorf("nobody hears that it went wrong: %+v", ends[0])
		}
	}
}

func TestWhatCannotBeMadeAsAWholeIsTakenBack(t *testing.T) {
	for _, bad := range []*act{{fails: "begin"}, {panics: "begin"}, {fails: "settle"}, {panics: "settle"}} {
		at, good := netnstest.New(t), &act{}
		first, second := prepared(t, at, tag1, planned(), good), prepared(t, at, tag2, planned(), bad)
		changes := []*Change{first, second}
		_, err := Apply(changes)
		if err == nil {
			t.Fatalf("%+v: no error", bad)
		}
		if because := Abandon(changes, err); because.Error() != err.Error() {
			t.Errorf("abandoned because of %v, not %v", because, err)
		}
		for _, each := range []*act{good, bad} {
			if !slices.Contains(each.did, "end") || each.did[len(each.did)-1] != "close" {
				t.Errorf("did %v", each.did)
			}
		}
		if !first.IsClosed() || !second.IsClosed() {
			t.Error("open")
		}
	}
}

func TestWhyItCouldNotBeMadeIsToldWithWhatIsLeft(t *testing.T) {
	made := prepared(t, netnstest.New(t), tag1, planned(), &act{fails: "close"})
	err := Abandon([]*Change{made}, errors.New("the reason"))
	if !strings.Contains(err.Error(), "the reason; close fails") || !made.IsClosed() {
		t.Errorf("told %v", err)
	}
}

func TestTendsWhatNobodyIsAtWorkOn(t *testing.T) {
	tended := &act{}
	made := prepared(t, netnstest.New(t), tag1, planned(), tended)
	time.Sleep(3 * tending)
	if tended.tended.Load() > 0 {
		t.Fatal("tended although it is locked")
	}
	made.Unlock()
	eventually(t, func() bool { return tended.tended.Load() >= 2 })
	made.Lock()
	made.Close()
	made.Unlock()
	after := tended.tended.Load()
	time.Sleep(3 * tending)
	if tended.tended.Load() != after {
		t.Error("tended although it is closed")
	}
}

func TestAPanicInTendingEndsNothingElse(t *testing.T) {
	bad := &act{panics: "tend"}
	made := prepared(t, netnstest.New(t), tag1, planned(), bad)
	made.Unlock()
	eventually(t, func() bool { return bad.tended.Load() == 1 })
	made.Lock()
	if ends := Heal([]*Change{made}); ends[0].Problem != "" || !made.IsClosed() {
		t.Errorf("healed: %+v", ends[0])
	}
}

func eventually(t *testing.T, is func() bool) {
	t.Helper()
	for giveUp := time.Now().Add(10 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(giveUp) {
			t.Fatal("never")
		}
	}
}

func TestSaysThatTheKernelHasEndedItMeanwhile(t *testing.T) {
	plan := planned()
	plan.Expires = true
	made := prepared(t, netnstest.New(t), tag1, plan, nil)
	made.renewed = time.Now().Add(-kernelTimeout - time.Second)
	if read, err := Read([]*Change{made}); err != nil || !read[0].Wiped {
		t.Errorf("read %+v, %v", read, err)
	}
	if err := made.Renew(); err != nil || time.Since(made.renewed) > time.Minute {
		t.Fatalf("renewed %s, %v", made.renewed, err)
	}
	if ends := Heal([]*Change{made}); !ends[0].Wiped || ends[0].Problem != "" {
		t.Errorf("healed %+v", ends[0])
	}
	before := made.renewed
	if err := made.Renew(); err != nil || made.renewed != before {
		t.Error("renewed although it is closed")
	}
}

func TestWhatCouldNotBeLiftedGoesOnAndIsRenewed(t *testing.T) {
	plan := planned()
	plan.Expires = true
	plan.Disarm = []tool.Command{{Tool: "ip", Input: "link del nowhere\n"}}
	made := prepared(t, netnstest.New(t), tag1, plan, nil)
	if made.Lift() == nil || made.lifted {
		t.Fatal("lifted")
	}
	made.plan.Disarm = nil
	bad := &act{fails: "end"}
	made.action = bad
	if made.Lift() == nil || made.lifted {
		t.Fatal("lifted although its action goes on")
	}
	before := made.renewed
	if err := made.Renew(); err != nil || made.renewed == before {
		t.Errorf("not renewed: %v", err)
	}
}

func TestARetuneThatIsRefusedLeavesTheUndo(t *testing.T) {
	plan := planned()
	plan.Apply, plan.Undo = [][]tool.Command{{add}}, [][]tool.Command{{remove}}
	at := netnstest.New(t)
	made := prepared(t, at, tag1, plan, nil)
	if _, err := Apply([]*Change{made}); err != nil {
		t.Fatal(err)
	}
	unknown := [][]tool.Command{{{Tool: "sh", Input: "true"}}}
	noUndo, badUndo := planned(), planned()
	noUndo.Undo, badUndo.Undo = nil, unknown
	for _, bad := range []*Retune{
		{Plan: planned(), Stages: unknown}, {Plan: planned()}, {Plan: noUndo, Stages: [][]tool.Command{}}, {Plan: badUndo, Stages: [][]tool.Command{}},
	} {
		if made.Retune(bad) == nil {
			t.Fatalf("retuned by %+v", bad)
		}
	}
	if ends := Heal([]*Change{made}); ends[0].Wiped || ends[0].Problem != "" {
		t.Errorf("healed: %+v", ends[0])
	}
	if isMade(t, at) {
		t.Error("it is left")
	}
}

func TestARetuneThatFailsHalfWayHasTheNewUndo(t *testing.T) {
	plan := planned()
	plan.Undo = [][]tool.Command{{remove}}
	at := netnstest.New(t)
	made := prepared(t, at, tag1, planned(), nil)
	err := made.Retune(&Retune{Plan: plan, Stages: [][]tool.Command{{add}, {{Tool: "ip", Input: "link del nowhere\n"}}}})
	if err == nil {
		t.Fatal("no error")
	}
	if !isMade(t, at) {
		t.Fatal("the first stage was not made")
	}
	if ends := Heal([]*Change{made}); ends[0].Wiped || ends[0].Problem != "" {
		t.Errorf("healed: %+v", ends[0])
	}
	if isMade(t, at) {
		t.Error("it is left")
	}
}

func TestItsMaximumDurationFits(t *testing.T) {
	at := netnstest.New(t)
	for maximum, is := range map[int64]func(time.Duration) bool{
		-1 << 62:  func(d time.Duration) bool { return d <= 0 },
		1 << 62:   func(d time.Duration) bool { return d > 1000*time.Hour },
		3_600_000: func(d time.Duration) bool { return d > 59*time.Minute && d <= time.Hour },
	} {
		made, err := New(&Request{Plan: planned(), Effect: tag1, PID: at.PID, Netns: at.Inode, MaxMillis: maximum}, basechain.New())
		if err != nil {
			t.Fatal(err)
		}
		if left := time.Until(made.Deadline); !is(left) {
			t.Errorf("%d ms: %s", maximum, left)
		}
		made.Close()
	}
}
