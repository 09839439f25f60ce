package nft

import (
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/conntrack"
	"faultline/agent/effect"
	"faultline/agent/netnstest"
	"faultline/agent/packets"
	"faultline/agent/refuse"
)

const mark = 0xfa17

// answers serves UDP in a namespace: it sends its name back for whatever comes.
func answers(t *testing.T, in *netnstest.Namespace, address, name string) {
	t.Helper()
	listening := listenUDP(t, in, address)
	go func() {
		for part := make([]byte, 10); ; {
			_, from, err := listening.ReadFromUDP(part)
			if err != nil {
				return
			}
			listening.WriteToUDP([]byte(name), from)
		}
	}()
}

// asks sends a packet, marked or not, and has the name of who answers.
func asks(t *testing.T, in *netnstest.Namespace, address string, mark int) string {
	t.Helper()
	client := dialUDP(t, in, 0, address)
	defer client.Close()
	raw, err := client.SyscallConn()
	succeed(t, err)
	succeed(t, raw.Control(func(descriptor uintptr) {
		err = unix.SetsockoptInt(int(descriptor), unix.SOL_SOCKET, unix.SO_MARK, mark)
	}))
	succeed(t, err)
	return answer(t, client)
}

func answer(t *testing.T, client net.Conn) string {
	t.Helper()
	client.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := client.Write([]byte("?")); err != nil {
		return err.Error()
	}
	part := make([]byte, 10)
	n, err := client.Read(part)
	if err != nil {
		return "nobody"
	}
	return string(part[:n])
}

func redirecting(t *testing.T, tables *Tables, place effect.Place, ipv6 bool) effect.Rules {
	t.Helper()
	only := filter()
	only.IPv6 = ipv6
	made, err := tables.Redirect(place, packets.Redirect{Filter: only, Port: 5353, Mark: mark})
	succeed(t, err)
	t.Cleanup(func() { succeed(t, made.Close()) })
	return made
}

func TestQueriesAreLedAwayBeforeAnybodyElseLeadsThem(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	for _, address := range []string{"10.0.0.2:53", "[fd00::2]:53", "10.0.0.2:54"} {
		answers(t, w.peer, address, "server")
	}
	answers(t, w.target, "127.0.0.1:5353", "responder")
	answers(t, w.target, "[::1]:5353", "responder")
	answers(t, w.target, "127.0.0.1:5354", "rival")
	w.target.Need(t, "iptables-nft -t nat -A OUTPUT -p udp --dport 53 -m mark ! --mark 0xfa17 -j REDIRECT --to-ports 5354")
	made := redirecting(t, tables, at(w.target, tag), true)
	for _, each := range []struct {
		begins bool
		want   map[string]string
	}{
		{false, map[string]string{"10.0.0.2:53": "rival", "[fd00::2]:53": "server"}},
		{true, map[string]string{"10.0.0.2:53": "responder", "[fd00::2]:53": "responder"}},
		{false, map[string]string{"10.0.0.2:53": "rival", "[fd00::2]:53": "server"}},
	} {
		if each.begins {
			succeed(t, made.Begin())
		} else {
			succeed(t, made.End())
		}
		succeed(t, conntrack.ForgetQueries(w.target.Namespace))
		for address, want := range each.want {
			if who := asks(t, w.target, address, 0); who != want {
				t.Errorf("begun %v: %s answers for %s", each.begins, who, address)
			}
			if who := asks(t, w.target, address, mark); who != "server" {
				t.Errorf("begun %v: %s answers what is marked", each.begins, who)
			}
		}
		if who := asks(t, w.target, "10.0.0.2:54", 0); who != "server" {
			t.Errorf("begun %v: %s answers for another port", each.begins, who)
		}
	}
	if state := stateOf(t, made); state.Flaw != "" || len(state.Counts) > 0 {
		t.Errorf("it is %+v", state)
	}
	succeed(t, made.Retune([]byte(`{"anything": true}`)))
}

func TestConnectionsToTheNameServerAreLedAway(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	serve(t, w.target, "127.0.0.1:5353")
	if _, err := connect(t, w.target, "10.0.0.2:53"); err == nil {
		t.Fatal("there is a server")
	}
	made := redirecting(t, tables, at(w.target, tag), false)
	succeed(t, made.Begin())
	conn, err := connect(t, w.target, "10.0.0.2:53")
	succeed(t, err)
	succeed(t, echoes(conn))
	hasNoFlaw(t, made)
}

func TestQueriesThatCannotBeLedAreLetThrough(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	answers(t, w.peer, "[::]:53", "server")
	answers(t, w.target, "[::1]:5353", "responder")
	w.peer.Run(t, "ip address add fe80::22/64 dev eth0 nodad")
	w.target.Run(t, "ip address add fe80::11/64 dev eth0 nodad")
	succeed(t, redirecting(t, tables, at(w.target, tag), true).Begin())
	link, _, _ := strings.Cut(w.target.Run(t, "ip -o link show dev eth0"), ":") // the library finds names in one namespace only
	if who := asks(t, w.target, "[fe80::22%"+link+"]:53", 0); who != "server" {
		t.Errorf("%s answers", who)
	}
	four := redirecting(t, tables, at(w.peer, tag), false)
	answers(t, w.target, "[fd00::1]:53", "server")
	answers(t, w.peer, "[::1]:5353", "responder")
	succeed(t, four.Begin())
	if who := asks(t, w.peer, "[fd00::1]:53", 0); who != "server" {
		t.Errorf("%s answers where IPv6 cannot be told", who)
	}
}

func TestARemovedRedirectShows(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	made := redirecting(t, tables, at(w.target, tag), true)
	succeed(t, made.Begin())
	hasNoFlaw(t, made)
	if names, err := Find(w.target.Namespace); err != nil || !slices.Equal(names, []Found{{tag, false}}) {
		t.Errorf("a sweep does not find it, but %v, %v", names, err)
	}
	w.target.Run(t, "nft flush chain inet "+tag+" output")
	isFlawed(t, made)
}

func TestSegmentsAreCountedByFlag(t *testing.T) {
	t.Parallel()
	w, tables := newWorld(t), New()
	serve(t, w.target, ":80")
	order := packets.Counting{Filter: filter(), Counters: []packets.Counter{
		{Direction: "OUT", End: "SOURCE", Port: 80, Flag: "FIN"}, {Direction: "IN", End: "DESTINATION", Port: 80, Flag: "PSH"},
		{Direction: "OUT", End: "SOURCE", Port: 80, Flag: "PSH"}, {Direction: "OUT", End: "SOURCE", Port: 80, Flag: "RST"},
		{Direction: "IN", End: "DESTINATION", Port: 81, Flag: "PSH"}, {Direction: "OUT", End: "SOURCE", Port: 80, Flag: "FIN"},
	}}
	succeed(t, order.Require())
	made, err := tables.Counting(at(w.target, tag), order)
	succeed(t, err)
	defer made.Close()
	exchange := func() {
		for _, address := range []string{"10.0.0.1:80", "[fd00::1]:80"} {
			conn, err := connect(t, w.peer, address)
			succeed(t, err)
			for range 3 {
				succeed(t, echoes(conn))
			}
			succeed(t, conn.(*net.TCPConn).CloseWrite())
			if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) { // and with it the server's FIN
				t.Error(err)
			}
			conn.Close()
		}
	}
	counts := func(ends, data, fourthIsReset int64) []effect.Count {
		return []effect.Count{{Direction: "OUT", Number: ends, Of: ends}, {Direction: "IN", Number: data, Of: data},
			{Direction: "OUT", Number: data, Of: data}, {Direction: "OUT", Number: fourthIsReset, Of: fourthIsReset}, {Direction: "IN"},
			{Direction: "OUT", Number: ends, Of: ends}}
	}
	succeed(t, made.Prepare())
	exchange()
	hasCounts(t, made, counts(0, 0, 0)...)
	succeed(t, made.Begin())
	exchange()
	hasCounts(t, made, counts(2, 6, 0)...)
	succeed(t, made.Retune(asJSON(t, order)))
	succeed(t, made.End())
	exchange()
	hasCounts(t, made, counts(2, 6, 0)...)
	order.Counters = order.Counters[1:]
	if err := made.Retune(asJSON(t, order)); !refuse.Is(err) {
		t.Errorf("what is counted changes: %v", err)
	}
}
