package conntrack

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestDestinationOfRedirectedDatagram(t *testing.T) {
	for name, each := range map[string]struct {
		family int
		server netip.AddrPort
		own    string
	}{
		"IPv4": {unix.AF_INET, server4, "127.0.0.1:0"},
		"IPv6": {unix.AF_INET6, server6, "[::1]:0"},
	} {
		t.Run(name, func(t *testing.T) {
			namespace := newNamespace(t)
			listening := listenUDP(t, namespace, each.own)
			own := listening.LocalAddr().(*net.UDPAddr).AddrPort()
			redirect(t, namespace, unix.IPPROTO_UDP, own.Port())
			from := ask(t, dialUDP(t, namespace, each.server), listening)
			flows := open(t, namespace)
			for range 3 {
				wanted, ok, err := flows.Destination(each.family, unix.IPPROTO_UDP, from, own)
				if err != nil || !ok || wanted != each.server {
					t.Fatalf("destination %v, %v, %v; want %v", wanted, ok, err, each.server)
				}
			}
			_, ok, err := flows.Destination(each.family, unix.IPPROTO_TCP, from, own)
			if ok || err != nil {
				t.Fatalf("a flow of another protocol was found: %v, %v", ok, err)
			}
		})
	}
}

func TestDestinationOfRedirectedConnection(t *testing.T) {
	namespace := newNamespace(t)
	var server *net.TCPListener
	namespace.Do(t, func() (err error) {
		server, err = net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
		return err
	})
	defer server.Close()
	own := server.Addr().(*net.TCPAddr).AddrPort()
	redirect(t, namespace, unix.IPPROTO_TCP, own.Port())
	namespace.Do(t, func() error {
		client, err := net.DialTCP("tcp4", nil, net.TCPAddrFromAddrPort(server4))
		if err != nil {
			return err
		}
		return client.Close()
	})
	accepted, err := server.AcceptTCP()
	if err != nil {
		t.Fatal(err)
	}
	defer accepted.Close()
	from := accepted.RemoteAddr().(*net.TCPAddr).AddrPort()
	wanted, ok, err := open(t, namespace).Destination(unix.AF_INET, unix.IPPROTO_TCP, from, own)
	if err != nil || !ok || wanted != server4 {
		t.Fatalf("destination %v, %v, %v; want %v", wanted, ok, err, server4)
	}
}

func TestForgetQueriesHasRulesAskedAgain(t *testing.T) {
	for name, each := range map[string]struct {
		server netip.AddrPort
		own    string
	}{"IPv4": {server4, "127.0.0.1:0"}, "IPv6": {server6, "[::1]:0"}} {
		t.Run(name, func(t *testing.T) {
			namespace := newNamespace(t)
			meant := listenUDP(t, namespace, each.server.String())
			responder := listenUDP(t, namespace, each.own)
			stop := redirect(t, namespace, unix.IPPROTO_UDP, responder.LocalAddr().(*net.UDPAddr).AddrPort().Port())
			client := dialUDP(t, namespace, each.server)
			ask(t, client, responder)
			stop()
			redirect(t, namespace, unix.IPPROTO_TCP, 1) // so that nat goes on, as the table of somebody else would make it
			ask(t, client, responder)                   // what the rule said holds for this flow
			if err := ForgetQueries(namespace.Namespace); err != nil {
				t.Fatal(err)
			}
			ask(t, client, meant)
		})
	}
}

func TestForgetLeavesOtherPorts(t *testing.T) {
	namespace := newNamespace(t)
	listening := listenUDP(t, namespace, "127.0.0.1:0")
	own := listening.LocalAddr().(*net.UDPAddr).AddrPort()
	redirect(t, namespace, unix.IPPROTO_UDP, own.Port())
	from := ask(t, dialUDP(t, namespace, server4), listening)
	flows := open(t, namespace)
	if err := flows.Forget(discardPort); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := flows.Destination(unix.AF_INET, unix.IPPROTO_UDP, from, own); !ok || err != nil {
		t.Fatalf("a flow to another port was forgotten: %v, %v", ok, err)
	}
	if err := flows.Forget(dnsPort); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := flows.Destination(unix.AF_INET, unix.IPPROTO_UDP, from, own); ok || err != nil {
		t.Fatalf("a flow is still there: %v, %v", ok, err)
	}
}

func TestDestinationRefusesMixedFamilies(t *testing.T) {
	flows := open(t, newNamespace(t))
	for _, each := range []struct {
		family            int
		client, listening netip.AddrPort
	}{
		{unix.AF_INET, server6, server4}, {unix.AF_INET, server6, server6}, {unix.AF_INET6, server4, server4},
	} {
		_, _, err := flows.Destination(each.family, unix.IPPROTO_UDP, each.client, each.listening)
		if err == nil || !strings.Contains(err.Error(), "no flow of address family") {
			t.Errorf("error for %+v is %v", each, err)
		}
	}
}

func TestWorks(t *testing.T) {
	newNamespace(t).Do(t, func() error {
		if !Works() {
			t.Error("flows cannot be asked for here, though the other tests do")
		}
		return nil
	})
}

func FuzzDecode(f *testing.F) {
	reply, err := encodeReply(unix.AF_INET, unix.IPPROTO_UDP, server4, netip.MustParseAddrPort("127.0.0.1:4000"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(reply[4:]) // behind the header of the attribute that it is
	f.Fuzz(func(t *testing.T, raw []byte) {
		if original, err := decode(raw); err == nil && !original.destination.IsValid() {
			t.Error("a destination that is none")
		}
		originalIn(raw)
	})
}
