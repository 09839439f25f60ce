package iptables

import (
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/conntrack"
	"faultline/agent/effect"
	"faultline/agent/netnstest"
	"faultline/agent/packets"
)

const mark = 0xfa17

// answering is a server of UDP and TCP whose answers are its name. It returns its port.
func answering(t *testing.T, in *netnstest.Namespace, host string, port int, name string) int {
	t.Helper()
	var datagrams *net.UDPConn
	var streams *net.TCPListener
	in.Do(t, func() (err error) {
		if datagrams, err = net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(host), Port: port}); err != nil {
			return err
		}
		port = datagrams.LocalAddr().(*net.UDPAddr).Port
		streams, err = net.ListenTCP("tcp", &net.TCPAddr{IP: net.ParseIP(host), Port: port})
		return err
	})
	t.Cleanup(func() {
		datagrams.Close()
		streams.Close()
	})
	go func() {
		for content := make([]byte, 100); ; {
			_, from, err := datagrams.ReadFromUDP(content)
			if err != nil {
				return
			}
			datagrams.WriteToUDP([]byte(name), from)
		}
	}()
	go func() {
		for {
			conn, err := streams.Accept()
			if err != nil {
				return
			}
			conn.Write([]byte(name))
			conn.Close()
		}
	}()
	return port
}

// asked is who answers a query of the target's.
func asked(t *testing.T, in *netnstest.Namespace, network, address string, marked bool) string {
	t.Helper()
	var conn net.Conn
	in.Do(t, func() (err error) {
		dialer := net.Dialer{Control: func(_, _ string, raw syscall.RawConn) (err error) {
			if marked {
				raw.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_MARK, mark) })
			}
			return err
		}}
		conn, err = dialer.Dial(network, address)
		return err
	})
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	if _, err := conn.Write([]byte("?")); err != nil {
		return err.Error()
	}
	answer := make([]byte, 100)
	length, err := conn.Read(answer)
	if err != nil {
		return err.Error()
	}
	return string(answer[:length])
}

func TestLeadsQueriesToAPortOfItsOwnButForMarkedOnes(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		for _, host := range asking {
			answering(t, n.client, host, 53, "server")
		}
		port := answering(t, n.target, "127.0.0.1", 0, "responder")
		answering(t, n.target, "::1", port, "responder")
		made, err := Redirect(n.place(), packets.Redirect{Filter: filter, Port: uint16(port), Mark: mark}, n.chains)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { made.Close() })
		requireAnswers := func(plain string) {
			t.Helper()
			if err := conntrack.ForgetQueries(n.target.Namespace); err != nil {
				t.Fatal(err)
			}
			for _, host := range asking {
				for _, network := range []string{"udp", "tcp"} {
					address := net.JoinHostPort(host, "53")
					if got := asked(t, n.target, network, address, false); got != plain {
						t.Errorf("%s over %s is answered by %q and not by the %s", host, network, got, plain)
					}
					if got := asked(t, n.target, network, address, true); got != "server" {
						t.Errorf("%s over %s is answered by %q though it was marked", host, network, got)
					}
				}
			}
			if state := stateOf(t, made); state.Flaw != "" || state.Counts != nil {
				t.Errorf("%+v", state)
			}
		}
		requireAnswers("server")
		do(t, made.Prepare)
		requireAnswers("server")
		for range 2 {
			do(t, made.Begin)
			requireAnswers("responder")
			do(t, made.Renew)
			do(t, made.End)
			requireAnswers("server")
		}
		do(t, made.Begin)
		n.target.Run(t, toolOf(filter, "ip6tables", " -t nat -F OUTPUT"))
		if stateOf(t, made).Flaw != incomplete {
			t.Error("no flaw though half of it is gone")
		}
		if made.Close() == nil {
			t.Error("nobody is told that it was not removed as it was made")
		}
		n.requireNothingLeft(t, filter.Flavour)
	})
}

func TestCountsWhileItIsBegun(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		listener := n.listen(t, served[0]+":7000")
		order := packets.Counting{Filter: filter, Counters: []packets.Counter{
			{Direction: "IN", End: "DESTINATION", Port: 7000, Flag: "PSH"},
			{Direction: "OUT", End: "SOURCE", Port: 7000, Flag: "PSH"},
			{Direction: "OUT", End: "SOURCE", Port: 7000, Flag: "FIN"},
		}}
		for _, isPrepared := range []bool{true, false} {
			made, err := Counting(n.place(), order, n.chains)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { made.Close() })
			requireCounted(t, made, 0, 0, 0)
			if isPrepared {
				do(t, made.Prepare)
				n.exchange(t, listener)
			}
			requireCounted(t, made, 0, 0, 0)
			do(t, made.Begin)
			n.exchange(t, listener)
			n.exchange(t, listener)
			requireCounted(t, made, 2, 2, 2)
			do(t, made.End)
			n.exchange(t, listener)
			requireCounted(t, made, 2, 2, 2)
			do(t, made.Begin)
			n.exchange(t, listener)
			requireCounted(t, made, 3, 3, 3)
			if isPrepared {
				do(t, made.Close)
				continue
			}
			for _, flushed := range []string{tag + "-g", "INPUT"} {
				n.target.Run(t, filter.Flavour+" -F "+flushed)
				if stateOf(t, made).Flaw != incomplete {
					t.Errorf("no flaw though %s is empty", flushed)
				}
			}
			if made.Close() == nil {
				t.Error("nobody is told that it was not removed as it was made")
			}
			n.requireNothingLeft(t, filter.Flavour)
		}
	})
}

// exchange says something over a new connection, which is answered and closed by the target.
func (n network) exchange(t *testing.T, listener *net.TCPListener) {
	t.Helper()
	client, err := n.connect(t, listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	client.Write([]byte("?"))
	server.Read(make([]byte, 1))
	server.Write([]byte("!"))
	client.Read(make([]byte, 1))
	server.Close()
	client.SetDeadline(time.Now().Add(patience))
	if _, err := client.Read(make([]byte, 1)); err == nil || !strings.Contains(err.Error(), "EOF") {
		t.Fatal(err)
	}
}

func requireCounted(t *testing.T, made effect.Rules, numbers ...int64) {
	t.Helper()
	state := stateOf(t, made)
	for i, number := range numbers {
		if each := state.Counts[i]; each.Number != number || each.Of != number || state.Flaw != "" {
			t.Errorf("%+v: %v should have been counted", state, numbers)
		}
	}
}
