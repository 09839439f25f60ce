package shaping

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/vishvananda/netlink"

	"faultline/agent/effect"
	"faultline/agent/refuse"
	"faultline/agent/rtnetlink"
)

// rules are a tree in a namespace. The kernel does not end it by itself.
type rules struct {
	place effect.Place
	tree  tree

	stands        standing
	served, index int  // of the served interface, and of the one that has the root
	ownsIngress   bool // whether the ingress qdisc is of ours
	counted       effect.Count
}

type standing int

const (
	absent standing = iota
	halfMade
	passing // everything, by a filter in front of all others
	harming
)

// New has the rules by which an interface serves its packets as it is ordered.
func New(place effect.Place, order Order) (effect.Rules, error) {
	if err := order.Require(); err != nil {
		return nil, err
	}
	made, err := newTree(place.Tag, order)
	if err != nil {
		return nil, err
	}
	return &rules{place: place, tree: made, counted: effect.Count{Direction: order.Direction}}, nil
}

// Prepare makes the tree, and lets everything pass it.
func (r *rules) Prepare() error {
	if r.stands == absent {
		return r.make(passing)
	}
	return nil
}

// Begin lets nothing pass any more that the tree is for.
func (r *rules) Begin() error {
	switch r.stands {
	case absent:
		return r.make(harming)
	case passing:
		return r.turn(harming, r.tree.resume)
	default:
		return nil
	}
}

// End lets everything pass. What is left of a tree that somebody else has removed is removed as well: what arrives may be led
// to nowhere.
func (r *rules) End() error {
	if r.stands != harming {
		return nil
	}
	return r.turn(passing, r.tree.pass)
}

func (r *rules) turn(into standing, request func(int) rtnetlink.Request) error {
	return r.in(func(socket *rtnetlink.Socket) error {
		err := socket.Do(request(r.index))
		if err != nil {
			seen, cause := r.look(socket)
			switch {
			case cause != nil || seen.hasRoot:
				return err
			case into == harming:
				return refuse.Because("the qdiscs of %s have been removed by somebody else while they let everything pass",
					r.tree.order.Interface)
			}
			if err := r.remove(socket); err != nil {
				return err
			}
		}
		r.stands = into
		return nil
	})
}

// make makes all of it or, if a part cannot be made, nothing.
func (r *rules) make(into standing) error {
	r.stands = halfMade
	err := r.in(func(socket *rtnetlink.Socket) error { return r.add(socket, into == passing) })
	if err != nil {
		return told(errors.Join(err, r.Close()))
	}
	r.stands = into
	return nil
}

func (r *rules) add(socket *rtnetlink.Socket, isLifted bool) (err error) {
	if r.served, err = indexOf(socket, r.tree.order.Interface); err != nil {
		return err
	}
	r.index = r.served
	if r.tree.isArriving {
		if r.index, err = r.tree.readyDevice(socket); err != nil {
			return err
		}
	}
	requests, err := r.tree.requests(r.index, isLifted)
	if err != nil {
		return err
	}
	if err := socket.DoAll(requests); err != nil || !r.tree.isArriving {
		return err
	}
	leading := r.tree.leading(r.served, r.index)
	if err := socket.Do(leading[0]); err != nil {
		return err
	}
	r.ownsIngress = true
	return socket.DoAll(leading[1:])
}

// Retune turns what is open into another strength of the same. If a part of it cannot be turned, it all stays as it was.
func (r *rules) Retune(text json.RawMessage) error {
	var order Order
	if err := json.Unmarshal(text, &order); err != nil {
		return refuse.Because("an order cannot be read: %v", err)
	}
	if err := order.Require(); err != nil {
		return err
	}
	if !r.tree.order.canBecome(order) {
		return refuse.Because("the shaping of %s cannot become that: only how strong the same impairments of the same traffic are",
			r.tree.order.Interface)
	}
	wanted := r.tree
	wanted.order.Classes = order.Classes
	if r.stands != absent {
		if err := r.change(wanted); err != nil {
			return err
		}
	}
	r.tree = wanted
	return nil
}

func (r *rules) change(wanted tree) error {
	return r.in(func(socket *rtnetlink.Socket) error {
		err := socket.DoAll(wanted.changes(r.index))
		if err != nil {
			for _, before := range r.tree.changes(r.index) {
				if problem := socket.Do(before); problem != nil && !isGone(problem) {
					err = errors.Join(err, problem)
				}
			}
		}
		return err
	})
}

// Close removes all that carries the tag. Nothing of it need be there any more, not even the interface.
func (r *rules) Close() error {
	if r.stands == absent {
		return nil
	}
	err := r.in(r.remove)
	if err == nil {
		r.stands, r.ownsIngress = absent, false
	}
	return err
}

func (r *rules) remove(socket *rtnetlink.Socket) error {
	found, err := tagged(socket)
	if err != nil {
		return err
	}
	if r.ownsIngress {
		filters, err := socket.Filters(r.served, netlink.HANDLE_MIN_INGRESS)
		if err != nil {
			return err
		}
		if leadingTo(noDevice, filters) > 0 { // somebody else has removed our device, and what arrives is lost
			found = append(found, ingressOf(r.place.Tag, r.tree.order.Interface, r.served))
		}
	}
	if r.tree.order.QueueLength == 0 && r.served != 0 { // to be given back even if somebody else has removed the tree
		found = append(found, queueLengthOf0(r.place.Tag, r.tree.order.Interface, r.served))
	}
	var problems []error
	for _, each := range found {
		if each.Tag != r.place.Tag || each.kind == ingressQdisc && !r.ownsIngress {
			continue
		}
		problems = append(problems, each.remove(socket))
	}
	return errors.Join(problems...)
}

// in does something over a netlink socket of the namespace.
func (r *rules) in(act func(*rtnetlink.Socket) error) error {
	return told(r.place.Namespace.Do(func() error {
		socket, err := rtnetlink.Open()
		if err != nil {
			return err
		}
		defer socket.Close()
		return act(socket)
	}))
}

// told makes of any error one for the caller, on one line.
func told(err error) error {
	if err == nil {
		return nil
	}
	return refuse.Because("%s", strings.ReplaceAll(err.Error(), "\n", "; "))
}

// Settle has nothing to wait for.
func (r *rules) Settle() error { return nil }

// Tend has nothing to do.
func (r *rules) Tend() {}

// Renew has nothing to put off.
func (r *rules) Renew() error { return nil }

// HasExpired tells that the kernel ends no tree.
func (r *rules) HasExpired() bool { return false }
