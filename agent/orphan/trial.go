package orphan

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"faultline/agent/netns"
	"faultline/agent/refuse"
	"faultline/agent/socket"
)

const connectLimit = 2 * time.Second

// endingWorks tells whether this kernel ends an orphan when told to. It is tried once, in the agent's own network namespace.
//
// Without INET_DIAG_DESTROY it cannot. Linux before 6.11 only empties its queue and leaves it for ever, in a state from which
// nothing can free it (tcp_abort in net/ipv4/tcp.c, "fix forever orphan socket caused by tcp_abort").
var endingWorks = sync.OnceValue(func() bool {
	own, err := netns.Own()
	if err != nil {
		return false
	}
	defer own.Close()
	return own.Do(tryEnding) == nil
})

// tryEnding makes an orphan and ends it; an error says why that did not work.
func tryEnding() error {
	if loopback, err := netlink.LinkByName("lo"); err == nil {
		_ = netlink.LinkSetUp(loopback) // if it is not up, the connection says so
	}
	diag, err := socket.OpenDiag()
	if err != nil {
		return err
	}
	defer diag.Close()
	port, peer, err := makeOrphan()
	if err != nil {
		return err
	}
	defer peer.Close()
	mine, err := orphansAt(diag, port)
	if err != nil {
		return err
	}
	for _, one := range mine {
		if err := diag.Destroy(one.family, one.id); err != nil {
			return err
		}
	}
	left, err := orphansAt(diag, port)
	if err != nil || len(mine) == 0 || len(left) > 0 {
		return refuse.Because("of %d orphans %d were left: %v", len(mine), len(left), err)
	}
	return nil
}

func orphansAt(diag *socket.Diag, port uint16) ([]connection, error) {
	found, err := orphans(diag)
	return slices.DeleteFunc(found, func(one connection) bool { return one.local.Port() != port }), err
}

// makeOrphan closes a connection behind more than its other end takes. It returns its port and that other end.
func makeOrphan() (port uint16, peer *net.TCPConn, err error) {
	listening := net.ListenConfig{}
	listening.SetMultipathTCP(false) // its sockets are told of in another way
	listener, err := listening.Listen(context.Background(), "tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, nil, err
	}
	defer listener.Close()
	dialer := net.Dialer{Timeout: connectLimit}
	dialed, err := dialer.Dial("tcp4", listener.Addr().String())
	if err != nil {
		return 0, nil, err
	}
	defer dialed.Close()
	client := dialed.(*net.TCPConn)
	server := listener.(*net.TCPListener)
	if err := server.SetDeadline(time.Now().Add(connectLimit)); err != nil {
		return 0, nil, err
	}
	if peer, err = server.AcceptTCP(); err != nil {
		return 0, nil, err
	}
	if err := fill(client); err != nil {
		peer.Close()
		return 0, nil, err
	}
	return client.LocalAddr().(*net.TCPAddr).AddrPort().Port(), peer, nil
}

// fill writes until nothing more fits, so that the connection's end stands behind what cannot be sent.
func fill(client *net.TCPConn) error {
	raw, err := client.SyscallConn()
	if err != nil {
		return err
	}
	var stopped error
	block := make([]byte, 1<<16)
	err = raw.Control(func(fd uintptr) {
		for stopped == nil || stopped == unix.EINTR {
			_, stopped = unix.Write(int(fd), block)
		}
	})
	if err == nil && stopped != unix.EAGAIN {
		err = fmt.Errorf("cannot fill a connection: %w", stopped)
	}
	return err
}
