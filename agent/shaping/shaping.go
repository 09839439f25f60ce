// Package shaping makes interfaces serve their packets worse, by trees of queueing disciplines, and tells who has put others
// there and which of them carry our tags. The kernel is told over netlink; no process is started.
//
// A qdisc has no name to write a tag into, but two numbers of an htb do nothing here and are shown as they were given: r2q,
// which only classes without a quantum of their own would use, carries the effect, and direct_qlen, the room for what is not
// shaped, carries the run. Where what arrives is shaped, an interface of ours has the tag in its name.
//
// The kernel gives an interface whose queue length is 0, as some engines make them, one of 1000 with its first qdisc. That it
// was 0 is told by a default class that does not exist, or behind the served interface's name in the alias of ours.
package shaping

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/vishvananda/netlink"

	"faultline/agent/rtnetlink"
)

// ours is the handle of each root qdisc that Faultline makes.
const ours = 0xFA17 << 16

var (
	deviceName  = regexp.MustCompile(`^f([0-9a-f]{8})([0-9]{1,6})$`)
	deviceAlias = regexp.MustCompile(`^(\S+)/(\d+)$`)
)

// Qdiscs are those that somebody else has put on an interface, by kind and handle; empty where there is none.
type Qdiscs struct {
	Root    string `json:"root,omitempty"`
	Ingress string `json:"ingress,omitempty"` // where packets arrive
}

// Foreign has the qdiscs that somebody else has put on these links, by the links' indexes.
func Foreign(socket *rtnetlink.Socket, links []netlink.Link) (map[int]Qdiscs, error) {
	qdiscs, err := socket.Qdiscs()
	if err != nil {
		return nil, err
	}
	served := map[string]bool{}
	for _, each := range devices(links) {
		served[each.served] = true
	}
	found := map[int]Qdiscs{}
	for _, link := range links {
		at := link.Attrs()
		found[at.Index] = foreignOn(at.Index, served[at.Name], qdiscs)
	}
	return found, nil
}

func foreignOn(index int, served bool, qdiscs []netlink.Qdisc) Qdiscs {
	var found Qdiscs
	for _, qdisc := range qdiscs {
		attrs := qdisc.Attrs()
		if attrs.LinkIndex != index {
			continue
		}
		words := fmt.Sprintf("%s %x:", qdisc.Type(), attrs.Handle>>16)
		switch {
		case attrs.Parent == netlink.HANDLE_ROOT && attrs.Handle != 0 && attrs.Handle != ours: // 0: the kernel's own choice
			found.Root = words
		case attrs.Parent == netlink.HANDLE_INGRESS && !served:
			found.Ingress = words
		}
	}
	return found
}

// device is an interface that Faultline made.
type device struct {
	link   netlink.Link
	tag    string
	served string // the interface whose arriving packets are led to it; empty if its alias is not there yet
	queue  string // how long the queue of that one was
}

// devices has those among the links that Faultline made.
func devices(links []netlink.Link) []device {
	var found []device
	for _, link := range links {
		name := deviceName.FindStringSubmatch(link.Attrs().Name)
		if name == nil {
			continue
		}
		run, _ := strconv.ParseUint(name[1], 16, 32)
		one := device{link: link, tag: tag(uint32(run), name[2])}
		if alias := deviceAlias.FindStringSubmatch(link.Attrs().Alias); alias != nil {
			one.served, one.queue = alias[1], alias[2]
		}
		found = append(found, one)
	}
	return found
}

func isDevice(link netlink.Link) bool {
	return deviceName.MatchString(link.Attrs().Name)
}

func tag(run uint32, effect string) string {
	return fmt.Sprintf("FAULTLINE-%08x-%s", run, effect)
}

// linkWith is the first of these links, nil if there is none.
func linkWith(links []netlink.Link, wanted func(*netlink.LinkAttrs) bool) netlink.Link {
	for _, each := range links {
		if wanted(each.Attrs()) {
			return each
		}
	}
	return nil
}
