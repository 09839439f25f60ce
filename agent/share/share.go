// Package share finds who else is in the namespaces of a container.
package share

import (
	"maps"
	"slices"
	"time"

	"faultline/agent/procfs"
)

// forkTime is for how long a new process may be seen in the wrong control groups: the kernel shows it in its namespaces before
// it puts it into its parent's control groups (copy_process).
const forkTime = 5 * time.Millisecond

// Sharer is a control group, which tells the container, with processes in the namespaces of another one.
type Sharer struct {
	Cgroup    string `json:"cgroup"`
	Network   bool   `json:"network"`   // in its network namespace
	Processes bool   `json:"processes"` // in its pid namespace, and so they end with its first process
}

// stranger is a process that is in a namespace of a container and not in its control groups.
type stranger struct {
	pid                int
	network, processes bool
}

// SharesNetwork tells whether processes that are not the container's are in its network namespace.
func SharesNetwork(pid int) bool {
	return slices.ContainsFunc(strangers(pid), func(each stranger) bool { return each.network })
}

// Sharers has what is in the network namespace of a container, which is known by its first process, or in its pid namespace
// and ends with that process. One for each control group.
func Sharers(pid int) []Sharer {
	found := []Sharer{}
	for _, each := range strangers(pid) {
		path := longest(procfs.Cgroups(each.pid))
		at := slices.IndexFunc(found, func(seen Sharer) bool { return seen.Cgroup == path })
		if at < 0 {
			at = len(found)
			found = append(found, Sharer{Cgroup: path})
		}
		found[at].Network = found[at].Network || each.network
		found[at].Processes = found[at].Processes || each.processes
	}
	return found
}

// longest is the path of a process that tells the most; empty if it has ended.
func longest(paths map[string]string) string {
	found := ""
	for _, path := range slices.Sorted(maps.Values(paths)) {
		if len(path) > len(found) {
			found = path
		}
	}
	return found
}

// strangers looks twice, because a process of the container's own can look like one while it is being started.
func strangers(pid int) []stranger {
	of := containerOf(pid)
	if of.network == 0 {
		return nil
	}
	seen := of.strangersAmong(procfs.All())
	if len(seen) == 0 {
		return nil
	}
	time.Sleep(forkTime)
	again := make([]int, len(seen))
	for i, each := range seen {
		again[i] = each.pid
	}
	return of.strangersAmong(again)
}
