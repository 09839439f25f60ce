package nft

import (
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/monotonic"
	"faultline/agent/packets"
)

const datagram = 28 + 1 // bytes of a packet of IPv4 with one byte in it

// remembering is the same order, with flows that are remembered.
func remembering(order packets.Order) packets.Order {
	order.Remember = []string{"ipv4", "ipv6"}
	return order
}

// flowsOf are those that are remembered, without what is another one each time.
func flowsOf(t *testing.T, of effect.Rules) []effect.Flow {
	t.Helper()
	flows := stateOf(t, of).Flows
	if flows == nil {
		t.Fatal("no flows are remembered")
	}
	for i := range flows.Met {
		flows.Met[i].FirstNanos = 0
	}
	return flows.Met
}

func flowOf(protocol string, from, to net.Addr, packets, bytes uint64) effect.Flow {
	source, destination := endOf(from), endOf(to)
	return effect.Flow{
		Protocol: protocol, What: effect.Data, Source: source.Addr(), SourcePort: source.Port(),
		Destination: destination.Addr(), DestinationPort: destination.Port(), Packets: packets, Bytes: bytes,
	}
}

func endOf(address net.Addr) netip.AddrPort {
	end := netip.MustParseAddrPort(address.String())
	return netip.AddrPortFrom(end.Addr().Unmap(), end.Port())
}

func TestWhoseDatagramsAreHarmedIsRemembered(t *testing.T) {
	t.Parallel()
	for _, action := range []packets.Action{{Kind: "DROP"}, {Kind: "REJECT"}, {Kind: "RESET"}, {Kind: "LOSE", Probability: 1}} {
		for _, family := range bothFamilies {
			t.Run(action.Kind+family.name, func(t *testing.T) {
				t.Parallel()
				w, tables := newWorld(t), New()
				order := remembering(dropping(everything()))
				order.Action = action
				made := begun(t, tables, at(w.target, tag), order)
				if found := flowsOf(t, made); len(found) > 0 {
					t.Errorf("nothing was sent, and remembered is %+v", found)
				}
				in, out := dialUDP(t, w.peer, 0, port(family.target, "7000")), dialUDP(t, w.target, 0, port(family.peer, "7001"))
				header := uint64(datagram)
				if family.name == "IPv6" {
					header += 20
				}
				before := monotonic.Nanos()
				in.Write([]byte("?"))
				after := monotonic.Nanos()
				out.Write([]byte("?"))
				pings(t, false, w.peer, family.target)
				want := []effect.Flow{
					flowOf("udp", in.LocalAddr(), in.RemoteAddr(), 1, header), flowOf("udp", out.LocalAddr(), out.RemoteAddr(), 1, header),
				}
				if found := flowsOf(t, made); !slices.Equal(found, want) {
					t.Errorf("remembered is %+v and not %+v", found, want)
				}
				state := stateOf(t, made)
				if first := state.Flows.Met[0].FirstNanos; state.Flows.Full || first < before || first > after+int64(time.Second) {
					t.Errorf("%+v, between %d and %d", state.Flows, before, after)
				}
				in.Write([]byte("?")) // which may hear of the first one's refusal in place of being sent
				in.Write([]byte("?"))
				again := stateOf(t, made).Flows.Met
				if len(again) != 2 || again[0].Packets < 2 || again[0].FirstNanos != state.Flows.Met[0].FirstNanos {
					t.Errorf("it was %+v and is %+v", state.Flows.Met, again)
				}
			})
		}
	}
}

func TestWhoAsksForAConnectionIsRemembered(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"DROP", "RESET"} {
		for _, family := range bothFamilies {
			t.Run(kind+family.name, func(t *testing.T) {
				t.Parallel()
				w, tables := newWorld(t), New()
				serve(t, w.target, ":80")
				open, err := connect(t, w.peer, port(family.target, "80"))
				succeed(t, err)
				order := remembering(dropping(packets.Traffic{Side: "OWN", Flow: "INTO"}))
				order.Action.Kind = kind
				made := begun(t, tables, at(w.target, tag), order)
				local := &net.TCPAddr{Port: 7007}
				w.peer.Do(t, func() error {
					(&net.Dialer{LocalAddr: local, Timeout: absence}).Dial("tcp", port(family.target, "80"))
					return nil
				})
				open.SetDeadline(time.Now().Add(absence))
				open.Write([]byte("?"))
				open.Close()
				found := slices.DeleteFunc(flowsOf(t, made), func(each effect.Flow) bool { return each.What == effect.Other }) // it closes
				for i := range found {
					found[i].Packets, found[i].Bytes = 0, 0 // as often as the kernel sends it again
				}
				asks := flowOf("tcp", &net.TCPAddr{IP: net.ParseIP(family.peer), Port: 7007}, open.RemoteAddr(), 0, 0)
				asks.What = effect.Asks
				want := []effect.Flow{asks, flowOf("tcp", open.LocalAddr(), open.RemoteAddr(), 0, 0)}
				if !slices.Equal(found, want) {
					t.Errorf("remembered is %+v and not %+v", found, want)
				}
			})
		}
	}
}

// An answer to who asks has both of the flags, and is none that asks.
func TestWhoAcceptsAConnectionDoesNotAsk(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	serve(t, w.target, ":80")
	made := begun(t, tables, at(w.target, tag), remembering(dropping(packets.Traffic{Side: "OWN", Flow: "OUT_OF"})))
	connectWithin(t, absence, w.peer, "10.0.0.1:80")
	found := flowsOf(t, made)
	if len(found) != 1 || found[0].What != effect.Other || found[0].SourcePort != 80 {
		t.Errorf("remembered is %+v", found)
	}
}

func TestOnlyWhatIsLostIsRemembered(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	order := remembering(lossOf(packets.Action{Every: 2, Positions: []int{2}}))
	made := begun(t, tables, at(w.target, tag), order)
	var senders []*net.UDPConn
	send := func() {
		senders = append(senders, dialUDP(t, w.target, 0, "10.0.0.2:7000"))
		senders[len(senders)-1].Write([]byte("?"))
	}
	send()
	send()
	lost := []effect.Flow{flowOf("udp", senders[1].LocalAddr(), senders[1].RemoteAddr(), 1, datagram)}
	if found := flowsOf(t, made); !slices.Equal(found, lost) {
		t.Errorf("remembered is %+v and not %+v", found, lost)
	}
	succeed(t, made.Retune(asJSON(t, remembering(lossOf(packets.Action{Every: 2, Positions: []int{1}})))))
	send()
	send()
	lost = append(lost, flowOf("udp", senders[2].LocalAddr(), senders[2].RemoteAddr(), 1, datagram))
	if found := flowsOf(t, made); !slices.Equal(found, lost) {
		t.Errorf("retuned, remembered is %+v and not %+v", found, lost)
	}
	hasCounts(t, made, effect.Count{Direction: "OUT", Number: 2, Of: 4}, effect.Count{Direction: "FORWARDED"})
}

func TestNothingIsRememberedBeforeAndAfter(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	made := madeOf(t, tables, at(w.target, tag), remembering(dropping(everything())))
	sender := dialUDP(t, w.peer, 0, "10.0.0.1:7000")
	listening := listenUDP(t, w.target, "10.0.0.1:7000")
	for _, step := range []func() error{made.Prepare, made.Begin, made.End} {
		succeed(t, step())
		sender.Write([]byte("?"))
		hasMore(listening, !made.begun)
	}
	if found := flowsOf(t, made); !slices.Equal(found, []effect.Flow{flowOf("udp", sender.LocalAddr(), sender.RemoteAddr(), 1, datagram)}) {
		t.Errorf("remembered is %+v", found)
	}
	forgetful := begun(t, tables, at(w.target, otherTag), dropping(everything()))
	sender.Write([]byte("?"))
	if state := stateOf(t, forgetful); state.Flows != nil || state.Counts[0].Number != 1 {
		t.Errorf("though that was not ordered, it is %+v", state)
	}
}

func TestAFullSetRemembersNoMoreAndHarmsOn(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	made := begun(t, tables, at(w.target, tag), remembering(dropping(everything())))
	const number = mostFlows + 10
	sender := listenUDP(t, w.peer, "10.0.0.2:0")
	for i := range number {
		if _, err := sender.WriteToUDPAddrPort([]byte("?"), netip.AddrPortFrom(netip.MustParseAddr("10.0.0.1"), uint16(1+i))); err != nil {
			t.Fatal(err)
		}
	}
	state := stateOf(t, made)
	if !state.Flows.Full || len(state.Flows.Met) != mostFlows || state.Counts[0].Number != number || state.Flaw != "" {
		t.Errorf("of %d harmed %+v, %d flows are remembered, full: %v", number, state.Counts[0], len(state.Flows.Met), state.Flows.Full)
	}
}

func TestAKernelThatRemembersNothingHarmsAllTheSame(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	tables.kernel.withoutMemory = true
	made := begun(t, tables, at(w.target, tag), remembering(dropping(everything())))
	if arrives(t, false, w.peer, 0, w.target, "10.0.0.1:7000") || stateOf(t, made).Flows != nil {
		t.Error("it harms not, or remembers")
	}
}

// What the kernel refuses is to be what it is done without.
func TestThePartsThatRememberAreMarked(t *testing.T) {
	order := remembering(dropping(everything()))
	harm, err := newHarm(order)
	succeed(t, err)
	plain, err := newHarm(dropping(everything()))
	succeed(t, err)
	marked := 0
	for _, each := range table(tag).create(harm.content(kernel{}), kernel{}) {
		if each.uses == memory {
			marked++
		}
	}
	if marked != 6 { // a set and two rules for each family
		t.Errorf("%d parts are marked", marked)
	}
	without := len(table(tag).create(harm.content(kernel{withoutMemory: true}), kernel{}))
	if without != len(table(tag).create(plain.content(kernel{}), kernel{})) {
		t.Errorf("where nothing is remembered there are %d parts", without)
	}
}

func TestOnlyWhatHasPortsIsRemembered(t *testing.T) {
	for transport, want := range map[string]int{"": 2, "tcp": 2, "udp": 2, "icmp": 0, "sctp": 0} {
		order := remembering(dropping(packets.Traffic{Transport: transport, Side: "OWN", Flow: "BOTH"}))
		harm, err := newHarm(order)
		succeed(t, err)
		if found := harm.content(kernel{}).flows; len(found) != want {
			t.Errorf("%q: %d families", transport, len(found))
		}
	}
	order := remembering(dropping(everything()))
	order.Filter.IPv6 = false
	harm, err := newHarm(order)
	succeed(t, err)
	if found := harm.content(kernel{}).flows; len(found) != 1 || found[0] != ipv4 {
		t.Errorf("where IPv6 cannot be told, there is %+v", found)
	}
}

// Of a packet that came before somebody set the time, or after that, it is never said that it came earlier than it did.
func TestATimeThatIsSetMakesNothingEarlier(t *testing.T) {
	w, tables := newWorld(t), New()
	made := begun(t, tables, at(w.target, tag), remembering(dropping(everything())))
	before := monotonic.Nanos()
	dialUDP(t, w.peer, 0, "10.0.0.1:7000").Write([]byte("?"))
	after := monotonic.Nanos()
	const hour = int64(time.Hour)
	ahead := made.dayAhead
	for _, then := range []int64{ahead, ahead + hour, ahead - hour} { // as if it had been so when they were made
		made.dayAhead = then
		first, now := stateOf(t, made).Flows.Met[0].FirstNanos, monotonic.Nanos()
		if first < before || first > now || then >= ahead && first > after+int64(time.Second) {
			t.Errorf("it came at %d, and not between %d and %d", first, before, after)
		}
	}
}

func TestABrokenElementIsNoFlow(t *testing.T) {
	whole := appendAll(nil, []attribute{valued(unix.NFTA_SET_ELEM_KEY, make([]byte, 16)...),
		valued(unix.NFTA_SET_ELEM_DATA, inOrder(1)...)})
	for end := range whole {
		if flow, ok := flowIn(whole[:end], ipv4); ok {
			t.Errorf("of %d bytes there is %+v", end, flow)
		}
	}
}

// The kernel does not have the time of a packet before Linux 5.4.
func TestWhatAKernelLacksToRememberIsLearned(t *testing.T) {
	tables := New()
	for _, errno := range []unix.Errno{unix.EPERM, unix.ENOMEM} {
		if tables.learn(&refusal{errno, request{uses: memory}}, kernel{}) {
			t.Errorf("%v is taken for something that is missing", errno)
		}
	}
	if !tables.learn(&refusal{unix.EOPNOTSUPP, request{uses: memory}}, kernel{}) || !tables.known().withoutMemory {
		t.Error("it is not learned")
	}
	if tables.learn(&refusal{unix.EOPNOTSUPP, request{uses: memory}}, kernel{withoutMemory: true}) {
		t.Error("it is learned twice")
	}
}
