package wire

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"faultline/agent/refuse"
)

const (
	longestLine = 4 << 20 // in bytes, without its end: many times what a fault on a large system needs
	bufferSize  = 64 << 10
)

// Reader reads requests. One goroutine uses it.
type Reader struct {
	lines   *bufio.Reader
	longest int
}

// NewReader makes one.
func NewReader(from io.Reader) *Reader {
	return newReader(from, longestLine, bufferSize)
}

func newReader(from io.Reader, longest, buffer int) *Reader {
	return &Reader{bufio.NewReaderSize(from, buffer), longest}
}

// Next waits for a line. It returns its request; or, with its id as far as that could be read, the refusal of one that is none,
// and the line after that can be read as ever. The only other error is io.EOF, when the stream has ended in whatever way:
// a part of a line at its end is no request.
func (r *Reader) Next() (Request, error) {
	line, err := r.line()
	if err != nil {
		return Request{ID: none}, err
	}
	return parse(line)
}

// line reads up to the end of one. Of one that is too long, nothing is kept.
func (r *Reader) line() ([]byte, error) {
	var line []byte
	tooLong := false
	for {
		part, err := r.lines.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, io.EOF
		}
		tooLong = tooLong || len(line)+len(bytes.TrimSuffix(part, []byte("\n"))) > r.longest
		if tooLong {
			line = nil
		} else {
			line = append(line, part...)
		}
		switch {
		case err == nil && tooLong:
			return nil, refuse.Because("a line of more than %d bytes", r.longest)
		case err == nil:
			return line, nil
		}
	}
}
