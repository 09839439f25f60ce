package packets

// Selector is some of the packets that pass one hook of the kernel. All that it names must be so of a packet.
type Selector struct {
	Hook      string // INPUT, OUTPUT, FORWARD
	Direction string // under which they are counted: IN, OUT, FORWARDED
	Others    bool   // whether loopback is excepted, on which a container speaks to itself
	Transport string // tcp, udp, sctp, icmp (of the packet's own family); empty for all
	PortEnd   string // whether the ports are those of their SOURCE or their DESTINATION; empty if any will do
	First     uint16 // of the ports, both ends included
	Last      uint16
	Local     Listener // the target's own address is this one's, unless that is unspecified or not valid, and the family is its
	LocalEnd  string   // whether that is SOURCE or DESTINATION
	PeerEnd   string   // whether the peers are at their SOURCE or at their DESTINATION
}

const (
	source      = "SOURCE"
	destination = "DESTINATION"
)

// Selectors are the packets that are meant, hook by hook. No two are the same.
func (t Traffic) Selectors() []Selector {
	if len(t.Published) > 0 {
		return t.proxied()
	}
	var found []Selector
	if t.Flow != "OUT_OF" {
		for _, service := range t.services(destination, source) {
			service.PeerEnd = source
			found = append(found, service.at("INPUT", "IN", true), service.at("FORWARD", "FORWARDED", false))
		}
	}
	if t.Flow != "INTO" {
		for _, service := range t.services(source, destination) {
			service.PeerEnd = destination
			found = append(found, service.at("OUTPUT", "OUT", true))
			if !(t.isSymmetric() && t.Flow == "BOTH") { // which is forwarded above
				found = append(found, service.at("FORWARD", "FORWARDED", false))
			}
		}
	}
	return found
}

// isSymmetric tells whether what is meant on its way in is meant on its way out as well.
func (t Traffic) isSymmetric() bool { return len(t.Peers) == 0 && t.First == 0 }

func (s Selector) at(hook, direction string, others bool) Selector {
	s.Hook, s.Direction, s.Others = hook, direction, others
	return s
}

// services are the protocols and ports, where the target's own port is at one end and the peers' at the other.
func (t Traffic) services(own, others string) []Selector {
	if t.First == 0 {
		return []Selector{{Transport: t.Transport}}
	}
	names := []string{"tcp", "udp"}
	if t.Transport != "" {
		names = []string{t.Transport}
	}
	ends := map[string][]string{"OWN": {own}, "OTHER": {others}, "EITHER": {own, others}}[t.Side]
	var found []Selector
	for _, name := range names {
		for _, end := range ends {
			found = append(found, Selector{Transport: name, PortEnd: end, First: t.First, Last: t.Last})
		}
	}
	return found
}

func (t Traffic) proxied() []Selector {
	var found []Selector
	for _, each := range t.Published {
		one := Selector{Transport: each.Transport, First: each.Port, Last: each.Port, Local: each}
		if t.Flow != "OUT_OF" {
			in := one.at("INPUT", "IN", false)
			in.PortEnd, in.LocalEnd, in.PeerEnd = destination, destination, source
			found = append(found, in)
		}
		if t.Flow != "INTO" {
			out := one.at("OUTPUT", "OUT", false)
			out.PortEnd, out.LocalEnd, out.PeerEnd = source, source, destination
			found = append(found, out)
		}
	}
	return found
}
