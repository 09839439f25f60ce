package dns

import (
	"context"
	"net"
	"strconv"

	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

const bindAttempts = 20

// loopbacks are the addresses of loopback, by what stands behind "tcp" and "udp" in the networks of package net.
var loopbacks = map[string]string{"4": "127.0.0.1", "6": "::1"}

// listeners are sockets that are reached from within their namespace only, all on one port.
type listeners struct {
	port int
	tcp  []*net.TCPListener
	udp  []*net.UDPConn
}

// listen opens them in the calling thread's namespace: on IPv4, and on IPv6 if there is any, on a port that is free for all.
// An error leaves none open.
func listen() (*listeners, error) {
	families := []string{"4"}
	if probe, err := listenUDP("6", 0); err == nil {
		probe.Close()
		families = append(families, "6")
	}
	var problem error
	for range bindAttempts {
		all := &listeners{}
		if problem = all.bind(families); problem == nil {
			return all, nil
		}
		all.close()
	}
	return nil, refuse.Because("cannot listen on loopback in the target's namespace: %s", strerror.Of(problem))
}

// bind takes whichever port is free for the first socket, and the same one for all others.
func (l *listeners) bind(families []string) error {
	for _, family := range families {
		tcp, err := listenTCP(family, l.port)
		if err != nil {
			return err
		}
		l.tcp = append(l.tcp, tcp)
		l.port = tcp.Addr().(*net.TCPAddr).Port
		udp, err := listenUDP(family, l.port)
		if err != nil {
			return err
		}
		l.udp = append(l.udp, udp)
	}
	return nil
}

func (l *listeners) close() {
	for _, each := range l.tcp {
		each.Close()
	}
	for _, each := range l.udp {
		each.Close()
	}
}

// listenTCP opens a plain socket of TCP: one of MPTCP, which is Go's default, could not reset its connections, and probes of
// idle connections would be traffic that the target did not cause.
func listenTCP(family string, port int) (*net.TCPListener, error) {
	config := net.ListenConfig{KeepAlive: -1}
	config.SetMultipathTCP(false)
	listener, err := config.Listen(context.Background(), "tcp"+family, at(family, port))
	if err != nil {
		return nil, err
	}
	return listener.(*net.TCPListener), nil
}

func listenUDP(family string, port int) (*net.UDPConn, error) {
	conn, err := new(net.ListenConfig).ListenPacket(context.Background(), "udp"+family, at(family, port))
	if err != nil {
		return nil, err
	}
	return conn.(*net.UDPConn), nil
}

func at(family string, port int) string {
	return net.JoinHostPort(loopbacks[family], strconv.Itoa(port))
}
