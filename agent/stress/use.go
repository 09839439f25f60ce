package stress

import (
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"faultline/agent/owner"
	"faultline/agent/procfs"
)

// measure is how much a process did of something, so far.
type measure func(pid int) (int64, error)

// timeOnCPU is in ns, of all threads.
func timeOnCPU(pid int) (int64, error) {
	threads := procfs.Threads(pid)
	if len(threads) == 0 {
		return 0, unix.ESRCH
	}
	var total int64
	for _, thread := range threads {
		content, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/schedstat", pid, thread))
		if err != nil {
			return 0, err
		}
		first, _, _ := strings.Cut(string(content), " ")
		nanos, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return 0, err
		}
		total += nanos
	}
	return total, nil
}

// writes are calls of write(2) and its kin, those that failed too.
func writes(pid int) (int64, error) {
	path := fmt.Sprintf("/proc/%d/io", pid)
	var content []byte
	err := owner.SeeingFile(path, func() (err error) { // only its owner may read it
		content, err = os.ReadFile(path)
		return err
	})
	if err != nil {
		return 0, err
	}
	_, behind, _ := strings.Cut(string(content), "syscw: ")
	count, _, _ := strings.Cut(behind, "\n")
	return strconv.ParseInt(count, 10, 64)
}

// use tells whether a container's own processes need what is short, by what they did since it was made: those that do nothing
// have not met it.
type use struct {
	pid     int
	measure measure
	before  map[int]int64 // nil if it is not known
}

func useOf(pid int, measure measure) *use {
	u := &use{pid: pid, measure: measure}
	u.before = u.now()
	return u
}

// now is nil if one of them has just ended, or may not be looked at.
func (u *use) now() map[int]int64 {
	found := map[int]int64{}
	own := procfs.Cgroups(u.pid) // as they are seen now: a load may take on the engine's view of them
	if len(own) == 0 {
		return found
	}
	for _, pid := range procfs.All() {
		if !procfs.IsWithin(procfs.Cgroups(pid), own) || procfs.IsAgents(pid) {
			continue
		}
		did, err := u.measure(pid)
		if err != nil {
			return nil
		}
		found[pid] = did
	}
	return found
}

// isNone tells whether they certainly did nothing: none has begun, ended, or cannot be looked at.
func (u *use) isNone() bool {
	if len(u.before) == 0 {
		return false
	}
	now := u.now()
	return now != nil && maps.Equal(now, u.before)
}
