// Package topology tells what there is on the machine without changing anything.
package topology

import (
	"cmp"
	"encoding/json"
	"hash/fnv"
	"net/netip"
	"strconv"
	"sync"

	"github.com/vishvananda/netlink"

	"faultline/agent/netns"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
	"faultline/agent/rtnetlink"
	"faultline/agent/shaping"
	"faultline/agent/waiting"
)

const looksAtATime = 8 // each takes a thread, and these are limited in a container

// Look is what a process's network namespace looks like from inside.
type Look struct {
	Netns      uint64      `json:"netns"`   // the inode
	Started    int64       `json:"started"` // when the process began, in clock ticks since the machine was started
	Frozen     bool        `json:"frozen"`
	Suspended  bool        `json:"suspended"` // whether the process may be frozen: it does not hear signals just now
	Interfaces []Interface `json:"interfaces"`
	Version    string      `json:"version"` // of all this: equal as long as nothing of it is another
}

// Interface is one of a namespace.
type Interface struct {
	Name      string         `json:"name"`
	Index     int            `json:"index"`     // which no other had before it in its namespace
	Addresses []string       `json:"addresses"` // literals
	MTU       int            `json:"mtu"`
	Queue     int            `json:"queue"` // its length, in packets
	Qdiscs    shaping.Qdiscs `json:"qdiscs"`
}

// LooksAt looks at the namespaces of several processes, in their order.
func LooksAt(pids []int) ([]Look, error) {
	seen := make([]Look, len(pids))
	return seen, sideBySide(pids, func(i, pid int) (err error) {
		seen[i], err = LookAt(pid)
		return err
	})
}

// sideBySide does something about each of several, a few at a time, and returns the error of the first for which that failed.
func sideBySide[T any](all []T, act func(i int, one T) error) error {
	problems := make([]error, len(all))
	places := make(chan struct{}, looksAtATime)
	var working sync.WaitGroup
	for i, one := range all {
		places <- struct{}{}
		working.Go(func() {
			defer func() { <-places }()
			problems[i] = refuse.Attempt(func() error { return act(i, one) })
		})
	}
	working.Wait()
	return cmp.Or(problems...)
}

// LookAt looks at the namespace of a process.
func LookAt(pid int) (Look, error) {
	namespace, err := netns.OfProcess(pid)
	if err != nil {
		return Look{}, err
	}
	defer namespace.Close()
	var found []Interface
	err = namespace.Do(func() (err error) {
		found, err = interfaces()
		return err
	})
	if err != nil {
		return Look{}, err
	}
	look := Look{
		Netns: namespace.Inode, Started: procfs.Started(pid), Frozen: isFrozen(pid), Suspended: procfs.State(pid) == 'D', Interfaces: found,
	}
	look.Version, err = version(look)
	return look, err
}

// version is that of a look that has none yet.
func version(look Look) (string, error) {
	text, err := json.Marshal(look)
	if err != nil {
		return "", err
	}
	hash := fnv.New64a()
	hash.Write(text)
	return strconv.FormatUint(hash.Sum64(), 16), nil
}

// interfaces has those of the calling thread's namespace.
func interfaces() ([]Interface, error) {
	socket, err := rtnetlink.Open()
	if err != nil {
		return nil, err
	}
	defer socket.Close()
	links, err := socket.Links()
	if err != nil {
		return nil, err
	}
	addresses, err := socket.Addresses()
	if err != nil {
		return nil, err
	}
	foreign, err := shaping.Foreign(socket, links)
	if err != nil {
		return nil, err
	}
	found := make([]Interface, 0, len(links))
	for _, link := range links {
		at := link.Attrs()
		found = append(found, Interface{at.Name, at.Index, literals(addresses, at.Index), at.MTU, at.TxQLen, foreign[at.Index]})
	}
	return found, nil
}

// literals has the addresses of the link with this index.
func literals(addresses []netlink.Addr, index int) []string {
	found := []string{}
	for _, each := range addresses {
		if each.LinkIndex != index || each.IPNet == nil {
			continue
		}
		if address, ok := netip.AddrFromSlice(each.IP); ok {
			found = append(found, address.String())
		}
	}
	return found
}

// isFrozen tells whether a process is in a cgroup freezer, of either version, as Docker puts it there or somebody else.
func isFrozen(pid int) bool {
	channel := waiting.Channel(pid, pid)
	return channel == "__refrigerator" || channel == "do_freezer_trap"
}
