package effect

import "net/netip"

// Flows are those that packets which were harmed belong to.
type Flows struct {
	Met  []Flow `json:"met"`
	Full bool   `json:"full"` // whether there may be others: no more are remembered
}

// Flow is packets with the same addresses, ports and protocol, one way, as they were where they were harmed.
type Flow struct {
	Protocol        string     `json:"proto"` // tcp or udp
	Source          netip.Addr `json:"src"`
	SourcePort      uint16     `json:"sport"`
	Destination     netip.Addr `json:"dst"`
	DestinationPort uint16     `json:"dport"`
	Asks            bool       `json:"asks"` // whether they ask for a connection of TCP; its other packets are a flow of their own
	Packets         uint64     `json:"packets"`
	Bytes           uint64     `json:"bytes"`
	FirstNanos      int64      `json:"first_ns"` // when the first was harmed, or a little later
}
