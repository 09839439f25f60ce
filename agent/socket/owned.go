package socket

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/owner"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

const (
	mostHolders   = 64                     // of which the last look is remembered
	processesTime = 500 * time.Millisecond // how long it is remembered which processes live in a pid namespace
)

// holders are the pid namespaces that were last asked for, by a process of each.
var holders = struct {
	sync.Mutex
	known map[int]*holder
	order []int // of the processes, the one longest not asked for first
}{known: map[int]*holder{}}

// holder is a pid namespace at the last look. Its lock is held while it is looked at: of two looks at the same time, the older
// one must not be what is remembered.
type holder struct {
	sync.Mutex
	processes []int
	until     time.Time // when the processes are looked for again
	inodes    map[uint32]bool
}

// HeldBy has those of the sockets that processes in this process's pid namespace hold open, or did at the last look, and those
// that nobody holds. Of the sockets of UDP it marks those that they hold.
//
// A socket that is closed between the dump of the namespace's sockets and this belongs to them all the same. Left out, it would
// seem to have been ended by somebody else.
func HeldBy(pid int, sockets []Socket, udp []UDP) ([]Socket, error) {
	inodes, err := owned(pid)
	if err != nil {
		return nil, err
	}
	for i := range udp {
		udp[i].Held = inodes[udp[i].Inode]
	}
	return slices.DeleteFunc(slices.Clone(sockets), func(each Socket) bool {
		return each.Inode != 0 && !inodes[each.Inode]
	}), nil
}

func owned(pid int) (map[uint32]bool, error) {
	holder := holderOf(pid)
	holder.Lock()
	defer holder.Unlock()
	if !time.Now().Before(holder.until) {
		processes, err := livingWith(pid)
		if err != nil {
			return nil, err
		}
		holder.processes, holder.until = processes, time.Now().Add(processesTime)
	}
	before := holder.inodes
	holder.inodes = heldOpen(holder.processes)
	both := maps.Clone(holder.inodes)
	maps.Copy(both, before)
	return both, nil
}

func holderOf(pid int) *holder {
	holders.Lock()
	defer holders.Unlock()
	found := holders.known[pid]
	if found == nil {
		found = &holder{}
		holders.known[pid] = found
	}
	holders.order = append(slices.DeleteFunc(holders.order, func(each int) bool { return each == pid }), pid)
	if len(holders.order) > mostHolders {
		delete(holders.known, holders.order[0])
		holders.order = holders.order[1:]
	}
	return found
}

// livingWith has the processes of a pid namespace. Looking for them takes some milliseconds.
func livingWith(pid int) ([]int, error) {
	var stat unix.Stat_t
	if err := unix.Stat(fmt.Sprintf("/proc/%d/ns/pid", pid), &stat); err != nil {
		return nil, refuse.Because("process %d cannot be looked at: %s", pid, strerror.Of(err))
	}
	return slices.DeleteFunc(procfs.All(), func(each int) bool {
		inode, ok := procfs.NamespaceInode(each, "pid")
		return !ok || inode != stat.Ino
	}), nil
}

func heldOpen(processes []int) map[uint32]bool {
	inodes := map[uint32]bool{}
	for _, pid := range processes {
		path := fmt.Sprintf("/proc/%d/fd", pid)
		_ = owner.SeeingFile(path, func() error { return addInodes(path, inodes) }) // an error: it has ended since
	}
	return inodes
}

// addInodes adds those of the sockets among the descriptors in a folder. It reads each link beside the open folder, which
// spares the kernel the way through /proc.
func addInodes(path string, inodes map[uint32]bool) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	names, err := folder.Readdirnames(-1)
	at := int(folder.Fd())
	var target [64]byte // that of a socket is shorter
	for _, name := range names {
		length, err := unix.Readlinkat(at, name, target[:])
		if err != nil {
			continue // closed since it was listed
		}
		if inode, ok := socketInode(string(target[:length])); ok {
			inodes[inode] = true
		}
	}
	return err
}

// socketInode reads a link as socket:[4711].
func socketInode(link string) (uint32, bool) {
	number, isSocket := strings.CutPrefix(link, "socket:[")
	inode, err := strconv.ParseUint(strings.TrimSuffix(number, "]"), 10, 32)
	return uint32(inode), isSocket && err == nil
}
