package wire

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// halves is a stream that takes a line in two parts, as one does that has no lock of its own.
type halves struct{ to *os.File }

func (h halves) Write(line []byte) (int, error) {
	half, err := h.to.Write(line[:len(line)/2])
	if err != nil {
		return half, err
	}
	runtime.Gosched()
	rest, err := h.to.Write(line[half:])
	return half + rest, err
}

func TestWritesOneLineEachForSeveralGoroutines(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	writer := NewWriter(halves{write})
	long := strings.Repeat("<ä>\n", 20_000) // more than a pipe takes at once
	var senders sync.WaitGroup
	for sender := range 4 {
		senders.Go(func() {
			for range 5 {
				writer.Send(map[string]any{"id": json.RawMessage("1.0"), "sender": sender, "text": long})
			}
		})
	}
	go func() {
		senders.Wait()
		write.Close()
	}()
	lines, seen := bufio.NewReader(read), 0
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		var got struct {
			ID   json.RawMessage
			Text string
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil || got.Text != long || string(got.ID) != "1.0" {
			t.Fatalf("unfit line %.80q: %v", line, err)
		}
		if !strings.Contains(line, "<ä>") {
			t.Fatalf("text was escaped: %.80q", line)
		}
		seen++
	}
	if seen != 20 {
		t.Errorf("%d lines", seen)
	}
}

func TestKeepsWhatIsNotReadInTimeForLater(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	writer := NewWriter(write)
	writer.patience = 50 * time.Millisecond
	long := strings.Repeat("x", 1<<20)
	done := make(chan struct{})
	go func() {
		defer close(done)
		writer.Send(long)
		writer.Send("after")
		writer.Send(strings.Repeat("y", mostUnread)) // is more than is kept
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("it waits")
	}
	go func() {
		for range 1000 { // until all of it is written
			writer.Send("later")
			time.Sleep(time.Millisecond)
		}
		write.Close()
	}()
	lines := bufio.NewReader(read)
	for _, want := range []string{long, "after", "later"} {
		if line, err := lines.ReadString('\n'); err != nil || line != `"`+want+"\"\n" {
			t.Fatalf("%.20q of %d, %v, in place of %.20q", line, len(line), err, want)
		}
	}
}

func TestIsNotEndedByAReaderThatIsGone(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	read.Close()
	writer := NewWriter(write)
	writer.Send("nobody hears this")
	writer.Send("nor this")
}

func TestTellsOfAMessageThatIsNotFitForJSON(t *testing.T) {
	var text strings.Builder
	writer := NewWriter(&text)
	writer.Send(map[string]any{"id": 1, "rate": math.NaN()})
	want := `{"event":"note","text":"a message could not be written: json: unsupported value: NaN"}` + "\n"
	if text.String() != want {
		t.Errorf("it wrote %s", text.String())
	}
}
