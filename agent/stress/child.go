package stress

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

const (
	beginLimit  = 10 * time.Second // a large disk takes a while to fill
	answerLimit = 5 * time.Second
)

// What the agent says on the line, one byte at a time. Any other but the question is the end, as is that of the line.
const (
	question = '?'
	farewell = '.'
)

// task is the order of a child that has a load.
type task struct {
	Pid    int         `json:"pid"` // of the container's first process
	Order  Order       `json:"order"`
	Before map[int]int `json:"before"` // what it takes to let go, by process
}

// word is what a child says on the line, one in a line.
type word struct {
	State   *tally `json:"state,omitempty"` // nil if the load is not on
	Needed  bool   `json:"needed"`
	Flaw    string `json:"flaw,omitempty"`
	Problem string `json:"problem,omitempty"` // why it could not take back what it did
	Last    bool   `json:"last"`
}

func (w word) unsaved() error {
	if w.Problem == "" {
		return nil
	}
	return refuse.Because("%s", w.Problem)
}

// child is the process of a load, as the agent has it.
type child struct {
	*running
	kind   kind
	reader *bufio.Reader
	heard  []byte // of a word that is not complete yet
	last   *word  // its last word; nil before that
	killed bool   // whether it ended without one
}

func startChild(role string, kind kind, task task) (*child, error) {
	target, err := pidfdOf(task.Pid)
	if err != nil {
		return nil, err
	}
	defer target.Close()
	process, err := program{role: role, dies: !kind.outlives, target: target}.run()
	if err != nil {
		return nil, err
	}
	c := &child{running: process, kind: kind, reader: bufio.NewReader(process.line)}
	if err := give(c.line, task); err != nil {
		c.bury()
		return nil, err
	}
	return c, nil
}

func pidfdOf(pid int) (*os.File, error) {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return nil, refuse.Because("process %d cannot be watched: %s", pid, strerror.Of(err))
	}
	return os.NewFile(uintptr(fd), "pidfd"), nil
}

func (c *child) ask(what byte) word {
	_ = c.line.SetWriteDeadline(time.Now().Add(answerLimit))
	_, _ = c.line.Write([]byte{what}) // if it has ended, its last word can still be read
	return c.hear(answerLimit)
}

// hear returns its next word; once it has ended, its last.
func (c *child) hear(limit time.Duration) word {
	if c.last != nil {
		return *c.last
	}
	_ = c.line.SetReadDeadline(time.Now().Add(limit))
	part, err := c.reader.ReadBytes('\n')
	c.heard = append(c.heard, part...)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return word{Flaw: fmt.Sprintf("what stresses it did not answer within %.0f s", limit.Seconds())}
	}
	var said word
	if err != nil || json.Unmarshal(c.heard, &said) != nil {
		said = word{Flaw: c.obituary(), Last: true}
	}
	c.heard = nil
	if said.Last {
		c.last = &said
	}
	return said
}

// obituary says what it means that it has ended without a last word.
func (c *child) obituary() string {
	c.killed = true
	number := unix.SIGKILL
	if c.hasEnded(answerLimit) && c.status.Signaled() {
		number = c.status.Signal()
	}
	if number == unix.SIGKILL && c.kind.whenKilled != "" {
		return c.kind.whenKilled
	}
	return "what stressed it was ended by " + unix.SignalName(number)
}

// finish tells it to end, and returns its last word once it has.
func (c *child) finish() word {
	answer := c.ask(farewell)
	if answer.State != nil && !answer.Last {
		answer = c.hearOut()
	}
	c.bury()
	if c.last != nil {
		return *c.last // which may have come late
	}
	return answer
}

// hearOut passes over the answers to earlier questions.
func (c *child) hearOut() word {
	answer := c.hear(answerLimit)
	for answer.State != nil && !answer.Last {
		answer = c.hear(answerLimit)
	}
	return answer
}

// bury waits until it has ended, and hears its last word. One that does not end is killed, and has not taken back what it did
// unless it said so.
func (c *child) bury() {
	defer c.line.Close()
	c.hangUp()
	if !c.hasEnded(answerLimit) {
		c.killed = c.killed || c.last == nil
		c.kill()
		return
	}
	c.hearOut()
}

// hangUp ends the line as the child hears it; what the child says is heard still.
func (c *child) hangUp() {
	if raw, err := c.line.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _ = unix.Shutdown(int(fd), unix.SHUT_WR) })
	}
}
