package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

const (
	patience    = 5 * time.Second       // for lines to be written, if the stream has deadlines
	mostUnread  = 8 << 20               // bytes that are kept for a caller who does not read
	laterGlance = 10 * time.Millisecond // for the next ones, once a caller has not read in time
)

// Writer writes answers and events. Several goroutines may use it.
type Writer struct {
	patience time.Duration

	mu     sync.Mutex
	to     io.Writer
	unread []byte // whole lines, but for the first, of which a part can have been written
	broken bool
}

// NewWriter makes one. Writing is bounded if the stream has deadlines, as an os.File has that is a pipe in non-blocking mode.
func NewWriter(to io.Writer) *Writer {
	return &Writer{patience: patience, to: to}
}

// Move has all that is not written yet, and whatever follows, go elsewhere.
func (w *Writer) Move(to io.Writer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.to, w.broken = to, false
}

// Send writes a message as one line, and returns when the stream has it. What a caller does not read in time, as he cannot while
// his engine is frozen, is written before the next message. If it cannot be written at all, nobody listens any more: the end of
// stdin follows, and healing does not depend on being heard.
func (w *Writer) Send(message any) {
	line := encoded(message)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken || len(w.unread)+len(line) > mostUnread {
		return
	}
	limit := w.patience
	if len(w.unread) > 0 {
		limit = min(limit, laterGlance)
	}
	if bounded, ok := w.to.(interface{ SetWriteDeadline(time.Time) error }); ok {
		_ = bounded.SetWriteDeadline(time.Now().Add(limit)) // a file that has no deadlines says so, and is written as ever
	}
	w.unread = append(w.unread, line...)
	written, err := w.to.Write(w.unread)
	w.unread = w.unread[written:]
	w.broken = err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
}

// encoded is a message as a line. One that is not fit for JSON becomes a note, so that somebody hears of it.
func encoded(message any) []byte {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false) // the other end is no browser
	if err := encoder.Encode(message); err != nil {
		line.Reset()
		text := fmt.Sprintf("a message could not be written: %v", err)
		_ = encoder.Encode(map[string]string{"event": "note", "text": text}) // text always can be
	}
	return line.Bytes()
}
