package nft

import (
	"cmp"
	"net/netip"
	"slices"
)

// intervals are the elements of a set of networks of one family: where each begins, and the address behind its last one, if
// there is any. The kernel refuses intervals that overlap, so those that do or touch are one.
func intervals(networks []netip.Prefix) []element {
	sorted := slices.SortedFunc(slices.Values(networks), func(a, b netip.Prefix) int {
		return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
	})
	var found []element
	for i := 0; i < len(sorted); {
		end, isBounded := behind(sorted[i])
		next := i + 1
		for isBounded && next < len(sorted) && sorted[next].Addr().Compare(end) <= 0 {
			last, bounded := behind(sorted[next])
			if !bounded || last.Compare(end) > 0 {
				end, isBounded = last, bounded
			}
			next++
		}
		found = append(found, element{key: sorted[i].Addr().AsSlice()})
		if !isBounded {
			break // nothing can begin behind it
		}
		found = append(found, element{key: end.AsSlice(), isEnd: true})
		i = next
	}
	return found
}

// behind is the first address behind a network; false if it has the last one of all.
func behind(network netip.Prefix) (netip.Addr, bool) {
	bytes := network.Masked().Addr().AsSlice()
	for bit := network.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	next := last.Next()
	return next, next.IsValid()
}
