package output

import (
	"fmt"
	"slices"

	"faultline/agent/descriptor"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

// readers has the processes outside the container that read the pipes behind its output, in order; Docker's shim is the one.
func readers(pid int, descriptors []int) ([]int, error) {
	found, err := channels(pid, descriptors)
	if err != nil {
		return nil, err
	}
	var wanted []string
	for _, channel := range found {
		if channel.IsTerminal {
			return nil, refuse.Because("process %d has a terminal, whose reader cannot be told from others'", pid)
		}
		wanted = append(wanted, fmt.Sprintf("pipe:[%d]", channel.Inode))
	}
	all := procfs.All()
	slices.Sort(all)
	inside := procfs.Beside(pid)
	return slices.DeleteFunc(all, func(each int) bool { return slices.Contains(inside, each) || !reads(each, wanted) }), nil
}

func reads(pid int, pipes []string) bool {
	return slices.ContainsFunc(descriptor.Of(pid), func(number int) bool {
		return slices.Contains(pipes, descriptor.Target(pid, number)) && descriptor.IsReadEnd(pid, number)
	})
}
