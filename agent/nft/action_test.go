package nft

import (
	"errors"
	"math"
	"net"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/packets"
)

// lossOf is what is lost of UDP packets that leave the target.
func lossOf(action packets.Action) packets.Order {
	order := dropping(packets.Traffic{Transport: "udp", Side: "OWN", Flow: "OUT_OF"})
	order.Action = action
	order.Action.Kind = "LOSE"
	order.Filter.Silent = true
	return order
}

// sent sends so many packets from the target to the peer, by IPv4 and IPv6 in turn, and has the socket at which they arrive.
func (w world) sent(t *testing.T, number int) *net.UDPConn {
	t.Helper()
	listening := listenUDP(t, w.peer, "[::]:7000")
	raw, err := listening.SyscallConn()
	succeed(t, err)
	succeed(t, raw.Control(func(descriptor uintptr) { // all of them are to fit in there
		err = unix.SetsockoptInt(int(descriptor), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 8<<20)
	}))
	succeed(t, err)
	senders := []*net.UDPConn{dialUDP(t, w.target, 0, "10.0.0.2:7000"), dialUDP(t, w.target, 0, "[fd00::2]:7000")}
	for i := range number {
		if _, err := senders[i%2].Write(inOrder(uint32(i + 1))); err != nil {
			t.Fatal(err)
		}
	}
	return listening
}

// places has the places of the packets that arrive, counted from 1. So many are expected.
func places(at *net.UDPConn, expected int) []int {
	defer at.Close()
	var found []int
	for part := make([]byte, 4); ; {
		at.SetReadDeadline(time.Now().Add(within(len(found) < expected)))
		if n, err := at.Read(part); err != nil || n != len(part) {
			slices.Sort(found)
			return found
		}
		found = append(found, int(native.Uint32(part)))
	}
}

func TestAPatternIsLostExactly(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	if found := places(w.sent(t, 10), 10); len(found) != 10 {
		t.Fatalf("without a fault there arrive %v", found)
	}
	made := begun(t, tables, at(w.target, tag), lossOf(packets.Action{Every: 5, Positions: []int{5, 2, 2}}))
	if found := places(w.sent(t, 12), 7); !slices.Equal(found, []int{1, 3, 4, 6, 8, 9, 11}) {
		t.Errorf("there arrive %v", found)
	}
	hasCounts(t, made, effect.Count{Direction: "OUT", Number: 5, Of: 12}, effect.Count{Direction: "FORWARDED"})
}

func TestAllCanBeLostAndOneOfOne(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	for _, action := range []packets.Action{{Probability: 1}, {Every: 1, Positions: []int{1}}} {
		made := begun(t, tables, at(w.target, tag), lossOf(action))
		if found := places(w.sent(t, 50), 0); len(found) > 0 {
			t.Errorf("%v: there arrive %v", action, found)
		}
		succeed(t, made.Close())
	}
}

func TestLossByChanceIsAsLikelyAsOrdered(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	for _, probability := range []float64{0.01, 0.3, 0.9} {
		made := begun(t, tables, at(w.target, tag), lossOf(packets.Action{Probability: probability}))
		const number = 5000
		listening := w.sent(t, number)
		arrived := len(places(listening, int(number-stateOf(t, made).Counts[0].Number)))
		sigma := math.Sqrt(number * probability * (1 - probability))
		if off := math.Abs(float64(number-arrived) - number*probability); off > 6*sigma {
			t.Errorf("%v: %d of %d arrive", probability, arrived, number)
		}
		count := effect.Count{Direction: "OUT", Number: int64(number - arrived), Of: number}
		hasCounts(t, made, count, effect.Count{Direction: "FORWARDED"})
		succeed(t, made.Close())
	}
}

func TestRetuneGoesOnCounting(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	made := begun(t, tables, at(w.target, tag), lossOf(packets.Action{Probability: 1}))
	w.sent(t, 4).Close()
	for i, action := range []packets.Action{{Every: 2, Positions: []int{1}}, {Every: 4, Positions: []int{2, 3, 4}}} {
		succeed(t, made.Retune(asJSON(t, lossOf(action))))
		if found := places(w.sent(t, 4), 2-i); len(found) != 2-i {
			t.Errorf("%v: there arrive %v", action, found)
		}
	}
	hasCounts(t, made, effect.Count{Direction: "OUT", Number: 9, Of: 12}, effect.Count{Direction: "FORWARDED"})
	before := ruleset(t, w.target)
	for _, other := range []packets.Order{
		dropping(packets.Traffic{Transport: "udp", Side: "OWN", Flow: "OUT_OF"}), lossOf(packets.Action{Probability: 2}), {},
	} {
		if err := made.Retune(asJSON(t, other)); err == nil {
			t.Errorf("it becomes %+v", other)
		}
	}
	if err := made.Retune([]byte("no order")); err == nil {
		t.Error("it becomes what is no order")
	}
	if after := ruleset(t, w.target); counterless(after) != counterless(before) {
		t.Errorf("after it was refused it is %s", after)
	}
}

func TestRefusalsCanBecomeOthers(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	order := dropping(packets.Traffic{Transport: "tcp", Side: "OWN", Flow: "BOTH"})
	order.Action.Kind = "RESET"
	made := madeOf(t, tables, at(w.target, tag), order)
	order.Action.Kind = "REJECT"
	succeed(t, made.Retune(asJSON(t, order))) // before it is in the kernel
	succeed(t, made.Prepare())
	order.Action.Kind = "RESET"
	succeed(t, made.Retune(asJSON(t, order)))
	succeed(t, made.Begin())
	if _, err := connect(t, w.peer, "10.0.0.1:80"); !errors.Is(err, unix.ECONNREFUSED) {
		t.Error(err)
	}
	if there := ruleset(t, w.target); !contains(there, "reject with tcp reset") {
		t.Errorf("it is %s", there)
	}
	hasCounts(t, made, effect.Count{Direction: "IN", Number: 1, Of: 1}, effect.Count{Direction: "OUT"}, effect.Count{Direction: "FORWARDED"})
}

func TestSendersHearNothingOfASilentDrop(t *testing.T) {
	t.Parallel()
	for _, withoutQueues := range []bool{false, true} {
		w, tables := newWorld(t), New()
		tables.kernel.withoutQueues = withoutQueues
		order := dropping(everything())
		for _, silent := range []bool{false, true} {
			order.Filter.Silent = silent
			made := begun(t, tables, at(w.target, tag), order)
			for _, address := range []string{"10.0.0.2:7000", "[fd00::2]:7000"} {
				listening := listenUDP(t, w.peer, address)
				_, err := dialUDP(t, w.target, 0, address).Write([]byte("?"))
				if silent && err != nil || !silent && !errors.Is(err, unix.EPERM) {
					t.Errorf("%s, silent %v: %v", address, silent, err)
				}
				if hasMore(listening, false) {
					t.Errorf("%s, silent %v: it arrives", address, silent)
				}
				listening.Close()
			}
			if count := stateOf(t, made).Counts[1]; count != (effect.Count{Direction: "OUT", Number: 2, Of: 2}) {
				t.Errorf("counted is %+v", count)
			}
			succeed(t, made.Close())
		}
	}
}

// Which is why packets are dropped there, and handed to a queue at the output hook alone.
func TestSendersHearNothingOfADropOnItsWayIn(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	own := listener("127.0.0.1", 7000)
	made := begun(t, tables, at(w.target, tag), dropping(packets.Traffic{Side: "OWN", Flow: "INTO", Published: []packets.Listener{own}}))
	sender := dialUDP(t, w.target, 0, "127.0.0.1:7000")
	for range 3 {
		if _, err := sender.Write([]byte("?")); err != nil {
			t.Error(err)
		}
	}
	hasCounts(t, made, effect.Count{Direction: "IN", Number: 3, Of: 3})
}
