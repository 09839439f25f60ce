package conntrack

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"github.com/mdlayher/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

const genericHeader = 4 // bytes of struct nfgenmsg, in front of the attributes

// tuple is where the packets of one direction of a flow go (enum ctattr_tuple of linux/netfilter/nfnetlink_conntrack.h).
type tuple struct {
	destination netip.AddrPort
	hasPorts    bool
}

func (t tuple) family() int {
	if t.destination.Addr().Is4() {
		return unix.AF_INET
	}
	return unix.AF_INET6
}

// encodeReply describes a flow by the packets that answer it.
func encodeReply(family, protocol int, source, destination netip.AddrPort) ([]byte, error) {
	from, to := uint16(nl.CTA_IP_V4_SRC), uint16(nl.CTA_IP_V4_DST)
	sourceIP, destinationIP := source.Addr().Unmap(), destination.Addr().Unmap()
	if family == unix.AF_INET6 {
		from, to = nl.CTA_IP_V6_SRC, nl.CTA_IP_V6_DST
	}
	if sourceIP.Is4() != (family == unix.AF_INET) || destinationIP.Is4() != sourceIP.Is4() {
		return nil, fmt.Errorf("%v and %v are no flow of address family %d", source, destination, family)
	}
	attributes := netlink.NewAttributeEncoder()
	attributes.ByteOrder = binary.BigEndian
	attributes.Nested(nl.CTA_TUPLE_REPLY, func(reply *netlink.AttributeEncoder) error {
		reply.Nested(nl.CTA_TUPLE_IP, func(ip *netlink.AttributeEncoder) error {
			ip.Bytes(from, sourceIP.AsSlice())
			ip.Bytes(to, destinationIP.AsSlice())
			return nil
		})
		reply.Nested(nl.CTA_TUPLE_PROTO, func(proto *netlink.AttributeEncoder) error {
			proto.Uint8(nl.CTA_PROTO_NUM, uint8(protocol))
			proto.Uint16(nl.CTA_PROTO_SRC_PORT, source.Port())
			proto.Uint16(nl.CTA_PROTO_DST_PORT, destination.Port())
			return nil
		})
		return nil
	})
	return attributes.Encode()
}

// encodeOriginal names a flow by its original tuple, as the kernel has told it.
func encodeOriginal(raw []byte) ([]byte, error) {
	attributes := netlink.NewAttributeEncoder()
	attributes.Bytes(netlink.Nested|nl.CTA_TUPLE_ORIG, raw)
	return attributes.Encode()
}

// originalIn finds the original tuple in what the kernel tells of a flow.
func originalIn(payload []byte) ([]byte, error) {
	if len(payload) < genericHeader {
		return nil, errors.New("a message without a header")
	}
	attributes, err := netlink.NewAttributeDecoder(payload[genericHeader:])
	if err != nil {
		return nil, err
	}
	for attributes.Next() {
		if attributes.Type() == nl.CTA_TUPLE_ORIG {
			return attributes.Bytes(), nil
		}
	}
	return nil, errors.Join(errors.New("a flow without an original tuple"), attributes.Err())
}

func decode(raw []byte) (tuple, error) {
	attributes, err := netlink.NewAttributeDecoder(raw)
	if err != nil {
		return tuple{}, err
	}
	attributes.ByteOrder = binary.BigEndian
	var address netip.Addr
	var port uint16
	hasPorts := false
	for attributes.Next() {
		switch attributes.Type() {
		case nl.CTA_TUPLE_IP:
			attributes.Nested(func(ip *netlink.AttributeDecoder) error { return decodeDestination(ip, &address) })
		case nl.CTA_TUPLE_PROTO:
			attributes.Nested(func(proto *netlink.AttributeDecoder) error {
				for proto.Next() {
					if proto.Type() == nl.CTA_PROTO_DST_PORT {
						port, hasPorts = proto.Uint16(), true
					}
				}
				return nil
			})
		}
	}
	if err := attributes.Err(); err != nil {
		return tuple{}, err
	}
	if !address.IsValid() {
		return tuple{}, errors.New("a tuple without an address")
	}
	return tuple{netip.AddrPortFrom(address, port), hasPorts}, nil
}

func decodeDestination(ip *netlink.AttributeDecoder, address *netip.Addr) error {
	for ip.Next() {
		if ip.Type() == nl.CTA_IP_V4_DST || ip.Type() == nl.CTA_IP_V6_DST {
			*address, _ = netip.AddrFromSlice(ip.Bytes())
		}
	}
	return nil
}
