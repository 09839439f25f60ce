package descriptor

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// holding starts a process that has these as its descriptors from 3 on, and does nothing.
func holding(t *testing.T, files ...*os.File) int {
	t.Helper()
	command := exec.Command("sleep", "60")
	command.ExtraFiles = files
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	return command.Process.Pid
}

func pipe(t *testing.T) (out, in *os.File, inode uint64) {
	t.Helper()
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	out, in = os.NewFile(uintptr(ends[0]), "out"), os.NewFile(uintptr(ends[1]), "in")
	t.Cleanup(func() {
		out.Close()
		in.Close()
	})
	var stat unix.Stat_t
	if err := unix.Fstat(ends[0], &stat); err != nil {
		t.Fatal(err)
	}
	return out, in, stat.Ino
}

func TestDescriptorsOfAnotherProcessAreSeen(t *testing.T) {
	out, in, inode := pipe(t)
	pid := holding(t, out, in)

	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Fatal(err)
	}
	found := Of(pid)
	if len(found) != len(entries) || !slices.Contains(found, 3) || !slices.Contains(found, 4) {
		t.Errorf("it has the descriptors %v", found)
	}
	if target := Target(pid, 3); target != fmt.Sprintf("pipe:[%d]", inode) {
		t.Errorf("descriptor 3 refers to %s", target)
	}
	if !IsReadEnd(pid, 3) || IsReadEnd(pid, 4) {
		t.Error("only the first one is the end that is read")
	}
}

func TestDescriptorsOfNobodyAreNone(t *testing.T) {
	command := exec.Command("true")
	if err := command.Run(); err != nil {
		t.Fatal(err)
	}
	pid := command.Process.Pid
	if found := Of(pid); len(found) > 0 {
		t.Errorf("it has the descriptors %v", found)
	}
	if target := Target(pid, 1); target != "something else" {
		t.Errorf("descriptor 1 refers to %s", target)
	}
	if IsReadEnd(pid, 0) {
		t.Error("it reads")
	}
	if _, ok := ChannelOf(pid, 1); ok {
		t.Error("it has a channel")
	}
}

func TestDescriptorsOfAnotherUserAreSeenWithoutDacOverride(t *testing.T) {
	out, in, inode := pipe(t)
	command := exec.Command("sleep", "60")
	command.ExtraFiles = []*os.File{out, in}
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 4711, Gid: 4712}}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	pid := command.Process.Pid
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends with what it has lost
		withoutDacOverride(t)
		if target := Target(pid, 3); target != fmt.Sprintf("pipe:[%d]", inode) {
			t.Errorf("descriptor 3 refers to %s", target)
		}
		if found := Of(pid); !slices.Contains(found, 4) || !IsReadEnd(pid, 3) {
			t.Errorf("it has the descriptors %v", found)
		}
	}()
	<-done
}

// withoutDacOverride takes from the calling thread what the agent does not have either.
func withoutDacOverride(t *testing.T) {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData
	if err := unix.Capget(&header, &sets[0]); err != nil {
		t.Error(err)
	}
	const lost = 1<<unix.CAP_DAC_OVERRIDE | 1<<unix.CAP_DAC_READ_SEARCH
	sets[0].Effective &^= lost
	sets[0].Permitted &^= lost
	if err := unix.Capset(&header, &sets[0]); err != nil {
		t.Error(err)
	}
}

func TestChannelIsThatOfThePipe(t *testing.T) {
	out, in, inode := pipe(t)
	nothing, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer nothing.Close()
	pid := holding(t, out, in, nothing)

	read, isChannel := ChannelOf(pid, 3)
	written, isChannelToo := ChannelOf(pid, 4)
	if !isChannel || !isChannelToo || read != written || read.Inode != inode || read.IsTerminal {
		t.Errorf("the pipe's ends are %v and %v", read, written)
	}
	if channel, ok := ChannelOf(pid, 5); ok {
		t.Errorf("/dev/null is %v", channel)
	}
	if _, ok := ChannelOf(pid, 77); ok {
		t.Error("what is not open has a channel")
	}
}

func TestChannelOfATerminal(t *testing.T) {
	ends, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no pseudo-terminals: %v", err)
	}
	defer ends.Close()
	if err := unix.IoctlSetPointerInt(int(ends.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	terminal, _, errno := unix.Syscall(unix.SYS_IOCTL, ends.Fd(), unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
	if errno != 0 {
		t.Fatal(errno)
	}
	file := os.NewFile(terminal, "terminal")
	defer file.Close()
	if channel, ok := ChannelOf(holding(t, file), 3); !ok || !channel.IsTerminal {
		t.Errorf("a terminal is %v", channel)
	}
}

func TestOwnersFlagsStayAsTheyAre(t *testing.T) {
	_, in, _ := pipe(t)
	for _, flags := range []int{0, unix.O_NONBLOCK} {
		if _, err := unix.FcntlInt(in.Fd(), unix.F_SETFL, flags); err != nil {
			t.Fatal(err)
		}
		duplicate, err := Duplicated(holding(t, in), 3)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := duplicate.Channel(); !ok {
			t.Error("it is no pipe")
		}
		duplicate.Close()
		now, err := unix.FcntlInt(in.Fd(), unix.F_GETFL, 0)
		if err != nil {
			t.Fatal(err)
		}
		if now&unix.O_NONBLOCK != flags {
			t.Errorf("the flags were %o and are %o", flags, now)
		}
	}
}

func TestDuplicateIsClosed(t *testing.T) {
	_, in, _ := pipe(t)
	pid := holding(t, in)
	before := len(Of(os.Getpid()))
	for range 20 {
		if _, ok := ChannelOf(pid, 3); !ok {
			t.Fatal("it is no pipe")
		}
	}
	if now := len(Of(os.Getpid())); now != before {
		t.Errorf("there were %d descriptors, and are %d", before, now)
	}
}
