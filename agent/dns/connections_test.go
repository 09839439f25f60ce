package dns

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/sys/unix"
)

func TestHasNoMoreOpenThanItMayAndGoesOnAnswering(t *testing.T) {
	w := newWorldWithServer(t)
	responder := w.start(nxdomain)
	first := w.dial("tcp", server4)
	if _, err := exchange(first, "tcp", []byte("passed on")); err != nil {
		t.Fatal(err)
	}
	endless := w.dial("udp", nobody)
	sent := func() int { return int(responder.seen.Load()) }
	for i := range mostOpen {
		endless.Write([]byte("waits for an answer"))
		eventually(t, "it has seen the query", func() bool { return sent() == i+2 })
	}
	eventually(t, "it has as many open as it may", func() bool { return responder.openNow() == mostOpen })
	if reply, err := exchange(first, "tcp", []byte("passed on")); err != nil {
		t.Errorf("%q, %v, though others were due before it", reply, err)
	}
	if reply, err := w.ask("udp", server4, asking(t, "db.example.", dns.TypeA)); err != nil || unpacked(t, reply).Rcode != dns.RcodeNameError {
		t.Errorf("%x, %v", reply, err)
	}
}

func TestAConnectionEndsWhenItIsDue(t *testing.T) {
	w := newWorldWithServer(t)
	all := connections{due: map[net.Conn]time.Time{}}
	silent := w.dial("tcp", server4)
	if err := all.expect(silent, 20*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if _, err := silent.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	all.close(silent)
	if err := all.expect(silent, time.Minute); err == nil {
		t.Error("one that is closed was expected")
	}
	if len(all.due) != 0 {
		t.Errorf("%d are open", len(all.due))
	}
	late := w.dial("tcp", server4)
	all.closeAll()
	if err := all.expect(late, time.Minute); err == nil {
		t.Error("one was expected after the end")
	}
	if _, err := late.Write([]byte{0}); err == nil {
		t.Error("it was left open")
	}
}

func TestAcceptsAgainAfterAShortageOfDescriptors(t *testing.T) {
	w := newWorldWithServer(t)
	responder := w.start(nxdomain)
	untouched := responder.State()
	var client int
	w.Do(t, func() (err error) {
		client, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		return err
	})
	defer unix.Close(client)
	unix.SetsockoptTimeval(client, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: int64(patience / time.Second)})
	var usual unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &usual); err != nil {
		t.Fatal(err)
	}
	defer unix.Setrlimit(unix.RLIMIT_NOFILE, &usual)
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 3, Max: usual.Max}); err != nil {
		t.Fatal(err)
	}
	err := unix.Connect(client, sockaddr(netip.MustParseAddrPort(server4)))
	never(t, 5*retryPause, "it has given up", func() bool { return !isEqual(responder.State(), untouched) })
	if restoring := unix.Setrlimit(unix.RLIMIT_NOFILE, &usual); err != nil || restoring != nil {
		t.Fatal(err, restoring)
	}
	if _, err := unix.Write(client, framed(asking(t, "db.example.", dns.TypeA))); err != nil {
		t.Fatal(err)
	}
	reply := make([]byte, longestMessage)
	length, err := unix.Read(client, reply)
	if err != nil || unpacked(t, reply[2:length]).Rcode != dns.RcodeNameError {
		t.Errorf("%x, %v", reply[:max(length, 0)], err)
	}
}
