package orphan

import (
	"fmt"
	"testing"

	"golang.org/x/sys/unix"

	"faultline/agent/netlinkconn"
	"faultline/agent/netnstest"
)

const destroy = 21 // SOCK_DESTROY of linux/sock_diag.h

func TestEndingWorksWhereTheKernelCan(t *testing.T) {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		t.Fatal(err)
	}
	var major, minor int
	if _, err := fmt.Sscanf(unix.ByteSliceToString(name.Release[:]), "%d.%d", &major, &minor); err != nil {
		t.Fatal(err)
	}
	if major*100+minor < 611 {
		t.Skip("Linux before 6.11 leaves an orphan for ever when it is told to end it")
	}
	if !knowsDestroy(t) {
		t.Skip("this kernel has no INET_DIAG_DESTROY, or this container no NET_ADMIN")
	}
	netnstest.New(t).Do(t, tryEnding)
	if !endingWorks() {
		t.Error("ending does not work in the agent's own namespace")
	}
}

// knowsDestroy asks the kernel to end a socket that there is not.
func knowsDestroy(t *testing.T) bool {
	t.Helper()
	conn, err := netlinkconn.Open(unix.NETLINK_INET_DIAG)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	request := make([]byte, 56) // struct inet_diag_req_v2
	request[0], request[1] = unix.AF_INET, unix.IPPROTO_TCP
	errno, err := conn.Ask(destroy, request, func([]byte) {})
	if err != nil {
		t.Fatal(err)
	}
	return errno == unix.ENOENT
}
