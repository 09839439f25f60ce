package dns

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strings"
)

const (
	longestMessage = 1<<16 - 1 // over UDP and over TCP
	headerLength   = 12
	longestLabel   = 63
	longestName    = 255 // the length of each label and the root's zero are among them

	// Where the header's fields begin, of two bytes each; the message's own number comes first.
	flagsAt       = 2
	questionsAt   = 4
	answersAt     = 6
	authoritiesAt = 8
	additionalAt  = 10

	responseFlag       = 0x8000
	opcodeAndRecursion = 0x7900 // what a response repeats of its query's flags: the opcode, and "recursion desired"
	recursionAvailable = 0x0080

	typeA    = 1
	typeAAAA = 28
	typeOPT  = 41
	typeANY  = 255
	classIN  = 1

	questionsName = 0xc000 | headerLength // a pointer to the name that stands right behind the header
	payload       = 1232                  // the largest UDP message that an OPT of ours says we take
)

// query is a message that asks one question.
type query struct {
	message []byte
	name    string // in lower case, without a dot at its end
	end     int    // of the question
}

// parse reads a message; false if it is not a query that has a name. What stands behind the question is left unread.
func parse(message []byte) (query, bool) {
	if len(message) < headerLength || field(message, flagsAt)&responseFlag != 0 || field(message, questionsAt) != 1 {
		return query{}, false
	}
	var labels []string
	at := headerLength
	for at < len(message) && message[at] != 0 {
		length := int(message[at])
		next := at + 1 + length
		// A longer label is a pointer, which has nothing to point to yet. A longer name is none that a resolver would read.
		if length > longestLabel || next > len(message) || next-headerLength >= longestName {
			return query{}, false
		}
		labels = append(labels, lower(message[at+1:next]))
		at = next
	}
	end := at + 5 // the root's zero, type and class
	if end > len(message) {
		return query{}, false
	}
	return query{message, strings.Join(labels, "."), end}, true
}

// lower turns letters of ASCII alone to lower case: a label may have any bytes, of no known encoding (RFC 4343).
func lower(label []byte) string {
	text := []byte(string(label))
	for i, each := range text {
		if 'A' <= each && each <= 'Z' {
			text[i] += 'a' - 'A'
		}
	}
	return string(text)
}

// asked is the type of record that is asked for.
func (q query) asked() uint16 { return field(q.message, q.end-4) }

// hasOPT tells whether the one who asks speaks EDNS, and so expects it of the answer: else resolvers take the server for an
// old one.
func (q query) hasOPT() bool {
	behind := q.message[q.end:]
	return field(q.message, answersAt) == 0 && field(q.message, authoritiesAt) == 0 && field(q.message, additionalAt) > 0 &&
		len(behind) >= 3 && behind[0] == 0 && field(behind, 1) == typeOPT
}

// reply is the response with this code, and with those of the addresses that are of the type that is asked for. The question
// is repeated byte by byte, because some who ask compare the case of its letters.
func (q query) reply(code uint16, addresses []netip.Addr) []byte {
	reply := bytes.Clone(q.message[:q.end])
	clear(reply[flagsAt:headerLength])
	repeated := field(q.message, flagsAt) & opcodeAndRecursion
	setField(reply, flagsAt, responseFlag|repeated|recursionAvailable|code)
	setField(reply, questionsAt, 1)
	answers := 0
	for _, address := range addresses {
		if kind := typeOf(address); kind == q.asked() || q.asked() == typeANY {
			reply = appendAddress(reply, kind, address)
			answers++
		}
	}
	setField(reply, answersAt, uint16(answers))
	if q.hasOPT() {
		reply = appendOPT(reply)
		setField(reply, additionalAt, 1)
	}
	return reply
}

func typeOf(address netip.Addr) uint16 {
	if address.Is4() {
		return typeA
	}
	return typeAAAA
}

func appendAddress(message []byte, kind uint16, address netip.Addr) []byte {
	message = binary.BigEndian.AppendUint16(message, questionsName)
	message = binary.BigEndian.AppendUint16(message, kind)
	message = binary.BigEndian.AppendUint16(message, classIN)
	// A time to live of nothing: once the fault is healed, nobody should remember it.
	message = binary.BigEndian.AppendUint32(message, 0)
	message = binary.BigEndian.AppendUint16(message, uint16(address.BitLen()/8))
	return append(message, address.AsSlice()...)
}

func appendOPT(message []byte) []byte {
	message = append(message, 0) // of the root
	message = binary.BigEndian.AppendUint16(message, typeOPT)
	message = binary.BigEndian.AppendUint16(message, payload)
	message = binary.BigEndian.AppendUint32(message, 0) // no extended code, version 0, no flags
	return binary.BigEndian.AppendUint16(message, 0)    // no options
}

func field(message []byte, at int) uint16 { return binary.BigEndian.Uint16(message[at:]) }

func setField(message []byte, at int, value uint16) { binary.BigEndian.PutUint16(message[at:], value) }
