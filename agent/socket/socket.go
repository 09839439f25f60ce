// Package socket has the TCP sockets of a network namespace, as the kernel's sock_diag tells them (sock_diag(7)), knows whose
// they are, and closes them.
package socket

import (
	"net/netip"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"

	"faultline/agent/netns"
)

// allStates but that of a request for a connection that has no socket yet.
const allStates = 0xFFF

// states by their number in net/tcp_states.h.
var states = [...]string{"", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT",
	"LAST_ACK", "LISTEN", "CLOSING"}

// timers by their number in linux/inet_diag.h, idiag_timer.
var timers = [...]string{"", "retransmit", "keepalive", "time-wait", "probe"}

// Socket is a TCP socket. What the kernel does not tell of it is not in its JSON.
type Socket struct {
	State        string     `json:"state"`
	Local        netip.Addr `json:"local"`
	LocalPort    uint16     `json:"local_port"`
	Peer         netip.Addr `json:"peer"`
	PeerPort     uint16     `json:"peer_port"`
	Inode        uint32     `json:"inode"`
	ReceiveQueue uint32     `json:"receive_queue"`
	SendQueue    uint32     `json:"send_queue"`
	*Timer
	*Info
}

// Timer is the one that runs for a socket.
type Timer struct {
	Kind   string `json:"timer"`
	Millis uint32 `json:"timer_ms"`
}

// Info is what struct tcp_info says of how a connection does; a socket in TIME_WAIT has none.
type Info struct {
	Retransmits        uint8  `json:"retransmits"`
	Probes             uint8  `json:"probes"`
	Backoff            uint8  `json:"backoff"`
	RTOMicros          uint32 `json:"rto_us"`
	LastSentMillis     uint32 `json:"last_sent_ms"`
	LastReceivedMillis uint32 `json:"last_received_ms"`
	RTTMicros          uint32 `json:"rtt_us"`
	Retransmitted      uint32 `json:"retransmitted"`
	Acked              uint64 `json:"acked"`
	Received           uint64 `json:"received"`
}

// Dump has every TCP socket of the namespace, of both families.
func Dump(namespace *netns.Namespace) ([]Socket, error) {
	var diag *Diag
	err := namespace.Do(func() (err error) {
		diag, err = OpenDiag()
		return err
	})
	if err != nil {
		return nil, err
	}
	defer diag.Close()
	found := []Socket{}
	err = diag.each(allStates, 1<<(infoAttribute-1), func(entry *Entry) {
		found = append(found, entry.described())
	})
	return found, err
}

func (e *Entry) described() Socket {
	return Socket{
		State: stateName(e.state), Inode: e.Inode,
		Local: e.Local.Addr(), LocalPort: e.Local.Port(), Peer: e.Peer.Addr(), PeerPort: e.Peer.Port(),
		ReceiveQueue: e.receiveQueue, SendQueue: e.sendQueue,
		Timer: e.runningTimer(), Info: e.info(),
	}
}

func stateName(number uint8) string {
	if int(number) < len(states) {
		return states[number]
	}
	return strconv.Itoa(int(number))
}

func (e *Entry) runningTimer() *Timer {
	if e.timer == 0 || int(e.timer) >= len(timers) {
		return nil
	}
	return &Timer{timers[e.timer], e.expires}
}

// info reads struct tcp_info. Kernels append to it and never move what is there, so that of an older one is a beginning of it.
func (e *Entry) info() *Info {
	raw := e.attribute(infoAttribute)
	if raw == nil {
		return nil
	}
	var told unix.TCPInfo
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&told)), unix.SizeofTCPInfo), raw)
	return &Info{
		Retransmits: told.Retransmits, Probes: told.Probes, Backoff: told.Backoff, RTOMicros: told.Rto,
		LastSentMillis: told.Last_data_sent, LastReceivedMillis: told.Last_data_recv, RTTMicros: told.Rtt,
		Retransmitted: told.Total_retrans, Acked: told.Bytes_acked, Received: told.Bytes_received,
	}
}
