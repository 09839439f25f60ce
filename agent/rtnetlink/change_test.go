package rtnetlink

import (
	"errors"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"faultline/agent/netnstest"
)

const handle = 7 << 16

// qdisc is a request for one of loopback.
func qdisc(kind string) Request {
	return Request{
		What: "add a qdisc to lo", Kind: unix.RTM_NEWQDISC, Flags: New, Parts: []nl.NetlinkRequestData{
			&nl.TcMsg{Ifindex: 1, Handle: handle, Parent: netlink.HANDLE_ROOT}, nl.NewRtAttr(nl.TCA_KIND, nl.ZeroTerminated(kind)),
		},
	}
}

func TestAChangeIsMadeInTheNamespaceItWasOpenedIn(t *testing.T) {
	namespace := netnstest.New(t)
	namespace.Need(t, "tc qdisc add dev lo root handle 7: pfifo")
	namespace.Run(t, "tc qdisc del dev lo root handle 7:")
	if err := open(t, namespace).Do(qdisc("pfifo")); err != nil {
		t.Fatal(err)
	}
	if shown := namespace.Run(t, "tc qdisc show dev lo"); !strings.Contains(shown, "pfifo 7: root") {
		t.Errorf("there is %s", shown)
	}
}

func TestARefusalHasTheKernelsWordsAndErrno(t *testing.T) {
	socket := open(t, netnstest.New(t))
	err := socket.Do(qdisc("none"))
	want := "cannot add a qdisc to lo: No such file or directory (Specified qdisc kind is unknown)"
	if !errors.Is(err, unix.ENOENT) || strings.ReplaceAll(err.Error(), "unknown.", "unknown") != want {
		t.Errorf("error is %v", err)
	}
	if err := socket.Do(Request{What: "ask for the moon", Kind: 1 << 15}); err == nil || err.Error() != "cannot ask for the moon: Operation not supported" {
		t.Errorf("error is %v", err)
	}
}

func TestChangesEndWithTheFirstThatIsRefused(t *testing.T) {
	namespace := netnstest.New(t)
	namespace.Need(t, "tc qdisc add dev lo root handle 7: pfifo")
	namespace.Run(t, "tc qdisc del dev lo root handle 7:")
	socket := open(t, namespace)
	if err := socket.DoAll([]Request{qdisc("none"), qdisc("pfifo")}); !errors.Is(err, unix.ENOENT) {
		t.Errorf("error is %v", err)
	}
	if shown := namespace.Run(t, "tc qdisc show dev lo"); strings.Contains(shown, "pfifo") {
		t.Errorf("there is %s", shown)
	}
}

func TestNothingIsListedOfAnInterfaceThatIsNotThere(t *testing.T) {
	socket := open(t, netnstest.New(t))
	classes, err := socket.Classes(4711)
	if err != nil || len(classes) != 0 {
		t.Errorf("classes are %v, %v", classes, err)
	}
	filters, err := socket.Filters(4711, handle)
	if err != nil || len(filters) != 0 {
		t.Errorf("filters are %v, %v", filters, err)
	}
}
