package netlinkconn

import (
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func open(t *testing.T) *Conn {
	t.Helper()
	conn, err := Open(unix.NETLINK_ROUTE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

// aboutLink is struct ifinfomsg.
func aboutLink(index int32) []byte {
	return native.AppendUint32(make([]byte, 4, 16), uint32(index))[:16]
}

func TestDumpVisitsEachUntilTheEnd(t *testing.T) {
	conn := open(t)
	for range 3 {
		indexes := map[uint32]bool{}
		errno, err := conn.Dump(unix.RTM_GETLINK, aboutLink(0), func(payload []byte) { indexes[native.Uint32(payload[4:])] = true })
		if errno != 0 || err != nil || !indexes[1] {
			t.Fatalf("links are %v, %v, %v; loopback is the first", indexes, errno, err)
		}
	}
}

func TestAskVisitsOne(t *testing.T) {
	visited := 0
	errno, err := open(t).Ask(unix.RTM_GETLINK, aboutLink(1), func([]byte) { visited++ })
	if errno != 0 || err != nil || visited != 1 {
		t.Errorf("visited %d, %v, %v", visited, errno, err)
	}
}

func TestTheKernelsRefusalIsNoError(t *testing.T) {
	errno, err := open(t).Ask(unix.RTM_GETLINK, aboutLink(1<<30), func([]byte) { t.Error("a link was visited") })
	if errno != unix.ENODEV || err != nil {
		t.Errorf("answer is %v, %v; want %v", errno, err, unix.ENODEV)
	}
}

func TestRequestsOfSeveralGoroutines(t *testing.T) {
	conn := open(t)
	var all sync.WaitGroup
	for index := range int32(8) {
		all.Go(func() {
			wanted := unix.Errno(0)
			if index != 1 {
				wanted, index = unix.ENODEV, 1<<30+index
			}
			for range 50 {
				if errno, err := conn.Ask(unix.RTM_GETLINK, aboutLink(index), func([]byte) {}); errno != wanted || err != nil {
					t.Errorf("link %d: %v, %v; want %v", index, errno, err, wanted)
					return
				}
			}
		})
	}
	all.Wait()
}

func TestAClosedOneAsksNothing(t *testing.T) {
	conn := open(t)
	conn.Close()
	conn.Close()
	if _, err := conn.Ask(unix.RTM_GETLINK, aboutLink(1), func([]byte) {}); !errors.Is(err, unix.EBADF) {
		t.Errorf("error is %v", err)
	}
}

// answering has a connection at whose other end the test answers, instead of the kernel.
func answering(t *testing.T, patience time.Duration, messages ...[]byte) *Conn {
	t.Helper()
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	conn := &Conn{fd: ends[0], buffer: make([]byte, room)}
	t.Cleanup(conn.Close)
	t.Cleanup(func() { unix.Close(ends[1]) })
	limit := unix.NsecToTimeval(patience.Nanoseconds())
	if err := unix.SetsockoptTimeval(ends[0], unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit); err != nil {
		t.Fatal(err)
	}
	for _, message := range messages {
		if _, err := unix.Write(ends[1], message); err != nil {
			t.Fatal(err)
		}
	}
	return conn
}

func message(kind uint16, sequence uint32, payload ...byte) []byte {
	made := native.AppendUint32(nil, uint32(unix.SizeofNlMsghdr+len(payload)))
	made = native.AppendUint16(made, kind)
	made = native.AppendUint16(made, 0)
	made = native.AppendUint32(made, sequence)
	made = native.AppendUint32(made, 0)
	return append(made, payload...)
}

func TestALateAnswerIsNotTakenForTheNextOne(t *testing.T) {
	const kind = 100
	conn := answering(t, time.Second, message(kind, 1, 'l', 'a', 't', 'e'), message(unix.NLMSG_DONE, 1, 0, 0, 0, 0),
		append(message(kind, 2, 'n', 'o', 'w', '!'), message(unix.NLMSG_DONE, 2)...))
	conn.sequence = 1
	var told []string
	errno, err := conn.Dump(kind, nil, func(payload []byte) { told = append(told, string(payload)) })
	if errno != 0 || err != nil || strings.Join(told, ",") != "now!" {
		t.Errorf("told %q, %v, %v", told, errno, err)
	}
}

func TestNoAnswerIsNotWaitedForForEver(t *testing.T) {
	_, err := answering(t, 20*time.Millisecond).Ask(100, nil, func([]byte) {})
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
}

func TestWhatIsNotNetlinkIsAnError(t *testing.T) {
	tooLong := message(100, 1, 1, 2, 3, 4)
	native.PutUint32(tooLong, 1000)
	tooShort := message(100, 1)
	native.PutUint32(tooShort, 0)
	for _, answer := range [][]byte{tooLong, tooShort, {1, 2, 3}} {
		if _, err := answering(t, time.Second, answer).Ask(100, nil, func([]byte) {}); err == nil {
			t.Errorf("no error for %v", answer)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(append(message(100, 1, 1, 2, 3), message(unix.NLMSG_ERROR, 1, 0, 0, 0, 0)...))
	f.Add(message(unix.NLMSG_DONE, 1, 254, 255, 255, 255))
	f.Fuzz(func(t *testing.T, received []byte) {
		conn := Conn{sequence: 1}
		if errno, ended, err := conn.read(received, func([]byte) {}); errno != 0 && (!ended || err != nil) {
			t.Errorf("errno %d of an answer that has not ended: %v", errno, err)
		}
	})
}
