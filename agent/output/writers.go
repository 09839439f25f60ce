package output

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"faultline/agent/descriptor"
	"faultline/agent/procfs"
	"faultline/agent/waiting"
)

// starters are programs that are a container's first process in order to start others: shells, inits, package runners.
var starters = strings.Fields("sh bash dash ash ksh zsh busybox tini tini-static docker-init catatonit dumb-init s6-svscan runsvdir " +
	"supervisord systemd su-exec gosu npm yarn pnpm")

// Writers has the processes of the container's service that stand in a write to one of these pipes or terminals, which has no
// room, in order. It has none and says that it is not alive if the container's first process is no more.
//
// Another program beside the first one is no part of the service, unless the first one is there to start others: that a
// helper waits says nothing about the service.
func Writers(pid int, descriptors []int) (writers []int, alive bool, err error) {
	writers = []int{}
	if procfs.IsEnding(pid) {
		return writers, false, nil
	}
	found, err := channels(pid, descriptors)
	if err != nil {
		return writers, true, err
	}
	for _, each := range procfs.Beside(pid) {
		if isOfService(pid, each) && anyWaits(each, found) {
			writers = append(writers, each)
		}
	}
	slices.Sort(writers)
	return writers, true, nil
}

func isOfService(first, pid int) bool {
	if pid == first {
		return true
	}
	program := programOf(first)
	return slices.Contains(starters, path.Base(program)) || programOf(pid) == program
}

// programOf is the path of a process's program; empty if it has ended, or nobody may know.
func programOf(pid int) string {
	program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil {
		return ""
	}
	return program
}

func anyWaits(pid int, wanted map[int]descriptor.Channel) bool {
	return slices.ContainsFunc(procfs.Threads(pid), func(thread int) bool { return waitsForRoom(pid, thread, wanted) })
}

// waitsForRoom tells whether a thread stands in a write to one of the wanted. On a terminal, the kernel waits for input in the
// same place as for room.
func waitsForRoom(pid, thread int, wanted map[int]descriptor.Channel) bool {
	place := waiting.Channel(pid, thread)
	if !strings.HasSuffix(place, "pipe_write") && !strings.HasSuffix(place, "wait_woken") {
		return false
	}
	if !waiting.KnowsCalls {
		return slices.ContainsFunc(descriptor.Of(pid), func(number int) bool {
			channel, ok := descriptor.ChannelOf(pid, number)
			return ok && isOneOf(wanted, channel) && !channel.IsTerminal
		})
	}
	call, argument, ok := waiting.SystemCall(pid, thread)
	if !ok {
		return false
	}
	channel, ok := descriptor.ChannelOf(pid, int(argument))
	return ok && isOneOf(wanted, channel) && (!channel.IsTerminal || call == unix.SYS_WRITE || call == unix.SYS_WRITEV)
}

func isOneOf(wanted map[int]descriptor.Channel, channel descriptor.Channel) bool {
	for _, each := range wanted {
		if each == channel {
			return true
		}
	}
	return false
}
