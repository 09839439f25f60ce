package topology

import (
	"sync"

	"faultline/agent/netns"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

// known has a process by the inode of its network namespace: the one that the namespace was found through the last time.
var known = struct {
	sync.Mutex
	pids map[uint64]int
}{pids: map[uint64]int{}}

// NamespaceWith opens the network namespace with this inode. It looks first through the process that it was found through the
// last time: looking at all takes milliseconds. Any goroutine may call it.
func NamespaceWith(inode uint64) (*netns.Namespace, error) {
	known.Lock()
	pid, ok := known.pids[inode]
	known.Unlock()
	if ok {
		if namespace := openIf(pid, inode); namespace != nil {
			return namespace, nil
		}
	}
	for _, pid := range procfs.All() {
		if namespace := openIf(pid, inode); namespace != nil {
			known.Lock()
			known.pids[inode] = pid
			known.Unlock()
			return namespace, nil
		}
	}
	known.Lock()
	delete(known.pids, inode)
	known.Unlock()
	return nil, refuse.Because("no process of this machine lives in network namespace %d", inode)
}

// openIf opens the namespace of a process if it is the one with this inode; nil if it is another, or the process has ended.
func openIf(pid int, inode uint64) *netns.Namespace {
	if there, ok := netns.InodeOf(pid); !ok || there != inode {
		return nil
	}
	namespace, err := netns.OfProcess(pid)
	if err != nil {
		return nil
	}
	if namespace.Inode != inode { // the process has ended since, and another has its number
		namespace.Close()
		return nil
	}
	return namespace
}
