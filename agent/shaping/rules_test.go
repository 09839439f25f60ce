package shaping

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/refuse"
)

var bothDirections = []string{"OUT", "IN"}

// inBothDirections runs a test for what leaves and for what arrives, with what sends so many datagrams that way.
func inBothDirections(t *testing.T, run func(t *testing.T, w world, direction string, send func(number, bytes int) time.Duration)) {
	for _, direction := range bothDirections {
		t.Run(direction, func(t *testing.T) {
			w := newWorld(t)
			w.leave(t, 1, 10) // the neighbours know each other
			send := w.leave
			if direction == "IN" {
				send = w.arrive
			}
			run(t, w, direction, func(number, bytes int) time.Duration { return send(t, number, bytes) })
		})
	}
}

func TestTheHarmBeginsAndEndsAndBeginsAgain(t *testing.T) {
	inBothDirections(t, func(t *testing.T, w world, direction string, send func(int, int) time.Duration) {
		const number, bytes = 20, 1000
		slow := order(direction, Class{Traffic: everything(), Tbf: &Tbf{Rate: 200_000, Burst: 3028, Limit: 100_000}})
		least := 600 * time.Millisecond // of 20 times 1042 bytes but for a burst, which take 712 ms
		rules := w.rules(t, slow)
		need(t, rules.Prepare())
		if took := send(number, bytes); took > least {
			t.Errorf("prepared, it takes %v", took)
		}
		if count := countOf(t, rules); count.Number != 0 || count.Of < number || count.Direction != direction {
			t.Errorf("prepared, the count is %+v", count)
		}
		for i := range int64(2) {
			need(t, rules.Begin())
			need(t, rules.Begin())
			if took := send(number, bytes); took < least {
				t.Errorf("begun, it takes %v", took)
			}
			if count := countOf(t, rules); count.Number < number*(i+1) || count.Of < count.Number {
				t.Errorf("begun, the count is %+v", count)
			}
			need(t, rules.End())
			need(t, rules.End())
			before := countOf(t, rules)
			if took := send(number, bytes); took > least {
				t.Errorf("ended, it takes %v", took)
			}
			if after := countOf(t, rules); after.Number != before.Number || after.Of < before.Of+number {
				t.Errorf("ended, the count was %+v and is %+v", before, after)
			}
		}
	})
}

// At 8 kbit/s a few have been sent, some wait, and most have found no room.
func TestPacketsThatWaitOrFindNoRoomAreCounted(t *testing.T) {
	w := newWorld(t)
	w.leave(t, 1, 10)
	rules := w.rules(t, order("OUT", Class{Traffic: everything(), Tbf: &Tbf{Rate: 8_000, Burst: 500, Limit: 3_000}}))
	need(t, rules.Begin())
	var client net.Conn
	w.Do(t, func() (err error) {
		client, err = net.Dial("udp", peer4+":4000")
		return err
	})
	defer client.Close()
	const number = 100
	for range number {
		_, err := client.Write(make([]byte, 100))
		if errors.Is(err, unix.ECONNREFUSED) { // nobody listens there, which the first ones have been told
			_, err = client.Write(make([]byte, 100))
		}
		need(t, err)
	}
	if count := countOf(t, rules); count.Number < number || count.Of < count.Number {
		t.Errorf("count is %+v", count)
	}
	if shown := w.Run(t, "tc -s class show dev served classid fa17:1"); strings.Contains(shown, "dropped 0,") || strings.Contains(shown, " 0p ") {
		t.Errorf("none waits, or none has found no room: %s", shown)
	}
}

func TestBeginningAtOnceMakesAllOfIt(t *testing.T) {
	inBothDirections(t, func(t *testing.T, w world, direction string, send func(int, int) time.Duration) {
		rules := w.rules(t, order(direction))
		need(t, rules.Begin())
		if shown := w.Run(t, "tc filter show dev "+rules.tree.device); strings.Contains(shown, "pref 1 ") {
			t.Errorf("something is in front: %s", shown)
		}
		send(20, 100)
		if count := countOf(t, rules); count.Number < 20 {
			t.Errorf("count is %+v", count)
		}
	})
}

func TestClosingLeavesNothing(t *testing.T) {
	for _, queue := range []string{"0", "1000"} {
		inBothDirections(t, func(t *testing.T, w world, direction string, _ func(int, int) time.Duration) {
			w.Run(t, "ip link set dev served txqueuelen "+queue)
			before := w.shown(t)
			ordered := order(direction)
			if queue == "0" {
				ordered.QueueLength = 0
			}
			rules := w.rules(t, ordered)
			need(t, rules.Close()) // before it was made
			for _, begin := range []func() error{rules.Prepare, rules.Begin} {
				need(t, begin())
				if w.shown(t) == before {
					t.Error("nothing was made")
				}
				need(t, rules.Close())
				need(t, rules.Close())
				if after := w.shown(t); after != before {
					t.Errorf("queue length %s: it was\n%s and is\n%s", queue, before, after)
				}
			}
			if found := remnantsIn(t, w.Namespace); len(found) != 0 {
				t.Errorf("tagged are %v", found)
			}
		})
	}
}

func TestClosingWithPartsGone(t *testing.T) {
	for _, vandal := range []string{
		"tc qdisc del dev served root", "tc qdisc del dev served ingress", "tc filter del dev served ingress pref 1",
		"ip link del dev f0000a1b27", "ip link del dev served",
	} {
		tried := 0
		inBothDirections(t, func(t *testing.T, w world, direction string, send func(int, int) time.Duration) {
			w.Run(t, "ip link set dev served txqueuelen 0")
			untouched := w.shown(t)
			ordered := order(direction)
			ordered.QueueLength = 0
			rules := w.rules(t, ordered)
			need(t, rules.Begin())
			send(3, 10)
			before := countOf(t, rules)
			if _, err := w.Try(vandal); err != nil {
				return // it is of the other direction
			}
			tried++
			if state := stateOf(t, rules); state.Flaw != removed || state.Counts[0].Number < before.Number {
				t.Errorf("%s: state is %+v, was %+v", vandal, state, before)
			}
			need(t, rules.End())
			if vandal != "ip link del dev served" {
				send(3, 10)
			}
			need(t, rules.Close())
			if found := remnantsIn(t, w.Namespace); len(found) != 0 {
				t.Errorf("%s: tagged are %v", vandal, found)
			}
			if vandal != "ip link del dev served" && w.shown(t) != untouched {
				t.Errorf("%s: it was\n%s and is\n%s", vandal, untouched, w.shown(t))
			}
		})
		if tried == 0 && !t.Failed() && !t.Skipped() {
			t.Errorf("%s has never worked", vandal)
		}
	}
}

func TestWhatIsMissingIsAFlaw(t *testing.T) {
	for _, vandal := range []string{
		"tc filter del dev f0000a1b27 parent fa17: pref 3", "tc filter del dev served parent fa17: pref 3",
		"tc qdisc del dev f0000a1b27 parent fa17:1 handle fb01:", "tc qdisc del dev served parent fa17:1 handle fb01:",
		"tc qdisc del dev served root;tc qdisc add dev served root handle fa17: htb r2q 8 direct_qlen 41394",
		"tc filter add dev served parent fa17: protocol all pref 1 u32 match u32 0 0 flowid fa17:0",
		"tc qdisc del dev served parent fa17:1 handle fb01:;tc qdisc add dev lo root handle fb01: tbf rate 1mbit burst 2kb latency 50ms",
	} {
		tried := 0
		for _, direction := range bothDirections {
			w := newWorld(t)
			rules := w.rules(t, order(direction))
			need(t, rules.Begin())
			countOf(t, rules)
			if strings.Contains(vandal, "dev served") != (direction == "OUT") {
				continue
			}
			tried++
			for line := range strings.SplitSeq(vandal, ";") {
				w.Run(t, line)
			}
			if state := stateOf(t, rules); state.Flaw != removed {
				t.Errorf("%s: state is %+v", vandal, state)
			}
		}
		if tried != 1 {
			t.Errorf("%s has worked %d times", vandal, tried)
		}
	}
}

func TestATreeOfAnotherTagIsNotOurs(t *testing.T) {
	w := newWorld(t)
	rules := w.rules(t, order("OUT"))
	need(t, rules.Begin())
	for _, other := range []string{"FAULTLINE-0000a1b2-8", "FAULTLINE-0000a1b3-7"} {
		w.Run(t, "tc qdisc del dev served root")
		made, err := New(effect.Place{Tag: other, Namespace: w.Namespace.Namespace}, order("OUT"))
		need(t, err)
		need(t, made.Begin())
		if state := stateOf(t, rules); state.Flaw != removed {
			t.Errorf("beside %s the state is %+v", other, state)
		}
	}
}

func TestHarmDoesNotBeginWithoutItsTree(t *testing.T) {
	w := newWorld(t)
	rules := w.rules(t, order("OUT"))
	need(t, rules.Prepare())
	w.Run(t, "tc qdisc del dev served root")
	err := rules.Begin()
	if !refuse.Is(err) || !strings.Contains(err.Error(), "removed by somebody else") {
		t.Errorf("error is %v", err)
	}
}

// Another tag's root has the same handle.
func TestWhatIsNotOursStays(t *testing.T) {
	for _, foreign := range []string{
		"tc qdisc add dev served root handle 1: tbf rate 1mbit burst 2kb latency 50ms",
		"tc qdisc add dev served root handle fa17: htb r2q 8 direct_qlen 41394",
		"tc qdisc add dev served ingress", "tc qdisc add dev served clsact",
	} {
		direction := "OUT"
		if strings.HasSuffix(foreign, "ingress") || strings.HasSuffix(foreign, "clsact") {
			direction = "IN"
		}
		w := newWorld(t)
		w.Need(t, foreign)
		before := w.shown(t)
		rules := w.rules(t, order(direction))
		if err := rules.Begin(); !refuse.Is(err) || !strings.Contains(err.Error(), "served: File exists") {
			t.Errorf("%s: error is %v", foreign, err)
		}
		if after := w.shown(t); after != before {
			t.Errorf("%s: refused, it was\n%s and is\n%s", foreign, before, after)
		}
		need(t, rules.Close())
		if after := w.shown(t); after != before {
			t.Errorf("%s: it was\n%s and is\n%s", foreign, before, after)
		}
	}
}

func TestWhatReplacesATreeStays(t *testing.T) {
	w := newWorld(t)
	rules := w.rules(t, order("OUT"))
	need(t, rules.Begin())
	w.Run(t, "tc qdisc del dev served root")
	w.Run(t, "tc qdisc add dev served root handle fa17: htb r2q 8 direct_qlen 41394")
	need(t, rules.Close())
	if shown := w.Run(t, "tc qdisc show dev served"); !strings.Contains(shown, "r2q 8") {
		t.Errorf("there is %s", shown)
	}
}

func TestAnInterfaceThatIsNotThereIsRefused(t *testing.T) {
	w := newWorld(t)
	for _, direction := range bothDirections {
		ordered := order(direction)
		ordered.Interface = "eth7"
		rules := w.rules(t, ordered)
		if err := rules.Prepare(); !refuse.Is(err) || err.Error() != `there is no interface "eth7" here` {
			t.Errorf("error is %v", err)
		}
	}
	if shown := w.Run(t, "ip link show"); strings.Contains(shown, "f0000a1b27") {
		t.Errorf("there is %s", shown)
	}
}

func TestNothingEndsItButItself(t *testing.T) {
	var rules effect.Rules = newWorld(t).rules(t, order("OUT"))
	need(t, rules.Begin())
	need(t, rules.Settle())
	rules.Tend()
	need(t, rules.Renew())
	if rules.HasExpired() {
		t.Error("it has expired")
	}
}
