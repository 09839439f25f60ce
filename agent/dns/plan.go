package dns

import (
	"net/netip"
	"strings"

	"faultline/agent/refuse"
)

// Request says which queries are answered wrongly, and how.
type Request struct {
	Answer    string   `json:"answer"`    // SILENCE, NXDOMAIN, SERVFAIL, REFUSED, or ADDRESSES
	Names     []string `json:"names"`     // in lower case, without a dot at the end; *.x is every name below x; none is every name
	Addresses []string `json:"addresses"` // what ADDRESSES gives; who asks for another type is told that there is none
}

const silence = "SILENCE"

// codes are the response codes of the answers that are given.
var codes = map[string]uint16{"SERVFAIL": 2, "NXDOMAIN": 3, "REFUSED": 5, "ADDRESSES": 0}

// plan is a request that can be carried out. It does not change.
type plan struct {
	silent     bool
	code       uint16
	everything bool
	names      map[string]bool
	endings    []string // each with the dot before it
	addresses  []netip.Addr
}

func newPlan(request Request) (*plan, error) {
	code, known := codes[request.Answer]
	if !known && request.Answer != silence {
		return nil, refuse.Because("no answer named %q", request.Answer)
	}
	p := &plan{silent: !known, code: code, everything: len(request.Names) == 0, names: map[string]bool{}}
	for _, name := range request.Names {
		if strings.HasPrefix(name, "*.") {
			p.endings = append(p.endings, name[1:])
		} else {
			p.names[name] = true
		}
	}
	for _, literal := range request.Addresses {
		address, err := netip.ParseAddr(literal)
		if err != nil || address.Zone() != "" {
			return nil, refuse.Because("%q is not an address", literal)
		}
		p.addresses = append(p.addresses, address)
	}
	return p, nil
}

// answer has the wrong answer to a message, nil for none; met is false of one that is to be passed on, as is what nobody can
// read.
func (p *plan) answer(message []byte) (reply []byte, met bool) {
	query, ok := parse(message)
	if !ok || !p.means(query.name) {
		return nil, false
	}
	if p.silent {
		return nil, true
	}
	return query.reply(p.code, p.addresses), true
}

func (p *plan) means(name string) bool {
	if p.everything || p.names[name] {
		return true
	}
	for _, ending := range p.endings {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}
