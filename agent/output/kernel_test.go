package output

import (
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// pipe is one whose ends do not wait for anybody in this process.
func pipe(t *testing.T) (out, in *os.File) {
	t.Helper()
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	return closing(t, ends[0], "out"), closing(t, ends[1], "in")
}

// terminal is a pseudo-terminal: the end that shows it, and the one that programs have.
func terminal(t *testing.T) (screen, program *os.File) {
	t.Helper()
	opened, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skipf("there are no pseudo-terminals: %v", err)
	}
	screen = closing(t, opened, "screen")
	if err := unix.IoctlSetPointerInt(opened, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	peer, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(opened), unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
	if errno != 0 {
		t.Fatal(errno)
	}
	return screen, closing(t, int(peer), "program")
}

func closing(t *testing.T, fd int, name string) *os.File {
	file := os.NewFile(uintptr(fd), name)
	t.Cleanup(func() { file.Close() })
	return file
}

// idle is a process that does nothing, with these as its standard output and error.
func idle(t *testing.T, stdout, stderr *os.File) *exec.Cmd {
	t.Helper()
	command := exec.Command("sleep", "60")
	command.Stdout, command.Stderr = stdout, stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	return command
}

func inside(t *testing.T, pipe *os.File) int {
	t.Helper()
	bytes, err := unix.IoctlGetInt(int(pipe.Fd()), unix.TIOCINQ)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}
