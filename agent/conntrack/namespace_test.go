package conntrack

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"faultline/agent/netnstest"
)

// The name servers that clients in the tests ask, addresses of their own loopback interface.
var (
	server4 = netip.MustParseAddrPort("192.0.2.53:53")
	server6 = netip.MustParseAddrPort("[2001:db8::53]:53")
)

// newNamespace makes a network namespace in which the servers' addresses are on the loopback interface.
func newNamespace(t *testing.T) *netnstest.Namespace {
	t.Helper()
	made := netnstest.New(t)
	made.Do(t, addServers)
	return made
}

// addServers gives the loopback interface of the calling thread's namespace the servers' addresses. It waits until the kernel
// has their local routes: a socket that is connected before keeps another one, on which what is not redirected is lost.
func addServers() error {
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	if err := netlink.LinkSetUp(loopback); err != nil {
		return err
	}
	for _, server := range []netip.AddrPort{server4, server6} {
		ip := net.IP(server.Addr().AsSlice())
		host := &net.IPNet{IP: ip, Mask: net.CIDRMask(8*len(ip), 8*len(ip))}
		if err := netlink.AddrAdd(loopback, &netlink.Addr{IPNet: host, Flags: unix.IFA_F_NODAD}); err != nil {
			return err
		}
		for giveUp := time.Now().Add(2 * time.Second); ; time.Sleep(time.Millisecond) {
			routes, err := netlink.RouteGet(ip)
			if err == nil && len(routes) == 1 && routes[0].Type == unix.RTN_LOCAL {
				break
			}
			if time.Now().After(giveUp) {
				return fmt.Errorf("no local route to %v: %v, %v", ip, routes, err)
			}
		}
	}
	return nil
}

// redirect leads what goes to port 53 to another port, and returns how to stop that.
func redirect(t *testing.T, namespace *netnstest.Namespace, protocol byte, port uint16) (stop func()) {
	t.Helper()
	table := &nftables.Table{Family: nftables.TableFamilyINet, Name: "test"}
	err := namespace.Namespace.Do(func() error {
		rules, err := nftables.New()
		if err != nil {
			return err
		}
		rules.AddTable(table)
		chain := rules.AddChain(&nftables.Chain{
			Name: "output", Table: table, Type: nftables.ChainTypeNAT,
			Hooknum: nftables.ChainHookOutput, Priority: nftables.ChainPriorityNATDest,
		})
		rules.AddRule(&nftables.Rule{Table: table, Chain: chain, Exprs: []expr.Any{
			&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: 1},
			&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: []byte{protocol}},
			&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseTransportHeader, Offset: 2, Len: 2},
			&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: []byte{0, dnsPort}},
			&expr.Immediate{Register: 1, Data: []byte{byte(port >> 8), byte(port)}},
			&expr.Redir{RegisterProtoMin: 1},
		}})
		return rules.Flush()
	})
	if err != nil {
		t.Skipf("this kernel cannot redirect: %v", err)
	}
	return func() {
		namespace.Do(t, func() error {
			rules, err := nftables.New()
			if err != nil {
				return err
			}
			rules.DelTable(table)
			return rules.Flush()
		})
	}
}

func listenUDP(t *testing.T, namespace *netnstest.Namespace, address string) *net.UDPConn {
	t.Helper()
	var found *net.UDPConn
	namespace.Do(t, func() (err error) {
		found, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort(address)))
		return err
	})
	t.Cleanup(func() { found.Close() })
	return found
}

func dialUDP(t *testing.T, namespace *netnstest.Namespace, server netip.AddrPort) *net.UDPConn {
	t.Helper()
	var found *net.UDPConn
	namespace.Do(t, func() (err error) {
		found, err = net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(server))
		return err
	})
	t.Cleanup(func() { found.Close() })
	return found
}

// ask sends a query and returns which of the sockets has got it, and from whom.
func ask(t *testing.T, client *net.UDPConn, listening *net.UDPConn) netip.AddrPort {
	t.Helper()
	if _, err := client.Write([]byte("?")); err != nil {
		t.Fatal(err)
	}
	listening.SetReadDeadline(time.Now().Add(2 * time.Second))
	_, from, err := listening.ReadFromUDPAddrPort(make([]byte, 1))
	if err != nil {
		t.Fatalf("no query came to %v: %v", listening.LocalAddr(), err)
	}
	return from
}

func open(t *testing.T, namespace *netnstest.Namespace) *Conntrack {
	t.Helper()
	var found *Conntrack
	namespace.Do(t, func() (err error) {
		found, err = Open()
		return err
	})
	t.Cleanup(found.Close)
	return found
}
