package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"
)

// patience is how long a line may take to be written, if the stream has deadlines.
const patience = 5 * time.Second

// Writer writes answers and events. Several goroutines may use it.
type Writer struct {
	patience time.Duration

	mu     sync.Mutex
	to     io.Writer
	broken bool
}

// NewWriter makes one. Writing is bounded if the stream has deadlines, as an os.File has that is a pipe in non-blocking mode.
func NewWriter(to io.Writer) *Writer {
	return &Writer{patience: patience, to: to}
}

// Send writes a message as one line, and returns when the stream has it. If it cannot be written, nobody listens any more: the end
// of stdin follows, and healing does not depend on being heard. Nothing is written behind a line that was torn off.
func (w *Writer) Send(message any) {
	line := encoded(message)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken {
		return
	}
	if bounded, ok := w.to.(interface{ SetWriteDeadline(time.Time) error }); ok {
		_ = bounded.SetWriteDeadline(time.Now().Add(w.patience)) // a file that has no deadlines says so, and is written as ever
	}
	_, err := w.to.Write(line)
	w.broken = err != nil
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
