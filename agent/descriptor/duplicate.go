package descriptor

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Major device numbers of the ends of pseudo-terminals that programs have (Documentation/admin-guide/devices.txt).
const firstTerminal, lastTerminal = 136, 143

// Duplicate is a descriptor of another process, in the agent. The flags of what it refers to are its owner's and stay as
// they are: an os.File would not do, for it switches O_NONBLOCK behind its owner's back.
type Duplicate struct {
	FD int
}

// Channel identifies a pipe or a terminal. A terminal's number is unique only in its pseudo-terminal file system, each of
// which is a device of its own.
type Channel struct {
	Device     uint64
	Inode      uint64
	IsTerminal bool
}

// Duplicated makes one by pidfd_getfd(2), which needs SYS_PTRACE.
func Duplicated(pid, number int) (*Duplicate, error) {
	pidfd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return nil, fmt.Errorf("cannot open process %d: %w", pid, err)
	}
	defer unix.Close(pidfd)
	fd, err := unix.PidfdGetfd(pidfd, number, 0)
	if err != nil {
		return nil, fmt.Errorf("cannot duplicate descriptor %d of process %d: %w", number, pid, err)
	}
	return &Duplicate{fd}, nil
}

// Channel is the pipe or the terminal behind it; false if it is neither.
func (d *Duplicate) Channel() (Channel, bool) {
	var stat unix.Stat_t
	if err := unix.Fstat(d.FD, &stat); err != nil {
		return Channel{}, false
	}
	switch stat.Mode & unix.S_IFMT {
	case unix.S_IFIFO:
		return Channel{stat.Dev, stat.Ino, false}, true
	case unix.S_IFCHR:
		major := unix.Major(stat.Rdev)
		return Channel{stat.Dev, stat.Ino, true}, major >= firstTerminal && major <= lastTerminal
	default:
		return Channel{}, false
	}
}

// Close lets go of the duplicate; the original stays open.
func (d *Duplicate) Close() { unix.Close(d.FD) }

// ChannelOf is the pipe or terminal behind a descriptor; false if it is neither, or has been closed meanwhile.
func ChannelOf(pid, number int) (Channel, bool) {
	duplicate, err := Duplicated(pid, number)
	if err != nil {
		return Channel{}, false
	}
	defer duplicate.Close()
	return duplicate.Channel()
}
