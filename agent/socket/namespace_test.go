package socket

import (
	"net"
	"net/netip"
	"slices"
	"syscall"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"faultline/agent/netnstest"
)

// newNamespace makes a network namespace whose loopback interface is up.
func newNamespace(t testing.TB) *netnstest.Namespace {
	t.Helper()
	made := netnstest.New(t)
	made.Do(t, func() error {
		loopback, err := netlink.LinkByName("lo")
		if err != nil {
			return err
		}
		return netlink.LinkSetUp(loopback)
	})
	return made
}

// pair is a connection with both its ends and the socket that listened for it.
type pair struct {
	listener       *net.TCPListener
	client, server *net.TCPConn
}

func listen(t testing.TB, namespace *netnstest.Namespace, network, address string) *net.TCPListener {
	t.Helper()
	var found *net.TCPListener
	namespace.Do(t, func() (err error) {
		found, err = net.ListenTCP(network, net.TCPAddrFromAddrPort(netip.MustParseAddrPort(address)))
		return err
	})
	t.Cleanup(func() { found.Close() })
	return found
}

func connect(t testing.TB, namespace *netnstest.Namespace, network string, listener *net.TCPListener) pair {
	t.Helper()
	found := pair{listener: listener}
	to := listener.Addr().(*net.TCPAddr)
	if network == "tcp4" {
		to = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: to.Port}
	}
	namespace.Do(t, func() (err error) {
		found.client, err = net.DialTCP(network, nil, to)
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

// dumped has the sockets with this local port.
func dumped(t testing.TB, namespace *netnstest.Namespace, port int) []Socket {
	t.Helper()
	found, err := Dump(namespace.Namespace)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(found, func(each Socket) bool { return int(each.LocalPort) != port })
}

func portOf(address net.Addr) int { return address.(*net.TCPAddr).Port }

func inodeOf(t testing.TB, conn syscall.Conn) uint32 {
	t.Helper()
	raw, err := conn.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var stat unix.Stat_t
	raw.Control(func(fd uintptr) { err = unix.Fstat(int(fd), &stat) })
	if err != nil {
		t.Fatal(err)
	}
	return uint32(stat.Ino)
}

// manySockets opens 500: 250 connections with both their ends.
func manySockets(b *testing.B) *netnstest.Namespace {
	namespace := newNamespace(b)
	listener := listen(b, namespace, "tcp4", "127.0.0.1:0")
	for range 250 {
		connect(b, namespace, "tcp4", listener)
	}
	return namespace
}
