package shaping

import (
	"fmt"

	"github.com/vishvananda/netlink"

	"faultline/agent/effect"
	"faultline/agent/rtnetlink"
)

const removed = "a part of the fault's rules was removed by somebody else, or expired, while it was open"

// sight is what there is of a tree.
type sight struct {
	hasRoot, passes bool            // passes: there is a filter in front that lets everything pass
	leaves          map[string]bool // by kind and handle
	filters, led    int             // but for the one in front; by those of the ingress qdisc to our device
	shaped, arrived int64           // packets that our classes served, and that came to the root
}

// State is how many packets were served worse: sent on, still waiting, or dropped because too many waited. What was counted is
// not forgotten when somebody else removes the tree.
func (r *rules) State() (effect.State, error) {
	found := effect.State{}
	if r.stands != absent {
		var seen sight
		err := r.in(func(socket *rtnetlink.Socket) (err error) {
			seen, err = r.look(socket)
			return err
		})
		if err != nil {
			return found, err
		}
		r.counted.Number = max(r.counted.Number, seen.shaped)
		r.counted.Of = max(r.counted.Of, seen.arrived, r.counted.Number)
		if found.Flaw, err = r.flaw(seen); err != nil {
			return found, err
		}
	}
	found.Counts = []effect.Count{r.counted}
	return found, nil
}

// flaw says that a part is missing; it is empty if all of it is there.
func (r *rules) flaw(seen sight) (string, error) {
	filters, err := r.tree.filters(r.index)
	if err != nil {
		return "", err
	}
	whole := seen.hasRoot && seen.filters == len(filters) && seen.passes == (r.stands == passing)
	for _, each := range r.tree.leaves() {
		whole = whole && seen.leaves[each.name()]
	}
	if r.tree.isArriving {
		whole = whole && seen.led == len(families)
	}
	if whole {
		return "", nil
	}
	return removed, nil
}

func (r *rules) look(socket *rtnetlink.Socket) (sight, error) {
	seen := sight{leaves: map[string]bool{}}
	for _, part := range []func(*rtnetlink.Socket, *sight) error{r.lookAtQdiscs, r.lookAtClasses, r.lookAtFilters} {
		if err := part(socket, &seen); err != nil {
			return seen, err
		}
	}
	return seen, nil
}

func (r *rules) lookAtQdiscs(socket *rtnetlink.Socket, seen *sight) error {
	qdiscs, err := socket.Qdiscs()
	if err != nil {
		return err
	}
	for _, qdisc := range qdiscs {
		at := qdisc.Attrs()
		if at.LinkIndex != r.index {
			continue
		}
		seen.leaves[fmt.Sprintf("%s %x:", qdisc.Type(), at.Handle>>16)] = true
		if htb, isHtb := qdisc.(*netlink.Htb); isHtb && r.tree.isRoot(htb) {
			seen.hasRoot = true
			seen.arrived = served((*netlink.ClassStatistics)(at.Statistics))
		}
	}
	return nil
}

func (t tree) isRoot(htb *netlink.Htb) bool {
	return htb.Handle == ours && htb.Parent == netlink.HANDLE_ROOT && htb.DirectQlen != nil &&
		*htb.DirectQlen == t.run && htb.Rate2Quantum == t.number
}

func (r *rules) lookAtClasses(socket *rtnetlink.Socket, seen *sight) error {
	classes, err := socket.Classes(r.index)
	for _, class := range classes {
		if class.Type() == "htb" && class.Attrs().Handle&^0xFFFF == ours {
			seen.shaped += served(class.Attrs().Statistics)
		}
	}
	return err
}

func served(counted *netlink.ClassStatistics) int64 {
	if counted == nil {
		return 0
	}
	return int64(counted.Basic.Packets) + int64(counted.Queue.Drops) + int64(counted.Queue.Qlen)
}

func (r *rules) lookAtFilters(socket *rtnetlink.Socket, seen *sight) error {
	filters, err := socket.Filters(r.index, ours)
	if err != nil {
		return err
	}
	for _, filter := range filters {
		u32, isU32 := filter.(*netlink.U32)
		switch {
		case !isU32 || u32.ClassId&^0xFFFF != ours:
		case u32.Priority == lifted:
			seen.passes = true
		default:
			seen.filters++
		}
	}
	if !r.tree.isArriving {
		return nil
	}
	arriving, err := socket.Filters(r.served, netlink.HANDLE_MIN_INGRESS)
	seen.led = leadingTo(r.index, arriving)
	return err
}
