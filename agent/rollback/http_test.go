package rollback

import (
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadsAnAnswer(t *testing.T) {
	for raw, want := range map[string]struct {
		status int
		text   string
	}{
		"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{\"State\":\r\n\r\n{}}\n": {200, "{\"State\":\r\n\r\n{}}"},
		"HTTP/1.0 204 No Content\r\n\r\n":  {204, ""},
		"HTTP/1.1 404 Not Found\r\n\r\n{}": {404, "{}"},
		"HTTP/1.1 304 \r\n\r\n":            {304, ""},
		"HTTP/1.0 500\r\n\r\n":             {500, ""},
	} {
		status, text, err := read([]byte(raw))
		if err != nil || status != want.status || string(text) != want.text {
			t.Errorf("%q: read %d, %q, %v", raw, status, text, err)
		}
	}
}

func TestRefusesWhatIsNoAnswer(t *testing.T) {
	for raw, want := range map[string]string{
		"":                             "its answer ended early",
		"HTTP/1.0 200 OK\r\nContent-T": "its answer ended early",
		"\r\n\r\n{}":                   `its answer is not HTTP: ""`,
		"HTTP/2 200\r\n\r\n{}":         `its answer is not HTTP: "HTTP/2 200"`,
		"HTTP/1.0 2000 OK\r\n\r\n":     `its answer is not HTTP: "HTTP/1.0 2000 OK"`,
	} {
		if status, text, err := read([]byte(raw)); err == nil || err.Error() != want {
			t.Errorf("%q: read %d, %q, %v", raw, status, text, err)
		}
	}
}

func TestAnAnswerThatEndsEarlyIsNone(t *testing.T) {
	for sent, want := range map[string]string{
		"": "cannot use Docker's socket: GET /containers/c0ffee/json: its answer ended early",
		"HTTP/1.0 200 OK\r\n\r\n{\"State\":{": "cannot use Docker's socket: GET /containers/c0ffee/json: " +
			`its answer is not JSON: "{\"State\":{"`,
	} {
		engine := &docker{answersOnce(t, sent), testLimits.call}
		if found, err := engine.inspect(t.Context(), target1); found != nil || asRefusal(err) == nil || err.Error() != want {
			t.Errorf("%q: found %v, %v", sent, found, err)
		}
	}
}

// answersOnce is the socket of an engine that sends this to the first who asks, and ends.
func answersOnce(t *testing.T, raw string) string {
	socket := filepath.Join(t.TempDir(), "docker.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		buffer, asked := make([]byte, 1024), ""
		for !strings.Contains(asked, "\r\n\r\n") {
			n, err := conn.Read(buffer)
			if err != nil {
				return
			}
			asked += string(buffer[:n])
		}
		_, _ = io.WriteString(conn, raw)
	}()
	return socket
}
