package iptables

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"faultline/agent/netnstest"
	"faultline/agent/packets"
)

// into is what comes to the target.
var into = packets.Traffic{Side: "OWN", Flow: "INTO"}

func TestHarmsFromItsBeginToItsEndAndAgain(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		made := n.packets(t, packets.Order{Filter: filter, Traffic: into, Action: dropped})
		requireIn(t, made, 0, 0)
		n.requireNothingLeft(t, packets.IptablesNFT) // as nothing was touched yet
		do(t, made.Prepare)
		requireReached(t, n, true)
		requireIn(t, made, 0, 0)
		do(t, made.Begin)
		requireReached(t, n, false)
		requireIn(t, made, 2, 2)
		do(t, made.End)
		do(t, made.End)
		requireReached(t, n, true)
		requireIn(t, made, 2, 2)
		do(t, made.Begin)
		do(t, made.Begin)
		requireReached(t, n, false)
		do(t, made.End)
		requireIn(t, made, 4, 4)
		do(t, made.Close)
		do(t, made.Close)
		requireReached(t, n, true)
		n.requireNothingLeft(t, filter.Flavour)
	})
}

func requireReached(t *testing.T, n network, want bool) {
	t.Helper()
	for family := range served {
		if n.reaches(t, family) != want {
			t.Fatalf("what is sent to %s should arrive: %v", served[family], want)
		}
	}
}

func TestBeginsAtOnceAndIsClosedInTheMiddle(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		made := n.packets(t, packets.Order{Filter: filter, Traffic: into, Action: dropped})
		do(t, made.Begin)
		requireReached(t, n, false)
		requireIn(t, made, 2, 2)
		do(t, made.Close)
		requireReached(t, n, true)
		n.requireNothingLeft(t, filter.Flavour)
		if made.Begin() == nil || made.Prepare() == nil || made.Renew() != nil {
			t.Error("it begins again")
		}
		if _, err := made.State(); err == nil {
			t.Error("it tells what nobody knows")
		}
	})
}

func TestRefusesAndResets(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		reject := packets.Order{Filter: filter, Traffic: into, Action: packets.Action{Kind: "REJECT"}}
		made := n.packets(t, reject)
		listeners := []*net.TCPListener{n.listen(t, served[0]+":7000"), n.listen(t, "["+served[1]+"]:7000")}
		for _, each := range listeners {
			open, err := n.connect(t, each.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			do(t, made.Begin)
			if _, err := n.connect(t, each.Addr().String()); !isRefused(err) {
				t.Errorf("connecting ends with %v", err)
			}
			datagrams := dial(t, n.client, each.Addr().String())
			send(t, datagrams, 1)
			datagrams.SetReadDeadline(time.Now().Add(patience))
			if _, err := datagrams.Read(make([]byte, 1)); !isRefused(err) {
				t.Errorf("a datagram is answered by %v", err)
			}
			reset := reject
			reset.Action.Kind = "RESET"
			retune(t, made, reset)
			open.Write([]byte("x"))
			open.SetReadDeadline(time.Now().Add(patience))
			if _, err := open.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("an open connection ends with %v", err)
			}
			do(t, made.End)
			retune(t, made, reject)
		}
		// A first refusal over IPv6 can arrive while the client still holds its own socket, and then counts twice.
		if in := stateOf(t, made).Counts[0]; in.Number < 6 || in.Number > 8 || in.Of != in.Number {
			t.Errorf("counted is %v", in)
		}
		do(t, made.Close)
		n.requireNothingLeft(t, filter.Flavour)
	})
}

func retune(t *testing.T, made *filtering, to packets.Order) {
	t.Helper()
	text, err := json.Marshal(to)
	if err != nil {
		t.Fatal(err)
	}
	if err := made.Retune(text); err != nil {
		t.Fatal(err)
	}
}

func TestMeansSomePacketsAndNoOthers(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		for what, each := range map[string]struct {
			traffic packets.Traffic
			meant   bool
		}{
			"port":         {packets.Traffic{Side: "OWN", Flow: "INTO", First: 6999, Last: 7000}, true},
			"other port":   {packets.Traffic{Side: "OWN", Flow: "INTO", First: 7001, Last: 7001}, false},
			"their port":   {packets.Traffic{Side: "OTHER", Flow: "INTO", First: 7000, Last: 7000}, false},
			"either port":  {packets.Traffic{Side: "EITHER", Flow: "INTO", First: 7000, Last: 7000}, true},
			"transport":    {packets.Traffic{Side: "OWN", Flow: "INTO", Transport: "tcp"}, false},
			"way":          {packets.Traffic{Side: "OWN", Flow: "OUT_OF"}, false},
			"peers":        {packets.Traffic{Side: "OWN", Flow: "INTO", Peers: []string{asking[0], "2001:db8:100::/64"}}, true},
			"other peers":  {packets.Traffic{Side: "OWN", Flow: "INTO", Peers: []string{"198.51.100.3"}}, false},
			"published":    {packets.Traffic{Side: "OWN", Flow: "BOTH", Published: listeners(served[0], served[1])}, true},
			"all of it":    {packets.Traffic{Side: "OWN", Flow: "BOTH", Published: listeners("0.0.0.0", "::")}, true},
			"not this one": {packets.Traffic{Side: "OWN", Flow: "BOTH", Published: listeners("198.51.100.9", "2001:db8:100::9")}, false},
		} {
			made := n.packets(t, packets.Order{Filter: filter, Traffic: each.traffic, Action: dropped})
			do(t, made.Begin)
			for _, host := range served {
				server := n.server(t, net.JoinHostPort(host, "7000"))
				send(t, dial(t, n.client, server.LocalAddr().String()), 1)
				if got := received(t, server); len(got) == 1 == each.meant {
					t.Errorf("%s: received %v of what is sent to %s", what, got, host)
				}
				server.Close()
			}
			do(t, made.Close)
			n.requireNothingLeft(t, filter.Flavour)
		}
	})
}

func listeners(hosts ...string) []packets.Listener {
	var found []packets.Listener
	for _, host := range hosts {
		one := published(host, 7000)
		one.Transport = "udp"
		found = append(found, one)
	}
	return found
}

func TestLoopbackIsLeftAlone(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		do(t, n.packets(t, packets.Order{Filter: filter, Traffic: all, Action: dropped}).Begin)
		for _, host := range []string{"127.0.0.1", "::1", served[0]} {
			server := n.server(t, net.JoinHostPort(host, "0"))
			send(t, dial(t, n.target, server.LocalAddr().String()), 1)
			if len(received(t, server)) != 1 {
				t.Errorf("nothing arrives at %s", host)
			}
		}
	})
}

func TestSendersAreToldNothingIfItIsSilent(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		for _, filter.Silent = range []bool{false, true} {
			made := n.packets(t, packets.Order{Filter: filter, Traffic: packets.Traffic{Side: "OWN", Flow: "OUT_OF"}, Action: dropped})
			do(t, made.Begin)
			for _, host := range asking {
				_, err := dial(t, n.target, net.JoinHostPort(host, "7000")).Write([]byte("x"))
				if filter.Silent && err != nil || !filter.Silent && !errors.Is(err, os.ErrPermission) {
					t.Errorf("silent is %v, and sending to %s ends with %v", filter.Silent, host, err)
				}
			}
			if counts := stateOf(t, made).Counts; counts[0].Direction != "OUT" || counts[0].Number != 2 || counts[0].Of != 2 {
				t.Errorf("counted is %v", counts)
			}
			do(t, made.Close)
		}
	})
}

func TestWhatIsForwardedIsMeantToo(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		behind := netnstest.New(t)
		join(t, n.target, behind, "test1")
		address(t, n.target, "test1", "203.0.113.1/24")
		address(t, behind, "test1", "203.0.113.2/24")
		behind.Run(t, "ip route add default via 203.0.113.1")
		n.client.Run(t, "ip route add default via "+served[0])
		n.target.Do(t, func() error { return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0) })
		across := network{behind, n.client, n.chains}
		server := across.server(t, "203.0.113.2:7000")
		client := dial(t, n.client, server.LocalAddr().String())
		eventually(t, "it is forwarded", func() bool {
			send(t, client, 1)
			return len(received(t, server)) > 0
		})
		made := n.packets(t, packets.Order{Filter: filter, Traffic: all, Action: dropped})
		do(t, made.Begin)
		send(t, client, 3)
		if got := received(t, server); len(got) != 0 {
			t.Errorf("received is %v", got)
		}
		counts := stateOf(t, made).Counts
		if len(counts) != 3 || counts[2].Direction != "FORWARDED" || counts[2].Number != 3 || counts[2].Of != 3 {
			t.Errorf("counted is %v", counts)
		}
		do(t, made.Close)
		n.requireNothingLeft(t, filter.Flavour)
	})
}

func TestAnOpenConnectionStallsAndGoesOn(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		listener := n.listen(t, served[0]+":0")
		client, err := n.connect(t, listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		server, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		made := n.packets(t, packets.Order{Filter: filter, Traffic: all, Action: dropped})
		do(t, made.Begin)
		client.Write([]byte("hello"))
		server.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		if _, err := server.Read(make([]byte, 5)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("read with %v", err)
		}
		do(t, made.End)
		server.SetReadDeadline(time.Now().Add(patience))
		if _, err := io.ReadFull(server, make([]byte, 5)); err != nil {
			t.Error(err)
		}
	})
}
