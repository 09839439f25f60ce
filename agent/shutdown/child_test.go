package shutdown

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"faultline/agent/cgrouptest"
	"faultline/agent/netns"
)

// mode in the environment has the test's program be a process that is told to stop.
const mode = "FAULTLINE_TEST_MODE"

const serverCode = 3 // with which the server ends

func TestMain(m *testing.M) {
	switch os.Getenv(mode) {
	case "server":
		os.Exit(serve())
	case "waiter":
		os.Exit(waitForSignal())
	default:
		os.Exit(m.Run())
	}
}

func init() {
	runtime.LockOSThread() // TestMain stays on the first thread, of which the kernel tells where the process waits
}

// waitForSignal takes SIGTERM by sigwait(3).
func waitForSignal() int {
	set := uint64(1) << (unix.SIGTERM - 1)
	_, _, errno := unix.Syscall6(unix.SYS_RT_SIGTIMEDWAIT, uintptr(unsafe.Pointer(&set)), 0, 0, unsafe.Sizeof(set), 0, 0)
	return int(errno)
}

// serve listens in a network namespace of its own and says on which port. It accepts one connection for each line on its
// standard input and reads nothing from it. When it is told to stop it closes its listening socket, and ends with its input.
func serve() int {
	told := make(chan os.Signal, 1)
	signal.Notify(told, unix.SIGTERM)
	if err := loopbackUp(); err != nil {
		return fail(err)
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return fail(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() {
		<-told
		listener.Close()
	}()
	var accepted []net.Conn
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		connection, err := listener.Accept()
		if err != nil {
			return fail(err)
		}
		accepted = append(accepted, connection)
		fmt.Println("accepted")
	}
	for _, each := range accepted {
		each.Close()
	}
	return serverCode
}

func fail(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func loopbackUp() error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request)
}

// process is one in a control group and a network namespace of its own, as a container's first one is.
type process struct {
	*exec.Cmd
	t     *testing.T
	group *cgrouptest.Group
	pid   int
	in    io.WriteCloser
	out   *bufio.Scanner
}

func start(t *testing.T, environment string, argv ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(argv[0], argv[1:]...), t: t, group: cgrouptest.New(t)}
	p.Env = append(os.Environ(), environment)
	p.Stderr = os.Stderr
	p.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET}
	in, err := p.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.in, p.out = in, bufio.NewScanner(out)
	p.pid = p.group.Start(p.Cmd)
	return p
}

// startServer starts one and tells its port.
func startServer(t *testing.T) (server *process, port int) {
	t.Helper()
	server = start(t, mode+"=server", os.Args[0])
	port, err := strconv.Atoi(server.line())
	if err != nil {
		t.Fatal(err)
	}
	return server, port
}

// script starts a shell that has said that it is ready.
func script(t *testing.T, text string) *process {
	t.Helper()
	p := start(t, "", "sh", "-c", text)
	if said := p.line(); said != "ready" {
		t.Fatalf("the script says %q", said)
	}
	return p
}

func (p *process) line() string {
	p.t.Helper()
	if !p.out.Scan() {
		p.t.Fatal("it has ended")
	}
	return strings.TrimSpace(p.out.Text())
}

func (p *process) write(line string) {
	p.t.Helper()
	if _, err := io.WriteString(p.in, line+"\n"); err != nil {
		p.t.Fatal(err)
	}
}

// awaitNames waits until these are the names of the processes in its group: a shell's child is called as the shell at first.
func (p *process) awaitNames(expected ...string) {
	p.t.Helper()
	cgrouptest.Eventually(p.t, fmt.Sprintf("%v run", expected), func() bool {
		var names []string
		for _, pid := range p.group.Processes() {
			names = append(names, nameOf(pid))
		}
		slices.Sort(names)
		return slices.Equal(names, expected)
	})
}

// connect opens connections to the server from within its namespace.
func (p *process) connect(port, count int) []net.Conn {
	p.t.Helper()
	namespace, err := netns.OfProcess(p.pid)
	if err != nil {
		p.t.Fatal(err)
	}
	defer namespace.Close()
	var made []net.Conn
	if err := namespace.Do(func() error {
		for range count {
			connection, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
			if err != nil {
				return err
			}
			p.t.Cleanup(func() { connection.Close() })
			made = append(made, connection)
		}
		return nil
	}); err != nil {
		p.t.Fatal(err)
	}
	return made
}

// stop sends it a signal, and watches it until the test ends.
func (p *process) stop(signal string, againMillis int64) *Watch {
	p.t.Helper()
	inode, _ := netns.InodeOf(p.pid)
	watch, err := Start(Request{PID: p.pid, Netns: inode, Signal: signal, AgainMillis: againMillis})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(watch.Close)
	return watch
}

// reap waits for its end as its parent. No more can be read from it.
func (p *process) reap() {
	p.in.Close()
	_ = p.Wait()
}
