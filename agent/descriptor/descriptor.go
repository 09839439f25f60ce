// Package descriptor looks at the open descriptors of other processes.
package descriptor

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"faultline/agent/owner"
)

// unknown stands for the target of a descriptor that cannot be read.
const unknown = "something else"

// Of has the numbers of a process's open descriptors, in no order; none if it has ended.
func Of(pid int) []int {
	folder := fmt.Sprintf("/proc/%d/fd", pid)
	var names []string
	err := owner.SeeingFile(folder, func() error {
		file, err := os.Open(folder)
		if err != nil {
			return err
		}
		defer file.Close()
		names, err = file.Readdirnames(-1)
		return err
	})
	if err != nil {
		return nil
	}
	found := make([]int, 0, len(names))
	for _, name := range names {
		if number, err := strconv.Atoi(name); err == nil {
			found = append(found, number)
		}
	}
	return found
}

// Target is what a descriptor refers to, as /proc shows it: a path, or "pipe:[4711]". It is "something else" if that cannot
// be read, as of a process that has ended.
func Target(pid, number int) string {
	target := unknown
	_ = owner.SeeingFile(fmt.Sprintf("/proc/%d/fd", pid), func() error {
		read, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", pid, number))
		if err == nil {
			target = read
		}
		return err
	})
	return target
}

// IsReadEnd tells whether a descriptor can be read from and not written to; false if the process has ended.
func IsReadEnd(pid, number int) bool {
	var content []byte
	err := owner.SeeingFile(fmt.Sprintf("/proc/%d/fdinfo", pid), func() (err error) {
		content, err = os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%d", pid, number))
		return err
	})
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(content)) {
		if octal, ok := strings.CutPrefix(line, "flags:"); ok {
			flags, err := strconv.ParseInt(strings.TrimSpace(octal), 8, 64)
			return err == nil && flags&unix.O_ACCMODE == unix.O_RDONLY
		}
	}
	return false
}
