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
	memory
)

// request is what is asked of the kernel.
type request struct {
	kind, flags uint16
	body        []byte
	what        string // it is about, in words
	uses        part
}

// about makes a request about something in tables of a family.
func about(family uint8, kind, flags uint16, what string, attributes ...attribute) request {
	body := append(make([]byte, 0, nfgenSize+sizeOf(attributes)), family, unix.NFNETLINK_V0, 0, 0)
	return request{kind: kind, flags: flags, body: appendAll(body, attributes), what: what}
}

// attribute is one of netlink's: a kind, with a number or bytes in it. A transaction has hundreds, so one with a number in it is
// all on the stack.
type attribute struct {
	kind    uint16
	isValue bool // whether the bytes are in an NFTA_DATA_VALUE, which is in this one
	size    int  // of the number, in bytes; 0 if it has bytes
	number  uint64
	bytes   []byte
}

// length is without padding.
func (a attribute) length() int {
	if a.isValue {
		return 2*unix.SizeofNlAttr + len(a.bytes)
	}
	return unix.SizeofNlAttr + a.size + len(a.bytes)
}

func (a attribute) appendTo(text []byte) []byte {
	text = appendHeader(text, a.kind, a.length())
	if a.isValue {
		text = appendHeader(text, unix.NFTA_DATA_VALUE, unix.SizeofNlAttr+len(a.bytes))
	}
	switch a.size {
	case 4:
		text = binary.BigEndian.AppendUint32(text, uint32(a.number))
	case 8:
		text = binary.BigEndian.AppendUint64(text, a.number)
	}
	return appendPadding(append(text, a.bytes...), len(a.bytes))
}

func appendHeader(text []byte, kind uint16, length int) []byte {
	return native.AppendUint16(native.AppendUint16(text, uint16(length)), kind)
}

func appendPadding(text []byte, length int) []byte {
	for range aligned(length) - length {
		text = append(text, 0)
	}
	return text
}

func appendAll(text []byte, attributes []attribute) []byte {
	for _, each := range attributes {
		text = each.appendTo(text)
	}
	return text
}

func sizeOf(attributes []attribute) int {
	size := 0
	for _, each := range attributes {
		size += aligned(each.length())
	}
	return size
}

// containing is one with bytes in it.
func containing(kind uint16, bytes ...byte) attribute { return attribute{kind: kind, bytes: bytes} }

// valued is one with a value in it, as a register or a set has.
func valued(kind uint16, value ...byte) attribute {
	return attribute{kind: kind | unix.NLA_F_NESTED, isValue: true, bytes: value}
}

// nested is one with attributes in it.
func nested(kind uint16, attributes ...attribute) attribute {
	return attribute{kind: kind | unix.NLA_F_NESTED, bytes: appendAll(make([]byte, 0, sizeOf(attributes)), attributes)}
}

func named(kind uint16, name string) attribute {
	return attribute{kind: kind, bytes: append(append(make([]byte, 0, len(name)+1), name...), 0)}
}

func number(kind uint16, value uint32) attribute {
	return attribute{kind: kind, size: 4, number: uint64(value)}
}

func number64(kind uint16, value uint64) attribute {
	return attribute{kind: kind, size: 8, number: value}
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
