package dns

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"faultline/agent/refuse"
)

// asking is a query as a resolver writes it.
func asking(t testing.TB, name string, kind uint16) []byte {
	t.Helper()
	message := new(dns.Msg)
	message.Id, message.RecursionDesired = 0xbeef, true
	message.Question = []dns.Question{{Name: name, Qtype: kind, Qclass: dns.ClassINET}}
	return packed(t, message)
}

func packed(t testing.TB, message *dns.Msg) []byte {
	t.Helper()
	raw, err := message.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func unpacked(t testing.TB, raw []byte) *dns.Msg {
	t.Helper()
	message := new(dns.Msg)
	if err := message.Unpack(raw); err != nil {
		t.Fatalf("%v in %x", err, raw)
	}
	return message
}

func mustPlan(t testing.TB, request Request) *plan {
	t.Helper()
	p, err := newPlan(request)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestMeetsTheNamesThatAreMeantInAnyCaseAndNoOthers(t *testing.T) {
	some := mustPlan(t, Request{Answer: "NXDOMAIN", Names: []string{"db.example", "*.cache.example"}})
	every := mustPlan(t, Request{Answer: "NXDOMAIN"})
	for name, meant := range map[string]bool{
		"db.example.": true, "DB.eXample.": true, "a.b.cache.example.": true, "a.CACHE.example.": true,
		"cache.example.": false, "olddb.example.": false, "x.db.example.": false, "oldcache.example.": false, ".": false,
	} {
		if _, met := some.answer(asking(t, name, dns.TypeA)); met != meant {
			t.Errorf("%s is met: %v", name, met)
		}
		if _, met := every.answer(asking(t, name, dns.TypeA)); !met {
			t.Errorf("%s is not met, and every name is meant", name)
		}
	}
}

func TestAnswersWithTheCodeThatIsAskedFor(t *testing.T) {
	for answer, code := range map[string]int{
		"NXDOMAIN": dns.RcodeNameError, "SERVFAIL": dns.RcodeServerFailure, "REFUSED": dns.RcodeRefused, "ADDRESSES": dns.RcodeSuccess,
	} {
		reply, met := mustPlan(t, Request{Answer: answer}).answer(asking(t, "Db.ExamplE.", dns.TypeTXT))
		message := unpacked(t, reply)
		if !met || message.Rcode != code || message.Id != 0xbeef || !message.Response || !message.RecursionDesired ||
			!message.RecursionAvailable || message.Authoritative || message.Truncated {
			t.Errorf("%s: %v", answer, message)
		}
		if message.Question[0] != (dns.Question{Name: "Db.ExamplE.", Qtype: dns.TypeTXT, Qclass: dns.ClassINET}) {
			t.Errorf("the question was %v", message.Question)
		}
		if len(message.Answer)+len(message.Ns)+len(message.Extra) != 0 {
			t.Errorf("%s: %v", answer, message)
		}
	}
}

func TestSilenceMeetsAndSaysNothing(t *testing.T) {
	reply, met := mustPlan(t, Request{Answer: "SILENCE"}).answer(asking(t, "db.example.", dns.TypeA))
	if !met || reply != nil {
		t.Errorf("%v, %x", met, reply)
	}
}

func TestGivesTheAddressesOfTheTypeThatIsAskedForWithoutATimeToLive(t *testing.T) {
	p := mustPlan(t, Request{Answer: "ADDRESSES", Addresses: []string{"192.0.2.1", "2001:db8::1", "192.0.2.2", "::ffff:192.0.2.3"}})
	for kind, expected := range map[uint16][]string{
		dns.TypeA:     {"192.0.2.1", "192.0.2.2"},
		dns.TypeAAAA:  {"2001:db8::1", "::ffff:192.0.2.3"},
		dns.TypeANY:   {"192.0.2.1", "2001:db8::1", "192.0.2.2", "::ffff:192.0.2.3"},
		dns.TypeHTTPS: nil, // which would tell the right address
	} {
		reply, _ := p.answer(asking(t, "db.example.", kind))
		var given []string
		for _, record := range unpacked(t, reply).Answer {
			if record.Header().Ttl != 0 || record.Header().Name != "db.example." || record.Header().Class != dns.ClassINET {
				t.Errorf("%v", record)
			}
			given = append(given, addressIn(record))
		}
		if strings.Join(given, " ") != strings.Join(expected, " ") {
			t.Errorf("type %d: %v, not %v", kind, given, expected)
		}
	}
}

func addressIn(record dns.RR) string {
	switch record := record.(type) {
	case *dns.A:
		return record.A.String()
	case *dns.AAAA:
		address, _ := netip.AddrFromSlice(record.AAAA.To16())
		return address.String()
	}
	return record.String()
}

func TestSpeaksEDNSWithThoseWhoDo(t *testing.T) {
	p := mustPlan(t, Request{Answer: "NXDOMAIN"})
	query := unpacked(t, asking(t, "db.example.", dns.TypeA))
	query.SetEdns0(4096, true)
	reply, _ := p.answer(packed(t, query))
	opt := unpacked(t, reply).IsEdns0()
	if opt == nil || opt.UDPSize() != 1232 || opt.Version() != 0 || opt.Do() {
		t.Errorf("%v", opt)
	}
	reply, _ = p.answer(asking(t, "db.example.", dns.TypeA))
	if len(unpacked(t, reply).Extra) != 0 {
		t.Error("one who does not got an OPT")
	}
}

// The bytes are what responder.py, the Python agent's name server, said to the same query.
func TestSaysTheSameAsItAlwaysDid(t *testing.T) {
	for _, each := range []struct{ answer, query, reply string }{
		{"NXDOMAIN", "1234010000010000000000000244620265580000100001", "1234818300010000000000000244620265580000100001"},
		{"SERVFAIL", "12347b30000100000000000102646200000100010000291000000000000000", "1234f98200010001000000010264620000010001c00c00010001000000000004c000020100002904d0000000000000"},
		{"REFUSED", "12340000000100000000000000001c0001", "12348085000100010000000000001c0001c00c001c000100000000001020010db8000000000000000000000001"},
		{"ADDRESSES", "1234010000010000000000010264620265780000ff00010000291000000000000000", "1234818000010002000000010264620265780000ff0001c00c00010001000000000004c0000201c00c001c000100000000001020010db800000000000000000000000100002904d0000000000000"},
		{"ADDRESSES", "12340120000100000000000203612eff000001000300002972657374", "12348180000100010000000103612eff0000010003c00c00010001000000000004c000020100002904d0000000000000"},
		{"ADDRESSES", "12340100000100000000000102646200001c000101780029", "12348180000100010000000002646200001c0001c00c001c000100000000001020010db8000000000000000000000001"},
	} {
		p := mustPlan(t, Request{Answer: each.answer, Addresses: []string{"192.0.2.1", "2001:db8::1"}})
		query, err := hex.DecodeString(each.query)
		if err != nil {
			t.Fatal(err)
		}
		if reply, _ := p.answer(query); hex.EncodeToString(reply) != each.reply {
			t.Errorf("%s to %s:\n%x, not\n%s", each.answer, each.query, reply, each.reply)
		}
	}
}

func TestPassesOnWhatNobodyCanRead(t *testing.T) {
	p := mustPlan(t, Request{Answer: "NXDOMAIN"})
	query := asking(t, "db.example.", dns.TypeA)
	response := bytes.Clone(query)
	response[2] |= 0x80
	two := bytes.Clone(query)
	two[5] = 2
	pointer := append(bytes.Clone(query[:12]), 0xc0, 0x0c)
	pointer = append(pointer, make([]byte, 200)...)
	long := append(bytes.Clone(query[:12]), bytes.Repeat([]byte{1, 'a'}, 127)...)
	long = append(long, 0, 0, 1, 0, 1)
	if _, met := p.answer(long); !met {
		t.Error("the longest name is not met")
	}
	longer := append(bytes.Clone(query[:12]), bytes.Repeat([]byte{2, 'a', 'a'}, 85)...)
	longer = append(longer, 0, 0, 1, 0, 1)
	unreadable := [][]byte{response, two, pointer, longer}
	for length := range query {
		unreadable = append(unreadable, query[:length])
	}
	for _, message := range unreadable {
		if reply, met := p.answer(message); met {
			t.Errorf("%x was answered with %x", message, reply)
		}
	}
}

func TestRefusesWhatItCouldNotCarryOut(t *testing.T) {
	for _, request := range []Request{
		{Answer: "MAYBE"},
		{Answer: "ADDRESSES", Addresses: []string{"192.0.2.256"}},
		{Answer: "ADDRESSES", Addresses: []string{"fe80::1%lo"}},
	} {
		if _, err := newPlan(request); !refuse.Is(err) {
			t.Errorf("%v: %v", request, err)
		}
	}
}

func FuzzQuery(f *testing.F) {
	query := unpacked(f, asking(f, "db.example.", dns.TypeANY))
	f.Add(packed(f, query))
	query.SetEdns0(4096, true)
	f.Add(packed(f, query))
	f.Add(asking(f, ".", dns.TypeA))
	f.Add([]byte{})
	every := mustPlan(f, Request{Answer: "ADDRESSES", Addresses: []string{"192.0.2.1", "2001:db8::1"}})
	some := mustPlan(f, Request{Answer: "NXDOMAIN", Names: []string{"db.example", "*.example"}})
	f.Fuzz(func(t *testing.T, message []byte) {
		before := bytes.Clone(message)
		for _, p := range []*plan{every, some} {
			reply, met := p.answer(message)
			if !bytes.Equal(message, before) {
				t.Fatal("it has changed the query, which is passed on if it is not met")
			}
			if !met {
				continue
			}
			answer := unpacked(t, reply)
			if !answer.Response || len(answer.Question) != 1 || answer.Id != uint16(message[0])<<8|uint16(message[1]) {
				t.Fatalf("%x was answered with %v", message, answer)
			}
			if !bytes.Equal(reply[headerLength:headerLength+5], message[headerLength:headerLength+5]) {
				t.Fatalf("%x was answered to another question, %x", message, reply)
			}
		}
	})
}
