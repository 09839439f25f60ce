package stress

import (
	"errors"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

const tendingPause = 50 * time.Millisecond

// lead is the life of a child that puts a load on a container.
func lead(task task, kind kind) {
	runtime.GC() // starts the threads that it needs before a limit of the container's counts them
	load := kind.load(task)
	last, err := strain(load, task.Pid, kind.need)
	if err == nil {
		takeBack(load, last)
		return
	}
	failed := word{Flaw: err.Error(), Last: true}
	if errors.As(err, &untouched{}) {
		tell(failed)
		return
	}
	takeBack(load, failed)
}

// untouched is why a load could not begin that has not changed anything: there is nothing to take back, and that might fail too.
type untouched struct{ error }

// strain begins the load, keeps it up until that is over, and returns what there is to say of it then.
func strain(load load, pid int, need measure) (word, error) {
	var meanwhile *use
	if need != nil {
		meanwhile = useOf(pid, need) // from before it begins, as it can be noticed while it does
	}
	if err := load.begin(); err != nil {
		return word{}, err
	}
	said, err := account(load, meanwhile)
	if err != nil {
		return word{}, err
	}
	tell(said)
	if err := attend(load, meanwhile); err != nil {
		return word{}, err
	}
	return account(load, meanwhile)
}

// attend keeps the load up until the child is told to end, the agent has gone, or the container's first process has died.
func attend(load load, meanwhile *use) error {
	for {
		asked, over := listen()
		if over {
			return nil
		}
		if err := load.tend(); err != nil {
			return err
		}
		if asked {
			said, err := account(load, meanwhile)
			if err != nil {
				return err
			}
			tell(said)
		}
	}
}

// listen waits a little for what the agent says: whether it asks, and whether it is over.
func listen() (asked, over bool) {
	ends := []unix.PollFd{{Fd: lineNumber, Events: unix.POLLIN}, {Fd: targetNumber, Events: unix.POLLIN}}
	if ready, err := unix.Poll(ends, int(tendingPause.Milliseconds())); err != nil || ready == 0 {
		return false, false // a signal of Go's own scheduler, it may be
	}
	if ends[1].Revents != 0 {
		return false, true
	}
	said := make([]byte, 1)
	count, err := unix.Read(lineNumber, said)
	if err != nil || count == 0 || said[0] != question {
		return false, true
	}
	return true, false
}

func takeBack(load load, last word) {
	last.Last = true
	if err := load.end(); err != nil {
		last.Problem = err.Error()
	}
	tell(last)
}

// account is what there is to say of a load that is on.
func account(load load, meanwhile *use) (word, error) {
	state, err := load.state()
	if err != nil {
		return word{}, err
	}
	return word{State: &state, Flaw: load.flaw(), Needed: meanwhile == nil || !meanwhile.isNone()}, nil
}
