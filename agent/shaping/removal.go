package shaping

import (
	"errors"
	"slices"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"faultline/agent/rtnetlink"
)

type remnantKind int

const (
	rootQdisc remnantKind = iota
	ingressQdisc
	queueOf0
	deviceOfOurs
)

// gone are the kernel's answers about what has been removed since it was found; EINVAL: there is one with another handle instead.
var gone = []unix.Errno{unix.ENODEV, unix.ENOENT, unix.EINVAL}

func isGone(err error) bool {
	return slices.ContainsFunc(gone, func(each unix.Errno) bool { return errors.Is(err, each) })
}

// Remove removes it, in the namespace of the calling thread. That it has gone by itself is no error.
func (r Remnant) Remove() error {
	socket, err := rtnetlink.Open()
	if err != nil {
		return err
	}
	defer socket.Close()
	return r.remove(socket)
}

func (r Remnant) remove(socket *rtnetlink.Socket) error {
	if err := socket.Do(r.removal()); !isGone(err) {
		return err
	}
	return nil
}

func (r Remnant) removal() rtnetlink.Request {
	switch r.kind {
	case rootQdisc:
		return qdiscRemoval(r.What, nl.TcMsg{Ifindex: int32(r.index), Handle: ours, Parent: netlink.HANDLE_ROOT})
	case ingressQdisc:
		return qdiscRemoval(r.What, nl.TcMsg{Ifindex: int32(r.index), Handle: ingress, Parent: netlink.HANDLE_INGRESS})
	case queueOf0:
		return linkRequest("set the "+r.What+" to 0", about(r.index), nl.NewRtAttr(unix.IFLA_TXQLEN, words(0)))
	default:
		request := linkRequest("remove the "+r.What, about(r.index))
		request.Kind = unix.RTM_DELLINK
		return request
	}
}

func qdiscRemoval(what string, message nl.TcMsg) rtnetlink.Request {
	return rtnetlink.Request{What: "remove the qdisc " + what, Kind: unix.RTM_DELQDISC, Parts: []nl.NetlinkRequestData{&message}}
}
