package dns

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"testing"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"github.com/miekg/dns"
	"golang.org/x/sys/unix"

	"faultline/agent/conntrack"
	"faultline/agent/effect"
	"faultline/agent/packets"
)

// leading are rules that lead queries to a port from Begin to End, and fail where they are told to.
type leading struct {
	effect.Rules
	w     *world
	to    packets.Redirect
	fails string
	flaw  string
	did   []string
}

func (l *leading) do(what string, act func() error) error {
	l.did = append(l.did, what)
	if l.fails == what {
		return errors.New(what + " fails")
	}
	return l.w.Namespace.Namespace.Do(act)
}

func (l *leading) Begin() error {
	return l.do("begin", func() error { return redirect(int(l.to.Port)) })
}

func (l *leading) End() error { return l.do("end", removeRedirect) }

func (l *leading) Close() error { return l.do("close", removeRedirect) }

func (l *leading) State() (effect.State, error) {
	return effect.State{Flaw: l.flaw}, l.do("state", func() error { return nil })
}

func removeRedirect() error {
	tables, err := nftables.New()
	if err != nil {
		return err
	}
	all, err := tables.ListTables()
	if err != nil {
		return err
	}
	for _, each := range all {
		if each.Name == "world" {
			tables.DelTable(each)
		}
	}
	return tables.Flush()
}

var ordered = Order{packets.Filter{Flavour: packets.NFTables, Expiry: "NONE"}, nxdomain}

// redirected makes rules that lead to a responder, and has somebody else's nat table beside them, so that flows are tracked.
func (w *world) redirected() (*redirected, *leading) {
	w.t.Helper()
	works := false
	w.Do(w.t, func() error {
		works = conntrack.Works() && otherNat() == nil
		return nil
	})
	if !works {
		w.t.Skip("this kernel has no nf_conntrack_netlink, or no nat table")
	}
	rules := &leading{w: w}
	made, err := New(effect.Place{Namespace: w.Namespace.Namespace}, ordered, func(to packets.Redirect) (effect.Rules, error) {
		rules.to = to
		return rules, nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { made.Close() })
	return made.(*redirected), rules
}

// otherNat leads what nobody sends elsewhere. A chain of the nat table alone does not make the kernel look at flows.
func otherNat() error {
	tables, err := nftables.New()
	if err != nil {
		return err
	}
	table := tables.AddTable(&nftables.Table{Name: "other", Family: nftables.TableFamilyINet})
	chain := tables.AddChain(&nftables.Chain{
		Name: "output", Table: table, Type: nftables.ChainTypeNAT,
		Hooknum: nftables.ChainHookOutput, Priority: nftables.ChainPriorityNATDest,
	})
	tables.AddRule(&nftables.Rule{Table: table, Chain: chain, Exprs: []expr.Any{
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: 1},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: []byte{unix.IPPROTO_SCTP}},
		&expr.Immediate{Register: 1, Data: []byte{0, 9}},
		&expr.Redir{RegisterProtoMin: 1},
	}})
	return tables.Flush()
}

// isMet tells whether a query on an open socket is answered by the responder.
func isMet(t *testing.T, conn net.Conn) bool {
	t.Helper()
	message := asking(t, "db.example.", dns.TypeA)
	reply, err := exchange(conn, "udp", message)
	if err != nil {
		t.Fatal(err)
	}
	return string(reply) != echoed+string(message)
}

func TestTheHarmBeginsAndEndsForFlowsThatAreUnderWay(t *testing.T) {
	w := newWorldWithServer(t)
	made, rules := w.redirected()
	if rules.to.Port != uint16(made.responder.Port()) || rules.to.Mark != Mark || rules.to.Filter != ordered.Filter {
		t.Errorf("led to %+v", rules.to)
	}
	conn := w.dial("udp", server4)
	for _, each := range []struct {
		act func() error
		met bool
	}{{nil, false}, {made.Begin, true}, {made.End, false}, {made.Begin, true}, {made.Close, false}} {
		if each.act != nil {
			if err := each.act(); err != nil {
				t.Fatal(err)
			}
		}
		if met := isMet(t, conn); met != each.met {
			t.Errorf("after %v: met %v", rules.did, met)
		}
	}
}

func TestWhatFailsKeepsNothingFromEnding(t *testing.T) {
	for _, what := range []string{"begin", "end", "close"} {
		w := newWorldWithServer(t)
		made, rules := w.redirected()
		rules.fails = what
		for name, act := range map[string]func() error{"begin": made.Begin, "end": made.End, "close": made.Close} {
			if err := act(); (err != nil) != (name == what) {
				t.Errorf("%s fails: %s says %v", what, name, err)
			}
		}
		if err := made.responder.Stop(); err != nil || made.responder.openNow() > 0 {
			t.Errorf("%s fails: it goes on, %v", what, err)
		}
		select {
		case <-made.responder.stopping:
		default:
			t.Errorf("%s fails: it goes on", what)
		}
	}
}

func TestItsRulesAreRemovedBeforeItStops(t *testing.T) {
	w := newWorldWithServer(t)
	made, rules := w.redirected()
	rules.fails = "close"
	made.Close()
	if made.responder.State().Flaw == "" || !slices.Contains(rules.did, "close") {
		t.Errorf("did %v", rules.did)
	}
	if err := made.Close(); err == nil || err.Error() != "close fails" {
		t.Errorf("told %v", err)
	}
}

func TestItsStateIsTheRespondersWithTheFlawOfTheRules(t *testing.T) {
	w := newWorldWithServer(t)
	made, rules := w.redirected()
	if err := made.Begin(); err != nil {
		t.Fatal(err)
	}
	isMet(t, w.dial("udp", server4))
	rules.flaw = "a part was removed"
	if state, err := made.State(); err != nil || fmt.Sprint(state) != fmt.Sprint(effect.State{Number: 1, Of: 1, Needed: true, Flaw: rules.flaw}) {
		t.Errorf("state is %+v, %v", state, err)
	}
	rules.flaw = ""
	if state, err := made.State(); err != nil || state.Flaw != "" {
		t.Errorf("state is %+v, %v", state, err)
	}
	made.responder.Stop()
	if state, _ := made.State(); state.Flaw == "" {
		t.Error("it does not say that it has ended")
	}
	rules.fails = "state"
	if _, err := made.State(); err == nil {
		t.Error("no error")
	}
}

func TestOnlyItsAnswersCanBeRetuned(t *testing.T) {
	w := newWorldWithServer(t)
	made, _ := w.redirected()
	if err := made.Begin(); err != nil {
		t.Fatal(err)
	}
	conn := w.dial("udp", server4)
	const filter = `"filter": {"flavour": "nftables", "expiry": "NONE"}`
	for _, bad := range []string{
		`7`, `{` + filter + `, "answer": "MAYBE"}`, `{"answer": "REFUSED"}`,
		`{"filter": {"flavour": "nftables", "expiry": "LEASE"}, "answer": "REFUSED"}`,
	} {
		if err := made.Retune(json.RawMessage(bad)); err == nil {
			t.Errorf("retuned by %s", bad)
		}
	}
	if !isMet(t, conn) {
		t.Fatal("it has changed")
	}
	if err := made.Retune(json.RawMessage(`{` + filter + `, "answer": "NXDOMAIN", "names": ["cache.example"]}`)); err != nil {
		t.Fatal(err)
	}
	if isMet(t, conn) {
		t.Error("it has not changed")
	}
}

func TestARedirectThatCannotBeMadeLeavesNoResponder(t *testing.T) {
	w := newWorldWithServer(t)
	var port int
	_, err := New(effect.Place{Namespace: w.Namespace.Namespace}, ordered, func(to packets.Redirect) (effect.Rules, error) {
		port = int(to.Port)
		return nil, errors.New("no")
	})
	if err == nil || err.Error() != "no" {
		t.Skipf("this kernel does not tell of flows: %v", err)
	}
	w.Do(t, func() error {
		free, err := listenUDP("4", port)
		if err == nil {
			free.Close()
		}
		return err
	})
}
