package orphan

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"faultline/agent/packets"
)

const own, another = 1, 2 // inodes of network namespaces

func connected(local, peer string) connection {
	return connection{local: netip.MustParseAddrPort(local), peer: netip.MustParseAddrPort(peer)}
}

func traffic(t *testing.T, text string) packets.Traffic {
	t.Helper()
	var read packets.Traffic
	if err := json.Unmarshal([]byte(text), &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func cutBy(t *testing.T, request string) *Cut {
	t.Helper()
	cut, err := cutOf(traffic(t, request))
	if cut == nil || err != nil {
		t.Fatalf("%s cuts nothing: %v", request, err)
	}
	cut.tag, cut.inode, cut.pid = first, own, 1
	for _, literal := range []string{"127.0.0.1", "::1", "198.51.100.1", "2001:db8::1"} {
		cut.addresses[netip.MustParseAddr(literal)] = true
	}
	return cut
}

func TestCovers(t *testing.T) {
	for name, each := range map[string]struct {
		request     string
		inode       uint64
		local, peer string
		covered     bool
	}{
		"own end":                     {everyone, own, "198.51.100.1:80", "198.51.100.2:4000", true},
		"own end, IPv6":               {everyone, own, "[2001:db8::1]:80", "[2001:db8::2]:4000", true},
		"the other's end":             {everyone, another, "198.51.100.2:4000", "198.51.100.1:80", true},
		"both in another namespace":   {everyone, another, "198.51.100.2:4000", "198.51.100.3:80", false},
		"another's loopback":          {everyone, another, "127.0.0.1:4000", "127.0.0.1:80", false},
		"own loopback":                {everyone, own, "127.0.0.1:80", "127.0.0.1:4000", false},
		"own loopback, other address": {everyone, own, "198.51.100.1:80", "127.0.0.2:4000", false},
		"to itself":                   {everyone, own, "198.51.100.1:80", "198.51.100.1:4000", false},
		"from an address that is not": {everyone, own, "198.51.100.9:80", "198.51.100.2:4000", false},

		"of a peer":             {peers, own, "198.51.100.1:80", "203.0.113.7:4000", true},
		"of a peer's network":   {peers, own, "198.51.100.1:80", "192.0.2.200:4000", true},
		"of nobody meant":       {peers, own, "198.51.100.1:80", "203.0.113.8:4000", false},
		"IPv6, of nobody meant": {peers, own, "[2001:db8::1]:80", "[2001:db8::2]:4000", false},

		"own port":                   {side("OWN"), own, "198.51.100.1:80", "198.51.100.2:4000", true},
		"own port, last":             {side("OWN"), own, "198.51.100.1:90", "198.51.100.2:4000", true},
		"own port, not meant":        {side("OWN"), own, "198.51.100.1:91", "198.51.100.2:80", false},
		"own port, seen from there":  {side("OWN"), another, "198.51.100.2:4000", "198.51.100.1:80", true},
		"other port":                 {side("OTHER"), own, "198.51.100.1:4000", "198.51.100.2:80", true},
		"other port, not meant":      {side("OTHER"), own, "198.51.100.1:80", "198.51.100.2:4000", false},
		"other port, seen there":     {side("OTHER"), another, "198.51.100.2:80", "198.51.100.1:4000", true},
		"either port, own":           {side("EITHER"), own, "198.51.100.1:80", "198.51.100.2:4000", true},
		"either port, other":         {side("EITHER"), own, "198.51.100.1:4000", "198.51.100.2:80", true},
		"either port, neither meant": {side("EITHER"), own, "198.51.100.1:4000", "198.51.100.2:79", false},

		"published, proxy's end":             {published, own, "198.51.100.1:8080", "198.51.100.2:4000", true},
		"published, proxy's end on loopback": {published, own, "127.0.0.1:8080", "127.0.0.1:4000", true},
		"published, client's end":            {published, another, "198.51.100.2:4000", "198.51.100.1:8080", true},
		"published, client beside it":        {published, own, "127.0.0.1:4000", "127.0.0.1:8080", true},
		"published, another's loopback":      {published, another, "127.0.0.1:4000", "127.0.0.1:8080", false},
		"published, another host":            {published, another, "198.51.100.2:4000", "198.51.100.3:8080", false},
		"published, another's server":        {published, another, "198.51.100.2:8080", "198.51.100.3:4000", false},
		"published, another port":            {published, own, "198.51.100.1:8081", "198.51.100.2:4000", false},
		"published, not for IPv6":            {published, own, "[2001:db8::1]:8080", "[2001:db8::2]:4000", false},
		"published on one address":           {publishedOne, own, "198.51.100.1:8080", "198.51.100.2:4000", true},
		"published on another address":       {publishedOne, own, "127.0.0.1:8080", "127.0.0.1:4000", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := cutBy(t, each.request).covers(each.inode, connected(each.local, each.peer)); got != each.covered {
				t.Errorf("covered is %v", got)
			}
		})
	}
}

const (
	everyone     = `{"peers": [], "first": 1, "last": 65535, "side": "EITHER", "published": []}`
	peers        = `{"peers": ["203.0.113.7", "192.0.2.17/24"], "first": 1, "last": 65535, "side": "EITHER", "published": []}`
	published    = `{"peers": [], "first": 1, "last": 65535, "side": "OWN", "published": [{"address": "0.0.0.0", "port": 8080, "transport": "tcp"}]}`
	publishedOne = `{"peers": [], "first": 1, "last": 65535, "side": "OWN", "published": [{"address": "198.51.100.1", "port": 8080, "transport": "tcp"}]}`
)

func side(whose string) string {
	return strings.Replace(`{"peers": [], "first": 80, "last": 90, "side": "?", "published": []}`, "?", whose, 1)
}

func TestIsLike(t *testing.T) {
	cut := cutBy(t, everyone)
	if alike := cutBy(t, everyone); !cut.isLike(alike) {
		t.Error("equal cuts of two changes are not alike")
	}
	for _, request := range []string{peers, published, publishedOne, side("EITHER"), side("OWN")} {
		if cut.isLike(cutBy(t, request)) {
			t.Errorf("is like %s", request)
		}
	}
	sameNetwork := strings.Replace(peers, "192.0.2.17/24", "192.0.2.0/24", 1)
	if !cutBy(t, peers).isLike(cutBy(t, sameNetwork)) {
		t.Error("is not like one that names the same network by another address")
	}
	moved := cutBy(t, everyone)
	delete(moved.addresses, netip.MustParseAddr("2001:db8::1"))
	if cut.isLike(moved) {
		t.Error("is like one with other addresses")
	}
}

func TestNewCutKnowsTheAddressesOfItsNamespace(t *testing.T) {
	made := newNetwork(t)
	cut := made.cut(t, first)
	for _, literal := range []string{"127.0.0.1", "::1", "198.51.100.1", "2001:db8:100::1"} {
		if !cut.addresses[netip.MustParseAddr(literal)] {
			t.Errorf("%s is not among %v", literal, cut.addresses)
		}
	}
	if cut.addresses[netip.MustParseAddr("198.51.100.2")] {
		t.Error("the client's address is taken for the target's")
	}
}

func TestOnlyTrafficOfTCPIsCut(t *testing.T) {
	const udp = `{"address": "0.0.0.0", "port": 53, "transport": "udp"}`
	for text, ports := range map[string]string{
		`{"side": "OWN"}`: "1 to 65535 of OWN, []",
		`{"side": "OTHER", "first": 80, "last": 90, "transport": "tcp"}`:                                 "80 to 90 of OTHER, []",
		`{"side": "OWN", "transport": "udp"}`:                                                            "",
		`{"side": "OWN", "transport": "icmp"}`:                                                           "",
		`{"side": "OWN", "published": [` + udp + `]}`:                                                    "",
		`{"side": "OWN", "published": [` + udp + `, {"address": "::", "port": 80, "transport": "tcp"}]}`: "1 to 65535 of OWN, [[::]:80]",
	} {
		cut, err := cutOf(traffic(t, text))
		told := ""
		if cut != nil {
			told = fmt.Sprintf("%d to %d of %s, %v", cut.first, cut.last, cut.side, cut.published)
		}
		if told != ports || err != nil {
			t.Errorf("%s cuts %q, %v", text, told, err)
		}
	}
}

func TestPeersThatCannotBeReadAreRefused(t *testing.T) {
	if cut, err := cutOf(packets.Traffic{Side: "OWN", Peers: []string{"db"}}); err == nil || cut != nil {
		t.Errorf("was read: %+v, %v", cut, err)
	}
}
