package nft

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/sys/unix"
)

const nfgenSize = 4 // struct nfgenmsg, in front of the attributes

var wholeBatch = []byte{unix.NFPROTO_UNSPEC, unix.NFNETLINK_V0, 0, unix.NFNL_SUBSYS_NFTABLES} // the subsystem is big-endian

// part is something in a request that not every kernel has.
type part int

const (
	owner part = iota + 1
	queue
)

// request is what is asked of the kernel.
type request struct {
	kind, flags uint16
	body        []byte
	what        string // it is about, in words
	uses        part
}

// about makes a request about something in tables of a family.
func about(family uint8, kind, flags uint16, what string, attributes ...[]byte) request {
	body := append(make([]byte, 0, 512), family, unix.NFNETLINK_V0, 0, 0)
	for _, each := range attributes {
		body = append(body, each...)
	}
	return request{kind: kind, flags: flags, body: body, what: what}
}

// attribute encodes one with this content.
func attribute(kind uint16, content ...[]byte) []byte {
	length := 0
	for _, each := range content {
		length += len(each)
	}
	text := header(kind, length)
	for _, each := range content {
		text = append(text, each...)
	}
	return padded(text)
}

// header begins an attribute, with room for its content.
func header(kind uint16, length int) []byte {
	text := make([]byte, 0, aligned(unix.SizeofNlAttr+length))
	return native.AppendUint16(native.AppendUint16(text, uint16(unix.SizeofNlAttr+length)), kind)
}

func padded(text []byte) []byte { return text[:aligned(len(text))] }

// nested encodes attributes in an attribute.
func nested(kind uint16, attributes ...[]byte) []byte {
	return attribute(kind|unix.NLA_F_NESTED, attributes...)
}

func named(kind uint16, name string) []byte {
	return padded(append(append(header(kind, len(name)+1), name...), 0))
}

func number(kind uint16, value uint32) []byte {
	return binary.BigEndian.AppendUint32(header(kind, 4), value)
}

func number64(kind uint16, value uint64) []byte {
	return binary.BigEndian.AppendUint64(header(kind, 8), value)
}

// message is one of an answer.
type message struct {
	kind, flags uint16
	sequence    uint32
	body        []byte
}

// split reads the first message of some.
func split(received []byte) (first message, rest []byte, err error) {
	if len(received) < unix.SizeofNlMsghdr {
		return message{}, nil, fmt.Errorf("an answer of nf_tables ends within a header")
	}
	length := int(native.Uint32(received))
	if length < unix.SizeofNlMsghdr || length > len(received) {
		return message{}, nil, fmt.Errorf("an answer of nf_tables has a message of %d bytes in %d", length, len(received))
	}
	return message{
		kind: native.Uint16(received[4:]), flags: native.Uint16(received[6:]), sequence: native.Uint32(received[8:]),
		body: received[unix.SizeofNlMsghdr:length],
	}, received[min(aligned(length), len(received)):], nil
}

// errno is that of a message which ends an answer: it has a negative one or 0, or nothing.
func (m message) errno() unix.Errno {
	if len(m.body) < 4 {
		return 0
	}
	return unix.Errno(-min(int32(native.Uint32(m.body)), 0))
}

// visit calls with each attribute. What is broken ends it.
func visit(attributes []byte, with func(kind uint16, content []byte)) {
	for len(attributes) >= unix.SizeofNlAttr {
		length := int(native.Uint16(attributes))
		if length < unix.SizeofNlAttr || length > len(attributes) {
			return
		}
		with(native.Uint16(attributes[2:])&^(unix.NLA_F_NESTED|unix.NLA_F_NET_BYTEORDER), attributes[unix.SizeofNlAttr:length])
		attributes = attributes[min(aligned(length), len(attributes)):]
	}
}

// textOf is a name in an attribute.
func textOf(content []byte) string {
	return unix.ByteSliceToString(content)
}

func aligned(length int) int {
	return (length + unix.NLMSG_ALIGNTO - 1) &^ (unix.NLMSG_ALIGNTO - 1)
}
