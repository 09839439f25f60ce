package orphan

import (
	"fmt"
	"maps"
	"net/netip"
	"os"
	"slices"
	"sync"

	"golang.org/x/sys/unix"

	"faultline/agent/netns"
	"faultline/agent/packets"
	"faultline/agent/refuse"
	"faultline/agent/rtnetlink"
	"faultline/agent/strerror"
)

const tcp = "tcp"

// Cut is what a change has cut off: which orphaned connections it can be to blame for. It does not change once Ready has returned.
type Cut struct {
	tag       string
	inode     uint64 // of the change's network namespace
	pid       int    // of its target
	peers     []netip.Prefix
	first     uint16 // of the ports that are meant, both ends included
	last      uint16
	side      string              // whose ports these are: OWN, OTHER, EITHER
	published []netip.AddrPort    // where docker-proxy listens, if it is its leg that is cut; its ports say all
	addresses map[netip.Addr]bool // of the namespace itself
	ready     func() error
}

// NewCut is that of rules about some packets, with the addresses that the namespace has now; nil if none of these are TCP. They
// are read meanwhile: Ready waits for that.
func NewCut(tag string, namespace *netns.Namespace, pid int, traffic packets.Traffic) (*Cut, error) {
	cut, err := cutOf(traffic)
	if cut == nil || err != nil {
		return nil, err
	}
	cut.tag, cut.inode, cut.pid = tag, namespace.Inode, pid
	cut.ready = sync.OnceValue(func() error { return namespace.Do(cut.readAddresses) })
	go func() { _ = cut.ready() }()
	return cut, nil
}

// Ready waits until it can be used, and returns why it cannot be. There is nothing to wait for without a cut.
func (c *Cut) Ready() error {
	if c == nil {
		return nil
	}
	return c.ready()
}

func cutOf(traffic packets.Traffic) (*Cut, error) {
	if traffic.Transport != "" && traffic.Transport != tcp {
		return nil, nil
	}
	peers, err := traffic.Networks()
	if err != nil {
		return nil, err
	}
	cut := &Cut{peers: peers, first: 1, last: 65535, side: traffic.Side, addresses: map[netip.Addr]bool{}}
	if traffic.First != 0 {
		cut.first, cut.last = traffic.First, traffic.Last
	}
	for _, each := range traffic.Published {
		if each.Transport == tcp {
			cut.published = append(cut.published, netip.AddrPortFrom(each.Address, each.Port))
		}
	}
	if len(traffic.Published) > 0 && len(cut.published) == 0 {
		return nil, nil
	}
	return cut, nil
}

// readAddresses reads those of the calling thread's network namespace.
func (c *Cut) readAddresses() error {
	socket, err := rtnetlink.Open()
	if err != nil {
		return err
	}
	defer socket.Close()
	found, err := socket.Addresses()
	if err != nil {
		return refuse.Because("cannot list the interfaces: %s", strerror.Of(err))
	}
	for _, each := range found {
		if address, ok := netip.AddrFromSlice(each.IP); ok {
			c.addresses[address.Unmap()] = true
		}
	}
	return nil
}

// openTarget opens a descriptor that becomes readable when the target's process dies; nil if it has died since, or if the
// kernel is older than 5.3. It does not block, so that a goroutine waits for it and not a thread.
func (c *Cut) openTarget() *os.File {
	pidfd, err := unix.PidfdOpen(c.pid, 0)
	if err != nil {
		return nil
	}
	if err := unix.SetNonblock(pidfd, true); err != nil {
		unix.Close(pidfd)
		return nil
	}
	return os.NewFile(uintptr(pidfd), fmt.Sprintf("pidfd of %d", c.pid))
}

// isLike tells whether both are to blame for the same connections.
func (c *Cut) isLike(other *Cut) bool {
	if c.inode != other.inode || c.pid != other.pid || c.first != other.first || c.last != other.last || c.side != other.side {
		return false
	}
	return maps.Equal(c.addresses, other.addresses) && slices.Equal(c.peers, other.peers) &&
		slices.Equal(c.published, other.published)
}

// covers tells whether the cut can be to blame for a connection, of which this end was found in the namespace with this inode.
func (c *Cut) covers(inode uint64, one connection) bool {
	here, there := one.local.Addr(), one.peer.Addr()
	switch {
	case len(c.published) > 0:
		return c.isPublished(inode, one)
	case inode == c.inode:
		return c.addresses[here] && !c.addresses[there] && !there.IsLoopback() &&
			c.means(there, one.local.Port(), one.peer.Port())
	default:
		return c.addresses[there] && !there.IsLoopback() && c.means(here, one.peer.Port(), one.local.Port())
	}
}

// isPublished tells whether it is either end of a connection to a published port. Another namespace's loopback is another one.
func (c *Cut) isPublished(inode uint64, one connection) bool {
	inside := inode == c.inode
	here, there := one.local.Addr(), one.peer.Addr()
	for _, listener := range c.published {
		if inside && serves(listener, one.local) && c.isPeer(there) {
			return true
		}
		reaches := c.addresses[there] || there.IsLoopback()
		if serves(listener, one.peer) && c.isPeer(here) && reaches && (inside || !there.IsLoopback()) {
			return true
		}
	}
	return false
}

func (c *Cut) means(peer netip.Addr, own, others uint16) bool {
	isOwn, isOthers := c.first <= own && own <= c.last, c.first <= others && others <= c.last
	switch c.side {
	case "OWN":
		return isOwn && c.isPeer(peer)
	case "OTHER":
		return isOthers && c.isPeer(peer)
	default:
		return (isOwn || isOthers) && c.isPeer(peer)
	}
}

func (c *Cut) isPeer(peer netip.Addr) bool {
	return len(c.peers) == 0 || slices.ContainsFunc(c.peers, func(network netip.Prefix) bool { return network.Contains(peer) })
}

// serves tells whether what comes to an address and port comes to the listener.
func serves(listener, wanted netip.AddrPort) bool {
	if listener.Port() != wanted.Port() {
		return false
	}
	return listener.Addr() == wanted.Addr() ||
		(listener.Addr().IsUnspecified() && listener.Addr().Is4() == wanted.Addr().Is4())
}
