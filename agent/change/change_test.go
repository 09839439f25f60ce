package change

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"faultline/agent/effect"
	"faultline/agent/netnstest"
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
func (a *act) State() (effect.State, error) { return effect.State{Number: 7, Of: 9}, a.do("state") }

func (a *act) count(what string) int {
	return len(slices.DeleteFunc(slices.Clone(a.did), func(each string) bool { return each != what }))
}

// instant is an act that is over when it has begun.
type instant struct{ act }

func (i *instant) IsInstant() {}

// ruled is an act of rules.
type ruled struct {
	act
	expired bool
	retuned string
}

func (r *ruled) Prepare() error   { return r.do("prepare") }
func (r *ruled) Renew() error     { return r.do("renew") }
func (r *ruled) HasExpired() bool { return r.expired }
func (r *ruled) Retune(order json.RawMessage) error {
	r.retuned = string(order)
	return r.do("retune")
}

// doubles makes one of each kind, which do the same.
func doubles(fails, panics string) map[effect.Action]*act {
	other, rules := &act{fails: fails, panics: panics}, &ruled{act: act{fails: fails, panics: panics}}
	return map[effect.Action]*act{other: other, rules: &rules.act}
}

// prepared is a change that is locked, as New returns it.
func prepared(t *testing.T, at *netnstest.Namespace, tag string, action effect.Action) *Change {
	t.Helper()
	return asked(t, &Request{Effect: tag, PID: at.PID, Netns: at.Inode, MaxMillis: 60_000}, action)
}

func asked(t *testing.T, request *Request, action effect.Action) *Change {
	t.Helper()
	made, err := opened(request)
	if err != nil {
		t.Fatal(err)
	}
	made.does(action)
	t.Cleanup(func() { made.Close() })
	return made
}

func TestHealsTheOthersIfOnePanicsOrFails(t *testing.T) {
	at := netnstest.New(t)
	for _, what := range []string{"end", "state", "close"} {
		for _, how := range [][2]string{{what, ""}, {"", what}} {
			for action, bad := range doubles(how[0], how[1]) {
				good, ruling := &act{}, &ruled{}
				all := []*Change{prepared(t, at, tag1, action), prepared(t, at, tag2, good), prepared(t, at, tag2, ruling)}
				if _, err := Apply(all); err != nil {
					t.Fatal(err)
				}
				ends := Heal(all)
				for i, each := range []*act{good, &ruling.act} {
					end := ends[i+1]
					if each.count("end") != 1 || each.count("close") != 1 || !all[i+1].IsClosed() || end.Problem != "" || end.Wiped {
						t.Errorf("%v: the other is not healed: %v %+v", how, each.did, end)
					}
				}
				held := all[0].rules != nil && what == "close" // it is asked again at the end
				if all[0].IsClosed() == held || bad.count("close") == 0 || all[0].rules == nil && bad.count("close") != 1 {
					t.Errorf("%v: it is not closed, or twice: %v", how, bad.did)
				}
				if ends[0].Problem == "" && !ends[0].Wiped || ends[0].AtNanos == 0 {
					t.Errorf("%v: nobody hears that it went wrong: %+v", how, ends[0])
				}
			}
		}
	}
}

func TestEndsAllBeforeItAsksAnyAndAsksAllBeforeItClosesAny(t *testing.T) {
	at, both := netnstest.New(t), &act{}
	all := []*Change{prepared(t, at, tag1, both), prepared(t, at, tag2, both)}
	ends := Heal(all)
	if want := []string{"end", "end", "state", "state", "close", "close"}; !slices.Equal(both.did, want) {
		t.Errorf("did %v", both.did)
	}
	if ends[0].Effect != tag1 || ends[1].Action == nil || ends[1].Action.Number != 7 || !ends[1].TargetAlive {
		t.Errorf("told %+v", ends)
	}
}

func TestWhatCannotBeMadeAsAWholeIsTakenBack(t *testing.T) {
	at := netnstest.New(t)
	for _, what := range []string{"begin", "settle"} {
		for _, how := range [][2]string{{what, ""}, {"", what}} {
			for action, bad := range doubles(how[0], how[1]) {
				good := &ruled{}
				changes := []*Change{prepared(t, at, tag1, good), prepared(t, at, tag2, action)}
				_, err := Apply(changes)
				if err == nil {
					t.Fatalf("%v: no error", how)
				}
				if because := Abandon(changes, err); because.Error() != err.Error() {
					t.Errorf("abandoned because of %v, not %v", because, err)
				}
				for _, each := range []*act{&good.act, bad} {
					if !slices.Contains(each.did, "end") || each.did[len(each.did)-1] != "close" {
						t.Errorf("did %v", each.did)
					}
				}
				if !changes[0].IsClosed() || !changes[1].IsClosed() {
					t.Error("open")
				}
			}
		}
	}
}

func TestWhyItCouldNotBeMadeIsToldWithWhatIsLeft(t *testing.T) {
	for action := range doubles("close", "") {
		made := prepared(t, netnstest.New(t), tag1, action)
		err := Abandon([]*Change{made}, errors.New("the reason"))
		held := made.rules != nil
		if !strings.Contains(err.Error(), "the reason; close fails") || made.IsClosed() == held {
			t.Errorf("told %v", err)
		}
	}
}

func TestTendsWhatNobodyIsAtWorkOn(t *testing.T) {
	tended := &act{}
	made := prepared(t, netnstest.New(t), tag1, tended)
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
	made := prepared(t, netnstest.New(t), tag1, bad)
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

func TestItsMaximumDurationFits(t *testing.T) {
	at := netnstest.New(t)
	for maximum, is := range map[int64]func(time.Duration) bool{
		-1 << 62:  func(d time.Duration) bool { return d <= 0 },
		1 << 62:   func(d time.Duration) bool { return d > 1000*time.Hour },
		3_600_000: func(d time.Duration) bool { return d > 59*time.Minute && d <= time.Hour },
	} {
		made := asked(t, &Request{Effect: tag1, PID: at.PID, Netns: at.Inode, MaxMillis: maximum}, &act{})
		if left := time.Until(made.Deadline); !is(left) {
			t.Errorf("%d ms: %s", maximum, left)
		}
	}
}
