package orphan

import (
	"fmt"
	"maps"
	"net/netip"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"faultline/agent/netns"
	"faultline/agent/refuse"
	"faultline/agent/rtnetlink"
	"faultline/agent/strerror"
)

// Request says which TCP connections a change cuts.
type Request struct {
	Peers     []string   `json:"peers"` // addresses and networks; none for everyone
	First     uint16     `json:"first"` // of the ports that are meant, both ends included
	Last      uint16     `json:"last"`
	Side      string     `json:"side"`      // whose ports these are: OWN, OTHER, EITHER
	Published []Listener `json:"published"` // where docker-proxy listens, if it is its leg that is cut; its ports say all
}

// Listener is an address and a port of the Docker host.
type Listener struct {
	Address string `json:"address"`
	Port    uint16 `json:"port"`
}

// Cut is what a change has cut off: which orphaned connections it can be to blame for. It does not change.
type Cut struct {
	tag       string
	inode     uint64 // of the change's network namespace
	pid       int    // of its target
	peers     []netip.Prefix
	first     uint16
	last      uint16
	side      string
	published []netip.AddrPort
	addresses map[netip.Addr]bool // of the namespace itself
}

// NewCut reads a request, and which addresses the namespace has now.
func NewCut(tag string, namespace *netns.Namespace, pid int, request *Request) (*Cut, error) {
	cut, err := parse(tag, namespace.Inode, pid, request)
	if err != nil {
		return nil, err
	}
	if err := namespace.Do(cut.readAddresses); err != nil {
		return nil, err
	}
	return cut, nil
}

func parse(tag string, inode uint64, pid int, request *Request) (*Cut, error) {
	cut := &Cut{
		tag: tag, inode: inode, pid: pid, first: request.First, last: request.Last, side: request.Side,
		addresses: map[netip.Addr]bool{},
	}
	if !slices.Contains([]string{"OWN", "OTHER", "EITHER"}, cut.side) {
		return nil, refuse.Because("%q is no side of a connection; there are OWN, OTHER, EITHER", cut.side)
	}
	for _, each := range request.Peers {
		network, err := parseNetwork(each)
		if err != nil {
			return nil, fmt.Errorf("peer of a cut: %w", err)
		}
		cut.peers = append(cut.peers, network)
	}
	for _, each := range request.Published {
		listener, err := netip.ParseAddr(each.Address)
		if err != nil {
			return nil, fmt.Errorf("published address of a cut: %w", err)
		}
		cut.published = append(cut.published, netip.AddrPortFrom(listener, each.Port))
	}
	return cut, nil
}

func parseNetwork(literal string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(literal); err == nil {
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	network, err := netip.ParsePrefix(literal)
	return network.Masked(), err
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
