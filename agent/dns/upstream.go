package dns

import (
	"fmt"
	"net"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"

	"faultline/agent/refuse"
)

// Mark is on all that the responder itself asks, so that the rules do not lead it back here.
const Mark = 0xfa17

// client is who asked, and on which socket of ours that arrived.
type client struct {
	address   netip.AddrPort
	listening netip.AddrPort
	kind      int // SOCK_DGRAM or SOCK_STREAM
}

// upstream opens a connection to whom the client meant to ask, which the kernel's flow table tells: resolv.conf would not tell
// whom a program really asked. Over TCP it may still be coming about; what is written meanwhile waits for it.
//
// One goroutine at a time does this. Entering a namespace takes a thread, and a burst of queries would take more of them than
// the agent's container may have.
func (r *Responder) upstream(from client) (net.Conn, error) {
	r.opening.Lock()
	defer r.opening.Unlock()
	family, protocol := unix.AF_INET, unix.IPPROTO_UDP
	if from.listening.Addr().Is6() {
		family = unix.AF_INET6
	}
	if from.kind == unix.SOCK_STREAM {
		protocol = unix.IPPROTO_TCP
	}
	wanted, found, err := r.conntrack.Destination(family, protocol, from.address, from.listening)
	if err != nil {
		return nil, fmt.Errorf("ask whom %v was asking: %w", from.address, err)
	}
	if !found || int(wanted.Port()) == r.port {
		return nil, refuse.Because("nobody else was asked")
	}
	var conn net.Conn
	err = r.namespace.Do(func() error {
		conn, err = connect(family, from.kind, wanted)
		return err
	})
	return conn, err
}

// connect begins to connect a socket that carries the mark, in the calling thread's namespace. It does not wait.
func connect(family, kind int, to netip.AddrPort) (net.Conn, error) {
	descriptor, err := unix.Socket(family, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open a socket to %v: %w", to, err)
	}
	file := os.NewFile(uintptr(descriptor), "")
	defer file.Close() // a connection of package net has a descriptor of its own
	if err := unix.SetsockoptInt(descriptor, unix.SOL_SOCKET, unix.SO_MARK, Mark); err != nil {
		return nil, fmt.Errorf("mark a socket to %v: %w", to, err)
	}
	if err := unix.Connect(descriptor, sockaddr(to)); err != nil && err != unix.EINPROGRESS {
		return nil, fmt.Errorf("connect to %v: %w", to, err)
	}
	conn, err := net.FileConn(file)
	if err != nil {
		return nil, fmt.Errorf("connect to %v: %w", to, err)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetKeepAlive(false) // its probes would be traffic that the target did not cause
	}
	return conn, nil
}

func sockaddr(of netip.AddrPort) unix.Sockaddr {
	if of.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(of.Port()), Addr: of.Addr().As4()}
	}
	return &unix.SockaddrInet6{Port: int(of.Port()), Addr: of.Addr().As16()}
}
