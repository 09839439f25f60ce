package clock

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const (
	librarySource = "../../core/src/main/resources/io/faultline/clock/clock.c"
	rootVariable  = "CLOCK_TEST_ROOT"
	soon          = 10 * time.Second
)

// timepiece is a shell in a mount namespace of its own, that has the library preloaded and starts a program to tell the time.
type timepiece struct {
	t   *testing.T
	pid int
	in  io.Writer
	out *bufio.Reader
}

func TestMain(m *testing.M) {
	if root := os.Getenv(rootVariable); root != "" {
		panic(becomeShell(root)) // if it returns, there is an error
	}
	os.Exit(m.Run())
}

func newTimepiece(t *testing.T) *timepiece {
	root := t.TempDir()
	buildLibrary(t, filepath.Join(t.TempDir(), "clock.so"), root)
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{rootVariable + "=" + root}
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: unix.CLONE_NEWNS}
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skipf("no mount namespace can be had here: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	made := &timepiece{t, cmd.Process.Pid, in, bufio.NewReader(out)}
	made.await("the library is loaded", func() bool { return readsIt(made.pid) })
	return made
}

// buildLibrary puts the library where becomeShell looks for it.
func buildLibrary(t *testing.T, library, root string) {
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("there is no gcc to build the library with")
	}
	build := exec.Command("gcc", "-O2", "-shared", "-fPIC", "-nostdlib", "-o", library, librarySource)
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	content, err := os.ReadFile(library)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(root+".so", content, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(root + ".so") })
}

// becomeShell makes this process the first one of what looks like a container, with the programs of this machine.
func becomeShell(root string) error {
	library, err := os.ReadFile(root + ".so")
	if err != nil {
		return err
	}
	if err := unix.Mount("tmpfs", root, "tmpfs", 0, ""); err != nil {
		return err
	}
	for _, name := range []string{"usr", "bin", "lib", "lib64"} {
		if err := lend("/"+name, filepath.Join(root, name)); err != nil {
			return err
		}
	}
	folder := filepath.Join(root, "faultline")
	if err := os.Mkdir(folder, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "clock.so"), library, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "clock"), make([]byte, size), 0o666); err != nil {
		return err
	}
	if err := unix.Chdir(root); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", "."); err != nil {
		return err
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return err
	}
	return unix.Exec("/bin/sh", []string{"sh", "-c", "while read -r line; do date +%s.%N; done"},
		[]string{"LD_PRELOAD=/faultline/clock.so", "PATH=/bin:/usr/bin"})
}

// lend binds a folder, or copies a link to one.
func lend(from, to string) error {
	if target, err := os.Readlink(from); err == nil {
		return os.Symlink(target, to)
	}
	if _, err := os.Stat(from); os.IsNotExist(err) {
		return nil
	}
	if err := os.Mkdir(to, 0o755); err != nil {
		return err
	}
	return unix.Mount(from, to, "", unix.MS_BIND|unix.MS_REC, "")
}

// ahead is by how much a program's clock is.
func (p *timepiece) ahead() time.Duration {
	p.t.Helper()
	fmt.Fprintln(p.in)
	line, err := p.out.ReadString('\n')
	if err != nil {
		p.t.Fatal(err)
	}
	now := time.Now()
	told, err := strconv.ParseFloat(strings.TrimSpace(line), 64)
	if err != nil {
		p.t.Fatal(err)
	}
	return time.Duration((told - float64(now.UnixNano())/1e9) * 1e9)
}

func (p *timepiece) mustBeAhead(want time.Duration) {
	p.t.Helper()
	if got := p.ahead(); (got - want).Abs() > 5*time.Second {
		p.t.Errorf("it is ahead by %v, not %v", got, want)
	}
}

// path of a file in it, as seen from here.
func (p *timepiece) path(name string) string { return fmt.Sprintf("/proc/%d/root%s", p.pid, name) }

func (p *timepiece) await(what string, condition func() bool) {
	p.t.Helper()
	for end := time.Now().Add(soon); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("not within %v: %s", soon, what)
		}
	}
}
