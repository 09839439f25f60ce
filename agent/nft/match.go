package nft

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"
)

// Where things are in headers, in bytes.
const (
	sourcePort      = 0
	destinationPort = 2
	icmpType        = 0
	tcpFlags        = 13
)

// Messages of ICMP and ICMPv6.
const (
	unreachable4          = 3
	unreachable6          = 1
	neighbourSolicitation = 135
	neighbourAdvert       = 136
)

const loopback = 1 // an interface's number, in every namespace

// addressing is where addresses are in the header of a family.
type addressing struct {
	family              byte
	icmp                byte // its protocol
	source, destination uint32
	size                uint32
	peers               string // the name of the set of them
	key                 uint32 // its type
	name, flows         string // its own, and that of the set of flows
}

var (
	ipv4 = addressing{unix.NFPROTO_IPV4, unix.IPPROTO_ICMP, 12, 16, 4, "peers-4", ipv4Key, "ipv4", "flows-4"}
	ipv6 = addressing{unix.NFPROTO_IPV6, unix.IPPROTO_ICMPV6, 8, 24, 16, "peers-6", ipv6Key, "ipv6", "flows-6"}
)

// familyOf is that of an address.
func familyOf(address netip.Addr) addressing {
	if address.Is4() {
		return ipv4
	}
	return ipv6
}

func (a addressing) end(name string) uint32 {
	if name == "SOURCE" {
		return a.source
	}
	return a.destination
}

func isAbout(key uint32, comparison expression) []expression {
	return []expression{loadMeta(register, key), comparison}
}

func isOf(which addressing) []expression { return isAbout(metaFamily, is(which.family)) }

func isProtocol(number byte) []expression { return isAbout(metaTransport, is(number)) }

// inNetwork loads a part of the network header, inTransport one of what is behind it.
func inNetwork(offset, size uint32) expression {
	return loadHeader(register, unix.NFT_PAYLOAD_NETWORK_HEADER, offset, size)
}

func inTransport(offset, size uint32) expression {
	return loadHeader(register, unix.NFT_PAYLOAD_TRANSPORT_HEADER, offset, size)
}

// between compares what was loaded, both ends included.
func between(first, last []byte) []expression {
	if bytes.Equal(first, last) {
		return []expression{is(first...)}
	}
	return []expression{compare(register, unix.NFT_CMP_GTE, first), compare(register, unix.NFT_CMP_LTE, last)}
}

func hasPort(end string, first, last uint16) []expression {
	offset := uint32(destinationPort)
	if end == "SOURCE" {
		offset = sourcePort
	}
	return append([]expression{inTransport(offset, 2)}, between(inOrderOfNetwork(first), inOrderOfNetwork(last))...)
}

func hasFlag(flag byte) []expression {
	return []expression{inTransport(tcpFlags, 1), mask(register, flag), isNot(0)}
}

// isMessage is about some of ICMP, of the family's own: no other family has its protocol.
func isMessage(of addressing, first, last byte) []expression {
	return slices.Concat(isProtocol(of.icmp), []expression{inTransport(icmpType, 1)}, between([]byte{first}, []byte{last}))
}

// isMulticast is about 224.0.0.0/4 and ff00::/8.
func isMulticast(of addressing) []expression {
	if of.family == unix.NFPROTO_IPV6 {
		return multicast6
	}
	return multicast4
}

// What each chain asks, once for all.
var (
	multicast4 = isTo(ipv4, 0xe0, 0xef)
	multicast6 = isTo(ipv6, 0xff, 0xff)
	neighbours = isMessage(ipv6, neighbourSolicitation, neighbourAdvert)
)

// isTo is about the first byte of the destination's address.
func isTo(of addressing, first, last byte) []expression {
	return slices.Concat(isOf(of), []expression{inNetwork(of.destination, 1)}, between([]byte{first}, []byte{last}))
}

// isAt is about an address at one end.
func isAt(of addressing, end string, address netip.Addr) []expression {
	return []expression{inNetwork(of.end(end), of.size), is(address.AsSlice()...)}
}

// inOrder has a number in the machine's order of bytes, as the kernel loads it from anywhere but a header.
func inOrder(value uint32) []byte { return native.AppendUint32(nil, value) }

func inOrderOfNetwork(value uint16) []byte { return binary.BigEndian.AppendUint16(nil, value) }
