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

func TestDoesNotWaitForAReaderThatReadsNothingAndWritesNothingBehindATornLine(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	writer := NewWriter(write)
	writer.patience = 50 * time.Millisecond
	done := make(chan struct{})
	go func() {
		defer close(done)
		writer.Send(strings.Repeat("x", 1<<20))
		writer.Send("after")
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("it waits")
	}
	content := make([]byte, 2<<20)
	size, _ := read.Read(content)
	writer.Send("later")
	write.Close()
	if rest, _ := read.Read(content[size:]); rest != 0 || strings.Contains(string(content[:size]), "after") {
		t.Errorf("it wrote %q behind it", content[size:size+rest])
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
