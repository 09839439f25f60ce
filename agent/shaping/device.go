package shaping

import (
	"errors"
	"fmt"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"faultline/agent/refuse"
	"faultline/agent/rtnetlink"
)

const deviceQueue = 1000

// linkRequest is about a link that there is.
func linkRequest(what string, message nl.IfInfomsg, attributes ...*nl.RtAttr) rtnetlink.Request {
	parts := []nl.NetlinkRequestData{&message}
	for _, each := range attributes {
		parts = append(parts, each)
	}
	return rtnetlink.Request{What: what, Kind: unix.RTM_NEWLINK, Parts: parts}
}

func about(index int) nl.IfInfomsg {
	return nl.IfInfomsg{IfInfomsg: unix.IfInfomsg{Index: int32(index)}}
}

// addDevice makes an interface of the kind ifb, which has no wire, and returns its index.
func addDevice(socket *rtnetlink.Socket, name string) (int, error) {
	info := nl.NewRtAttr(unix.IFLA_LINKINFO, nil)
	info.AddRtAttr(nl.IFLA_INFO_KIND, nl.NonZeroTerminated("ifb"))
	request := linkRequest("add the interface "+name, about(0), nl.NewRtAttr(unix.IFLA_IFNAME, nl.ZeroTerminated(name)), info)
	request.Flags = rtnetlink.New
	if err := socket.Do(request); err != nil {
		return 0, err
	}
	return indexOf(socket, name)
}

// readyDevice makes one that is up and gets the packets that arrive at the served interface. Its alias tells which that is. It
// needs no address, and would say hello on the wire with one.
func (t tree) readyDevice(socket *rtnetlink.Socket) (int, error) {
	index, err := addDevice(socket, t.device)
	if err != nil {
		return 0, err
	}
	alias := fmt.Sprintf("%s/%d", t.order.Interface, t.order.QueueLength)
	if err := socket.Do(linkRequest("name the interface that "+t.device+" is for", about(index),
		nl.NewRtAttr(unix.IFLA_IFALIAS, nl.NonZeroTerminated(alias)))); err != nil {
		return 0, err
	}
	if err := socket.Do(withoutAddress(t.device, index)); err != nil && !errors.Is(err, unix.EAFNOSUPPORT) { // there is no IPv6
		return 0, err
	}
	up := about(index)
	up.Flags, up.Change = unix.IFF_UP, unix.IFF_UP
	return index, socket.DoAll([]rtnetlink.Request{
		queueLength(t.device, index, deviceQueue), linkRequest("set "+t.device+" up", up),
	})
}

func withoutAddress(name string, index int) rtnetlink.Request {
	const none = 1 // IN6_ADDR_GEN_MODE_NONE
	families := nl.NewRtAttr(unix.IFLA_AF_SPEC, nil)
	families.AddRtAttr(unix.AF_INET6, nil).AddRtAttr(unix.IFLA_INET6_ADDR_GEN_MODE, []byte{none})
	return linkRequest("keep "+name+" from having an address", about(index), families)
}

func queueLength(name string, index, length int) rtnetlink.Request {
	return linkRequest(fmt.Sprintf("set the queue length of %s to %d", name, length), about(index),
		nl.NewRtAttr(unix.IFLA_TXQLEN, words(uint32(length))))
}

// leading are the requests by which all that arrives at the served interface is led to the device. The first of them adds the
// ingress qdisc.
func (t tree) leading(served, device int) []rtnetlink.Request {
	found := []rtnetlink.Request{t.make(served, "an ingress qdisc to "+t.order.Interface, unix.RTM_NEWQDISC,
		nl.TcMsg{Handle: ingress, Parent: netlink.HANDLE_INGRESS}, kind("ingress"))}
	for i, family := range families {
		found = append(found, t.filter(served, ingress, family.etherType, uint16(i)+1, match{}.redirectedTo(device)))
	}
	return found
}

// indexOf is that of an interface of this name.
func indexOf(socket *rtnetlink.Socket, name string) (int, error) {
	links, err := socket.Links()
	if err != nil {
		return 0, err
	}
	link := linkWith(links, func(each *netlink.LinkAttrs) bool { return each.Name == name })
	if link == nil {
		return 0, refuse.Because("there is no interface %q here", name)
	}
	return link.Attrs().Index, nil
}
