package orphan

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/google/nftables"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"faultline/agent/netnstest"
	"faultline/agent/packets"
)

// network is two containers on one link: a target, which serves, and its client.
type network struct{ target, client *netnstest.Namespace }

func newNetwork(t *testing.T) network {
	t.Helper()
	if !endingWorks() {
		t.Skip("this kernel ends no orphans (Linux before 6.11, or without INET_DIAG_DESTROY)")
	}
	made := network{netnstest.New(t), netnstest.New(t)}
	made.target.Do(t, func() error {
		return netlink.LinkAdd(&netlink.Veth{
			LinkAttrs: netlink.LinkAttrs{Name: "test0"},
			PeerName:  "test0", PeerNamespace: netlink.NsPid(made.client.PID),
		})
	})
	configure(t, made.target, "198.51.100.1/24", "2001:db8:100::1/64")
	configure(t, made.client, "198.51.100.2/24", "2001:db8:100::2/64")
	awaitTrue(t, "the link carries packets", func() bool { return carries(t, made.target) && carries(t, made.client) })
	return made
}

func configure(t *testing.T, in *netnstest.Namespace, addresses ...string) {
	t.Helper()
	in.Do(t, func() error {
		for _, name := range []string{"lo", "test0"} {
			link, err := netlink.LinkByName(name)
			if err != nil {
				return err
			}
			if err := netlink.LinkSetUp(link); err != nil {
				return err
			}
		}
		link, err := netlink.LinkByName("test0")
		if err != nil {
			return err
		}
		for _, literal := range addresses {
			address, err := netlink.ParseAddr(literal)
			if err != nil {
				return err
			}
			address.Flags = unix.IFA_F_NODAD
			if err := netlink.AddrAdd(link, address); err != nil {
				return err
			}
		}
		return nil
	})
}

// carries tells whether the link works: what is sent before that is lost, and sent again after a second.
func carries(t *testing.T, in *netnstest.Namespace) bool {
	t.Helper()
	var link netlink.Link
	in.Do(t, func() (err error) {
		link, err = netlink.LinkByName("test0")
		return err
	})
	return link.Attrs().OperState == netlink.OperUp
}

// connect connects the client to a port of the target's address, and returns both ends.
func (n network) connect(t *testing.T, address string) (server, client *net.TCPConn) {
	t.Helper()
	var listener *net.TCPListener
	n.target.Do(t, func() (err error) {
		listener, err = net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.MustParseAddrPort(address)))
		return err
	})
	defer listener.Close()
	n.client.Do(t, func() error {
		dialer := net.Dialer{Timeout: 5 * time.Second}
		dialed, err := dialer.Dial("tcp", listener.Addr().String())
		if err == nil {
			client = dialed.(*net.TCPConn)
		}
		return err
	})
	t.Cleanup(func() { client.Close() })
	listener.SetDeadline(time.Now().Add(5 * time.Second))
	server, err := listener.AcceptTCP()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server, client
}

// cutOff drops all that comes to the target or goes from it.
func (n network) cutOff(t *testing.T) {
	t.Helper()
	n.target.Do(t, func() error {
		rules, err := nftables.New()
		if err != nil {
			return err
		}
		drop := nftables.ChainPolicyDrop
		table := rules.AddTable(&nftables.Table{Family: nftables.TableFamilyINet, Name: "test"})
		for name, hook := range map[string]*nftables.ChainHook{
			"input": nftables.ChainHookInput, "output": nftables.ChainHookOutput,
		} {
			rules.AddChain(&nftables.Chain{
				Name: name, Table: table, Type: nftables.ChainTypeFilter,
				Hooknum: hook, Priority: nftables.ChainPriorityFilter, Policy: &drop,
			})
		}
		return rules.Flush()
	})
}

// abandon closes an end behind what it has written, which does not arrive.
func abandon(t *testing.T, end *net.TCPConn) {
	t.Helper()
	if _, err := end.Write(make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	if err := end.Close(); err != nil {
		t.Fatal(err)
	}
}

// orphansLeft counts those in both namespaces.
func (n network) orphansLeft(t *testing.T) int {
	t.Helper()
	left := 0
	for _, each := range []*netnstest.Namespace{n.target, n.client} {
		found, err := orphansIn(each.Namespace)
		if err != nil {
			t.Fatal(err)
		}
		left += len(found)
	}
	return left
}

func (n network) cut(t *testing.T, tag string) *Cut {
	t.Helper()
	cut, err := NewCut(tag, n.target.Namespace, n.target.PID, packets.Traffic{Side: "EITHER"})
	if err == nil {
		err = cut.Ready()
	}
	if err != nil {
		t.Fatal(err)
	}
	return cut
}

func awaitTrue(t *testing.T, what string, isTrue func() bool) {
	t.Helper()
	for giveUp := time.Now().Add(3 * time.Second); !isTrue(); time.Sleep(time.Millisecond) {
		if time.Now().After(giveUp) {
			t.Fatalf("not within 3 s: %s", what)
		}
	}
}
