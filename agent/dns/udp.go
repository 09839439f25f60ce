package dns

import (
	"net"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

const upstreamLimit = 10 * time.Second // longer than any client waits for one answer

// receive serves queries over UDP until their socket is closed. What cannot be answered or passed on is lost, as in a network:
// who asked will ask again.
func (r *Responder) receive(listening *net.UDPConn) error {
	own := listening.LocalAddr().(*net.UDPAddr).AddrPort()
	buffer := make([]byte, longestMessage)
	for {
		length, address, err := listening.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return err
		}
		query := buffer[:length]
		reply, met := r.decide(query)
		switch {
		case !met:
			r.passOn(query, listening, client{address, own, unix.SOCK_DGRAM})
		case reply != nil:
			listening.WriteToUDPAddrPort(reply, address)
		}
	}
}

// passOn sends a query to whom it was meant for, and leaves a goroutine that waits for the answer.
func (r *Responder) passOn(query []byte, listening *net.UDPConn, from client) {
	upstream, err := r.upstream(from)
	if err != nil || r.connections.expect(upstream, upstreamLimit) != nil {
		return
	}
	if _, err := upstream.Write(query); err != nil {
		r.connections.close(upstream)
		return
	}
	r.running.Go(func() { r.passBack(upstream, listening, from.address) })
}

func (r *Responder) passBack(upstream net.Conn, listening *net.UDPConn, to netip.AddrPort) {
	defer r.connections.close(upstream)
	buffer := r.buffers.Get().(*[longestMessage]byte)
	defer r.buffers.Put(buffer)
	if length, err := upstream.Read(buffer[:]); err == nil {
		listening.WriteToUDPAddrPort(buffer[:length], to)
	}
}
