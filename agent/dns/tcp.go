package dns

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

const (
	idleLimit   = 60 * time.Second      // of a connection on which we send nothing
	mostWaiting = 16                    // queries of a conversation that its upstream has not taken yet
	retryPause  = 10 * time.Millisecond // until a connection is accepted for which the agent had not enough of something
)

// accept serves connections over TCP until their socket is closed.
func (r *Responder) accept(listening *net.TCPListener) error {
	for {
		conn, err := listening.AcceptTCP()
		if err == nil {
			r.running.Go(func() { r.converse(conn) })
			continue
		}
		if !isShortage(err) {
			return err
		}
		select {
		case <-time.After(retryPause):
		case <-r.stopping:
			return net.ErrClosed
		}
	}
}

// isShortage tells an error that other connections' ends will cure.
func isShortage(err error) bool {
	return errors.Is(err, unix.EMFILE) || errors.Is(err, unix.ENFILE) || errors.Is(err, unix.ENOBUFS) || errors.Is(err, unix.ENOMEM)
}

// conversation is a client's connection, which may carry several queries (RFC 7766), and one to whom it meant to ask, as soon
// as a query is to be passed on.
//
// The goroutine that reads from the client opens the upstream. From then on another one writes to it, so that a server that
// cannot be reached holds up no answer that takes no server, and a third reads from it. When one of them ends, all do.
type conversation struct {
	responder *Responder
	from      client
	down, up  net.Conn
	queries   chan []byte
	answering sync.Mutex // held while one answer is written to the client
	ending    sync.Once
	over      chan struct{}
}

// converse serves one connection until either side closes its own.
func (r *Responder) converse(down *net.TCPConn) {
	down.SetLinger(0) // closing it is a reset, which leaves no TIME_WAIT in the target's namespace
	own, address := down.LocalAddr().(*net.TCPAddr), down.RemoteAddr().(*net.TCPAddr)
	c := &conversation{
		responder: r,
		from:      client{address.AddrPort(), own.AddrPort(), unix.SOCK_STREAM},
		down:      down,
		queries:   make(chan []byte, mostWaiting),
		over:      make(chan struct{}),
	}
	defer c.end()
	if r.connections.expect(down, idleLimit) == nil {
		readMessages(down, c.take)
	}
}

func (c *conversation) take(query []byte) error {
	reply, met := c.responder.decide(query)
	if !met {
		return c.passOn(query)
	}
	if reply == nil {
		return nil
	}
	return c.answer(reply)
}

func (c *conversation) passOn(query []byte) error {
	if c.up == nil {
		up, err := c.responder.upstream(c.from)
		if err != nil {
			return err
		}
		c.up = up
		c.responder.running.Go(c.write)
		c.responder.running.Go(c.readBack)
	}
	if err := c.responder.connections.expect(c.up, idleLimit); err != nil {
		return err
	}
	select {
	case c.queries <- query:
		return nil
	case <-c.over:
		return net.ErrClosed
	}
}

func (c *conversation) write() {
	defer c.end()
	for {
		select {
		case query := <-c.queries:
			if writeMessage(c.up, query) != nil {
				return
			}
		case <-c.over:
			return
		}
	}
}

func (c *conversation) readBack() {
	defer c.end()
	readMessages(c.up, c.answer)
}

// answer sends the client a message. The goroutines that read call it.
func (c *conversation) answer(message []byte) error {
	if err := c.responder.connections.expect(c.down, idleLimit); err != nil {
		return err
	}
	c.answering.Lock()
	defer c.answering.Unlock()
	return writeMessage(c.down, message)
}

// end closes both connections, which ends the goroutines that wait for them. Once more is no error.
func (c *conversation) end() {
	c.ending.Do(func() {
		close(c.over)
		c.responder.connections.close(c.down)
		if c.up != nil {
			c.responder.connections.close(c.up)
		}
	})
}

// readMessages hands on each message that comes in, without its length before it, until there are no more or one is not taken.
func readMessages(from net.Conn, take func(message []byte) error) {
	buffered := bufio.NewReader(from)
	for {
		var length uint16
		if binary.Read(buffered, binary.BigEndian, &length) != nil {
			return
		}
		message := make([]byte, length)
		if _, err := io.ReadFull(buffered, message); err != nil || take(message) != nil {
			return
		}
	}
}

func writeMessage(to net.Conn, message []byte) error {
	if len(message) > longestMessage {
		return fmt.Errorf("a message of %d bytes does not go over TCP", len(message))
	}
	framed := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(message)), uint16(len(message)))
	_, err := to.Write(append(framed, message...))
	return err
}
