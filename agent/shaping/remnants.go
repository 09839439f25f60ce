package shaping

import (
	"strconv"

	"github.com/vishvananda/netlink"

	"faultline/agent/rtnetlink"
)

const (
	noQueue = 0xFFFF       // the default class of an htb whose interface had a queue length of 0
	ingress = 0xFFFF << 16 // the handle of every ingress qdisc
)

// Remnant is something that carries a tag.
type Remnant struct {
	Tag  string
	Tool string // tc or ip, if a person were to remove it
	Line string // what the tool would be told
	What string

	index int // of the interface
	kind  remnantKind
}

// Tagged has what carries a tag in the namespace of the calling thread, in the order in which it can go.
func Tagged() ([]Remnant, error) {
	socket, err := rtnetlink.Open()
	if err != nil {
		return nil, err
	}
	defer socket.Close()
	return tagged(socket)
}

func tagged(socket *rtnetlink.Socket) ([]Remnant, error) {
	links, err := socket.Links()
	if err != nil {
		return nil, err
	}
	qdiscs, err := socket.Qdiscs()
	if err != nil {
		return nil, err
	}
	found := taggedRoots(links, qdiscs)
	for _, each := range devices(links) {
		mine, err := each.remnants(socket, links, qdiscs)
		if err != nil {
			return nil, err
		}
		found = append(found, mine...)
	}
	return found, nil
}

// taggedRoots has the trees for what leaves. That on an interface of ours goes with it.
func taggedRoots(links []netlink.Link, qdiscs []netlink.Qdisc) []Remnant {
	var found []Remnant
	for _, qdisc := range qdiscs {
		htb, isHtb := qdisc.(*netlink.Htb)
		if !isHtb || htb.Handle != ours || htb.Parent != netlink.HANDLE_ROOT || htb.DirectQlen == nil {
			continue
		}
		link := linkWith(links, func(each *netlink.LinkAttrs) bool { return each.Index == htb.LinkIndex })
		if link == nil || isDevice(link) {
			continue
		}
		name, index, carried := link.Attrs().Name, link.Attrs().Index, tag(*htb.DirectQlen, strconv.FormatUint(uint64(htb.Rate2Quantum), 10))
		found = append(found,
			Remnant{carried, "tc", "qdisc del dev " + name + " root handle fa17:", "htb fa17: of " + name, index, rootQdisc})
		if htb.Defcls == noQueue {
			found = append(found, queueLengthOf0(carried, name, index))
		}
	}
	return found
}

// remnants has what was made for what arrives at the served interface, and ours itself last.
func (d device) remnants(socket *rtnetlink.Socket, links []netlink.Link, qdiscs []netlink.Qdisc) ([]Remnant, error) {
	var found []Remnant
	served := linkWith(links, func(each *netlink.LinkAttrs) bool { return each.Name == d.served })
	if served != nil && hasIngress(served, qdiscs) {
		mine, err := d.getsAllThatIsLed(socket, served)
		if err != nil {
			return nil, err
		}
		if mine {
			found = append(found, ingressOf(d.tag, d.served, served.Attrs().Index))
		}
	}
	if d.queue == "0" && served != nil {
		found = append(found, queueLengthOf0(d.tag, d.served, served.Attrs().Index))
	}
	name, index := d.link.Attrs().Name, d.link.Attrs().Index
	return append(found, Remnant{d.tag, "ip", "link del dev " + name, "interface " + name, index, deviceOfOurs}), nil
}

func ingressOf(tag, name string, index int) Remnant {
	return Remnant{tag, "tc", "qdisc del dev " + name + " ingress", "ingress ffff: of " + name, index, ingressQdisc}
}

func queueLengthOf0(tag, name string, index int) Remnant {
	return Remnant{tag, "ip", "link set dev " + name + " txqueuelen 0", "queue length of " + name, index, queueOf0}
}

func hasIngress(link netlink.Link, qdiscs []netlink.Qdisc) bool {
	for _, qdisc := range qdiscs {
		if qdisc.Attrs().LinkIndex == link.Attrs().Index && qdisc.Type() == "ingress" { // a clsact has the same parent
			return true
		}
	}
	return false
}

// getsAllThatIsLed tells whether all that arrives there and is led elsewhere is led to this device, so that the ingress qdisc is
// ours. With no filter at all nothing is led anywhere: it was ours, and half made.
func (d device) getsAllThatIsLed(socket *rtnetlink.Socket, served netlink.Link) (bool, error) {
	filters, err := socket.ArrivalFilters(served)
	if err != nil {
		return false, err
	}
	return len(filters) == 0 || leadingTo(d.link.Attrs().Index, filters) > 0, nil
}

const noDevice = 0 // the index of one that there is no more

// leadingTo is how many of these filters lead packets to an interface.
func leadingTo(index int, filters []netlink.Filter) int {
	number := 0
	for _, filter := range filters {
		for _, action := range actionsOf(filter) {
			if mirred, ok := action.(*netlink.MirredAction); ok && mirred.Ifindex == index {
				number++
			}
		}
	}
	return number
}

// actionsOf has those of the two kinds of filter that match all packets. Of any other kind none is ours.
func actionsOf(filter netlink.Filter) []netlink.Action {
	switch filter := filter.(type) {
	case *netlink.U32:
		return filter.Actions
	case *netlink.MatchAll:
		return filter.Actions
	default:
		return nil
	}
}
