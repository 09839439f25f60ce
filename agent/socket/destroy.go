package socket

import (
	"net"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/netns"
	"faultline/agent/packets"
	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

const (
	timeWait       = 3 // of timers: that of a connection of which the kernel keeps no socket any more
	connectTimeout = 2 * time.Second
)

// ending are the states, a bit for each of net/tcp_states.h, of connections that can be ended: not LISTEN, TIME_WAIT and CLOSE,
// and not SYN_RECV, which has no socket yet.
const ending = 1<<1 /* ESTABLISHED */ | 1<<2 /* SYN_SENT */ | 1<<4 | 1<<5 /* FIN_WAIT1, 2 */ | 1<<8 | 1<<9 /* CLOSE_WAIT, LAST_ACK */ | 1<<11 /* CLOSING */

// itself is where a container speaks to itself, besides its own addresses.
var itself = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// DestroyOrder says which TCP connections are closed.
type DestroyOrder struct {
	Own     []string        `json:"own"`     // the container's own addresses: what it says to itself stays
	Traffic packets.Traffic `json:"traffic"` // with published ports, those that were accepted there alone
}

// Require refuses what cannot be carried out.
func (o DestroyOrder) Require() error {
	if _, err := packets.Networks(o.Own); err != nil {
		return err
	}
	if err := o.Traffic.Require(); err != nil {
		return err
	}
	if o.Traffic.Transport != "" && o.Traffic.Transport != "tcp" {
		return refuse.Because("only TCP has connections that can be closed, not %s", o.Traffic.Transport)
	}
	if o.Traffic.Flow != "BOTH" {
		return refuse.Because("a connection is closed as a whole, not %s", o.Traffic.Flow)
	}
	return nil
}

// destruction closes connections each time that it begins. The kernel sends a reset to the other end, and the process that has
// the socket gets ECONNABORTED. It is over when it is made, and there is nothing to take back.
type destruction struct {
	namespace *netns.Namespace
	order     DestroyOrder
	own       []netip.Prefix
	peers     []netip.Prefix
	closed    int64
}

// NewDestroy has what closes the connections that are meant.
func NewDestroy(place effect.Place, order DestroyOrder) (effect.Action, error) {
	if err := order.Require(); err != nil {
		return nil, err
	}
	own, err := packets.Networks(order.Own)
	if err != nil {
		return nil, err
	}
	peers, err := order.Traffic.Networks()
	if err != nil {
		return nil, err
	}
	return &destruction{namespace: place.Namespace, order: order, own: own, peers: peers}, nil
}

// Begin closes those that are open now. One that ends by itself meanwhile is none of them.
func (d *destruction) Begin() error {
	diag, err := openDiag(d.namespace)
	if err != nil {
		return err
	}
	defer diag.Close()
	var meant []Entry
	err = diag.Each(ending, func(entry *Entry) {
		if entry.timer != timeWait && d.means(entry) {
			meant = append(meant, Entry{Family: entry.Family, ID: entry.ID, Local: entry.Local, Peer: entry.Peer})
		}
	})
	if err != nil {
		return refuse.Because("%v", err)
	}
	for _, each := range meant {
		errno, err := diag.end(each.Family, each.ID)
		switch {
		case err != nil:
			return refuse.Because("%v", err)
		case errno == 0:
			d.closed++
		case errno != unix.ENOENT && errno != unix.EOPNOTSUPP:
			return refuse.Because("the kernel does not close the connection of %v and %v: %s (needs NET_ADMIN)",
				each.Local, each.Peer, strerror.Of(errno))
		}
	}
	return nil
}

func openDiag(namespace *netns.Namespace) (diag *Diag, err error) {
	err = namespace.Do(func() (err error) {
		diag, err = OpenDiag()
		return err
	})
	return diag, err
}

// means tells whether a connection is to be closed.
func (d *destruction) means(entry *Entry) bool {
	if len(d.peers) > 0 && !within(d.peers, entry.Peer.Addr()) {
		return false
	}
	traffic := d.order.Traffic
	if len(traffic.Published) > 0 {
		return slices.ContainsFunc(traffic.Published, entry.wasAcceptedAt)
	}
	if within(itself, entry.Local.Addr()) || within(d.own, entry.Peer.Addr()) {
		return false
	}
	if traffic.First == 0 {
		return true
	}
	inRange := func(port uint16) bool { return traffic.First <= port && port <= traffic.Last }
	switch traffic.Side {
	case "OWN":
		return inRange(entry.Local.Port())
	case "OTHER":
		return inRange(entry.Peer.Port())
	default:
		return inRange(entry.Local.Port()) || inRange(entry.Peer.Port())
	}
}

func within(networks []netip.Prefix, address netip.Addr) bool {
	return slices.ContainsFunc(networks, func(each netip.Prefix) bool { return each.Contains(address) })
}

// wasAcceptedAt tells whether its own end is where somebody listens. By address too: something else may serve the same port on
// another one. Who listens on :: accepts IPv4 as well, unless it is set not to.
func (e *Entry) wasAcceptedAt(listener packets.Listener) bool {
	if e.Local.Port() != listener.Port || listener.Transport != "tcp" {
		return false
	}
	address := listener.Address.Unmap().WithZone("")
	switch {
	case !address.IsUnspecified():
		return e.Local.Addr() == address
	case address.Is4():
		return e.Local.Addr().Is4()
	default:
		return e.Family == unix.AF_INET6
	}
}

// State is how many it has closed.
func (d *destruction) State() (effect.State, error) {
	return effect.State{Counts: []effect.Count{{Direction: "ANY", Number: d.closed, Of: d.closed}}}, nil
}

// IsInstant says that it is over when it has begun.
func (d *destruction) IsInstant() {}

// Settle has nothing to wait for.
func (d *destruction) Settle() error { return nil }

// Tend has nothing to do.
func (d *destruction) Tend() {}

// End has nothing to take back.
func (d *destruction) End() error { return nil }

// Close has nothing to let go of.
func (d *destruction) Close() error { return nil }

// CanDestroy tells whether the kernel closes a connection when told to (CONFIG_INET_DIAG_DESTROY), by trying it on the loopback
// interface of a namespace, which must be up.
func CanDestroy(namespace *netns.Namespace) bool {
	works := false
	err := namespace.Do(func() error {
		server, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer server.Close()
		client, err := net.DialTimeout("tcp4", server.Addr().String(), connectTimeout)
		if err != nil {
			return err
		}
		defer client.Close()
		works, err = canEnd(client.LocalAddr().(*net.TCPAddr).AddrPort())
		return err
	})
	return err == nil && works
}

// canEnd tells whether it can end the connection whose own end is this.
func canEnd(local netip.AddrPort) (bool, error) {
	diag, err := OpenDiag()
	if err != nil {
		return false, err
	}
	defer diag.Close()
	var family uint8
	var id ID
	err = diag.Each(ending, func(entry *Entry) {
		if entry.Local == local {
			family, id = entry.Family, entry.ID
		}
	})
	if err != nil {
		return false, err
	}
	errno, err := diag.end(family, id)
	return errno == 0, err
}
