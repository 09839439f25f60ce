// Package pipes makes named pipes in a folder of the caller's: what it says and hears by them does not go through the engine.
package pipes

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"faultline/agent/owner"
	"faultline/agent/refuse"
)

// The names of the pipes.
const (
	Requests = "requests"
	Answers  = "answers"
)

// Pipes are the agent's ends. Before the first byte of a request nobody may be at the others.
type Pipes struct {
	requests, answers *os.File
	held              []*os.File // the other ends; nil once the caller is known to be there
	heard             func()
}

// Make makes both in a folder that is named as a process sees it, as the owner of that process.
func Make(pid int, folder string) (*Pipes, error) {
	if !filepath.IsAbs(folder) || filepath.Clean(folder) != folder {
		return nil, refuse.Because("folder: an absolute path is needed, and was %q", folder)
	}
	made := &Pipes{}
	err := owner.Seeing(pid, func() error { return made.make(fmt.Sprintf("/proc/%d/root%s", pid, folder)) })
	if err != nil {
		made.Close()
		return nil, refuse.Because("cannot make named pipes in %s of process %d: %v", folder, pid, err)
	}
	return made, nil
}

func (p *Pipes) make(folder string) (err error) {
	if p.requests, err = p.end(filepath.Join(folder, Requests), unix.O_RDONLY, unix.O_WRONLY); err != nil {
		return err
	}
	p.answers, err = p.end(filepath.Join(folder, Answers), unix.O_WRONLY, unix.O_RDONLY)
	return err
}

// end makes a pipe, and opens one end of it while it holds the other: an end alone could not be written, or would be over at once.
func (p *Pipes) end(path string, mine, other int) (*os.File, error) {
	if err := unix.Mkfifo(path, 0o600); err != nil {
		return nil, err
	}
	both, err := open(path, unix.O_RDWR)
	if err != nil {
		return nil, err
	}
	defer both.Close()
	held, err := open(path, other)
	if err != nil {
		return nil, err
	}
	p.held = append(p.held, held)
	return open(path, mine)
}

func open(path string, mode int) (*os.File, error) {
	fd, err := unix.Open(path, mode|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), path), nil
}

// OnFirst has something done before the first byte of a request is returned.
func (p *Pipes) OnFirst(act func()) { p.heard = act }

// Read reads requests. It ends when the caller does. One goroutine uses it.
func (p *Pipes) Read(buffer []byte) (int, error) {
	n, err := p.requests.Read(buffer)
	if n > 0 && p.held != nil {
		p.letGo()
		if p.heard != nil {
			p.heard()
		}
	}
	return n, err
}

// letGo of the other ends: from now on, each is over when the caller's is.
func (p *Pipes) letGo() {
	for _, each := range p.held {
		each.Close()
	}
	p.held = nil
}

// Answers is where answers are written.
func (p *Pipes) Answers() io.Writer { return p.answers }

// Close closes all ends. What waits in Read is told.
func (p *Pipes) Close() {
	p.letGo()
	for _, each := range []*os.File{p.requests, p.answers} {
		if each != nil {
			each.Close()
		}
	}
}
