package dns

import (
	"net"
	"sync"
	"time"
)

// mostOpen is how many connections one responder has, so that a target that asks without an end cannot use up the agent's
// descriptors and memory.
const mostOpen = 512

// connections are those that are open, each with the time at which it is due to be closed. All goroutines use them.
type connections struct {
	lock   sync.Mutex
	due    map[net.Conn]time.Time
	closed bool
}

// expect gives a connection so long from now on, after which reading and writing fail. It closes the one that is due first if
// there are too many. An error leaves this one closed.
func (c *connections) expect(conn net.Conn, limit time.Duration) error {
	c.lock.Lock()
	defer c.lock.Unlock()
	due := time.Now().Add(limit)
	if c.closed {
		conn.Close()
		return net.ErrClosed
	}
	if err := conn.SetDeadline(due); err != nil { // another goroutine has closed it
		conn.Close()
		delete(c.due, conn)
		return err
	}
	if _, known := c.due[conn]; !known && len(c.due) >= mostOpen {
		c.closeFirstDue()
	}
	c.due[conn] = due
	return nil
}

func (c *connections) closeFirstDue() {
	var first net.Conn
	for conn, due := range c.due {
		if first == nil || due.Before(c.due[first]) {
			first = conn
		}
	}
	first.Close()
	delete(c.due, first)
}

// close closes a connection. Once more is no error.
func (c *connections) close(conn net.Conn) {
	c.lock.Lock()
	defer c.lock.Unlock()
	conn.Close()
	delete(c.due, conn)
}

// closeAll closes them, and each that is expected later.
func (c *connections) closeAll() {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.closed = true
	for conn := range c.due {
		conn.Close()
	}
	clear(c.due)
}
