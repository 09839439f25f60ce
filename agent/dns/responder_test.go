package dns

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/sys/unix"

	"faultline/agent/effect"
)

var nxdomain = Request{Answer: "NXDOMAIN", Names: []string{"db.example"}}

// answering is the state of one that lives.
func answering(met, seen int64) effect.State {
	return effect.State{Number: met, Of: seen, Needed: true}
}

func isEqual(one, other effect.State) bool { return reflect.DeepEqual(one, other) }

func TestAnswersWhatIsMeantAndPassesOnTheRestByteForByte(t *testing.T) {
	w := newWorldWithServer(t)
	responder := w.start(nxdomain)
	other := asking(t, "cache.example.", dns.TypeA)
	for _, network := range []string{"udp", "tcp"} {
		for _, server := range []string{server4, server6} {
			reply, err := w.ask(network, server, asking(t, "DB.example.", dns.TypeA))
			if err != nil || unpacked(t, reply).Rcode != dns.RcodeNameError {
				t.Errorf("%s %s: %x, %v", network, server, reply, err)
			}
			for _, message := range [][]byte{other, []byte("no query"), {}, bytes.Repeat([]byte{0xff}, 9000)} {
				reply, err := w.ask(network, server, message)
				if expected := append([]byte(echoed), message...); err != nil || !bytes.Equal(reply, expected) {
					t.Errorf("%s %s, %d bytes: %d came back, %v", network, server, len(message), len(reply), err)
				}
			}
		}
	}
	if counted := responder.State(); !isEqual(counted, answering(4, 20)) {
		t.Error(counted)
	}
}

func TestKeepsSilent(t *testing.T) {
	w := newWorldWithServer(t)
	responder := w.start(Request{Answer: "SILENCE"})
	for _, network := range []string{"udp", "tcp"} {
		conn := w.dial(network, server4)
		conn.SetDeadline(time.Now().Add(noAnswer))
		reply, err := exchange(conn, network, asking(t, "db.example.", dns.TypeA))
		if timeout := net.Error(nil); !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("%s: %x, %v", network, reply, err)
		}
	}
	if counted := responder.State(); !isEqual(counted, answering(2, 2)) {
		t.Error(counted)
	}
}

func TestAnswersOtherwiseFromTheNextQueryOn(t *testing.T) {
	w := newWorldWithServer(t)
	responder := w.start(nxdomain)
	for _, network := range []string{"udp", "tcp"} {
		conn := w.dial(network, server4)
		for _, request := range []Request{nxdomain, {Answer: "REFUSED"}} {
			if err := responder.Replan(request); err != nil {
				t.Fatal(err)
			}
			reply, err := exchange(conn, network, asking(t, "db.example.", dns.TypeA))
			if err != nil || dns.RcodeToString[unpacked(t, reply).Rcode] != request.Answer {
				t.Errorf("%s %s: %x, %v", network, request.Answer, reply, err)
			}
		}
		if err := responder.Replan(Request{Answer: "MAYBE"}); err == nil {
			t.Error("it would answer MAYBE")
		}
		if reply, err := exchange(conn, network, asking(t, "db.example.", dns.TypeA)); err != nil || unpacked(t, reply).Rcode != dns.RcodeRefused {
			t.Errorf("after what cannot be: %x, %v", reply, err)
		}
	}
}

func TestServesManyAtOnce(t *testing.T) {
	w := newWorldWithServer(t)
	responder := w.start(nxdomain)
	const clients, each = 8, 20
	var asking sync.WaitGroup
	for i := range clients {
		network := []string{"udp", "tcp"}[i%2]
		conn := w.dial(network, []string{server4, server6}[i/2%2])
		asking.Go(func() {
			for j := range each {
				message := []byte(fmt.Sprintf("query %d of client %d", j, i))
				if reply, err := exchange(conn, network, message); err != nil || string(reply) != echoed+string(message) {
					t.Errorf("%s: %q to %q, %v", network, reply, message, err)
				}
			}
		})
	}
	asking.Wait()
	if counted := responder.State(); !isEqual(counted, answering(0, clients*each)) {
		t.Error(counted)
	}
}

func TestAServerThatCannotBeReachedHoldsUpNoAnswer(t *testing.T) {
	w := newWorldWithServer(t)
	responder := w.start(nxdomain)
	conn := w.dial("tcp", nobody)
	for range 5 {
		conn.Write(framed([]byte("to nobody")))
	}
	if reply, err := exchange(conn, "tcp", asking(t, "db.example.", dns.TypeA)); err != nil || unpacked(t, reply).Rcode != dns.RcodeNameError {
		t.Errorf("%x, %v", reply, err)
	}
	if counted := responder.State(); !isEqual(counted, answering(1, 6)) {
		t.Error(counted)
	}
}

func TestEndsAConversationWhoseServerRefuses(t *testing.T) {
	w := newWorldWithServer(t)
	w.start(nxdomain)
	conn := w.dial("tcp", "127.0.0.54:53")
	if reply, err := exchange(conn, "tcp", []byte("to nobody")); !errors.Is(err, unix.ECONNRESET) {
		t.Errorf("%q, %v", reply, err)
	}
}

func TestEndsAConversationWhoseServerEndsIt(t *testing.T) {
	w := newWorldWithServer(t)
	w.start(nxdomain)
	w.Do(t, func() error {
		listener, err := net.Listen("tcp", "127.0.0.55:53")
		if err != nil {
			return err
		}
		t.Cleanup(func() { listener.Close() })
		go func() {
			if conn, err := listener.Accept(); err == nil {
				receiveFramed(conn)
				conn.Write(framed([]byte("the only answer")))
				conn.Close()
			}
		}()
		return nil
	})
	conn := w.dial("tcp", "127.0.0.55:53")
	if reply, err := exchange(conn, "tcp", []byte("passed on")); err != nil || string(reply) != "the only answer" {
		t.Errorf("%q, %v", reply, err)
	}
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, unix.ECONNRESET) {
		t.Error(err)
	}
}

func TestPassesNothingOnForWhoAskedNobodyElse(t *testing.T) {
	w := newWorldWithServer(t)
	responder := w.start(nxdomain)
	itself := loopback(responder)
	if reply, err := w.ask("udp", itself, asking(t, "db.example.", dns.TypeA)); err != nil || unpacked(t, reply).Rcode != dns.RcodeNameError {
		t.Errorf("%x, %v", reply, err)
	}
	if reply, err := w.ask("tcp", itself, []byte("no query")); !errors.Is(err, unix.ECONNRESET) {
		t.Errorf("%q, %v", reply, err)
	}
	conn := w.dial("udp", itself)
	conn.SetDeadline(time.Now().Add(noAnswer))
	if reply, err := exchange(conn, "udp", []byte("no query")); err == nil {
		t.Errorf("%q came from nobody", reply)
	}
	if counted := responder.State(); !isEqual(counted, answering(1, 3)) {
		t.Errorf("%+v: it asked itself", counted)
	}
}

func TestWhatItAsksCarriesTheMarkAndNoProbes(t *testing.T) {
	w := newWorldWithServer(t)
	for _, kind := range []int{unix.SOCK_DGRAM, unix.SOCK_STREAM} {
		var upstream net.Conn
		w.Do(t, func() (err error) {
			upstream, err = connect(unix.AF_INET, kind, netip.MustParseAddrPort(server4))
			return err
		})
		defer upstream.Close()
		if mark := option(t, upstream.(syscall.Conn), unix.SO_MARK); mark != 0xfa17 {
			t.Errorf("it carries %#x", mark)
		}
		if option(t, upstream.(syscall.Conn), unix.SO_KEEPALIVE) != 0 {
			t.Error("it probes whether the server is there")
		}
	}
}

func TestResetsAConnectionThatItCloses(t *testing.T) {
	w := newWorldWithServer(t)
	responder := w.start(nxdomain)
	conn := w.dial("tcp", server4)
	if _, err := exchange(conn, "tcp", []byte("passed on")); err != nil {
		t.Fatal(err)
	}
	if err := responder.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, unix.ECONNRESET) {
		t.Error(err)
	}
}

func TestStopEndsAllOfIt(t *testing.T) {
	w := newWorldWithServer(t)
	responder := w.start(nxdomain)
	if _, err := exchange(w.dial("tcp", server4), "tcp", []byte("passed on")); err != nil {
		t.Fatal(err)
	}
	w.dial("udp", nobody).Write([]byte("waits for an answer"))
	w.dial("tcp", nobody).Write(framed([]byte("waits for a connection")))
	eventually(t, "all of them are open", func() bool { return responder.openNow() == 5 })

	for range 2 {
		if err := responder.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	if open := responder.openNow(); open != 0 {
		t.Errorf("%d are open", open)
	}
	if counted := responder.State(); counted.Of != 3 || !strings.HasSuffix(counted.Flaw, "has ended: stopped") {
		t.Error(counted)
	}
	w.Do(t, func() error {
		for family := range loopbacks {
			packets, err := listenUDP(family, responder.Port())
			if err != nil {
				return err
			}
			packets.Close()
			listener, err := listenTCP(family, responder.Port())
			if err != nil {
				return err
			}
			listener.Close()
		}
		return nil
	})
}

func TestTellsThatItDidNotLiveToTheEnd(t *testing.T) {
	w := newWorldWithServer(t)
	responder := w.start(nxdomain)
	raw, err := responder.listeners.tcp[0].SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(descriptor uintptr) { unix.Shutdown(int(descriptor), unix.SHUT_RD) })
	eventually(t, "it is dead", func() bool {
		return strings.Contains(responder.State().Flaw, "has ended: accept ")
	})
}

func TestAMistakeOfOursInOneQueryEndsItForNoOther(t *testing.T) {
	w := newWorldWithServer(t)
	responder := w.start(nxdomain)
	responder.plan.Store(nil)
	conn := w.dial("udp", server4)
	conn.Write(asking(t, "db.example.", dns.TypeA))
	eventually(t, "it has seen the query", func() bool { return responder.seen.Load() == 1 })
	if err := responder.Replan(nxdomain); err != nil {
		t.Fatal(err)
	}
	if reply, err := exchange(conn, "udp", asking(t, "db.example.", dns.TypeA)); err != nil || unpacked(t, reply).Rcode != dns.RcodeNameError {
		t.Errorf("%x, %v", reply, err)
	}
}

// openNow is how many connections it has.
func (r *Responder) openNow() int {
	r.connections.lock.Lock()
	defer r.connections.lock.Unlock()
	return len(r.connections.due)
}
