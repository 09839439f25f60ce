// Package basechain takes back the base chains that iptables-nft makes on its way and never removes: INPUT, say, with the first
// rule that is put there.
//
// A namespace that had none, or whose tables somebody else uses without any, would not be what it was. So what there is is
// looked at before the first change in a namespace, and what has come since is removed after the last, where it is empty. The
// kernel itself refuses to remove what is in use, so nothing that somebody has put there meanwhile can go with it.
package basechain

import (
	"slices"
	"sync"

	"faultline/agent/netns"
)

// Chains are those of the namespaces in which there are changes, as they were before the first. Any goroutine may use them.
type Chains struct {
	mu     sync.Mutex
	places map[uint64]*place // by the namespace's inode
}

// place is a namespace in which there are changes.
type place struct {
	mu     sync.Mutex
	before *content        // nil if that could not be told: then nothing is removed
	open   map[string]bool // the tags of the changes

	users int // how many hold it or wait for it; of Chains' lock
}

// New makes one that knows no namespace.
func New() *Chains {
	return &Chains{places: map[uint64]*place{}}
}

// Opens is to be called before a change makes anything in a namespace. Others that open or end there wait for one another: what
// one makes must not be taken for what was there before.
func (c *Chains) Opens(namespace *netns.Namespace, tag string) {
	here := c.enter(namespace.Inode)
	defer c.leave(namespace.Inode, here)
	if len(here.open) == 0 {
		here.before = lookIn(namespace)
	}
	here.open[tag] = true
}

// Ended is to be called when a change has taken everything back. If it was the last one in the namespace, what has come since
// the first and is empty is removed; what cannot be stays, and lets all through. It does nothing for a tag that is not open.
func (c *Chains) Ended(namespace *netns.Namespace, tag string) {
	here := c.enter(namespace.Inode)
	defer c.leave(namespace.Inode, here)
	if !here.open[tag] {
		return
	}
	delete(here.open, tag)
	if len(here.open) == 0 && here.before != nil {
		removeSince(*here.before, namespace)
	}
}

// enter has the namespace for the caller alone.
func (c *Chains) enter(inode uint64) *place {
	c.mu.Lock()
	here, ok := c.places[inode]
	if !ok {
		here = &place{open: map[string]bool{}}
		c.places[inode] = here
	}
	here.users++
	c.mu.Unlock()
	here.mu.Lock()
	return here
}

// leave lets the next one in, and forgets a namespace in which there is nothing more.
func (c *Chains) leave(inode uint64, here *place) {
	c.mu.Lock()
	defer c.mu.Unlock()
	here.users--
	if here.users == 0 && len(here.open) == 0 {
		delete(c.places, inode)
	}
	here.mu.Unlock()
}

// lookIn has what there is in a namespace; nil if that cannot be told.
func lookIn(namespace *netns.Namespace) *content {
	var found content
	err := withTables(namespace, func(tables *tables) (err error) {
		found, err = tables.look()
		return err
	})
	if err != nil {
		return nil
	}
	return &found
}

// removeSince removes what was not there before: the chains, then the tables that are empty now.
func removeSince(before content, namespace *netns.Namespace) {
	// An error leaves the rest there, which lets all through.
	_ = withTables(namespace, func(tables *tables) error {
		now, err := tables.look()
		if err != nil {
			return err
		}
		for _, chain := range now.chains {
			if !slices.Contains(before.chains, chain) {
				if err := tables.deleteChain(chain); err != nil {
					return err
				}
			}
		}
		for _, table := range now.tables {
			if !slices.Contains(before.tables, table) {
				if err := tables.deleteTable(table); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
