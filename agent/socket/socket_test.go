package socket

import (
	"encoding/json"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/netnstest"
)

func TestDumpTellsListenerAndBothEnds(t *testing.T) {
	for network, address := range map[string]string{"tcp4": "127.0.0.1", "tcp6": "::1"} {
		t.Run(network, func(t *testing.T) {
			namespace := newNamespace(t)
			ends := connect(t, namespace, network, listen(t, namespace, network, net.JoinHostPort(address, "0")))
			if _, err := ends.client.Write(make([]byte, 1000)); err != nil {
				t.Fatal(err)
			}
			found := dumped(t, namespace, portOf(ends.client.LocalAddr()))
			if len(found) != 1 {
				t.Fatalf("%d sockets at the client's port, want 1", len(found))
			}
			client := found[0]
			if client.State != "ESTABLISHED" || client.Local.String() != address || client.Peer.String() != address ||
				int(client.PeerPort) != portOf(ends.listener.Addr()) || client.Inode != inodeOf(t, ends.client) {
				t.Errorf("client is %+v", client)
			}
			if client.Info == nil || client.Acked < 1000 || client.RTOMicros == 0 {
				t.Errorf("client's tcp_info is %+v", client.Info)
			}
			var states []string
			for _, server := range dumped(t, namespace, portOf(ends.listener.Addr())) {
				states = append(states, server.State)
				if server.State == "ESTABLISHED" && (server.Received != 1000 || server.ReceiveQueue != 1000) {
					t.Errorf("server's end is %+v, %+v", server, server.Info)
				}
			}
			slices.Sort(states)
			if !slices.Equal(states, []string{"ESTABLISHED", "LISTEN"}) {
				t.Errorf("sockets at the server's port: %v", states)
			}
		})
	}
}

func TestDumpIsOfTheNamespaceAlone(t *testing.T) {
	first, second := newNamespace(t), newNamespace(t)
	listener := listen(t, first, "tcp4", "127.0.0.1:0")
	if found := dumped(t, second, portOf(listener.Addr())); len(found) != 0 {
		t.Errorf("another namespace's socket was found: %+v", found)
	}
	if text, err := json.Marshal(dumped(t, second, 0)); string(text) != "[]" {
		t.Errorf("no sockets are %s, %v", text, err)
	}
}

func TestMappedAddressIsIPv4(t *testing.T) {
	namespace := newNamespace(t)
	ends := connect(t, namespace, "tcp4", listen(t, namespace, "tcp", "[::]:0"))
	for _, each := range dumped(t, namespace, portOf(ends.listener.Addr())) {
		if each.State == "ESTABLISHED" && each.Local.String() != "127.0.0.1" {
			t.Errorf("local address is %v", each.Local)
		}
		if each.State == "LISTEN" && each.Local.String() != "::" {
			t.Errorf("listens on %v", each.Local)
		}
	}
}

func TestTimerAndQueueOfWhatIsNotAcknowledged(t *testing.T) {
	namespace := newNamespace(t)
	ends := connect(t, namespace, "tcp4", listen(t, namespace, "tcp4", "127.0.0.1:0"))
	ends.client.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
	for { // until the server's window is shut, so that the client probes it
		if _, err := ends.client.Write(make([]byte, 1<<20)); err != nil {
			break
		}
	}
	giveUp := time.Now().Add(3 * time.Second)
	for {
		client := dumped(t, namespace, portOf(ends.client.LocalAddr()))[0]
		if client.Timer != nil && client.Timer.Kind == "probe" && client.SendQueue > 0 {
			return
		}
		if time.Now().After(giveUp) {
			t.Fatalf("client is %+v, timer %+v", client, client.Timer)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestJSONHasWhatTheKernelTellsAlone(t *testing.T) {
	namespace := newNamespace(t)
	ends := connect(t, namespace, "tcp4", listen(t, namespace, "tcp4", "127.0.0.1:0"))
	port := portOf(ends.client.LocalAddr())
	ends.client.CloseWrite()
	if _, err := ends.server.Read(make([]byte, 1)); err == nil {
		t.Fatal("the server's end is open")
	}
	ends.server.Close()
	waits := awaitState(t, namespace, port, "TIME_WAIT")
	text, err := json.Marshal(waits)
	if err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []string{
		`"state":"TIME_WAIT"`, `"local":"127.0.0.1"`, `"inode":0`, `"timer":"time-wait"`, `"timer_ms":`,
	} {
		if !strings.Contains(string(text), wanted) {
			t.Errorf("%s is not in %s", wanted, text)
		}
	}
	if strings.Contains(string(text), "rto_us") {
		t.Errorf("the kernel tells no tcp_info of it: %s", text)
	}
}

func awaitState(t testing.TB, namespace *netnstest.Namespace, port int, state string) Socket {
	t.Helper()
	var found []Socket
	for giveUp := time.Now().Add(2 * time.Second); time.Now().Before(giveUp); time.Sleep(time.Millisecond) {
		found = dumped(t, namespace, port)
		if len(found) == 1 && found[0].State == state {
			return found[0]
		}
	}
	t.Fatalf("no socket became %s: %+v", state, found)
	return Socket{}
}

func BenchmarkDump500(b *testing.B) {
	namespace := manySockets(b)
	for b.Loop() {
		if _, err := Dump(namespace.Namespace); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzEntry(f *testing.F) {
	message := make([]byte, messageBytes, messageBytes+12)
	message[0], message[1] = unix.AF_INET6, 1
	f.Add(append(message, 12, 0, infoAttribute, 0, 1, 2, 3, 4, 5, 6, 7, 8))
	f.Fuzz(func(t *testing.T, payload []byte) {
		var entry Entry
		if !entry.read(payload) {
			return
		}
		if _, err := json.Marshal(entry.described()); err != nil {
			t.Error(err)
		}
	})
}
