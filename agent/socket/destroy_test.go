package socket

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/netnstest"
	"faultline/agent/packets"
	"faultline/agent/refuse"
)

// wired are two namespaces on one wire: a container at .1 and ::1, and others at .2, .3, ::2 and ::3.
func wired(t testing.TB) (container, others *netnstest.Namespace) {
	t.Helper()
	container, others = newNamespace(t), newNamespace(t)
	container.Need(t, fmt.Sprintf("ip link add eth0 type veth peer name eth0 netns %d", others.PID))
	for namespace, numbers := range map[*netnstest.Namespace]string{container: "1", others: "23"} {
		namespace.Run(t, "ip link set dev eth0 up")
		for _, number := range numbers {
			namespace.Run(t, fmt.Sprintf("ip addr add 10.9.0.%c/24 dev eth0", number))
			namespace.Run(t, fmt.Sprintf("ip addr add fd09::%c/64 nodad dev eth0", number))
		}
	}
	return container, others
}

// connection is open between a client in one namespace and a server in another.
type connection struct{ client, server *net.TCPConn }

func connected(t testing.TB, client, server *netnstest.Namespace, from, network, at, to string) connection {
	t.Helper()
	listener := listen(t, server, network, at)
	port := portOf(listener.Addr())
	var found connection
	client.Do(t, func() (err error) {
		local := &net.TCPAddr{IP: net.ParseIP(from)}
		found.client, err = net.DialTCP("tcp", local, &net.TCPAddr{IP: net.ParseIP(to), Port: port})
		return err
	})
	t.Cleanup(func() { found.client.Close() })
	var err error
	if found.server, err = listener.AcceptTCP(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { found.server.Close() })
	return found
}

// fate is what a read says of an end that has been sent nothing: open, aborted (here), reset (at the other end).
func fate(t testing.TB, end *net.TCPConn) string {
	t.Helper()
	if err := end.SetReadDeadline(time.Now().Add(20 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	_, err := end.Read(make([]byte, 1))
	var late net.Error
	switch {
	case errors.Is(err, unix.ECONNABORTED):
		return "aborted"
	case errors.Is(err, unix.ECONNRESET):
		return "reset"
	case errors.As(err, &late) && late.Timeout():
		return "open"
	default:
		return fmt.Sprint(err)
	}
}

func destroying(t testing.TB, namespace *netnstest.Namespace, order DestroyOrder) effect.Action {
	t.Helper()
	made, err := NewDestroy(effect.Place{Namespace: namespace.Namespace}, order)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// begun begins, and returns how many have been closed so far.
func begun(t testing.TB, action effect.Action) int64 {
	t.Helper()
	if err := action.Begin(); err != nil {
		t.Fatal(err)
	}
	state, err := action.State()
	if err != nil || len(state.Counts) != 1 || state.Counts[0].Direction != "ANY" || state.Counts[0].Of != state.Counts[0].Number {
		t.Fatalf("state is %+v, %v", state, err)
	}
	return state.Counts[0].Number
}

func toEveryone() DestroyOrder {
	return DestroyOrder{Own: []string{"10.9.0.1", "fd09::1"}, Traffic: packets.Traffic{Transport: "tcp", Side: "OWN", Flow: "BOTH"}}
}

func TestConnectionsOfEachFamilyAreClosed(t *testing.T) {
	for name, each := range map[string]struct{ network, at, to, from string }{
		"IPv4":           {"tcp4", "10.9.0.1:0", "10.9.0.1", "10.9.0.2"},
		"IPv6":           {"tcp6", "[fd09::1]:0", "fd09::1", "fd09::2"},
		"IPv4 over IPv6": {"tcp", "[::]:0", "10.9.0.1", "10.9.0.2"},
	} {
		t.Run(name, func(t *testing.T) {
			container, others := wired(t)
			ends := connected(t, others, container, each.from, each.network, each.at, each.to)
			action := destroying(t, container, toEveryone())
			if closed := begun(t, action); closed != 1 {
				t.Errorf("%d are closed", closed)
			}
			if own, other := fate(t, ends.server), fate(t, ends.client); own != "aborted" || other != "reset" {
				t.Errorf("its end is %s, the other one %s", own, other)
			}
		})
	}
}

func TestWhatItSaysToItselfAndWhoListensStays(t *testing.T) {
	container, others := wired(t)
	stay := []connection{
		connected(t, container, container, "127.0.0.1", "tcp4", "127.0.0.1:0", "127.0.0.1"),
		connected(t, container, container, "127.0.0.9", "tcp", "[::]:0", "127.0.0.1"),
		connected(t, container, container, "::1", "tcp6", "[::1]:0", "::1"),
		connected(t, container, container, "10.9.0.1", "tcp4", "10.9.0.1:0", "10.9.0.1"),
		connected(t, container, container, "fd09::1", "tcp6", "[fd09::1]:0", "fd09::1"),
	}
	goes := connected(t, container, others, "10.9.0.1", "tcp4", "10.9.0.2:0", "10.9.0.2")
	before := len(listening(t, container))
	if closed := begun(t, destroying(t, container, toEveryone())); closed != 1 || fate(t, goes.client) != "aborted" {
		t.Errorf("%d are closed", closed)
	}
	for _, each := range stay {
		if client, server := fate(t, each.client), fate(t, each.server); client != "open" || server != "open" {
			t.Errorf("%v is %s and %s", each.client.LocalAddr(), client, server)
		}
	}
	if after := len(listening(t, container)); before == 0 || after != before {
		t.Errorf("%d listened, %d listen", before, after)
	}
}

func listening(t testing.TB, namespace *netnstest.Namespace) (found []Socket) {
	t.Helper()
	all, err := Dump(namespace.Namespace)
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range all {
		if each.State == "LISTEN" {
			found = append(found, each)
		}
	}
	return found
}

// One connection is to the container's port, one to the other's.
func TestOnlyConnectionsThatAreMeantAreClosed(t *testing.T) {
	for _, each := range []struct {
		side     string
		own      bool // whether the range is around the container's own port
		peers    []string
		comes    bool // whether the one that was opened from .2 to the container goes
		leaves   bool // whether the one that was opened to .3 goes
		distance int  // of the range from the port
	}{
		{side: "OWN", own: true, comes: true}, {side: "OWN"}, {side: "OTHER", leaves: true}, {side: "OTHER", own: true},
		{side: "EITHER", own: true, comes: true}, {side: "EITHER", leaves: true}, {side: "EITHER", own: true, distance: 2},
		{side: "EITHER", own: true, distance: -2},
		{side: "OWN", own: true, peers: []string{"10.9.0.2"}, comes: true}, {side: "OWN", own: true, peers: []string{"10.9.0.3"}},
		{side: "EITHER", peers: []string{"10.9.0.3"}, leaves: true}, {side: "EITHER", peers: []string{"10.9.0.0/30"}, leaves: true},
		{side: "EITHER", peers: []string{"10.9.0.0/31", "fd09::3"}},
	} {
		t.Run(fmt.Sprintf("%+v", each), func(t *testing.T) {
			container, others := wired(t)
			comes := connected(t, others, container, "10.9.0.2", "tcp", "[::]:0", "10.9.0.1")
			leaves := connected(t, container, others, "10.9.0.1", "tcp4", "10.9.0.3:0", "10.9.0.3")
			port := portOf(leaves.client.RemoteAddr())
			if each.own {
				port = portOf(comes.server.LocalAddr())
			}
			order := toEveryone()
			order.Traffic.Side, order.Traffic.Peers = each.side, each.peers
			order.Traffic.First, order.Traffic.Last = uint16(port+each.distance-1), uint16(port+each.distance+1)
			begun(t, destroying(t, container, order))
			if goes := fate(t, comes.server) == "aborted"; goes != each.comes {
				t.Errorf("what comes: %v", goes)
			}
			if goes := fate(t, leaves.client) == "aborted"; goes != each.leaves {
				t.Errorf("what leaves: %v", goes)
			}
		})
	}
}

func TestPeersAloneAreMeant(t *testing.T) {
	container, others := wired(t)
	two := connected(t, others, container, "10.9.0.2", "tcp", "[::]:0", "10.9.0.1")
	three := connected(t, others, container, "fd09::3", "tcp", "[::]:0", "fd09::1")
	order := toEveryone()
	order.Traffic.Peers = []string{"fd09::3"}
	begun(t, destroying(t, container, order))
	if fate(t, two.server) != "open" || fate(t, three.server) != "aborted" {
		t.Error("not the peer's connection alone")
	}
}

func TestBeginningAgainClosesWhatWasOpenedSince(t *testing.T) {
	container, others := wired(t)
	action := destroying(t, container, toEveryone())
	for i := range int64(3) {
		ends := connected(t, others, container, "10.9.0.2", "tcp4", "10.9.0.1:0", "10.9.0.1")
		if closed := begun(t, action); closed != i+1 || fate(t, ends.server) != "aborted" {
			t.Errorf("%d are closed", closed)
		}
		for _, end := range []func() error{action.Settle, action.End, action.Close} {
			if err := end(); err != nil {
				t.Error(err)
			}
		}
		action.Tend()
	}
}

// The kernel keeps no socket of a connection of which its own end has been closed, and nobody is there who could be told.
func TestWhatWaitsForTheOthersEndIsNotCounted(t *testing.T) {
	container, others := wired(t)
	ends := connected(t, others, container, "10.9.0.2", "tcp4", "10.9.0.1:0", "10.9.0.1")
	port := portOf(ends.server.LocalAddr())
	ends.server.Close()
	waiting := func() bool {
		for _, each := range dumped(t, container, port) {
			if each.State == "FIN_WAIT2" && each.Timer != nil && each.Timer.Kind == "time-wait" {
				return true
			}
		}
		return false
	}
	for giveUp := time.Now().Add(2 * time.Second); !waiting(); time.Sleep(time.Millisecond) {
		if time.Now().After(giveUp) {
			t.Skipf("this kernel has %+v", dumped(t, container, port))
		}
	}
	if closed := begun(t, destroying(t, container, toEveryone())); closed != 0 || !waiting() {
		t.Errorf("%d are closed", closed)
	}
}

func TestDestroyOrdersThatCannotBeCarriedOutAreRefused(t *testing.T) {
	for because, change := range map[string]func(*DestroyOrder){
		"neither an address": func(order *DestroyOrder) { order.Own = []string{"redis"} },
		"side":               func(order *DestroyOrder) { order.Traffic.Side = "" },
		"only TCP":           func(order *DestroyOrder) { order.Traffic.Transport = "udp" },
		"as a whole":         func(order *DestroyOrder) { order.Traffic.Flow = "INTO" },
	} {
		order := toEveryone()
		change(&order)
		if _, err := NewDestroy(effect.Place{}, order); !refuse.Is(err) || !strings.Contains(err.Error(), because) {
			t.Errorf("error is %v", err)
		}
	}
}

func TestCanDestroyTellsWhatSsCan(t *testing.T) {
	namespace := newNamespace(t)
	ends := connect(t, namespace, "tcp4", listen(t, namespace, "tcp4", "127.0.0.1:0"))
	printed, err := namespace.Try(fmt.Sprintf("ss -HtnK sport = :%d", portOf(ends.client.LocalAddr())))
	if err != nil {
		t.Skipf("needs ss: %v", err)
	}
	if can := CanDestroy(namespace.Namespace); can != (strings.TrimSpace(printed) != "") {
		t.Errorf("it can: %v, and ss has said %q", can, printed)
	}
	if CanDestroy(netnstest.New(t).Namespace) {
		t.Error("it can where loopback is down")
	}
}
