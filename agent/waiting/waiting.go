// Package waiting tells where in the kernel a thread waits, and for which of its descriptors.
package waiting

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"faultline/agent/owner"
	"faultline/agent/procfs"
)

// KnowsCalls tells whether this kernel shows system calls. A user-mode kernel does not, and its wchan is always the same.
var KnowsCalls = func() bool {
	_, err := os.Stat("/proc/self/syscall")
	return err == nil
}()

// scheduler matches the kernel's functions that every thread waits in, whatever it waits for.
var scheduler = regexp.MustCompile("switch_to|schedule")

// ChannelOfProcess is where one of its threads writes to a full pipe, or else where its first one waits.
func ChannelOfProcess(pid int) string {
	threads := procfs.Threads(pid)
	slices.Sort(threads)
	first := ""
	for i, thread := range threads {
		channel := Channel(pid, thread)
		if strings.HasSuffix(channel, "pipe_write") {
			return channel
		}
		if i == 0 {
			first = channel
		}
	}
	return first
}

// Channel is the kernel's function that a thread waits in; empty if it runs, or if that is not known.
func Channel(pid, thread int) string {
	if !KnowsCalls {
		return channelOfStack(fmt.Sprintf("/proc/%d/task/%d/stack", pid, thread))
	}
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/wchan", pid, thread))
	if err != nil || string(content) == "0" { // that is how the kernel shows one that runs
		return ""
	}
	return string(content)
}

// channelOfStack is the innermost function on a kernel stack that is not the scheduler's.
func channelOfStack(path string) string {
	content, err := readAsOwner(path)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(content) { // as "[<0>] pipe_write+0x2a/0x1c0"
		words := strings.Fields(line)
		if len(words) < 2 {
			return ""
		}
		if function, _, _ := strings.Cut(words[1], "+"); !scheduler.MatchString(function) {
			return function
		}
	}
	return ""
}

// SystemCall is the number of the system call that a thread is in, and the first argument; false if that is not known, as of
// one that runs. The number is -1 if it waits outside a system call.
func SystemCall(pid, thread int) (number int, argument uint64, ok bool) {
	content, err := readAsOwner(fmt.Sprintf("/proc/%d/task/%d/syscall", pid, thread))
	words := strings.Fields(content)
	if err != nil || len(words) < 2 {
		return 0, 0, false
	}
	number, err = strconv.Atoi(words[0])
	if err != nil {
		return 0, 0, false
	}
	argument, err = strconv.ParseUint(words[1], 0, 64)
	return number, argument, err == nil
}

func readAsOwner(path string) (string, error) {
	var content []byte
	err := owner.SeeingFile(path, func() (err error) {
		content, err = os.ReadFile(path)
		return err
	})
	return string(content), err
}
