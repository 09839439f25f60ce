package output

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"faultline/agent/descriptor"
	"faultline/agent/owner"
)

// pipeSink writes a page into another's pipe, whole or not at all, and never waits, whatever flags the descriptor has: a
// write(2) would wait unless its owner had set O_NONBLOCK, which is not ours to set.
type pipeSink struct {
	duplicate *descriptor.Duplicate
	out, in   int // the ends of our own pipe, from which a page is moved
}

// newPipeSink owns the duplicate from then on, also if it fails.
func newPipeSink(duplicate *descriptor.Duplicate) (*pipeSink, error) {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		duplicate.Close()
		return nil, fmt.Errorf("cannot make a pipe: %w", err)
	}
	return &pipeSink{duplicate, ends[0], ends[1]}, nil
}

func (s *pipeSink) write() (int, error) {
	if _, err := unix.Write(s.in, line); err != nil {
		return 0, fmt.Errorf("cannot write into our own pipe: %w", err)
	}
	moved, err := unix.Splice(s.out, nil, s.duplicate.FD, nil, len(line), unix.SPLICE_F_NONBLOCK)
	if err == nil {
		return int(moved), nil
	}
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) {
		if _, err := unix.Read(s.out, make([]byte, len(line))); err != nil {
			return 0, fmt.Errorf("cannot empty our own pipe: %w", err)
		}
	}
	return 0, err
}

func (s *pipeSink) close() {
	s.duplicate.Close()
	unix.Close(s.out)
	unix.Close(s.in)
}

// terminalSink writes into another's terminal, as far as there is room. It is opened again, so that its owner's flags stay
// as they are.
type terminalSink struct{ fd int }

// newTerminalSink opens the terminal as the user that the container was started as, whatever user the process has by now.
func newTerminalSink(duplicate *descriptor.Duplicate) (*terminalSink, error) {
	var stat unix.Stat_t
	if err := unix.Fstat(duplicate.FD, &stat); err != nil {
		return nil, fmt.Errorf("cannot look at the terminal: %w", err)
	}
	opened := &terminalSink{}
	err := owner.SeeingAs(int(stat.Uid), int(stat.Gid), func() (err error) {
		path := fmt.Sprintf("/proc/self/fd/%d", duplicate.FD)
		opened.fd, err = unix.Open(path, unix.O_WRONLY|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot open the terminal again: %w", err)
	}
	return opened, nil
}

func (s *terminalSink) write() (int, error) { return unix.Write(s.fd, line) }

func (s *terminalSink) close() { unix.Close(s.fd) }
