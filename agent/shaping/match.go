package shaping

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"faultline/agent/packets"
)

// key is one comparison of cls_u32 (tc-u32(8)): of the 32 bits at an offset into the packet's network header, those of the mask
// have this value. The offset is a multiple of 4.
type key struct {
	mask, value uint32
	at          int32
}

// match is what all must be so of a packet. That of no key is met by every packet.
type match []key

// also adds bits at any offset that does not cross a multiple of 4. Two comparisons of the same 32 bits become one.
func (m match) also(at, width int, mask, value uint32) match {
	shift := 32 - width - 8*(at%4)
	added := key{mask << shift, value & mask << shift, int32(at &^ 3)}
	for i, one := range m {
		if one.at == added.at && one.mask&added.mask == 0 {
			grown := slices.Clone(m)
			grown[i] = key{one.mask | added.mask, one.value | added.value, one.at}
			return grown
		}
	}
	return append(slices.Clip(m), added)
}

// family is where the parts of a packet's header are, of one address family.
type family struct {
	ipv6                          bool
	etherType                     uint16
	priority                      uint16 // of its filters
	protocol, source, destination int
	ports                         int // behind a header without options
}

var families = []family{
	{false, unix.ETH_P_IP, 2, 9, 12, 16, 20},
	{true, unix.ETH_P_IPV6, 3, 6, 8, 24, 40},
}

var protocols = map[string]uint32{
	"tcp": unix.IPPROTO_TCP, "udp": unix.IPPROTO_UDP, "sctp": unix.IPPROTO_SCTP, "icmp": unix.IPPROTO_ICMP,
}

const (
	neighbourSolicitation  = 135
	neighbourAdvertisement = 136
)

// background is what is nobody's message: multicast, by which an interface speaks for itself, and the finding of neighbours.
func (f family) background() []match {
	if !f.ipv6 {
		return []match{match{}.within(f.destination, netip.MustParsePrefix("224.0.0.0/4"))}
	}
	found := []match{match{}.within(f.destination, netip.MustParsePrefix("ff00::/8"))}
	for _, kind := range []uint32{neighbourSolicitation, neighbourAdvertisement} {
		found = append(found, f.speaking(unix.IPPROTO_ICMPV6).also(f.ports, 8, 0xFF, kind))
	}
	return found
}

// of are the packets of this family that are meant, each of a filter of its own; none if no such packet can be.
func (f family) of(traffic packets.Traffic, leaving bool) ([]match, error) {
	peers, err := traffic.Networks()
	if err != nil {
		return nil, err
	}
	services := f.services(traffic, leaving)
	if len(peers) == 0 {
		return services, nil
	}
	end := f.source
	if leaving {
		end = f.destination
	}
	var found []match
	for _, network := range peers {
		if network.Addr().Is6() != f.ipv6 {
			continue
		}
		for _, service := range services {
			found = append(found, service.within(end, network))
		}
	}
	return found, nil
}

// services are the protocols and ports.
func (f family) services(traffic packets.Traffic, leaving bool) []match {
	if traffic.First == 0 {
		if traffic.Transport == "" {
			return []match{{}}
		}
		return []match{f.transport(traffic.Transport)}
	}
	names := []string{"tcp", "udp"}
	if traffic.Transport != "" {
		names = []string{traffic.Transport}
	}
	var found []match
	for _, name := range names {
		for _, at := range f.portOffsets(traffic.Side, leaving) {
			for _, one := range blocks(traffic.First, traffic.Last) {
				found = append(found, f.firstFragment(f.transport(name)).also(at, 16, uint32(one.mask), uint32(one.first)))
			}
		}
	}
	return found
}

// portOffsets are where the ports are that are meant. What leaves has the target's own one as its source.
func (f family) portOffsets(side string, leaving bool) []int {
	own, others := f.ports+2, f.ports
	if leaving {
		own, others = others, own
	}
	return map[string][]int{"OWN": {own}, "OTHER": {others}, "EITHER": {own, others}}[side]
}

func (f family) transport(name string) match {
	number := protocols[name]
	if f.ipv6 && number == unix.IPPROTO_ICMP {
		number = unix.IPPROTO_ICMPV6
	}
	return f.speaking(number)
}

func (f family) speaking(protocol uint32) match {
	return match{}.also(f.protocol, 8, 0xFF, protocol)
}

// firstFragment is of those alone that have ports in them: the offset of an IPv4 fragment is 0. IPv6 says it in another header.
func (f family) firstFragment(m match) match {
	if f.ipv6 {
		return m
	}
	return m.also(6, 16, 0x1FFF, 0)
}

// within compares an address.
func (m match) within(at int, network netip.Prefix) match {
	address := network.Addr().AsSlice()
	left := network.Bits()
	for i := 0; left > 0; i += 4 {
		mask := ^uint32(0)
		if left < 32 {
			mask <<= 32 - left
		}
		m = m.also(at+i, 32, mask, binary.BigEndian.Uint32(address[i:]))
		left -= 32
	}
	return m
}

// block is ports that have all bits of a mask in common with the first of them.
type block struct{ first, mask uint16 }

// blocks are a range of ports, both ends included, in the fewest blocks that there are: 80 to 83 is 80 with the mask 0xfffc.
func blocks(first, last uint16) []block {
	var found []block
	for from, end := int(first), int(last)+1; from < end; {
		size := 1 << min(bits.TrailingZeros(uint(from)), bits.Len(uint(end-from))-1)
		found = append(found, block{uint16(from), uint16(1<<16 - size)})
		from += size
	}
	return found
}
