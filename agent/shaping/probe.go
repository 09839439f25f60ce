package shaping

import (
	"errors"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"faultline/agent/netns"
	"faultline/agent/packets"
	"faultline/agent/rtnetlink"
)

const (
	loopback    = "lo"
	probeDevice = "faultline-probe"
)

// Probe tells which ways of shaping this kernel has, by trying them on the loopback interface of a namespace that has no qdisc
// there. Each is tried in full: a kernel can have a qdisc without its classifier or action. Nothing is left.
func Probe(namespace *netns.Namespace) []string {
	found := []string{}
	_ = namespace.Do(func() error { // an error: none of it works
		socket, err := rtnetlink.Open()
		if err != nil {
			return err
		}
		defer socket.Close()
		lo, err := indexOf(socket, loopback)
		if err != nil {
			return err
		}
		for _, each := range []struct {
			name  string
			works func(socket *rtnetlink.Socket, lo int) bool
		}{{"netem", netemWorks}, {"tbf", tbfWorks}, {"htb", htbWorks}, {"ingress", ingressWorks}} {
			if each.works(socket, lo) {
				found = append(found, each.name)
			}
		}
		return nil
	})
	return found
}

func netemWorks(socket *rtnetlink.Socket, lo int) bool {
	return leafWorks(socket, lo, Class{Netem: &Netem{Limit: 1000, DelayMicros: 1000, Distribution: uniform}})
}

func tbfWorks(socket *rtnetlink.Socket, lo int) bool {
	return leafWorks(socket, lo, Class{Tbf: &Tbf{Rate: 1_000_000, Burst: 2048, Limit: 8298}})
}

// leafWorks tries the only qdisc below a class at the root.
func leafWorks(socket *rtnetlink.Socket, lo int, class Class) bool {
	tried := tree{order: Order{Interface: loopback, Classes: []Class{class}}, device: loopback}
	leaf := tried.leaves()[0]
	leaf.parent = netlink.HANDLE_ROOT
	if socket.Do(tried.addition(lo, leaf)) != nil {
		return false
	}
	removeProbe(socket, lo, leaf.handle, netlink.HANDLE_ROOT)
	return true
}

// htbWorks tries the root, a class of it and the filters.
func htbWorks(socket *rtnetlink.Socket, lo int) bool {
	everything := Class{Traffic: packets.Traffic{Side: "OWN", Flow: "BOTH"}}
	tried := tree{order: Order{Interface: loopback, Classes: []Class{everything}, QueueLength: 1}, device: loopback}
	requests, err := tried.requests(lo, true)
	if err != nil || socket.Do(requests[0]) != nil {
		return false
	}
	defer removeProbe(socket, lo, ours, netlink.HANDLE_ROOT)
	return socket.DoAll(requests[1:]) == nil
}

// ingressWorks tries to lead what arrives to an interface of its own.
func ingressWorks(socket *rtnetlink.Socket, lo int) bool {
	device, err := addDevice(socket, probeDevice)
	if errors.Is(err, unix.EEXIST) { // of one that was killed
		device, err = indexOf(socket, probeDevice)
	}
	if err != nil {
		return false
	}
	defer func() { _ = socket.Do(Remnant{index: device, kind: deviceOfOurs}.removal()) }()
	leading := tree{order: Order{Interface: loopback}}.leading(lo, device)
	if socket.Do(leading[0]) != nil {
		return false
	}
	defer removeProbe(socket, lo, ingress, netlink.HANDLE_INGRESS)
	return socket.DoAll(leading[1:]) == nil
}

func removeProbe(socket *rtnetlink.Socket, lo int, handle, parent uint32) {
	_ = socket.Do(qdiscRemoval(loopback, nl.TcMsg{Ifindex: int32(lo), Handle: handle, Parent: parent}))
}
