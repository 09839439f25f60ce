package socket

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"golang.org/x/sys/unix"

	"faultline/agent/netlinkconn"
	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

const (
	byFamily = 20 // SOCK_DIAG_BY_FAMILY of linux/sock_diag.h
	destroy  = 21 // SOCK_DESTROY

	infoAttribute = 2  // INET_DIAG_INFO: struct tcp_info, asked for by its bit
	messageBytes  = 72 // struct inet_diag_msg, in front of the attributes
	anyState      = 0xFFFFFFFF
)

var native = binary.NativeEndian

// ID is struct inet_diag_sockid. It has a cookie in it, so that it means no other socket that has been given the same addresses
// and ports since.
type ID [48]byte

// Entry is what the kernel tells of one TCP socket, in struct inet_diag_msg. An IPv4 address that an IPv6 socket has mapped,
// as a JVM's sockets do, is an IPv4 address here.
type Entry struct {
	Family      uint8
	ID          ID
	Local, Peer netip.AddrPort
	Inode       uint32 // 0 if it has no owner

	state, timer            uint8
	expires                 uint32 // ms until the timer's end
	receiveQueue, sendQueue uint32
	attributes              []byte
}

// Diag asks for the TCP sockets of the network namespace that it was opened in, whichever is entered later.
type Diag struct{ conn *netlinkconn.Conn }

// OpenDiag opens one in the calling thread's network namespace.
func OpenDiag() (*Diag, error) {
	conn, err := netlinkconn.Open(unix.NETLINK_INET_DIAG)
	if err != nil {
		return nil, refuse.Because("cannot ask for sockets: %s (needs inet_diag)", strerror.Of(err))
	}
	return &Diag{conn}, nil
}

// Close lets go of its netlink socket.
func (d *Diag) Close() { d.conn.Close() }

// Each visits the sockets of both families that are in one of these states, a bit for each of net/tcp_states.h. An entry is
// valid only until visit returns.
func (d *Diag) Each(states uint32, visit func(entry *Entry)) error {
	return d.each(states, 0, visit)
}

func (d *Diag) each(states uint32, extensions uint8, visit func(entry *Entry)) error {
	var entry Entry
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		short := false
		errno, err := d.conn.Dump(byFamily, request(family, extensions, states, ID{}), func(payload []byte) {
			if entry.read(payload) {
				visit(&entry)
			} else {
				short = true
			}
		})
		switch {
		case err != nil:
			return err
		case errno != 0:
			return refuse.Because("the kernel does not tell its sockets: %s (needs inet_diag, tcp_diag)", strerror.Of(errno))
		case short:
			return errors.New("the kernel tells less of its sockets than struct inet_diag_msg has")
		}
	}
	return nil
}

// Destroy ends a socket. The kernel's refusal is no error: the socket has ended by itself, or this kernel cannot.
func (d *Diag) Destroy(family uint8, id ID) error {
	_, err := d.end(family, id)
	return err
}

// end ends a socket, and has the kernel's answer: 0 if it has.
func (d *Diag) end(family uint8, id ID) (unix.Errno, error) {
	return d.conn.Ask(destroy, request(family, 0, anyState, id), func([]byte) {})
}

// request is struct inet_diag_req_v2.
func request(family, extensions uint8, states uint32, id ID) []byte {
	body := native.AppendUint32([]byte{family, unix.IPPROTO_TCP, extensions, 0}, states)
	return append(body, id[:]...)
}

func (e *Entry) read(message []byte) bool {
	if len(message) < messageBytes {
		return false
	}
	e.Family, e.state, e.timer = message[0], message[1], message[2]
	copy(e.ID[:], message[4:])
	e.Local = netip.AddrPortFrom(address(e.Family, e.ID[4:20]), binary.BigEndian.Uint16(e.ID[0:]))
	e.Peer = netip.AddrPortFrom(address(e.Family, e.ID[20:36]), binary.BigEndian.Uint16(e.ID[2:]))
	e.expires = native.Uint32(message[52:])
	e.receiveQueue = native.Uint32(message[56:])
	e.sendQueue = native.Uint32(message[60:])
	e.Inode = native.Uint32(message[68:])
	e.attributes = message[messageBytes:]
	return true
}

func address(family uint8, raw []byte) netip.Addr {
	if family == unix.AF_INET {
		return netip.AddrFrom4([4]byte(raw))
	}
	return netip.AddrFrom16([16]byte(raw)).Unmap()
}

// attribute finds one of those behind struct inet_diag_msg; nil if it is not there.
func (e *Entry) attribute(wanted uint16) []byte {
	for rest := e.attributes; len(rest) >= unix.SizeofRtAttr; {
		length, kind := int(native.Uint16(rest)), native.Uint16(rest[2:])
		if length < unix.SizeofRtAttr || length > len(rest) {
			return nil
		}
		if kind == wanted {
			return rest[unix.SizeofRtAttr:length]
		}
		rest = rest[min((length+unix.RTA_ALIGNTO-1)&^(unix.RTA_ALIGNTO-1), len(rest)):]
	}
	return nil
}
