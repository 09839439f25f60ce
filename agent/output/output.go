// Package output fills the pipes behind a container's standard output and error, and finds who waits for room there and who
// reads them.
package output

import (
	"os"

	"golang.org/x/sys/unix"

	"faultline/agent/descriptor"
	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

// name is that of a descriptor as a program knows it.
func name(number int) string {
	if number == unix.Stdout {
		return "stdout"
	}
	return "stderr"
}

// channels has the pipe or terminal behind each of these descriptors of a container's first process.
func channels(pid int, numbers []int) (map[int]descriptor.Channel, error) {
	found := make(map[int]descriptor.Channel, len(numbers))
	for _, number := range numbers {
		if number != unix.Stdout && number != unix.Stderr {
			return nil, refuse.Because("descriptor %d is neither standard output nor standard error", number)
		}
		duplicate, err := descriptor.Duplicated(pid, number)
		if err != nil {
			return nil, refuse.Because("process %d has no %s that can be looked at: %s", pid, name(number), strerror.Of(err))
		}
		channel, ok := duplicate.Channel()
		duplicate.Close()
		if !ok {
			return nil, refuse.Because("%s of process %d is neither pipe nor terminal, but %s, which Docker does not read; "+
				"a first process that redirects its output is so", name(number), pid, descriptor.Target(pid, number))
		}
		found[number] = channel
	}
	return found, nil
}

// Works tells whether another process's descriptor can be looked at on this kernel, tried on our own.
func Works() bool {
	duplicate, err := descriptor.Duplicated(os.Getpid(), unix.Stdin)
	if err != nil {
		return false
	}
	duplicate.Close()
	return true
}
