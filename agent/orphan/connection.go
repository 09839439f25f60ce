package orphan

import (
	"net/netip"

	"faultline/agent/netns"
	"faultline/agent/socket"
)

// The states in which the kernel sends again (net/tcp_states.h).
const (
	finWait1 = 4
	lastAck  = 9
	closing  = 11
	sending  = 1<<finWait1 | 1<<lastAck | 1<<closing
)

// connection is one end of an orphaned one.
type connection struct {
	family      uint8
	id          socket.ID
	local, peer netip.AddrPort
}

// orphans has the TCP sockets without an owner that the kernel sends from.
func orphans(diag *socket.Diag) ([]connection, error) {
	var found []connection
	err := diag.Each(sending, func(entry *socket.Entry) {
		if entry.Inode == 0 {
			found = append(found, connection{entry.Family, entry.ID, entry.Local, entry.Peer})
		}
	})
	return found, err
}

// finding is an orphaned connection that a cut can be to blame for, and a process of the namespace that it was found in.
type finding struct {
	cut *Cut
	pid int
	connection
}

// find looks in every namespace of this kernel.
func find(cuts []*Cut) []finding {
	if len(cuts) == 0 {
		return nil
	}
	var found []finding
	_ = netns.Each(func(pid int, namespace *netns.Namespace) error {
		there, err := orphansIn(namespace)
		if err != nil {
			return nil // this kernel does not tell, or the namespace cannot be entered: the others are looked at
		}
		for _, one := range there {
			for _, cut := range cuts {
				if cut.covers(namespace.Inode, one) {
					found = append(found, finding{cut, pid, one})
					break
				}
			}
		}
		return nil
	})
	return found
}

func orphansIn(namespace *netns.Namespace) ([]connection, error) {
	diag, err := openDiag(namespace)
	if err != nil {
		return nil, err
	}
	defer diag.Close()
	return orphans(diag)
}

func openDiag(namespace *netns.Namespace) (*socket.Diag, error) {
	var diag *socket.Diag
	err := namespace.Do(func() (err error) {
		diag, err = socket.OpenDiag()
		return err
	})
	return diag, err
}

// end ends these, whatever becomes of the others, and counts by cut. A kernel that cannot is left alone.
func end(found []finding) map[*Cut]int {
	ended := map[*Cut]int{}
	if len(found) == 0 || !endingWorks() {
		return ended
	}
	byProcess := map[int]map[finding]bool{} // one may have been found for two reasons
	for _, each := range found {
		if byProcess[each.pid] == nil {
			byProcess[each.pid] = map[finding]bool{}
		}
		byProcess[each.pid][each] = true
	}
	for pid, there := range byProcess {
		endBeside(pid, there, ended)
	}
	return ended
}

// endBeside ends connections in the namespace of a process. If it has gone since, they have gone with it.
func endBeside(pid int, there map[finding]bool, ended map[*Cut]int) {
	namespace, err := netns.OfProcess(pid)
	if err != nil {
		return
	}
	defer namespace.Close()
	diag, err := openDiag(namespace)
	if err != nil {
		return
	}
	defer diag.Close()
	for each := range there {
		if diag.Destroy(each.family, each.id) == nil {
			ended[each.cut]++
		}
	}
}

// nobodyWaitsFor has those of which both ends are orphans: nobody could ever see what becomes of them.
func nobodyWaitsFor(found []finding) []finding {
	type pair struct{ local, peer netip.AddrPort }
	ends := map[pair]bool{}
	for _, each := range found {
		ends[pair{each.local, each.peer}] = true
	}
	var both []finding
	for _, each := range found {
		if ends[pair{each.peer, each.local}] {
			both = append(both, each)
		}
	}
	return both
}
