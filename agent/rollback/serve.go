package rollback

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"
)

const longestLine = 64 << 10 // of the caller's, in bytes; a request has some thirty

// errSilence is that the caller has said nothing for as long as was waited.
var errSilence = errors.New("the caller is silent")

// ending is why the caller is served no more: nothing at the end of its stream.
type ending struct {
	why  error
	code int // to exit with
}

// request of the caller, or why there will be no more.
type request struct {
	ID   json.RawMessage `json:"id"`
	Verb string          `json:"verb"`
	err  error           // io.EOF at the end of the stream
}

// serve answers until there is nobody to answer to. What comes while Docker is asked waits, and counts as heard in time.
func (r *rollback) serve(told context.Context, in io.Reader, out *os.File) ending {
	left, leave := context.WithCancel(told)
	defer leave()
	requests := make(chan request)
	go listen(left, in, requests)
	lease := time.Duration(r.task.LeaseMillis) * time.Millisecond
	heard := time.Now()
	end := heard.Add(time.Duration(r.task.MaximumMillis) * time.Millisecond)
	for {
		if !time.Now().Before(end) {
			return ending{why: errors.New("the maximum duration was reached")}
		}
		asked, err := next(told, requests, min(time.Until(end), time.Until(heard.Add(lease))))
		if err == nil {
			heard = time.Now()
			err = r.answer(told, asked, out)
		}
		switch {
		case err == io.EOF:
			return ending{}
		case err == errSilence && time.Now().Before(end):
			return ending{why: fmt.Errorf("the lease of %.6g s was not renewed", lease.Seconds())}
		case err != nil && err != errSilence:
			return ending{why: err, code: 1}
		}
	}
}

// next waits for a request.
func next(told context.Context, requests <-chan request, wait time.Duration) (request, error) {
	late := time.NewTimer(wait)
	defer late.Stop()
	select {
	case <-told.Done():
		return request{}, errToldToStop
	case asked := <-requests:
		return asked, asked.err
	case <-late.C:
	}
	select {
	case asked := <-requests: // it came while the last one was carried out
		return asked, asked.err
	default:
		return request{}, errSilence
	}
}

// listen reads requests, on a goroutine of its own. Only whole lines are carried out: the rest of a caller that died may be a
// part of one. Who sends anything but requests cannot be trusted to say when something is to be taken back, and is not listened to
// any more.
func listen(ctx context.Context, in io.Reader, requests chan<- request) {
	lines := bufio.NewReaderSize(in, longestLine)
	for {
		line, err := lines.ReadSlice('\n')
		read := request{err: err}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			read.err = fmt.Errorf("the caller sent a line of more than %d bytes", longestLine)
		case err != nil && err != io.EOF:
			read.err = fmt.Errorf("cannot read what the caller sends: %w", err)
		case err == nil:
			if err := json.Unmarshal(line, &read); err != nil || read.ID == nil {
				read.err = fmt.Errorf("the caller sent what is no request: %.200q", line)
			}
		}
		select {
		case requests <- read:
		case <-ctx.Done():
			return
		}
		if read.err != nil {
			return
		}
	}
}

// answer carries out a request. An error ends the conversation; a refusal does not, it is the answer.
func (r *rollback) answer(told context.Context, asked request, out *os.File) error {
	var err error
	switch asked.Verb {
	case "ping":
	case "make":
		err = r.makeAll(told)
	case "take_back":
		err = r.takeAllBack(told)
	default:
		return fmt.Errorf("no verb %q; there are ping, make, take_back", asked.Verb)
	}
	reply := map[string]any{"id": asked.ID, "ok": err == nil}
	if refusal := asRefusal(err); refusal != nil {
		reply["error"] = refusal.why
	} else if err != nil {
		return err
	}
	return r.send(reply, out)
}

// send writes an answer. If nobody listens any more, the end of stdin follows; only who lets answers pile up until there is no
// room for another is not waited for.
func (r *rollback) send(reply any, out *os.File) error {
	line, err := json.Marshal(reply)
	if err != nil {
		return fmt.Errorf("cannot answer: %w", err)
	}
	_ = out.SetWriteDeadline(time.Now().Add(r.limits.call)) // what is not a pipe has none, and always room
	if _, err := out.Write(append(line, '\n')); errors.Is(err, os.ErrDeadlineExceeded) {
		return errors.New("nobody reads the answers of this rollback container")
	}
	return nil
}

// answersTo has a file to which a write ends at a deadline also if it is a pipe that nobody reads. For another kind it is the
// same as before.
func answersTo(file *os.File) *os.File {
	fd := file.Fd()
	if err := syscall.SetNonblock(int(fd), true); err != nil {
		return file
	}
	return os.NewFile(fd, file.Name())
}
