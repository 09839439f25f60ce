package shutdown

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ioctl(PIDFD_GET_INFO) and what it is asked for (linux/pidfd.h): how a process has ended, also once its parent has waited for
// it. Kernels before 6.15 do not tell.
const (
	getInfo  = 0xC040FF0B
	exitInfo = 1 << 3 // PIDFD_INFO_EXIT
)

// info is the first version of struct pidfd_info; the size is a part of the ioctl's number.
type info struct {
	mask     uint64
	cgroup   uint64
	ids      [11]uint32
	exitCode int32
}

// endedWith is the wait status of a process that has ended; false while it runs, until its parent has waited for it, and
// always if this kernel does not tell.
func endedWith(pidfd int) (int, bool) {
	asked := info{mask: exitInfo}
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(pidfd), getInfo, uintptr(unsafe.Pointer(&asked)))
	if errno != 0 || asked.mask&exitInfo == 0 {
		return 0, false
	}
	return int(asked.exitCode), true
}

// hasEnded tells whether a process is a zombie, or gone. It waits for that, at most for so long; any signal cuts it short.
func hasEnded(pidfd int, within time.Duration) bool {
	watched := []unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}}
	ready, err := unix.Poll(watched, int(within.Milliseconds()))
	return err == nil && ready > 0
}

// signalOf is the signal that killed a process of this wait status; 0 if it ended by itself.
func signalOf(status int) int { return status & 0x7F }
