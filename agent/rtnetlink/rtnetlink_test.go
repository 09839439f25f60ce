package rtnetlink

import (
	"slices"
	"testing"

	"github.com/vishvananda/netlink"

	"faultline/agent/netnstest"
)

// open opens a socket in a namespace.
func open(t *testing.T, namespace *netnstest.Namespace) *Socket {
	t.Helper()
	var socket *Socket
	namespace.Do(t, func() (err error) {
		socket, err = Open()
		return err
	})
	t.Cleanup(socket.Close)
	return socket
}

func TestLinksAndAddressesAreThoseOfTheNamespaceItWasOpenedIn(t *testing.T) {
	namespace := netnstest.New(t)
	namespace.Run(t, "ip link add there mtu 1400 type ifb")
	namespace.Run(t, "ip addr add 192.0.2.7/24 dev there")
	socket := open(t, namespace)
	links, err := socket.Links()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, each := range links {
		names = append(names, each.Attrs().Name)
	}
	if !slices.Equal(names, []string{"lo", "there"}) {
		t.Errorf("interfaces are %v", names)
	}
	addresses, err := socket.Addresses()
	if err != nil || len(addresses) != 1 || addresses[0].IP.String() != "192.0.2.7" {
		t.Errorf("addresses are %v, %v", addresses, err)
	}
}

// Somebody else's can be of any kind, with options that the library may not know.
func TestEveryKindOfQdiscIsListed(t *testing.T) {
	namespace := netnstest.New(t)
	namespace.Run(t, "ip link add there type ifb")
	socket := open(t, namespace)
	tried := 0
	for _, kind := range []string{
		"fq", "fq_codel", "sfq", "pfifo", "bfifo limit 10000", "prio", "hfsc default 1", "htb default 1", "cake", "codel", "pie", "fq_pie",
		"red limit 60000 avpkt 1000",
		"tbf rate 1mbit burst 2kb latency 50ms", "netem delay 1ms", "drr", "choke limit 100 bandwidth 1mbit", "etf clockid CLOCK_TAI",
	} {
		if _, err := namespace.Try("tc qdisc add dev there root handle 7: " + kind); err != nil {
			continue // this kernel lacks it
		}
		tried++
		qdiscs, err := socket.Qdiscs()
		if err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if !slices.ContainsFunc(qdiscs, func(each netlink.Qdisc) bool {
			return each.Attrs().Handle == 7<<16 && each.Attrs().Parent == netlink.HANDLE_ROOT
		}) {
			t.Errorf("%s is not among %v", kind, qdiscs)
		}
		namespace.Run(t, "tc qdisc del dev there root")
	}
	if tried == 0 {
		t.Skip("this kernel has no qdiscs")
	}
	t.Logf("%d kinds", tried)
}

func TestDumpThatIsInterruptedIsAskedForAgain(t *testing.T) {
	asked := 0
	found, err := whole("things", func() ([]int, error) {
		asked++
		if asked < 3 {
			return []int{1}, netlink.ErrDumpInterrupted
		}
		return []int{1, 2}, nil
	})
	if err != nil || !slices.Equal(found, []int{1, 2}) {
		t.Errorf("found %v, %v", found, err)
	}
}

func TestDumpThatIsAlwaysInterruptedIsWhatThereIs(t *testing.T) {
	found, err := whole("things", func() ([]int, error) { return []int{1}, netlink.ErrDumpInterrupted })
	if err != nil || !slices.Equal(found, []int{1}) {
		t.Errorf("found %v, %v", found, err)
	}
}
