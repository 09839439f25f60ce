package stress

import (
	"encoding/json"
	"os/signal"
	"runtime"

	"golang.org/x/sys/unix"
)

// ChildMain is the main function of the agent's program as a child of it, and returns its exit status.
//
// All of it happens on one thread: that is what enters a cgroup namespace and acts as other users, and whose end ends the
// processes that this one starts.
func ChildMain(args []string) int {
	runtime.LockOSThread()
	// As long as one of another child's line is open, that child hears no end of it.
	unix.CloseOnExec(lineNumber)
	unix.CloseOnExec(targetNumber)
	if len(args) != 1 {
		return 2
	}
	switch args[0] {
	case live:
		return withTask(lead)
	case rescue:
		return withTask(func(task task, kind kind) { takeBack(kind.load(task), word{}) })
	case burn:
		return burnTime()
	case hoard:
		return hoardMemory()
	case join:
		return joinGroups()
	}
	return 2
}

func withTask(do func(task, kind)) int {
	var order task
	if !hearOrder(&order) {
		return 1
	}
	kind, err := kindNamed(order.Order.Kind)
	if err != nil {
		return 1
	}
	if kind.outlives {
		signal.Ignore(unix.SIGTERM, unix.SIGINT) // who tells the agent to stop may tell its children as well
	}
	do(order, kind)
	return 0
}

// hearOrder waits for the order; false if there is none, as the line has ended. It reads no further: what follows is asked later.
func hearOrder(order any) bool {
	var text []byte
	next := make([]byte, 1)
	for {
		count, err := unix.Read(lineNumber, next)
		switch {
		case err == unix.EINTR:
		case err != nil || count == 0:
			return false
		case next[0] == '\n':
			return json.Unmarshal(text, order) == nil
		default:
			text = append(text, next[0])
		}
	}
}

func tell(said word) {
	text, err := json.Marshal(said)
	if err != nil {
		return
	}
	_ = unix.Send(lineNumber, append(text, '\n'), unix.MSG_NOSIGNAL) // fails if the agent has gone
}
