// Package nft makes packet rules in nf_tables, over one netlink socket for each network namespace.
//
// Each change has a table of its own, named by its tag. Nothing of anybody else's is touched, and a chain of ours decides before
// those of the filter table do. Where the kernel can (Linux 5.12), the table belongs to the socket that made it: it is gone when
// the agent is, and "flush ruleset" of somebody else does not reach it.
//
// The harm begins with one element of a set that each base chain looks up first, and ends with it. The kernel takes the element
// away itself when nobody renews it; the rules are still there then, and let everything through.
package nft

import (
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/netns"
	"faultline/agent/packets"
	"faultline/agent/refuse"
)

// closingAfter is how long the kernel has to free what was removed. If a socket is closed before, close(2) waits for that, for
// some 20 ms, and so does everybody else who changes tables in the namespace.
const closingAfter = 100 * time.Millisecond

// Tables keeps one netlink socket for each namespace in which there are rules of ours. Any goroutine may use it.
type Tables struct {
	mu      sync.Mutex
	sockets map[uint64]*shared // by the namespace's inode
	kernel  kernel
}

// kernel is what turned out to be missing in this kernel.
type kernel struct {
	withoutOwners bool // before Linux 5.12
	withoutQueues bool // CONFIG_NFT_QUEUE; the xtables target does the same where there is CONFIG_NFT_COMPAT
	withoutMemory bool // of flows, before Linux 5.4
}

// shared is a socket that is closed after the last rules that use it.
type shared struct {
	opening sync.Mutex
	socket  *socket // nil until it is open

	users   int // of Tables' lock, as is the next
	closing *time.Timer
}

// New makes one that knows no namespace.
func New() *Tables {
	return &Tables{sockets: map[uint64]*shared{}}
}

// Packets are rules that harm packets. The order is one that Require lets pass.
func (t *Tables) Packets(place effect.Place, order packets.Order) (effect.Rules, error) {
	if err := knows(order.Filter); err != nil {
		return nil, err
	}
	harm, err := newHarm(order)
	if err != nil {
		return nil, err
	}
	return t.rules(place, order.Filter, harm), nil
}

// Counting are rules that count segments, and let them through.
func (t *Tables) Counting(place effect.Place, order packets.Counting) (effect.Rules, error) {
	if err := knows(order.Filter); err != nil {
		return nil, err
	}
	return t.rules(place, order.Filter, counting{order}), nil
}

// Redirect are rules that lead name queries elsewhere. Flows that are known to the kernel already are not led anywhere: it has to
// forget them.
func (t *Tables) Redirect(place effect.Place, redirect packets.Redirect) (effect.Rules, error) {
	if err := knows(redirect.Filter); err != nil {
		return nil, err
	}
	return t.rules(place, redirect.Filter, leading{redirect}), nil
}

// knows refuses a way of expiring that would silently be none.
func knows(filter packets.Filter) error {
	if filter.Expiry == "DATESTOP" {
		return refuse.Because("rules of nf_tables expire by LEASE, or not at all (NONE), but not by DATESTOP")
	}
	return nil
}

func (t *Tables) rules(place effect.Place, filter packets.Filter, kind kind) *rules {
	return &rules{tables: t, place: place, leased: filter.Expiry == "LEASE", kind: kind}
}

// enter has the socket of a namespace, which is opened for the first that enters.
func (t *Tables) enter(namespace *netns.Namespace) (*socket, error) {
	t.mu.Lock()
	here, ok := t.sockets[namespace.Inode]
	if !ok {
		here = &shared{}
		t.sockets[namespace.Inode] = here
	}
	here.users++
	if here.closing != nil {
		here.closing.Stop()
	}
	t.mu.Unlock()
	here.opening.Lock()
	defer here.opening.Unlock()
	if here.socket == nil {
		opened, err := open(namespace)
		if err != nil {
			t.leave(namespace.Inode)
			return nil, err
		}
		here.socket = opened
	}
	return here.socket, nil
}

// leave gives the socket back. It is closed in a while if nobody else uses it, and all tables are gone then.
func (t *Tables) leave(inode uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	here := t.sockets[inode]
	here.users--
	if here.users == 0 {
		here.closing = time.AfterFunc(closingAfter, func() { t.close(inode, here) })
	}
}

func (t *Tables) close(inode uint64, here *shared) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if here.users > 0 || t.sockets[inode] != here {
		return // somebody has entered again, or it is closed already
	}
	delete(t.sockets, inode)
	if here.socket != nil {
		go here.socket.close()
	}
}

func (t *Tables) known() kernel {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kernel
}

// learn tells whether a refusal says that the kernel lacks something that we can do without, and remembers it.
func (t *Tables) learn(refusal *refusal, tried kernel) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case refusal.asked.uses == owner && !tried.withoutOwners:
		t.kernel.withoutOwners = refusal.errno == unix.EINVAL || refusal.errno == unix.EOPNOTSUPP
		return t.kernel.withoutOwners
	case refusal.asked.uses == queue && !tried.withoutQueues:
		t.kernel.withoutQueues = refusal.errno == unix.ENOENT || refusal.errno == unix.EOPNOTSUPP
		return t.kernel.withoutQueues
	case refusal.asked.uses == memory && !tried.withoutMemory:
		t.kernel.withoutMemory = slices.Contains([]unix.Errno{unix.EINVAL, unix.ENOENT, unix.EOPNOTSUPP}, refusal.errno)
		return t.kernel.withoutMemory
	}
	return false
}
