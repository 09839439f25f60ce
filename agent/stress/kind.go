package stress

import (
	"strings"

	"faultline/agent/refuse"
)

// load is what a child does to the container. All of it happens in the child, on one thread.
type load interface {
	// begin begins, or says why it cannot; it returns when the stress is there.
	begin() error
	// tend keeps the stress up while the container does what it does.
	tend() error
	// state is what it did so far.
	state() (tally, error)
	// flaw is why the stress is not what was asked for; empty if it is.
	flaw() string
	// end takes back what the child's own end does not. Calling it twice is calling it once.
	end() error
}

// kind is what the agent has to know of a load without being its child.
type kind struct {
	name       string
	load       func(task) load
	addsUp     bool                               // whether what it did before it was lifted counts as well
	outlives   bool                               // the agent: it takes back what it did, and then ends, instead of ending with it
	need       measure                            // by which the container's own processes need what is short; nil if there is none
	before     func(pid int) (map[int]int, error) // what it takes to let go, by process; nil if the child's own end is enough
	whenKilled string                             // what it means that the kernel has killed the child; empty if nothing in particular
}

var kinds = []kind{
	{name: "cpu", load: newCPULoad, addsUp: true, need: timeOnCPU},
	// Who only looks how much memory is left needs it too.
	{name: "memory", load: newMemoryLoad, need: timeOnCPU, whenKilled: "the container needed more memory than was left, " +
		"faster than room was made for it, and the kernel ended the load"},
	{name: "oom", load: newOOMLoad, outlives: true, before: scoresBeside},
	{name: "disk", load: newDiskLoad, need: writes},
	// Who opens a descriptor runs; the kernel counts nothing nearer to it.
	{name: "descriptors", load: newDescriptorLoad, outlives: true, need: timeOnCPU, before: limitOfFirst},
}

func kindNamed(name string) (kind, error) {
	names := make([]string, len(kinds))
	for i, each := range kinds {
		if each.name == name {
			return each, nil
		}
		names[i] = each.name
	}
	return kind{}, refuse.Because("no load named '%s'; there are %s", name, strings.Join(names, ", "))
}
