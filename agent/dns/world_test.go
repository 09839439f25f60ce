package dns

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"faultline/agent/conntrack"
	"faultline/agent/netnstest"
)

const (
	server4  = "127.0.0.53:53"
	server6  = "[::1]:53"
	nobody   = "192.0.2.1:53"         // which swallows what is sent to it
	patience = 10 * time.Second       // on a busy machine, too
	noAnswer = 300 * time.Millisecond // in which nothing must come
	echoed   = "echo of "
)

// world is a network namespace with a name server that echoes, over UDP and TCP, IPv4 and IPv6.
type world struct {
	*netnstest.Namespace
	t *testing.T
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return &world{netnstest.New(t), t}
}

func newWorldWithServer(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.up()
	for _, address := range []string{server4, server6} {
		w.serve(address)
	}
	return w
}

// up gives it a loopback, with an address at which there is nobody.
func (w *world) up() {
	w.t.Helper()
	w.Do(w.t, func() error {
		loopback, err := netlink.LinkByName("lo")
		if err != nil {
			return err
		}
		address, err := netlink.ParseAddr("192.0.2.1/32")
		if err != nil {
			return err
		}
		if err := netlink.AddrAdd(loopback, address); err != nil {
			return err
		}
		return netlink.LinkSetUp(loopback)
	})
}

func (w *world) serve(address string) {
	w.t.Helper()
	w.Do(w.t, func() error {
		packets, err := net.ListenPacket("udp", address)
		if err != nil {
			return err
		}
		w.t.Cleanup(func() { packets.Close() })
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return err
		}
		w.t.Cleanup(func() { listener.Close() })
		go echoPackets(packets)
		go echoStreams(listener)
		return nil
	})
}

func echoPackets(packets net.PacketConn) {
	buffer := make([]byte, longestMessage)
	for {
		length, from, err := packets.ReadFrom(buffer)
		if err != nil {
			return
		}
		packets.WriteTo(append([]byte(echoed), buffer[:length]...), from)
	}
}

func echoStreams(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			for {
				message, err := receiveFramed(conn)
				if err != nil {
					return
				}
				conn.Write(framed(append([]byte(echoed), message...)))
			}
		}()
	}
}

// start starts a responder, and leads to it what is for port 53 and does not carry its mark.
func (w *world) start(request Request) *Responder {
	w.t.Helper()
	works := false
	w.Do(w.t, func() error { works = conntrack.Works(); return nil })
	if !works {
		w.t.Skip("this kernel has no nf_conntrack_netlink")
	}
	responder, err := Start(w.Namespace.Namespace, request)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := responder.Stop(); err != nil {
			w.t.Error(err)
		}
	})
	if err := w.Namespace.Namespace.Do(func() error { return redirect(responder.Port()) }); err != nil {
		w.t.Skipf("this kernel has no nat table of nf_tables: %v", err)
	}
	return responder
}

func redirect(port int) error {
	tables, err := nftables.New()
	if err != nil {
		return err
	}
	table := tables.AddTable(&nftables.Table{Name: "world", Family: nftables.TableFamilyINet})
	output := tables.AddChain(&nftables.Chain{
		Name: "output", Table: table, Type: nftables.ChainTypeNAT,
		Hooknum: nftables.ChainHookOutput, Priority: nftables.ChainPriorityNATDest,
	})
	for _, protocol := range []byte{unix.IPPROTO_UDP, unix.IPPROTO_TCP} {
		tables.AddRule(&nftables.Rule{Table: table, Chain: output, Exprs: []expr.Any{
			&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: 1},
			&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: []byte{protocol}},
			&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseTransportHeader, Offset: 2, Len: 2},
			&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: binaryutil.BigEndian.PutUint16(53)},
			&expr.Meta{Key: expr.MetaKeyMARK, Register: 1},
			&expr.Cmp{Op: expr.CmpOpNeq, Register: 1, Data: binaryutil.NativeEndian.PutUint32(0xfa17)},
			&expr.Immediate{Register: 1, Data: binaryutil.BigEndian.PutUint16(uint16(port))},
			&expr.Redir{RegisterProtoMin: 1},
		}})
	}
	input := tables.AddChain(&nftables.Chain{
		Name: "input", Table: table, Type: nftables.ChainTypeFilter,
		Hooknum: nftables.ChainHookInput, Priority: nftables.ChainPriorityFilter,
	})
	tables.AddRule(&nftables.Rule{Table: table, Chain: input, Exprs: []expr.Any{
		&expr.Meta{Key: expr.MetaKeyNFPROTO, Register: 1},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: []byte{unix.NFPROTO_IPV4}},
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseNetworkHeader, Offset: 16, Len: 4},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: net.IPv4(192, 0, 2, 1).To4()},
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseTransportHeader, Offset: 2, Len: 2},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: binaryutil.BigEndian.PutUint16(53)},
		&expr.Verdict{Kind: expr.VerdictDrop},
	}})
	return tables.Flush()
}

// dial connects a client's socket, as the target would.
func (w *world) dial(network, address string) net.Conn {
	w.t.Helper()
	var conn net.Conn
	w.Do(w.t, func() (err error) {
		dialer := net.Dialer{Timeout: patience}
		conn, err = dialer.DialContext(context.Background(), network, address)
		return err
	})
	w.t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return conn
}

// ask sends a message over UDP or TCP, and returns the answer.
func (w *world) ask(network, address string, message []byte) ([]byte, error) {
	w.t.Helper()
	conn := w.dial(network, address)
	defer conn.Close()
	return exchange(conn, network, message)
}

func exchange(conn net.Conn, network string, message []byte) ([]byte, error) {
	if network == "tcp" {
		if _, err := conn.Write(framed(message)); err != nil {
			return nil, err
		}
		return receiveFramed(conn)
	}
	if _, err := conn.Write(message); err != nil {
		return nil, err
	}
	buffer := make([]byte, longestMessage)
	length, err := conn.Read(buffer)
	return buffer[:length], err
}

func framed(message []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(message))), message...)
}

func receiveFramed(conn net.Conn) ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, err
	}
	message := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(conn, message)
	return message, err
}

func loopback(responder *Responder) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(responder.Port()))
}

// option is what the kernel says of a socket.
func option(t *testing.T, socket syscall.Conn, which int) int {
	t.Helper()
	raw, err := socket.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var value int
	raw.Control(func(descriptor uintptr) { value, err = unix.GetsockoptInt(int(descriptor), unix.SOL_SOCKET, which) })
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// eventually waits for what another goroutine or the kernel is about to do.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for until := time.Now().Add(patience); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// never watches for a while that something does not happen.
func never(t *testing.T, during time.Duration, what string, is func() bool) {
	t.Helper()
	for until := time.Now().Add(during); time.Now().Before(until); time.Sleep(time.Millisecond) {
		if is() {
			t.Fatal(what)
		}
	}
}
