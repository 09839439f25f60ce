package signals

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"faultline/agent/refuse"
)

// Real-time signals as the C library of most images and Docker count them; the kernel has 32 and 33 too.
const realTimeMin, realTimeMax = 34, 64

// others are names that golang.org/x/sys does not know.
var others = map[string]int{
	"CLD": int(unix.SIGCHLD), "IOT": int(unix.SIGABRT), "POLL": int(unix.SIGIO), "RTMIN": realTimeMin, "RTMAX": realTimeMax,
}

// Number is that of a signal, from its name without SIG in front: TERM, or RTMIN+3.
func Number(name string) (int, error) {
	base, offset := name, 0
	if at := strings.IndexAny(name, "+-"); at >= 0 {
		var err error
		if offset, err = strconv.Atoi(name[at:]); err != nil {
			return 0, unknown(name)
		}
		base = name[:at]
	}
	number, known := others[base]
	if !known {
		number = int(unix.SignalNum("SIG" + base))
	}
	if number == 0 || number+offset < 1 || number+offset > realTimeMax {
		return 0, unknown(name)
	}
	return number + offset, nil
}

func unknown(name string) error { return refuse.Because("no signal is called SIG%s", name) }

// Has tells whether a signal is in one of the masks of a process's status, as SigCgt or SigBlk; not if it has ended.
func Has(status map[string]string, mask string, number int) bool {
	bits, err := strconv.ParseUint(strings.TrimSpace(status[mask]), 16, 64)
	return err == nil && bits>>(number-1)&1 == 1
}
