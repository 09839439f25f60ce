package socket

import (
	"net"
	"os"
	"slices"
	"strings"
	"testing"

	"faultline/agent/netnstest"
)

func listenUDP(t *testing.T, in *netnstest.Namespace, network, address string) *net.UDPConn {
	t.Helper()
	var socket *net.UDPConn
	in.Do(t, func() error {
		listening, err := net.ListenPacket(network, address)
		if err == nil {
			socket = listening.(*net.UDPConn)
		}
		return err
	})
	t.Cleanup(func() { socket.Close() })
	return socket
}

func TestDumpUDPTellsTheNamespacesSockets(t *testing.T) {
	namespace, other := newNamespace(t), newNamespace(t)
	for _, each := range []struct{ network, address, local string }{
		{"udp4", "127.0.0.1:0", "127.0.0.1"}, {"udp6", "[::1]:0", "::1"}, {"udp4", "0.0.0.0:0", "0.0.0.0"}, {"udp", "[::]:0", "::"},
	} {
		opened := listenUDP(t, namespace, each.network, each.address)
		found, err := DumpUDP(namespace.Namespace)
		at := slices.IndexFunc(found, func(one UDP) bool { return int(one.LocalPort) == opened.LocalAddr().(*net.UDPAddr).Port })
		if err != nil || at < 0 || found[at].Local.String() != each.local || found[at].Inode != inodeOf(t, opened) || !found[at].Held {
			t.Errorf("%v: found are %+v, %v", each, found, err)
		}
	}
	if found, err := DumpUDP(other.Namespace); err != nil || found == nil || len(found) > 0 {
		t.Errorf("in another namespace there are %+v, %v", found, err)
	}
}

func TestHeldByMarksTheOwnersSocketsOfUDP(t *testing.T) {
	namespace := newNamespace(t)
	opened := listenUDP(t, namespace, "udp4", "127.0.0.1:0")
	found, err := DumpUDP(namespace.Namespace)
	if err != nil || len(found) != 1 {
		t.Fatalf("found are %+v, %v", found, err)
	}
	found = append(found, UDP{Inode: 1 << 31, Held: true})
	if _, err := HeldBy(os.Getpid(), nil, found); err != nil || !found[0].Held || found[1].Held {
		t.Errorf("%+v, %v", found, err)
	}
	opened.Close()
	if _, err := HeldBy(startInPIDNamespace(t), nil, found); err != nil || found[0].Held {
		t.Errorf("another pid namespace: %+v, %v", found, err)
	}
}

func TestWhatIsNoLineOfASocketIsLeftOut(t *testing.T) {
	const heading = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n"
	const line = "  309: 0100007F:1B58 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000000000000 0\n"
	found := readUDP(heading + line)
	if len(found) != 1 || found[0].Local.String() != "127.0.0.1" || found[0].LocalPort != 7000 || found[0].Inode != 4711 {
		t.Errorf("read is %+v", found)
	}
	for _, broken := range []string{"0100007F:", "0100007F:1B58F", "01007F:1B58", "0100007F0100007F:1B58", "xx:1", "-"} {
		if found := readUDP(strings.Replace(line, "0100007F:1B58", broken, 1)); len(found) > 0 {
			t.Errorf("%q is %+v", broken, found)
		}
	}
	if found := readUDP(strings.Replace(line, "4711", "x", 1)); len(found) > 0 {
		t.Errorf("without an inode it is %+v", found)
	}
}
