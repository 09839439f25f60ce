package clock

import (
	"encoding/binary"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

const path = "/faultline/clock" // in the container

// Where the parts of the file are, in bytes, as clock.c has them: numbers of 64 bits, as the processor has them.
const (
	atTurn    = 0
	atControl = 8
	atShown   = 40
	size      = 48
)

// control is what the library reads. Times are nanoseconds of the true time of day.
type control struct {
	since  int64 // when it began to be wrong
	offset int64 // by how much it was wrong at once
	drift  int64 // by how much more with each second, in billionths
	until  int64 // from when on it is right again
}

// controlFile is the file that the processes of a container have mapped. It is not mapped here: a process that shortens it must not end
// the agent by SIGBUS.
type controlFile struct {
	file *os.File
	pid  int
}

func openControl(pid int) (*controlFile, error) {
	// Without O_NOFOLLOW a link would lead to a file of the agent's.
	file, err := os.OpenFile(fmt.Sprintf("/proc/%d/root%s", pid, path), os.O_RDWR|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, refuse.Because("the clock of process %d cannot be written: %s", pid, strerror.Of(err))
	}
	seen, err := file.Stat()
	if err != nil || !seen.Mode().IsRegular() || seen.Size() != size {
		file.Close()
		return nil, refuse.Because("the clock of process %d is not as this version of Faultline made it", pid)
	}
	return &controlFile{file, pid}, nil
}

// write replaces what the library reads. The turn is odd meanwhile: who reads then, reads once more. If the agent is killed in
// the middle of it, the time is right.
func (f *controlFile) write(is control) error {
	turn, err := f.number(atTurn)
	if err != nil {
		return err
	}
	odd := turn | 1
	if err := f.put(atTurn, odd); err != nil {
		return err
	}
	if err := f.put(atControl, is.since, is.offset, is.drift, is.until); err != nil {
		return err
	}
	return f.put(atTurn, odd+1)
}

// shown is how many wrong times were shown to all processes, ever.
func (f *controlFile) shown() (int64, error) { return f.number(atShown) }

func (f *controlFile) number(at int64) (int64, error) {
	var text [8]byte
	if _, err := f.file.ReadAt(text[:], at); err != nil {
		return 0, fmt.Errorf("cannot read the clock of process %d: %w", f.pid, err)
	}
	return int64(binary.NativeEndian.Uint64(text[:])), nil
}

func (f *controlFile) put(at int64, numbers ...int64) error {
	var text []byte
	for _, number := range numbers {
		text = binary.NativeEndian.AppendUint64(text, uint64(number))
	}
	if _, err := f.file.WriteAt(text, at); err != nil {
		return fmt.Errorf("cannot write the clock of process %d: %w", f.pid, err)
	}
	return nil
}

func (f *controlFile) close() error { return f.file.Close() }

// readsIt tells whether a process has the file mapped, as the library does when it is loaded.
func readsIt(pid int) bool {
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return false // it has ended
	}
	for line := range strings.Lines(string(maps)) {
		if strings.HasSuffix(strings.TrimSuffix(line, "\n"), " "+path) {
			return true
		}
	}
	return false
}
