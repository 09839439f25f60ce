package nft

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/netnstest"
)

const (
	absence = 150 * time.Millisecond // after which it is believed that nothing comes
	arrival = 5 * time.Second        // in which what is to come does come, on a busy machine too
)

// within is how long to wait for something that is expected, or not.
func within(expected bool) time.Duration {
	if expected {
		return arrival
	}
	return absence
}

// listenUDP opens a socket in a namespace.
func listenUDP(t testing.TB, in *netnstest.Namespace, address string) *net.UDPConn {
	t.Helper()
	var listening *net.UDPConn
	whenFree(t, in, func() (err error) {
		listening, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort(address)))
		return err
	})
	t.Cleanup(func() { listening.Close() })
	return listening
}

// whenFree opens a socket: a command that another test is starting has what was closed here for a moment more.
func whenFree(t testing.TB, in *netnstest.Namespace, open func() error) {
	t.Helper()
	eventually(t, "the port is free", func() bool {
		err := in.Namespace.Do(open)
		if err != nil && !errors.Is(err, unix.EADDRINUSE) {
			t.Fatal(err)
		}
		return err == nil
	})
}

// dialUDP opens a socket for one destination; the source can have any port.
func dialUDP(t testing.TB, in *netnstest.Namespace, sourcePort uint16, destination string) *net.UDPConn {
	t.Helper()
	to := net.UDPAddrFromAddrPort(netip.MustParseAddrPort(destination))
	var sender *net.UDPConn
	whenFree(t, in, func() (err error) {
		sender, err = net.DialUDP("udp", &net.UDPAddr{Port: int(sourcePort)}, to)
		return err
	})
	t.Cleanup(func() { sender.Close() })
	return sender
}

// arrives tells whether a packet gets from one namespace to another, as is expected or not.
func arrives(
	t testing.TB, expected bool, from *netnstest.Namespace, sourcePort uint16, to *netnstest.Namespace, destination string,
) bool {
	t.Helper()
	listening := listenUDP(t, to, destination)
	defer listening.Close()
	sender := dialUDP(t, from, sourcePort, destination)
	defer sender.Close()
	if _, err := sender.Write([]byte("?")); err != nil {
		return false
	}
	return hasMore(listening, expected)
}

func hasMore(listening *net.UDPConn, expected bool) bool {
	listening.SetReadDeadline(time.Now().Add(within(expected)))
	_, err := listening.Read(make([]byte, 10))
	return err == nil
}

// serve accepts connections, and sends back what comes.
func serve(t testing.TB, in *netnstest.Namespace, address string) {
	t.Helper()
	var server net.Listener
	in.Do(t, func() (err error) {
		server, err = net.Listen("tcp", address)
		return err
	})
	t.Cleanup(func() { server.Close() })
	go func() {
		for {
			conn, err := server.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				part := make([]byte, 100)
				for {
					n, err := conn.Read(part)
					if err != nil {
						return
					}
					if _, err := conn.Write(part[:n]); err != nil {
						return
					}
				}
			}()
		}
	}()
}

// connect opens a connection, or says why it cannot.
func connect(t testing.TB, in *netnstest.Namespace, address string) (net.Conn, error) {
	t.Helper()
	return connectWithin(t, arrival, in, address)
}

func connectWithin(t testing.TB, limit time.Duration, in *netnstest.Namespace, address string) (net.Conn, error) {
	t.Helper()
	var conn net.Conn
	err := in.Namespace.Do(func() (err error) {
		limited, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		conn, err = (&net.Dialer{}).DialContext(limited, "tcp", address)
		return err
	})
	if err == nil {
		t.Cleanup(func() { conn.Close() })
	}
	return conn, err
}

// echoes has a byte come back, or says why it does not.
func echoes(conn net.Conn) error {
	conn.SetDeadline(time.Now().Add(arrival))
	if _, err := conn.Write([]byte("?")); err != nil {
		return err
	}
	_, err := conn.Read(make([]byte, 1))
	return err
}

// pings tells whether an echo of ICMP or ICMPv6 comes back, as is expected or not.
func pings(t testing.TB, expected bool, from *netnstest.Namespace, address string) bool {
	t.Helper()
	network, request, reply := "ip4:icmp", byte(8), byte(0)
	if netip.MustParseAddr(address).Is6() {
		network, request, reply = "ip6:ipv6-icmp", 128, 129
	}
	var conn *net.IPConn
	from.Do(t, func() (err error) {
		conn, err = net.DialIP(network, nil, &net.IPAddr{IP: net.ParseIP(address)})
		return err
	})
	defer conn.Close()
	message := []byte{request, 0, 0, 0, 0x12, 0x34, 0, 1}
	sum := ^(uint16(request)<<8 + 0x1234 + 1) // which the kernel does itself for ICMPv6
	message[2], message[3] = byte(sum>>8), byte(sum)
	if _, err := conn.Write(message); err != nil {
		return false
	}
	conn.SetReadDeadline(time.Now().Add(within(expected)))
	for answer := make([]byte, 100); ; {
		n, _, err := conn.ReadFrom(answer) // without the header of IPv4
		if err != nil {
			return false
		}
		if n >= 8 && answer[0] == reply && answer[4] == 0x12 {
			return true
		}
	}
}
