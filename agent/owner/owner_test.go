package owner

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

const somebody = 54321

// child is a process of somebody's.
func child(t *testing.T) int {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs root")
	}
	made := exec.Command("sleep", "60")
	made.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: somebody, Gid: somebody + 1}}
	if err := made.Start(); err != nil {
		t.Skipf("no process of another user can be made here: %v", err)
	}
	t.Cleanup(func() {
		made.Process.Kill()
		made.Wait()
	})
	return made.Process.Pid
}

func TestKnowsWhoseAProcessIs(t *testing.T) {
	uid, gid, err := Of(child(t))
	if err != nil || uid != somebody || gid != somebody+1 {
		t.Errorf("%d, %d, %v", uid, gid, err)
	}
	if _, _, err := Of(1 << 30); err == nil {
		t.Error("one that is not there has an owner")
	}
}

// ids are the calling thread's real, effective and file system ones.
func ids() [6]int {
	var real, effective, saved, realGroup, effectiveGroup, savedGroup int32
	rawIDs(unix.SYS_GETRESUID, &real, &effective, &saved)
	rawIDs(unix.SYS_GETRESGID, &realGroup, &effectiveGroup, &savedGroup)
	user, _, _ := unix.RawSyscall(unix.SYS_SETFSUID, unchanged, 0, 0)
	group, _, _ := unix.RawSyscall(unix.SYS_SETFSGID, unchanged, 0, 0)
	return [6]int{int(real), int(effective), int(realGroup), int(effectiveGroup), int(user), int(group)}
}

func rawIDs(call uintptr, first, second, third *int32) {
	unix.RawSyscall(call, uintptr(unsafe.Pointer(first)), uintptr(unsafe.Pointer(second)), uintptr(unsafe.Pointer(third)))
}

func TestIsItsOwnerForOneActionOnOneThread(t *testing.T) {
	pid := child(t)
	var inside [6]int
	if err := Being(pid, func() error { inside = ids(); return nil }); err != nil {
		t.Fatal(err)
	}
	if inside != [6]int{somebody, 0, somebody + 1, 0, 0, 0} {
		t.Errorf("was %v", inside)
	}
	if err := Seeing(pid, func() error { inside = ids(); return nil }); err != nil {
		t.Fatal(err)
	}
	if inside != [6]int{0, 0, 0, 0, somebody, somebody + 1} {
		t.Errorf("saw as %v", inside)
	}
	if now := ids(); now != [6]int{} {
		t.Errorf("stayed %v", now)
	}
}

func TestComesBackFromAPanicAndAnError(t *testing.T) {
	pid, why := child(t), errors.New("why")
	func() {
		defer func() { recover() }()
		Being(pid, func() error { panic("on purpose") })
	}()
	if err := Seeing(pid, func() error { return why }); err != why {
		t.Error(err)
	}
	if now := ids(); now != [6]int{} {
		t.Errorf("stayed %v", now)
	}
}

func TestWhatItCreatesIsTheOwners(t *testing.T) {
	pid, folder := child(t), t.TempDir()
	for _, each := range []string{folder, filepath.Dir(folder)} {
		if err := os.Chmod(each, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(folder, "made")
	if err := Seeing(pid, func() error { return os.WriteFile(path, nil, 0o600) }); err != nil {
		t.Fatal(err)
	}
	var stat unix.Stat_t
	if err := unix.Stat(path, &stat); err != nil || stat.Uid != somebody {
		t.Errorf("of %d, %v", stat.Uid, err)
	}
	var inside [6]int
	if err := SeeingFile(path, func() error { inside = ids(); return nil }); err != nil || inside[4] != somebody {
		t.Errorf("saw as %v, %v", inside, err)
	}
	if err := SeeingFile(path+"2", func() error { return nil }); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
