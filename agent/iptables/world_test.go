package iptables

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"faultline/agent/basechain"
	"faultline/agent/effect"
	"faultline/agent/netnstest"
	"faultline/agent/packets"
)

const patience = 5 * time.Second

var (
	served = []string{"198.51.100.1", "2001:db8:100::1"} // the target's addresses, of IPv4 and IPv6
	asking = []string{"198.51.100.2", "2001:db8:100::2"} // the client's
)

// network is two containers on one link: a target and its client.
type network struct {
	target, client *netnstest.Namespace
	chains         *basechain.Chains
}

func newNetwork(t *testing.T) network {
	t.Helper()
	made := network{netnstest.New(t), netnstest.New(t), basechain.New()}
	join(t, made.target, made.client, "test0")
	address(t, made.target, "test0", served[0]+"/24", served[1]+"/64")
	address(t, made.client, "test0", asking[0]+"/24", asking[1]+"/64")
	return made
}

func join(t *testing.T, one, other *netnstest.Namespace, name string) {
	t.Helper()
	one.Do(t, func() error {
		return netlink.LinkAdd(&netlink.Veth{
			LinkAttrs: netlink.LinkAttrs{Name: name}, PeerName: name, PeerNamespace: netlink.NsPid(other.PID),
		})
	})
}

// address gives an interface its addresses, and waits until it can send from them.
func address(t *testing.T, in *netnstest.Namespace, name string, literals ...string) {
	t.Helper()
	in.Do(t, func() error {
		for _, each := range []string{"lo", name} {
			link, err := netlink.LinkByName(each)
			if err != nil {
				return err
			}
			if err := netlink.LinkSetUp(link); err != nil {
				return err
			}
		}
		link, err := netlink.LinkByName(name)
		if err != nil {
			return err
		}
		for _, literal := range literals {
			one, err := netlink.ParseAddr(literal)
			if err != nil {
				return err
			}
			one.Flags = unix.IFA_F_NODAD
			if err := netlink.AddrAdd(link, one); err != nil {
				return err
			}
		}
		return nil
	})
}

// waitUp waits until the link carries packets: what is sent before that is lost, or comes late. Nothing is refused on the way, as
// the kernel refuses little more than once a second.
func (n network) waitUp(t *testing.T) {
	t.Helper()
	for _, host := range served {
		server := n.server(t, net.JoinHostPort(host, "0"))
		client := dial(t, n.client, server.LocalAddr().String())
		eventually(t, "the link carries packets", func() bool {
			send(t, client, 1)
			return len(received(t, server)) == 1
		})
	}
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for giveUp := time.Now().Add(patience); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(giveUp) {
			t.Fatalf("never: %s", what)
		}
	}
}

// server listens for datagrams in the target.
func (n network) server(t *testing.T, address string) *net.UDPConn {
	t.Helper()
	var conn *net.UDPConn
	n.target.Do(t, func() (err error) {
		conn, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort(address)))
		return err
	})
	t.Cleanup(func() { conn.Close() })
	return conn
}

// dial connects a socket for datagrams in a namespace.
func dial(t *testing.T, in *netnstest.Namespace, to string) *net.UDPConn {
	t.Helper()
	var conn *net.UDPConn
	in.Do(t, func() (err error) {
		conn, err = net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.MustParseAddrPort(to)))
		return err
	})
	t.Cleanup(func() { conn.Close() })
	return conn
}

// send sends so many datagrams, numbered from 1.
func send(t *testing.T, conn *net.UDPConn, number int) {
	t.Helper()
	for i := range number {
		if _, err := conn.Write(binary.BigEndian.AppendUint32(nil, uint32(i+1))); err != nil {
			t.Fatal(err)
		}
	}
}

// received are the numbers of the datagrams that have come.
func received(t *testing.T, conn *net.UDPConn) []int {
	t.Helper()
	var found []int
	for {
		conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		content := make([]byte, 4)
		if _, err := conn.Read(content); err != nil {
			return found
		}
		found = append(found, int(binary.BigEndian.Uint32(content)))
	}
}

// reaches tells whether a datagram of the client's reaches the target's address of a family.
func (n network) reaches(t *testing.T, family int) bool {
	t.Helper()
	server := n.server(t, net.JoinHostPort(served[family], "0"))
	defer server.Close()
	client := dial(t, n.client, server.LocalAddr().String())
	defer client.Close()
	send(t, client, 1)
	return len(received(t, server)) == 1
}

// connect connects the client to a port of the target's.
func (n network) connect(t *testing.T, address string) (net.Conn, error) {
	t.Helper()
	var conn net.Conn
	err := n.client.Namespace.Do(func() (err error) {
		conn, err = (&net.Dialer{Timeout: patience}).Dial("tcp", address)
		return err
	})
	if err == nil {
		t.Cleanup(func() { conn.Close() })
	}
	return conn, err
}

func (n network) listen(t *testing.T, address string) *net.TCPListener {
	t.Helper()
	var listener *net.TCPListener
	n.target.Do(t, func() (err error) {
		listener, err = net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.MustParseAddrPort(address)))
		return err
	})
	t.Cleanup(func() { listener.Close() })
	return listener
}

func (n network) place() effect.Place {
	return effect.Place{Tag: tag, PID: n.target.PID, Namespace: n.target.Namespace, Deadline: time.Now().Add(time.Hour)}
}

// packets makes rules in the target, which are gone at the end of the test.
func (n network) packets(t *testing.T, order packets.Order) *filtering {
	t.Helper()
	made, err := Packets(n.place(), order, n.chains)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { made.Close() })
	return made.(*filtering)
}

// requireNothingLeft fails the test if anything of the change is there, or base chains that were not before.
func (n network) requireNothingLeft(t *testing.T, flavour string) {
	t.Helper()
	for _, command := range []string{"iptables", "ip6tables"} {
		name := command + strings.TrimPrefix(flavour, "iptables")
		if there := n.target.Run(t, name+"-save"); strings.Contains(there, "FAULTLINE") || strings.Contains(there, "\n-A") {
			t.Errorf("left is %s", there)
		}
		if there := n.target.Run(t, command+"-nft-save"); strings.Contains(there, "*") {
			t.Errorf("left are base chains: %s", there)
		}
	}
	if there, err := n.target.Try("ipset list -name"); err == nil && there != "" {
		t.Errorf("left are sets: %s", there)
	}
}

func do(t *testing.T, step func() error) {
	t.Helper()
	if err := step(); err != nil {
		t.Fatal(err)
	}
}

func stateOf(t *testing.T, of effect.Rules) effect.State {
	t.Helper()
	state, err := of.State()
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// requireIn fails the test unless so many packets that came in were harmed, of so many, and nothing is wrong with the rules.
func requireIn(t *testing.T, of effect.Rules, number, out int64) {
	t.Helper()
	state := stateOf(t, of)
	i := slices.IndexFunc(state.Counts, func(each effect.Count) bool { return each.Direction == "IN" })
	if i < 0 || state.Counts[i].Number != number || state.Counts[i].Of != out || state.Flaw != "" {
		t.Errorf("%+v: %d of %d should have been harmed on their way in", state, number, out)
	}
}

// filters are all that this machine can be told, of each flavour and each way to end.
func filters(t *testing.T) []packets.Filter {
	t.Helper()
	var found []packets.Filter
	for _, flavour := range []string{packets.IptablesNFT, packets.IptablesLegacy} {
		for _, expiry := range []string{"LEASE", "DATESTOP", "NONE"} {
			found = append(found, packets.Filter{Flavour: flavour, IPv6: true, Expiry: expiry})
		}
	}
	return found
}

// inEach runs a test with each filter, or skips it where its tools are missing.
func inEach(t *testing.T, test func(t *testing.T, n network, filter packets.Filter)) {
	t.Helper()
	for _, filter := range filters(t) {
		t.Run(filter.Flavour+" "+filter.Expiry, func(t *testing.T) {
			require := netnstest.New(t)
			require.Need(t, filter.Flavour+" -A INPUT -j DROP")
			require.Need(t, "ip6tables"+strings.TrimPrefix(filter.Flavour, "iptables")+" -A INPUT -j DROP")
			if filter.Expiry == "LEASE" {
				require.Need(t, "ipset create x hash:net timeout 1")
			}
			n := newNetwork(t)
			n.waitUp(t)
			test(t, n, filter)
		})
	}
}

func isRefused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }
