package signals

import (
	"golang.org/x/sys/unix"

	"faultline/agent/procfs"
)

// recipient is a process that was sent a signal.
type recipient struct {
	pid, number int
	catches     bool
	blocks      bool // so that it catches it only later, if ever
	ends        bool // if it dies, it is of the signal
	handled     bool
}

// tell sends a signal to a process, once it has seen what that does about it: afterwards it may be gone.
func tell(pid, number int) (*recipient, error) {
	pidfd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(pidfd)
	r := &recipient{pid: pid, number: number}
	r.catches, r.blocks = r.has("SigCgt"), r.has("SigBlk")
	r.ends = number == int(unix.SIGKILL) ||
		!(r.catches || r.blocks || r.has("SigIgn") || isHarmless(number) || procfs.IsFirst(pid))
	if err := unix.PidfdSendSignal(pidfd, unix.Signal(number), nil, 0); err != nil {
		return nil, err
	}
	return r, nil
}

// isHarmless tells whether a signal does nothing to who does not catch it (signal(7)).
func isHarmless(number int) bool {
	switch unix.Signal(number) {
	case unix.SIGCHLD, unix.SIGCONT, unix.SIGURG, unix.SIGWINCH:
		return true
	}
	return false
}

// has tells whether the signal is in one of these masks.
func (r *recipient) has(masks ...string) bool {
	status := procfs.Status(r.pid)
	for _, mask := range masks {
		if Has(status, mask, r.number) {
			return true
		}
	}
	return false
}

// look learns whether the signal has reached its handler, or has ended the process; an end of its own says nothing.
func (r *recipient) look() {
	if !r.handled {
		r.handled = r.ends && procfs.IsEnding(r.pid) || r.catches && r.hasTaken()
	}
}

// hasTaken tells whether the signal no longer waits for one that catches it. One that has gone took it, unless it blocked it.
func (r *recipient) hasTaken() bool {
	status := procfs.Status(r.pid)
	if len(status) == 0 {
		return !r.blocks
	}
	return !Has(status, "SigPnd", r.number) && !Has(status, "ShdPnd", r.number)
}
