package nft

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/monotonic"
	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

const flaw = "a part of the fault's rules was removed by somebody else, or expired, while it was open"

// kind is what some rules are for.
type kind interface {
	// content is what is in their table, without the lease.
	content(kernel) content
	// counts is what they counted, by the names of counters.
	counts(packets map[string]uint64) []effect.Count
	// become is what they are for by another order; an error refuses it.
	become(order json.RawMessage) (kind, error)
}

// rules are a table of ours. It is in the kernel from Prepare or Begin to Close.
type rules struct {
	tables *Tables
	place  effect.Place
	leased bool // whether the kernel ends the harm by itself
	kind   kind

	socket *socket // nil unless it has been entered, and not been left since
	made   bool
	uses   map[string]uint32 // by how many rules each counter is used
	flows  []addressing      // the families whose flows are remembered

	dayAhead int64 // by how much the time of day was ahead of the monotonic clock when it was made

	begun   bool
	renewed time.Time
	expired bool // at some time while begun
	flawed  bool // for good
}

func (r *rules) table() table { return table(r.place.Tag) }

func (r *rules) content(kernel kernel) content { return behindLease(r.kind.content(kernel), r.leased) }

// Prepare adds the table. Nothing is harmed before its lease has an element.
func (r *rules) Prepare() error {
	if r.made {
		return nil
	}
	return r.make(nil)
}

// Begin puts the element into the lease, in one transaction with all the rest if that is not there.
func (r *rules) Begin() error {
	if r.begun {
		return nil
	}
	started := time.Now() // before the kernel's own time begins to run
	element := r.table().add(lease, leaseElement())
	var err error
	if !r.made {
		err = r.make(element)
	} else if err = r.socket.transact(element); err != nil {
		r.begun = !isRefusal(err)
		err = r.cannot("begin", err)
	}
	r.begun, r.renewed = r.begun || r.made && err == nil, started
	return err
}

// isRefusal tells whether the kernel has said no. After any other error it can have done what was asked, and that is to be taken
// back.
func isRefusal(err error) bool {
	var refused *refusal
	return errors.As(err, &refused)
}

// make adds the table, and does what else is asked.
func (r *rules) make(also []request) error {
	if r.socket == nil {
		socket, err := r.tables.enter(r.place.Namespace)
		if err != nil {
			return err
		}
		r.socket = socket
	}
	for {
		kernel := r.tables.known()
		content := r.content(kernel)
		requests := r.table().create(content, kernel)
		err := r.socket.transact(append(requests, also...))
		var refused *refusal
		isRefused := errors.As(err, &refused)
		if isRefused && r.tables.learn(refused, kernel) {
			continue
		}
		r.made = !isRefused // without an answer it can be there, and is to be removed
		_, r.uses = content.counters()
		r.flows, r.dayAhead = content.flows, monotonic.DayAhead()
		if err != nil {
			r.begun = r.made && also != nil
			return r.cannot("add", err)
		}
		return nil
	}
}

// Settle has nothing to wait for: what the kernel has acknowledged is in force.
func (r *rules) Settle() error { return nil }

// Tend has nothing to do.
func (r *rules) Tend() {}

// Renew puts a new element into the lease. Old kernels do not prolong the one that is there.
func (r *rules) Renew() error {
	if !r.begun || !r.leased {
		return nil
	}
	r.expired = r.HasExpired()
	started, table := time.Now(), r.table()
	err := r.socket.transact(append(table.take(lease, leaseElement()), table.add(lease, leaseElement())...))
	if errors.Is(err, unix.ENOENT) {
		r.flawed = true // it had ended before
		err = r.socket.transact(table.add(lease, leaseElement()))
	}
	if err != nil {
		return r.cannot("renew", err)
	}
	r.renewed = started
	return nil
}

// HasExpired tells whether the kernel has ended the harm at some time since it began.
func (r *rules) HasExpired() bool {
	return r.expired || r.leased && r.begun && time.Since(r.renewed) > leaseTimeout
}

// End takes the element out of the lease.
func (r *rules) End() error {
	if !r.begun {
		return nil
	}
	r.expired = r.HasExpired()
	err := r.socket.transact(r.table().take(lease, leaseElement()))
	if errors.Is(err, unix.ENOENT) {
		r.flawed, err = true, nil // it has ended before
	}
	if err != nil {
		return r.cannot("end", err)
	}
	r.begun = false
	return nil
}

// Close removes the table. Where that fails it can be called again.
func (r *rules) Close() error {
	if r.socket == nil {
		return nil
	}
	if r.made {
		err := r.socket.transact([]request{r.table().remove(family)})
		if err != nil && !errors.Is(err, unix.ENOENT) {
			return r.cannot("remove", err)
		}
	}
	r.made, r.begun, r.socket = false, false, nil
	r.tables.leave(r.place.Namespace.Inode)
	return nil
}

// State reads all counters. Each part of the table is used by one, so their uses show whether a part is missing.
func (r *rules) State() (effect.State, error) {
	var found counted
	var flows *effect.Flows
	if r.made {
		var err error
		if found, err = r.read(); err == nil {
			flows, err = r.readFlows(found)
		}
		if err != nil {
			return effect.State{}, r.cannot("read", err)
		}
		if !found.isWhole {
			r.flawed = true
		}
	}
	state := effect.State{Counts: r.kind.counts(found.packets), Flows: flows}
	if r.flawed {
		state.Flaw = flaw
	}
	return state, nil
}

// Retune replaces the rules that harm by those of another order, in one transaction. The counters stay.
func (r *rules) Retune(order json.RawMessage) error {
	next, err := r.kind.become(order)
	if err != nil {
		return err
	}
	if r.made {
		before, err := r.read()
		if err != nil {
			return r.cannot("read", err)
		}
		r.flawed = r.flawed || !before.isWhole // what is put there again would hide it
		if err := r.replace(behindLease(next.content(r.tables.known()), r.leased)); err != nil {
			return err
		}
	}
	r.kind = next
	return nil
}

// replace has the chains that others lead to filled again, and the set of what is lost.
func (r *rules) replace(by content) error {
	var requests []request
	var cleared []string
	for _, each := range by.chains {
		if each.hook == nil {
			cleared = append(cleared, each.name)
			requests = append(requests, r.table().clear(each.name))
		}
	}
	if len(requests) == 0 {
		return nil
	}
	for _, each := range by.sets {
		if each.name == lost {
			requests = append(append(requests, r.table().empty(lost)), r.table().add(lost, each.elements)...)
		}
	}
	added := r.table().append(slices.DeleteFunc(slices.Clone(by.rules), func(each rule) bool {
		return !slices.Contains(cleared, each.chain)
	}))
	if err := r.socket.transact(append(requests, added...)); err != nil {
		return r.cannot("retune", err)
	}
	_, r.uses = by.counters()
	return nil
}

// cannot words an error for the caller.
func (r *rules) cannot(what string, err error) error {
	return refuse.Because("cannot %s the rules of %s in nf_tables: %s", what, r.place.Tag, reason(err))
}

// reason is the kernel's, with what it did not like.
func reason(err error) string {
	var refused *refusal
	if !errors.As(err, &refused) {
		return strerror.Of(err)
	}
	if refused.errno == unix.EPERM {
		return refused.Error() + " (needs NET_ADMIN)"
	}
	return refused.Error()
}
