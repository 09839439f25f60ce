package stress

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"faultline/agent/owner"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

// limits are those of a process's descriptors: each new one has to be lower than the soft one.
type limits struct{ soft, hard int }

func limitsOf(pid int) (limits, error) {
	path := fmt.Sprintf("/proc/%d/limits", pid)
	content, err := os.ReadFile(path)
	if err != nil {
		return limits{}, err
	}
	_, behind, _ := strings.Cut(string(content), "Max open files")
	words := strings.Fields(behind)
	if len(words) < 2 {
		return limits{}, &fs.PathError{Op: "read", Path: path, Err: unix.ESRCH} // it is empty for one that has just ended
	}
	soft, err := strconv.Atoi(words[0])
	if err != nil {
		return limits{}, err
	}
	hard, err := strconv.Atoi(words[1])
	return limits{soft, hard}, err
}

// errMayNotBeSet is wrapped by what says of which process that is so.
var errMayNotBeSet = refuse.Because("it runs as several users or groups at a time, as setuid programs do")

func setLimits(pid int, wanted limits) error {
	return owner.Being(pid, func() error {
		rlimit := unix.Rlimit{Cur: uint64(wanted.soft), Max: uint64(wanted.hard)}
		err := unix.Prlimit(pid, unix.RLIMIT_NOFILE, &rlimit, nil)
		if err == unix.EPERM {
			return fmt.Errorf("the limit of process %d (%s) cannot be set: %w", pid, procfs.Name(pid), errMayNotBeSet)
		}
		return err
	})
}

// firstRefused is the lowest descriptor that is not used, once so many more are: a limit of this number refuses it.
func firstRefused(pid int, leaving int64) (int, error) {
	used, err := descriptorsOf(pid)
	if err != nil {
		return 0, err
	}
	for number := 0; ; number++ {
		if used[number] {
			continue
		}
		if leaving == 0 {
			return number, nil
		}
		leaving--
	}
}

func descriptorsOf(pid int) (map[int]bool, error) {
	path := fmt.Sprintf("/proc/%d/fd", pid)
	used := map[int]bool{}
	err := owner.SeeingFile(path, func() error {
		folder, err := os.Open(path)
		if err != nil {
			return err
		}
		defer folder.Close()
		names, err := folder.Readdirnames(-1)
		for _, name := range names {
			if number, err := strconv.Atoi(name); err == nil {
				used[number] = true
			}
		}
		return err
	})
	return used, err
}

// hasGone tells whether an error about a process means that there is none any more.
func hasGone(pid int, err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH) || err != nil && procfs.IsEnding(pid)
}
