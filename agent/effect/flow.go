package effect

import "net/netip"

// Flows are those that packets which were harmed belong to.
type Flows struct {
	Met  []Flow `json:"met"`
	Full bool   `json:"full"` // whether there may be others: no more are remembered
}

// What the packets of a flow are. Of TCP, an acknowledgment and the end of a connection are something else.
const (
	Asks  = "ASKS"
	Data  = "DATA"
	Other = "OTHER"
)

// Flow is packets with the same addresses, ports and protocol, one way, as they were where they were harmed, that are the same thing.
type Flow struct {
	Protocol        string     `json:"proto"` // tcp or udp
	Source          netip.Addr `json:"src"`
	SourcePort      uint16     `json:"sport"`
	Destination     netip.Addr `json:"dst"`
	DestinationPort uint16     `json:"dport"`
	What            string     `json:"what"` // ASKS for a connection; DATA, as all of UDP is; OTHER
	Packets         uint64     `json:"packets"`
	Bytes           uint64     `json:"bytes"`
	FirstNanos      int64      `json:"first_ns"` // when the first was harmed, or a little later
}
