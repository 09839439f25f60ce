package output

import (
	"errors"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/descriptor"
	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

const (
	// usualPatience without room tells that nobody reads at the other end.
	usualPatience = 300 * time.Millisecond

	// A busy machine's reader comes late: so many times its longest pause so far, at most so long.
	late      = 4
	lateLimit = 1500 * time.Millisecond

	fillLimit = 5 * time.Second
	fillPause = 5 * time.Millisecond // between two looks for room

	page = 4096 // one slot of a pipe; where pages are larger, a slot is taken by less than it could hold
)

// line is a page of text that says where it comes from.
var line = func() []byte {
	const text = "faultline: this line only fills the pipe, the container did not write it "
	return []byte(text + strings.Repeat(".", page-1-len(text)) + "\n")
}()

// Filled is what went into a pipe or terminal, and whether nobody has made room in it any more.
type Filled struct {
	Bytes int64 `json:"bytes"`
	Full  bool  `json:"full"`
}

// sink takes lines into another process's pipe or terminal. It never waits: EAGAIN says that there is no room.
type sink interface {
	write() (int, error)
	close()
}

// Fill writes into what is behind descriptors of a process until nobody has made room for as long as patience says, or 5 s
// have passed. The answer is by the descriptors' names, "stdout" and "stderr". With no patience, it fills what has room now.
func Fill(pid int, descriptors []int, patience time.Duration) (map[string]Filled, error) {
	found, err := channels(pid, descriptors)
	if err != nil {
		return nil, err
	}
	filled := make(map[string]Filled, len(descriptors))
	for _, number := range descriptors {
		done, err := fillOne(pid, number, found[number].IsTerminal, patience)
		if err != nil {
			return nil, refuse.Because("%s of process %d cannot be filled: %s", name(number), pid, strerror.Of(err))
		}
		filled[name(number)] = done
	}
	return filled, nil
}

func fillOne(pid, number int, isTerminal bool, patience time.Duration) (Filled, error) {
	into, err := open(pid, number, isTerminal)
	if err != nil {
		return Filled{}, err
	}
	defer into.close()
	return fillSink(into, patience, fillLimit)
}

func open(pid, number int, isTerminal bool) (sink, error) {
	duplicate, err := descriptor.Duplicated(pid, number)
	if err != nil {
		return nil, err
	}
	if isTerminal {
		defer duplicate.Close()
		return newTerminalSink(duplicate)
	}
	return newPipeSink(duplicate)
}

// fillSink stops at the limit if somebody makes room again and again.
func fillSink(into sink, patience, limit time.Duration) (Filled, error) {
	var done Filled
	var longest time.Duration // that a reader has made us wait for room
	began := time.Now()
	madeRoom := began
	for !done.Full && madeRoom.Sub(began) < limit {
		written, err := into.write()
		now := time.Now()
		switch {
		case err == nil:
			done.Bytes += int64(written)
			longest = max(longest, now.Sub(madeRoom))
			madeRoom = now
		case errors.Is(err, unix.EINTR):
		case !errors.Is(err, unix.EAGAIN):
			return Filled{}, err
		default:
			done.Full = now.Sub(madeRoom) >= patienceWith(patience, longest)
			if !done.Full {
				time.Sleep(fillPause)
			}
		}
	}
	return done, nil
}

// patienceWith a reader whose longest pause so far was this. None at all stays none.
func patienceWith(patience, longest time.Duration) time.Duration {
	if patience == 0 {
		return 0
	}
	return max(patience, min(late*longest, lateLimit))
}
