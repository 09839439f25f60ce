// Package netlinkconn sends the kernel one netlink request at a time and reads the answer to it, within a bounded time.
//
// The libraries wait for up to a minute, and give each message a buffer of its own. That is too much for what is asked here:
// hundreds of sockets, every 20 ms.
package netlinkconn

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

const (
	patience = 2 * time.Second // for each part of an answer
	room     = 1 << 16         // bytes of an answer that are read at a time; a dump comes in parts of at most half of it
)

var native = binary.NativeEndian

// Conn is a netlink socket of the network namespace that its thread was in when it was opened. Any goroutine may use it;
// requests wait for one another.
type Conn struct {
	mu       sync.Mutex
	fd       int
	sequence uint32
	buffer   []byte
}

// Open opens a socket for a protocol, as unix.NETLINK_NETFILTER, in the calling thread's network namespace.
func Open(protocol int) (*Conn, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, protocol)
	if err != nil {
		return nil, err
	}
	limit := unix.NsecToTimeval(patience.Nanoseconds())
	for _, option := range []int{unix.SO_SNDTIMEO, unix.SO_RCVTIMEO} {
		if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, option, &limit); err != nil {
			unix.Close(fd)
			return nil, fmt.Errorf("cannot bound how long a netlink socket waits: %w", err)
		}
	}
	return &Conn{fd: fd, buffer: make([]byte, room)}, nil
}

// Close closes the socket, after a request that is under way.
func (c *Conn) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fd >= 0 {
		unix.Close(c.fd)
		c.fd = -1
	}
}

// Ask sends a request for one thing, and calls visit with the payload of each message of the answer. A payload is valid only
// until visit returns, and visit must not use the connection. The errno is the kernel's answer, 0 if it could do what was
// asked; the error is that there was no answer.
func (c *Conn) Ask(kind uint16, body []byte, visit func(payload []byte)) (unix.Errno, error) {
	return c.exchange(kind, unix.NLM_F_ACK, body, visit)
}

// Dump does the same with a request for all that there is.
func (c *Conn) Dump(kind uint16, body []byte, visit func(payload []byte)) (unix.Errno, error) {
	return c.exchange(kind, unix.NLM_F_DUMP, body, visit)
}

func (c *Conn) exchange(kind, flags uint16, body []byte, visit func(payload []byte)) (unix.Errno, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sequence++
	if err := c.send(kind, flags, body); err != nil {
		return 0, fmt.Errorf("netlink request: %w", err)
	}
	for {
		received, err := c.receive()
		if err != nil {
			return 0, fmt.Errorf("netlink answer: %w", err)
		}
		errno, ended, err := c.read(received, visit)
		if ended || err != nil {
			return errno, err
		}
	}
}

func (c *Conn) send(kind, flags uint16, body []byte) error {
	request := make([]byte, 0, unix.SizeofNlMsghdr+len(body))
	request = native.AppendUint32(request, uint32(unix.SizeofNlMsghdr+len(body)))
	request = native.AppendUint16(request, kind)
	request = native.AppendUint16(request, unix.NLM_F_REQUEST|flags)
	request = native.AppendUint32(request, c.sequence)
	request = native.AppendUint32(request, 0) // the kernel knows whose socket it is
	request = append(request, body...)
	_, err := retried(func() (int, error) { return unix.Write(c.fd, request) })
	return err
}

func (c *Conn) receive() ([]byte, error) {
	n, err := retried(func() (int, error) { return unix.Read(c.fd, c.buffer) })
	return c.buffer[:max(n, 0)], err
}

// retried repeats a call that one of the Go runtime's own signals has interrupted.
func retried(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if errors.Is(err, unix.EAGAIN) {
			return 0, os.ErrDeadlineExceeded
		}
		if !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}

// read visits the messages that came together, and tells whether the answer ends with them.
func (c *Conn) read(received []byte, visit func(payload []byte)) (errno unix.Errno, ended bool, err error) {
	for len(received) > 0 {
		if len(received) < unix.SizeofNlMsghdr {
			return 0, false, errors.New("netlink answer: it ends within a header")
		}
		length := int(native.Uint32(received))
		if length < unix.SizeofNlMsghdr || length > len(received) {
			return 0, false, fmt.Errorf("netlink answer: a message of %d bytes in %d", length, len(received))
		}
		kind, sequence := native.Uint16(received[4:]), native.Uint32(received[8:])
		payload := received[unix.SizeofNlMsghdr:length]
		received = received[min(aligned(length), len(received)):]
		switch {
		case sequence != c.sequence: // the rest of an answer that came too late
		case kind == unix.NLMSG_DONE || kind == unix.NLMSG_ERROR:
			return verdict(payload), true, nil
		default:
			visit(payload)
		}
	}
	return 0, false, nil
}

// verdict is how an answer ends: with a negative errno or 0, that of a dump on an old kernel with nothing.
func verdict(payload []byte) unix.Errno {
	if len(payload) < 4 {
		return 0
	}
	return unix.Errno(-min(int32(native.Uint32(payload)), 0))
}

func aligned(length int) int {
	return (length + unix.NLMSG_ALIGNTO - 1) &^ (unix.NLMSG_ALIGNTO - 1)
}
