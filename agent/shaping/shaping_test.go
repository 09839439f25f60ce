package shaping

import (
	"slices"
	"strings"
	"testing"

	"faultline/agent/netnstest"
	"faultline/agent/rtnetlink"
)

const (
	run      = "0000a1b2"
	runDigit = "41394" // the same as a decimal number
	ourRoot  = "tc qdisc add dev served root handle fa17: htb r2q 7 default "
	ourEnd   = " direct_qlen " + runDigit
)

// withServed makes a namespace with an interface whose traffic is shaped.
func withServed(t *testing.T) *netnstest.Namespace {
	t.Helper()
	namespace := netnstest.New(t)
	namespace.Need(t, "ip link add served type ifb")
	return namespace
}

func foreignOf(t *testing.T, namespace *netnstest.Namespace, name string) Qdiscs {
	t.Helper()
	var found Qdiscs
	namespace.Do(t, func() error {
		socket, err := rtnetlink.Open()
		if err != nil {
			return err
		}
		defer socket.Close()
		links, err := socket.Links()
		if err != nil {
			return err
		}
		all, err := Foreign(socket, links)
		for _, link := range links {
			if link.Attrs().Name == name {
				found = all[link.Attrs().Index]
			}
		}
		return err
	})
	return found
}

// remnantTexts are what a remnant says to people.
type remnantTexts struct{ tag, tool, line, what string }

func taggedIn(t *testing.T, namespace *netnstest.Namespace) []remnantTexts {
	t.Helper()
	var found []remnantTexts
	for _, each := range remnantsIn(t, namespace) {
		found = append(found, remnantTexts{each.Tag, each.Tool, each.Line, each.What})
	}
	return found
}

func remnantsIn(t *testing.T, namespace *netnstest.Namespace) []Remnant {
	t.Helper()
	var found []Remnant
	namespace.Do(t, func() (err error) {
		found, err = Tagged()
		return err
	})
	return found
}

func TestWhatTheKernelChoseIsNobodys(t *testing.T) {
	namespace := withServed(t)
	namespace.Run(t, "ip link set dev served up")
	if found := foreignOf(t, namespace, "served"); found != (Qdiscs{}) {
		t.Errorf("found %v", found)
	}
}

func TestQdiscsOfOthersAreTold(t *testing.T) {
	namespace := withServed(t)
	namespace.Need(t, "tc qdisc add dev served root handle 1a: tbf rate 1mbit burst 2kb latency 50ms")
	namespace.Need(t, "tc qdisc add dev served ingress")
	if found := foreignOf(t, namespace, "served"); found != (Qdiscs{Root: "tbf 1a:", Ingress: "ingress ffff:"}) {
		t.Errorf("found %v", found)
	}
	if found := foreignOf(t, namespace, "lo"); found != (Qdiscs{}) {
		t.Errorf("on another interface there is %v", found)
	}
	if found := taggedIn(t, namespace); len(found) != 0 {
		t.Errorf("carries a tag: %v", found)
	}
}

func TestOursAtTheRootIsNotForeignAndCarriesItsTag(t *testing.T) {
	namespace := withServed(t)
	namespace.Need(t, ourRoot+"0"+ourEnd)
	if found := foreignOf(t, namespace, "served"); found != (Qdiscs{}) {
		t.Errorf("foreign: %v", found)
	}
	want := []remnantTexts{{"FAULTLINE-" + run + "-7", "tc", "qdisc del dev served root handle fa17:", "htb fa17: of served"}}
	if found := taggedIn(t, namespace); !slices.Equal(found, want) {
		t.Errorf("found %v, want %v", found, want)
	}
}

func TestQueueLengthThatWas0IsToBe0Again(t *testing.T) {
	namespace := withServed(t)
	namespace.Need(t, ourRoot+"0xffff"+ourEnd)
	want := []remnantTexts{
		{"FAULTLINE-" + run + "-7", "tc", "qdisc del dev served root handle fa17:", "htb fa17: of served"},
		{"FAULTLINE-" + run + "-7", "ip", "link set dev served txqueuelen 0", "queue length of served"},
	}
	if found := taggedIn(t, namespace); !slices.Equal(found, want) {
		t.Errorf("found %v, want %v", found, want)
	}
}

// withDevice has an interface of ours that gets what arrives at the served one.
func withDevice(t *testing.T, queue string) *netnstest.Namespace {
	t.Helper()
	namespace := withServed(t)
	namespace.Run(t, "ip link add f"+run+"12 type ifb")
	namespace.Run(t, "ip link set dev f"+run+"12 alias served/"+queue)
	namespace.Need(t, "tc qdisc add dev served ingress")
	return namespace
}

func redirect(t *testing.T, namespace *netnstest.Namespace, to string) {
	t.Helper()
	namespace.Need(t, "tc filter add dev served parent ffff: protocol ip u32 match u32 0 0 action mirred egress redirect dev "+to)
}

func TestIngressThatLeadsToOursIsNotForeignAndGoesFirst(t *testing.T) {
	namespace := withDevice(t, "0")
	redirect(t, namespace, "f"+run+"12")
	namespace.Need(t, "tc qdisc add dev f"+run+"12 root handle fa17: htb r2q 12 default 0"+ourEnd) // goes with its interface
	if found := foreignOf(t, namespace, "served"); found != (Qdiscs{}) {
		t.Errorf("foreign: %v", found)
	}
	tag := "FAULTLINE-" + run + "-12"
	want := []remnantTexts{
		{tag, "tc", "qdisc del dev served ingress", "ingress ffff: of served"},
		{tag, "ip", "link set dev served txqueuelen 0", "queue length of served"},
		{tag, "ip", "link del dev f" + run + "12", "interface f" + run + "12"},
	}
	if found := taggedIn(t, namespace); !slices.Equal(found, want) {
		t.Errorf("found %v, want %v", found, want)
	}
}

func TestIngressWithoutFilterIsOursHalfMade(t *testing.T) {
	namespace := withDevice(t, "1000")
	found := taggedIn(t, namespace)
	if len(found) != 2 || found[0].what != "ingress ffff: of served" || found[1].what != "interface f"+run+"12" {
		t.Errorf("found %v", found)
	}
}

func TestIngressThatLeadsElsewhereStays(t *testing.T) {
	namespace := withDevice(t, "1000")
	namespace.Run(t, "ip link add elsewhere type ifb")
	redirect(t, namespace, "elsewhere")
	if found := taggedIn(t, namespace); len(found) != 1 || found[0].what != "interface f"+run+"12" {
		t.Errorf("found %v", found)
	}
}

func TestDeviceWithoutAliasStillCarriesItsTag(t *testing.T) {
	namespace := netnstest.New(t)
	namespace.Need(t, "ip link add f"+run+"12 type ifb")
	want := []remnantTexts{{"FAULTLINE-" + run + "-12", "ip", "link del dev f" + run + "12", "interface f" + run + "12"}}
	if found := taggedIn(t, namespace); !slices.Equal(found, want) {
		t.Errorf("found %v, want %v", found, want)
	}
}

func TestRemnantsAreRemovedOnceAndForAll(t *testing.T) {
	namespace := withDevice(t, "0")
	redirect(t, namespace, "f"+run+"12")
	namespace.Need(t, ourRoot+"0xffff"+ourEnd)
	found := remnantsIn(t, namespace)
	if len(found) != 5 {
		t.Errorf("found %v", found)
	}
	for range 2 { // somebody else may have removed them since they were found
		for _, each := range found {
			namespace.Do(t, each.Remove)
		}
	}
	if left := remnantsIn(t, namespace); len(left) != 0 {
		t.Errorf("left are %v", left)
	}
	left := namespace.Run(t, "ip link show") + namespace.Run(t, "tc qdisc show")
	for _, each := range []string{"fa17:", "ingress", "f" + run, "qlen 1000\n    link/ether"} {
		if strings.Contains(left, each) {
			t.Errorf("%q is left in %s", each, left)
		}
	}
}

func TestAClsactIsNotOurs(t *testing.T) {
	namespace := withDevice(t, "1000")
	namespace.Run(t, "tc qdisc del dev served ingress")
	namespace.Need(t, "tc qdisc add dev served clsact")
	for _, each := range remnantsIn(t, namespace) {
		namespace.Do(t, each.Remove)
	}
	if shown := namespace.Run(t, "tc qdisc show dev served"); !strings.Contains(shown, "clsact") {
		t.Errorf("there is %s", shown)
	}
}
