package shaping

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"faultline/agent/refuse"
	"faultline/agent/rtnetlink"
)

// Handles of what is below the root. The class and the qdiscs of the first kind of traffic have 1 as their last digit.
const (
	tbfHandle   = 0xFB00 << 16
	netemHandle = 0xFC00 << 16
	belowTbf    = 1 // the only class of a tbf

	lifted = 1 // the priority of the filter that lets everything pass, before all others
)

var tagText = regexp.MustCompile(`^FAULTLINE-([0-9a-f]{8})-(0|[1-9][0-9]{0,5})$`)

// tree is what an order makes: an htb at the root, with a class for each kind of traffic and filters that lead packets there;
// what no filter matches passes at once. Below a class there is a tbf, a netem, or a netem below a tbf: a tbf below a netem
// that cuts packets stops it, on kernels before 6.13.
type tree struct {
	order       Order
	run, number uint32 // of the tag
	device      string // the interface that has the root
	isArriving  bool
}

func newTree(tag string, order Order) (tree, error) {
	words := tagText.FindStringSubmatch(tag)
	if words == nil {
		return tree{}, refuse.Because("%q is not a tag of ours", tag)
	}
	run, _ := strconv.ParseUint(words[1], 16, 32)
	number, _ := strconv.ParseUint(words[2], 10, 32)
	made := tree{order, uint32(run), uint32(number), order.Interface, order.Direction == "IN"}
	if made.isArriving {
		made.device = "f" + words[1] + words[2] // 15 characters are all that the kernel takes
	}
	return made, nil
}

// make is a request that adds something to an interface.
func (t tree) make(index int, what string, kind int, message nl.TcMsg, parts ...nl.NetlinkRequestData) rtnetlink.Request {
	message.Ifindex = int32(index)
	all := append([]nl.NetlinkRequestData{&message}, parts...)
	return rtnetlink.Request{What: "add " + what, Kind: kind, Flags: rtnetlink.New, Parts: all}
}

func kind(name string) *nl.RtAttr { return nl.NewRtAttr(nl.TCA_KIND, nl.ZeroTerminated(name)) }

// root is the request for it. That the queue length was 0 is told by a default class that there is not, which is as good as none.
func (t tree) root(index int) rtnetlink.Request {
	defaultClass := uint32(0)
	if t.order.QueueLength == 0 {
		defaultClass = noQueue
	}
	return t.make(index, "an htb qdisc to "+t.device, unix.RTM_NEWQDISC, nl.TcMsg{Handle: ours, Parent: netlink.HANDLE_ROOT},
		kind("htb"), htbRoot(t.run, t.number, defaultClass))
}

// leaf is a qdisc below a class of the root.
type leaf struct {
	kind           string
	handle, parent uint32
	options        *nl.RtAttr
}

func (t tree) leaves() []leaf {
	var found []leaf
	for i, class := range t.order.Classes {
		digit := uint32(i) + 1
		parent := ours | digit
		if class.Tbf != nil {
			handle := uint32(tbfHandle) | digit<<16
			found = append(found, leaf{"tbf", handle, parent, class.Tbf.options()})
			parent = handle | belowTbf
		}
		if class.Netem != nil {
			found = append(found, leaf{"netem", netemHandle | digit<<16, parent, class.Netem.options()})
		}
	}
	return found
}

func (l leaf) name() string { return fmt.Sprintf("%s %x:", l.kind, l.handle>>16) }

func (t tree) addition(index int, l leaf) rtnetlink.Request {
	return t.make(index, fmt.Sprintf("the qdisc %s to %s", l.name(), t.device), unix.RTM_NEWQDISC,
		nl.TcMsg{Handle: l.handle, Parent: l.parent}, kind(l.kind), l.options)
}

// changes are the requests that turn a tree, as it stands, into this one.
func (t tree) changes(index int) []rtnetlink.Request {
	var found []rtnetlink.Request
	for _, each := range t.leaves() {
		request := t.addition(index, each)
		request.What, request.Flags = fmt.Sprintf("change the qdisc %s of %s", each.name(), t.device), 0
		found = append(found, request)
	}
	return found
}

func (t tree) class(index, i int) rtnetlink.Request {
	digit := uint32(i) + 1
	return t.make(index, fmt.Sprintf("the class fa17:%x to %s", digit, t.device), unix.RTM_NEWTCLASS,
		nl.TcMsg{Handle: ours | digit, Parent: ours}, kind("htb"), htbClass())
}

// pass is the request for a filter that lets everything pass. There can be several of it; lifting is undone for all at once.
func (t tree) pass(index int) rtnetlink.Request {
	return t.filter(index, ours, unix.ETH_P_ALL, lifted, match{}.leadingTo(0))
}

// resume is the request that takes it away.
func (t tree) resume(index int) rtnetlink.Request {
	return rtnetlink.Request{
		What: "take the filter in front of all others from " + t.device, Kind: unix.RTM_DELTFILTER,
		Parts: []nl.NetlinkRequestData{&nl.TcMsg{Ifindex: int32(index), Parent: ours, Info: lifted << 16}},
	}
}

// filters are those that lead packets to their classes, one after another as they are asked.
func (t tree) filters(index int) ([]rtnetlink.Request, error) {
	var found []rtnetlink.Request
	for _, family := range families {
		add := func(matches []match, class uint32) {
			for _, each := range matches {
				found = append(found, t.filter(index, ours, family.etherType, family.priority, each.leadingTo(class)))
			}
		}
		add(family.background(), 0)
		for i, class := range t.order.Classes {
			matches, err := family.of(class.Traffic, !t.isArriving)
			if err != nil {
				return nil, err
			}
			add(matches, uint32(i)+1)
		}
	}
	return found, nil
}

func (t tree) filter(index int, parent uint32, etherType, priority uint16, options *nl.RtAttr) rtnetlink.Request {
	on := t.device
	if parent != ours {
		on = t.order.Interface
	}
	return t.make(index, "a filter to "+on, unix.RTM_NEWTFILTER,
		nl.TcMsg{Parent: parent, Info: uint32(priority)<<16 | uint32(nl.Swap16(etherType))}, kind("u32"), options)
}

// requests are those that make it on an interface, with a filter in front that lets everything pass or without.
func (t tree) requests(index int, isLifted bool) ([]rtnetlink.Request, error) {
	found := []rtnetlink.Request{t.root(index)}
	leaves := t.leaves()
	for i := range t.order.Classes {
		found = append(found, t.class(index, i))
	}
	for _, each := range leaves {
		found = append(found, t.addition(index, each))
	}
	if isLifted {
		found = append(found, t.pass(index))
	}
	filters, err := t.filters(index)
	return slices.Concat(found, filters), err
}
