// Package rtnetlink asks the kernel for the links, addresses, qdiscs, classes and filters of a network namespace, and has it
// change them. No process is started.
package rtnetlink

import (
	"errors"
	"fmt"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

const (
	answerTimeout = 2 * time.Second
	dumps         = 5 // how often one is asked for that changes under way; in the host's namespace links come and go
)

// Socket asks in the namespace of the thread that opened it, whichever thread uses it later. One goroutine at a time uses it.
type Socket struct {
	handle  *netlink.Handle
	changes *nl.SocketHandle
}

// Open opens one in the namespace of the calling thread.
func Open() (*Socket, error) {
	handle, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("cannot open a netlink socket: %w", err)
	}
	if err := handle.SetSocketTimeout(answerTimeout); err != nil {
		handle.Close()
		return nil, fmt.Errorf("cannot limit the time of a netlink socket: %w", err)
	}
	changes, err := newSocket()
	if err != nil {
		handle.Close()
		return nil, fmt.Errorf("cannot open a netlink socket: %w", err)
	}
	return &Socket{handle, changes}, nil
}

// Close closes the socket.
func (s *Socket) Close() {
	s.handle.Close()
	s.changes.Socket.Close()
}

// Links has the interfaces, in the kernel's order.
func (s *Socket) Links() ([]netlink.Link, error) {
	return whole("interfaces", s.handle.LinkList)
}

// Addresses has those of all interfaces, of IPv4 first.
func (s *Socket) Addresses() ([]netlink.Addr, error) {
	return whole("addresses", func() ([]netlink.Addr, error) { return s.handle.AddrList(nil, netlink.FAMILY_ALL) })
}

// Qdiscs has those of all interfaces; none if the kernel has no such thing, which it tells by an error.
func (s *Socket) Qdiscs() ([]netlink.Qdisc, error) {
	found, err := whole("qdiscs", func() ([]netlink.Qdisc, error) { return s.handle.QdiscList(nil) })
	if errors.Is(err, unix.EOPNOTSUPP) {
		return nil, nil
	}
	return found, err
}

// Classes has those on one interface, by its index; none if there is no such interface.
func (s *Socket) Classes(index int) ([]netlink.Class, error) {
	return whole("classes", func() ([]netlink.Class, error) { return s.handle.ClassList(at(index), netlink.HANDLE_NONE) })
}

// Filters has those below a qdisc of one interface, by its index; none if there is no such interface or qdisc.
func (s *Socket) Filters(index int, parent uint32) ([]netlink.Filter, error) {
	return whole("filters", func() ([]netlink.Filter, error) { return s.handle.FilterList(at(index), parent) })
}

// ArrivalFilters has those of the packets that arrive at an interface; it must have an ingress qdisc.
func (s *Socket) ArrivalFilters(link netlink.Link) ([]netlink.Filter, error) {
	return s.Filters(link.Attrs().Index, netlink.HANDLE_MIN_INGRESS)
}

// at is all that the library needs to know of an interface.
func at(index int) netlink.Link {
	return &netlink.GenericLink{LinkAttrs: netlink.LinkAttrs{Index: index}}
}

// whole repeats a dump until nothing has changed under way. If something always has, the last one is what there is: it lacks
// at most what came or went meanwhile.
func whole[T any](what string, dump func() ([]T, error)) ([]T, error) {
	var found []T
	var err error
	for range dumps {
		found, err = dump()
		if !errors.Is(err, netlink.ErrDumpInterrupted) {
			break
		}
	}
	if err != nil && !errors.Is(err, netlink.ErrDumpInterrupted) {
		return nil, fmt.Errorf("cannot list the %s: %w", what, err)
	}
	return found, nil
}
