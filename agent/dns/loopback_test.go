package dns

import (
	"fmt"
	"net"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"faultline/agent/refuse"
)

func TestListensOnOnePortForAll(t *testing.T) {
	w := newWorld(t)
	w.up()
	w.Do(t, func() error {
		all, err := listen()
		if err != nil {
			return err
		}
		defer all.close()
		found := map[string]bool{}
		for _, each := range all.tcp {
			found["tcp "+each.Addr().String()] = true
			if protocol := option(t, each, unix.SO_PROTOCOL); protocol != unix.IPPROTO_TCP {
				t.Errorf("it listens with protocol %d", protocol)
			}
		}
		for _, each := range all.udp {
			found["udp "+each.LocalAddr().String()] = true
		}
		for _, expected := range []string{"tcp 127.0.0.1", "udp 127.0.0.1", "tcp [::1]", "udp [::1]"} {
			if !found[fmt.Sprintf("%s:%d", expected, all.port)] || len(found) != 4 {
				t.Errorf("%s is not among %v", expected, found)
			}
		}
		return nil
	})
}

func TestTriesAnotherPortIfOneIsTaken(t *testing.T) {
	w := newWorld(t)
	w.up()
	w.Do(t, func() error {
		taken, err := net.ListenPacket("udp6", "[::1]:0")
		if err != nil {
			return err
		}
		defer taken.Close()
		all := &listeners{port: taken.LocalAddr().(*net.UDPAddr).Port}
		defer all.close()
		if err := all.bind([]string{"4", "6"}); err == nil {
			t.Error("it took a port that was taken")
		}
		again, err := listen()
		if err != nil {
			return err
		}
		again.close()
		return nil
	})
}

func TestListensWithoutIPv6(t *testing.T) {
	w := newWorld(t)
	w.up()
	err := w.Namespace.Namespace.Do(func() error {
		return os.WriteFile("/proc/sys/net/ipv6/conf/all/disable_ipv6", []byte("1"), 0)
	})
	if err != nil {
		t.Skipf("cannot turn IPv6 off: %v", err)
	}
	w.Do(t, func() error {
		all, err := listen()
		if err != nil {
			return err
		}
		defer all.close()
		if len(all.tcp) != 1 || len(all.udp) != 1 {
			t.Errorf("%v, %v", all.tcp, all.udp)
		}
		return nil
	})
}

func TestRefusesIfNoPortIsFree(t *testing.T) {
	w := newWorld(t)
	w.up()
	err := w.Namespace.Namespace.Do(func() error {
		return os.WriteFile("/proc/sys/net/ipv4/ip_local_port_range", []byte("40001 40001"), 0)
	})
	if err != nil {
		t.Skipf("cannot narrow the range of ports: %v", err)
	}
	w.Do(t, func() error {
		taken, err := net.Listen("tcp4", "127.0.0.1:40001")
		if err != nil {
			return err
		}
		defer taken.Close()
		_, err = listen()
		if !refuse.Is(err) || err.Error() != "cannot listen on loopback in the target's namespace: Address already in use" {
			t.Error(err)
		}
		return nil
	})
}
