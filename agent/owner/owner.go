// Package owner acts as the owner of another process: the agent is a root without CAP_DAC_OVERRIDE and CAP_SYS_RESOURCE.
package owner

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

const unchanged = ^uintptr(0)

// Of a process: its real user and group.
func Of(pid int) (uid, gid int, err error) {
	status := procfs.Status(pid)
	users, groups := strings.Fields(status["Uid"]), strings.Fields(status["Gid"])
	if len(users) == 0 || len(groups) == 0 {
		return 0, 0, refuse.Because("process %d has ended", pid)
	}
	uid, _ = strconv.Atoi(users[0])
	gid, _ = strconv.Atoi(groups[0])
	return uid, gid, nil
}

// Being runs an action on a thread that has the real ids of a process's owner alone: prlimit(2) compares them, and the
// capabilities go with the effective ones.
func Being(pid int, action func() error) error {
	uid, gid, err := Of(pid)
	if err != nil {
		return err
	}
	return onThread(func() error {
		if err := setReal(unix.SYS_SETRESGID, gid); err != nil {
			return fmt.Errorf("cannot act as group %d: %w", gid, err)
		}
		if err := setReal(unix.SYS_SETRESUID, uid); err != nil {
			return fmt.Errorf("cannot act as user %d: %w", uid, err)
		}
		return action()
	}, func() bool {
		return setReal(unix.SYS_SETRESUID, 0) == nil && setReal(unix.SYS_SETRESGID, 0) == nil
	})
}

// Seeing runs an action on a thread that opens files as the owner of a process.
func Seeing(pid int, action func() error) error {
	uid, gid, err := Of(pid)
	if err != nil {
		return err
	}
	return SeeingAs(uid, gid, action)
}

// SeeingFile runs an action on a thread that opens files as the owner of one below /proc/PID: that of a process with secrets
// is not its user's, but root's.
func SeeingFile(path string, action func() error) error {
	var stat unix.Stat_t
	if err := unix.Lstat(path, &stat); err != nil {
		return &os.PathError{Op: "lstat", Path: path, Err: err}
	}
	return SeeingAs(int(stat.Uid), int(stat.Gid), action)
}

// SeeingAs runs an action on a thread that opens files as this user and group.
func SeeingAs(uid, gid int, action func() error) error {
	if uid == 0 && gid == 0 {
		return action()
	}
	return onThread(func() error {
		unix.RawSyscall(unix.SYS_SETFSGID, uintptr(gid), 0, 0)
		unix.RawSyscall(unix.SYS_SETFSUID, uintptr(uid), 0, 0)
		return action()
	}, func() bool {
		unix.RawSyscall(unix.SYS_SETFSUID, 0, 0, 0)
		unix.RawSyscall(unix.SYS_SETFSGID, 0, 0, 0)
		now, _, _ := unix.RawSyscall(unix.SYS_SETFSUID, unchanged, 0, 0)
		return now == 0
	})
}

// onThread runs an action on the calling goroutine's thread, and gives that thread up if it cannot be made what it was: Go's
// own calls would change the ids of every thread.
func onThread(action func() error, undo func() bool) error {
	runtime.LockOSThread()
	defer func() {
		if undo() {
			runtime.UnlockOSThread()
		}
	}()
	return action()
}

func setReal(call uintptr, id int) error {
	if _, _, errno := unix.RawSyscall(call, uintptr(id), unchanged, unchanged); errno != 0 {
		return errno
	}
	return nil
}
