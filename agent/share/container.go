package share

import "faultline/agent/procfs"

// container is what a container has of its own. An inode is 0 where that is nothing to be shared.
type container struct {
	cgroups   map[string]string
	network   uint64
	processes uint64 // only if its first process is the first of that namespace too: then all others in it end with it
}

func containerOf(pid int) container {
	found := container{cgroups: procfs.OwnCgroups(pid)}
	found.network, _ = procfs.NamespaceInode(pid, "net")
	if procfs.IsFirst(pid) {
		found.processes, _ = procfs.NamespaceInode(pid, "pid")
	}
	return found
}

func (c container) strangersAmong(pids []int) []stranger {
	var found []stranger
	for _, pid := range pids {
		each := stranger{pid, isIn(pid, "net", c.network), isIn(pid, "pid", c.processes)}
		if (each.network || each.processes) && !c.owns(pid) {
			found = append(found, each)
		}
	}
	return found
}

// owns tells whether a process is no stranger. A tool that the agent runs there is none either. One that is exiting shows the root group in place of its own, in version 1 of
// control groups.
func (c container) owns(pid int) bool {
	return procfs.IsWithin(procfs.Cgroups(pid), c.cgroups) || procfs.IsAgents(pid) || procfs.IsAgents(procfs.Parent(pid)) || procfs.IsExiting(pid)
}

func isIn(pid int, kind string, namespace uint64) bool {
	inode, ok := procfs.NamespaceInode(pid, kind)
	return ok && namespace != 0 && inode == namespace
}
