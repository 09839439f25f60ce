package rollback

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"time"
)

// What is asked of Docker.
const (
	get    = "GET"
	post   = "POST"
	remove = "DELETE"

	notFound = 404
)

// longestAnswer is more than Docker says of any container, in bytes.
const longestAnswer = 8 << 20

var (
	statusLine = regexp.MustCompile(`^HTTP/1\.[01] ([1-5][0-9]{2})(?:[ \r]|$)`)
	blankLine  = []byte("\r\n\r\n")
)

// exchange makes one call over a connection of its own: one that is kept may end under the next, when the engine is restarted.
//
// It speaks HTTP/1.0 (RFC 1945), in which an answer is one piece and ends with its connection. With net/http, which has TLS and
// HTTP/2 with it, the program would be more than half as large again, on disk and in memory.
func exchange(ctx context.Context, socket, method, path string, content []byte) (status int, text []byte, err error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return 0, nil, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	_, err = fmt.Fprintf(conn, "%s %s HTTP/1.0\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		method, path, len(content), content)
	if err != nil {
		return 0, nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(conn, longestAnswer))
	if err != nil {
		return 0, nil, err
	}
	return read(raw)
}

// read takes an answer apart. Whether its text is whole its reader must see.
func read(raw []byte) (status int, text []byte, err error) {
	head, text, isWhole := bytes.Cut(raw, blankLine)
	if !isWhole {
		return 0, nil, errors.New("its answer ended early")
	}
	line := statusLine.FindSubmatch(head)
	if line == nil {
		return 0, nil, fmt.Errorf("its answer is not HTTP: %.100q", head)
	}
	status, err = strconv.Atoi(string(line[1]))
	return status, bytes.TrimSpace(text), err
}
