package shutdown

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"faultline/agent/cgrouptest"
)

func TestSignalThatIsWaitedForIsHandled(t *testing.T) {
	waiter := start(t, mode+"=waiter", os.Args[0])
	var seen Disposition
	cgrouptest.Eventually(t, "it waits", func() bool {
		seen = describe(waiter.pid, int(unix.SIGTERM))
		return strings.Contains(seen.WaitsIn, "sigtimedwait")
	})
	if !seen.Blocks {
		t.Errorf("it is %+v", seen)
	}
}

func TestProcessIsDescribed(t *testing.T) {
	ignoring := script(t, `trap '' HUP; trap : TERM; echo ready; read line`)
	hangsUp, terminates := describe(ignoring.pid, int(unix.SIGHUP)), describe(ignoring.pid, int(unix.SIGTERM))
	if !hangsUp.Ignores || hangsUp.Catches || terminates.Ignores || !terminates.Catches || terminates.Blocks {
		t.Errorf("it is %+v and %+v", hangsUp, terminates)
	}
	if terminates.Name != "sh" || !strings.HasSuffix(terminates.Command, "-c trap '' HUP; trap : TERM; echo ready; read line") {
		t.Errorf("it is called %s, by %s", terminates.Name, terminates.Command)
	}
	gone := describe(1<<22+1, int(unix.SIGTERM)) // above the highest pid
	if gone.Name != "?" || gone.Command != "" || gone.Catches {
		t.Errorf("nobody is %+v", gone)
	}
}
