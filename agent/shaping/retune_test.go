package shaping

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"faultline/agent/refuse"
)

func retuned(t *testing.T, to Order) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(to)
	need(t, err)
	return text
}

func TestRetuningChangesARateAndGoesOnCounting(t *testing.T) {
	inBothDirections(t, func(t *testing.T, w world, direction string, send func(int, int) time.Duration) {
		rules := w.rules(t, order(direction))
		need(t, rules.Begin())
		send(20, 10)
		before := countOf(t, rules)
		faster := order(direction, Class{Traffic: everything(), Tbf: &Tbf{Rate: 20_000_000, Burst: 12_500, Limit: 1_250_000}})
		need(t, rules.Retune(retuned(t, faster)))
		if shown := w.Run(t, "tc qdisc show dev "+rules.tree.device); !strings.Contains(shown, "tbf fb01: parent fa17:1 rate 20Mbit") {
			t.Errorf("there is %s", shown)
		}
		send(20, 10)
		if after := countOf(t, rules); after.Number < before.Number+20 {
			t.Errorf("count was %+v and is %+v", before, after)
		}
	})
}

func TestWhatItCannotBecomeIsRefusedUntouched(t *testing.T) {
	w := newWorld(t)
	rules := w.rules(t, order("OUT"))
	need(t, rules.Begin())
	before := w.shown(t)
	rate := &Tbf{Rate: 1_000_000, Burst: 3028, Limit: 62_500}
	toOne := everything()
	toOne.Peers = []string{peer4}
	elsewhere := order("OUT")
	elsewhere.Interface = "lo"
	for _, other := range []Order{
		order("OUT", Class{everything(), rate, &Netem{Limit: 10, DelayMicros: 1, Distribution: uniform}}),
		order("OUT", Class{toOne, rate, nil}), order("OUT", Class{everything(), rate, nil}, Class{toOne, rate, nil}),
		order("IN", Class{everything(), rate, nil}), elsewhere,
	} {
		if err := rules.Retune(retuned(t, other)); !refuse.Is(err) || !strings.Contains(err.Error(), "cannot become that") {
			t.Errorf("error is %v", err)
		}
	}
	if err := rules.Retune(json.RawMessage(`{"direction":"OUT"}`)); !refuse.Is(err) {
		t.Errorf("error is %v", err)
	}
	if after := w.shown(t); after != before {
		t.Errorf("it was\n%s and is\n%s", before, after)
	}
}

func TestRetuningBeforeItIsMade(t *testing.T) {
	w := newWorld(t)
	rules := w.rules(t, order("OUT"))
	need(t, rules.Retune(retuned(t, order("OUT", Class{everything(), &Tbf{Rate: 3_000_000, Burst: 3028, Limit: 62_500}, nil}))))
	need(t, rules.Begin())
	if shown := w.Run(t, "tc qdisc show dev served"); !strings.Contains(shown, "rate 3Mbit") {
		t.Errorf("there is %s", shown)
	}
}

// The second of two kinds of traffic has lost its qdisc.
func TestWhatCannotBeTurnedAsAWholeStaysAsItWas(t *testing.T) {
	w := newWorld(t)
	two := func(rate uint64) Order {
		first := Class{Traffic: everything(), Tbf: &Tbf{Rate: rate, Burst: 6250, Limit: 625_000}}
		second := first
		first.Traffic.Transport, second.Traffic.Transport = "tcp", "udp"
		return order("OUT", first, second)
	}
	rules := w.rules(t, two(10_000_000))
	need(t, rules.Begin())
	w.Run(t, "tc qdisc del dev served parent fa17:2 handle fb02:")
	before := w.shown(t)
	if err := rules.Retune(retuned(t, two(20_000_000))); !refuse.Is(err) || !strings.Contains(err.Error(), "cannot change the qdisc tbf fb02: of served") {
		t.Errorf("error is %v", err)
	}
	if after := w.shown(t); after != before {
		t.Errorf("it was\n%s and is\n%s", before, after)
	}
}
