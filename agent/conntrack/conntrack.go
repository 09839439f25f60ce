// Package conntrack asks about, and forgets, the flows that the kernel keeps in mind for a network namespace, by way of
// nf_conntrack_netlink.
//
// A rule of the nat table is asked for the first packet of a flow only; what it said holds until the kernel forgets the flow.
package conntrack

import (
	"fmt"
	"net/netip"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"faultline/agent/netlinkconn"
	"faultline/agent/netns"
	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

const (
	get     = unix.NFNL_SUBSYS_CTNETLINK<<8 | nl.IPCTNL_MSG_CT_GET
	destroy = unix.NFNL_SUBSYS_CTNETLINK<<8 | nl.IPCTNL_MSG_CT_DELETE

	dnsPort     = 53
	discardPort = 9 // which nobody uses
)

// Conntrack asks about the flows of the network namespace that it was opened in, whichever is entered later. Any goroutine
// may use it.
type Conntrack struct{ conn *netlinkconn.Conn }

// Open opens one in the calling thread's network namespace.
func Open() (*Conntrack, error) {
	conn, err := netlinkconn.Open(unix.NETLINK_NETFILTER)
	if err != nil {
		return nil, refuse.Because("cannot ask for flows: %s (needs nf_conntrack_netlink)", strerror.Of(err))
	}
	return &Conntrack{conn}, nil
}

// Close lets go of its socket.
func (c *Conntrack) Close() { c.conn.Close() }

// Destination is where the client's packets were going before they were led to the socket that is listening; false if the
// kernel knows of no such flow. The family is AF_INET or AF_INET6, the protocol IPPROTO_UDP or IPPROTO_TCP.
func (c *Conntrack) Destination(family, protocol int, client, listening netip.AddrPort) (netip.AddrPort, bool, error) {
	reply, err := encodeReply(family, protocol, listening, client)
	if err != nil {
		return netip.AddrPort{}, false, err
	}
	var original tuple
	found := false
	err = c.each(c.conn.Ask, get, family, reply, func(raw []byte) error {
		found = true
		original, err = decode(raw)
		return err
	})
	if err != nil || !found {
		return netip.AddrPort{}, false, err
	}
	return original.destination, true, nil
}

// Forget lets the next packet of each flow that was begun to this port be a first one again.
func (c *Conntrack) Forget(port uint16) error {
	type flow struct {
		family int
		raw    []byte
	}
	var meant []flow
	err := c.each(c.conn.Dump, get, unix.AF_UNSPEC, nil, func(raw []byte) error {
		original, err := decode(raw)
		if err == nil && original.hasPorts && original.destination.Port() == port {
			meant = append(meant, flow{original.family(), raw})
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, each := range meant {
		if err := c.delete(each.family, each.raw); err != nil {
			return err
		}
	}
	return nil
}

func (c *Conntrack) delete(family int, original []byte) error {
	content, err := encodeOriginal(original)
	if err != nil {
		return err
	}
	return c.each(c.conn.Ask, destroy, family, content, func([]byte) error { return nil })
}

type exchange func(kind uint16, body []byte, visit func(payload []byte)) (unix.Errno, error)

// each sends a request, and visits the original tuple of each flow that the answer tells of; none if there is no such flow.
func (c *Conntrack) each(send exchange, kind uint16, family int, content []byte, visit func(raw []byte) error) error {
	var unread error
	body := append([]byte{byte(family), unix.NFNETLINK_V0, 0, 0}, content...) // struct nfgenmsg
	errno, err := send(kind, body, func(payload []byte) {
		raw, err := originalIn(payload)
		if err == nil {
			err = visit(raw)
		}
		if err != nil {
			unread = err
		}
	})
	switch {
	case err != nil:
		return fmt.Errorf("cannot ask for flows: %w", err)
	case errno != 0 && errno != unix.ENOENT:
		return refuse.Because("the kernel does not tell of flows: %s (needs nf_conntrack_netlink)", strerror.Of(errno))
	case unread != nil:
		return fmt.Errorf("cannot read what the kernel tells of a flow: %w", unread)
	}
	return nil
}

// ForgetQueries has the rules asked again about every flow of name queries in the namespace, however long it has been there.
func ForgetQueries(namespace *netns.Namespace) error {
	err := namespace.Do(func() error { return openAndForget(dnsPort) })
	if err != nil && !refuse.Is(err) {
		return refuse.Because("cannot make the kernel forget the flows to port %d: %v", dnsPort, err)
	}
	return err
}

// Works tells whether flows can be asked for and forgotten, in the calling thread's network namespace.
func Works() bool {
	return openAndForget(discardPort) == nil
}

func openAndForget(port uint16) error {
	conntrack, err := Open()
	if err != nil {
		return err
	}
	defer conntrack.Close()
	return conntrack.Forget(port)
}
