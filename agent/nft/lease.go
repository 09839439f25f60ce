package nft

import (
	"time"

	"golang.org/x/sys/unix"
)

// leaseTimeout is how long the harm goes on in the kernel after the last renewal.
var leaseTimeout = 15 * time.Second

const (
	lease = "lease" // the set that has an element as long as the harm is in force
	idle  = "idle"  // the counter of what passed while it was not
)

// leaseKey is that one element.
var leaseKey = []byte{0xfa, 0x17, 0xfa, 0x17}

func leaseElement() []element { return []element{{key: leaseKey}} }

// behindLease has each chain that packets come to let all through while the lease has no element: before anything else, and
// without a change to any rule. Where the kernel does not end the harm by itself the element just stays.
func behindLease(inside content, ends bool) content {
	gate := set{name: lease, key: markKey, size: 4}
	if ends {
		gate.flags, gate.timeout = unix.NFT_SET_TIMEOUT, leaseTimeout
	}
	var gates []rule
	for _, each := range inside.chains {
		if each.hook != nil {
			lapsed := []expression{loadConstant(leaseKey...), isNotIn(lease)}
			gates = append(gates, rule{chain: each.name, when: lapsed, counter: idle, then: accept()})
		}
	}
	inside.sets, inside.rules = append([]set{gate}, inside.sets...), append(gates, inside.rules...)
	return inside
}
