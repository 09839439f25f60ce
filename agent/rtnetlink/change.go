package rtnetlink

import (
	"errors"
	"fmt"
	"strings"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"faultline/agent/strerror"
)

// New are the flags of a request that makes something, and is refused if that is there already.
const New = unix.NLM_F_CREATE | unix.NLM_F_EXCL

// Request is one change that the kernel is to make.
type Request struct {
	What  string // in words, behind "cannot"
	Kind  int    // RTM_NEWQDISC and the like
	Flags int    // but for those of every request
	Parts []nl.NetlinkRequestData
}

// Refusal is what the kernel answers to a request that it does not carry out. It wraps the errno.
type Refusal struct {
	what, said string
	errno      unix.Errno
}

// Error has the kernel's own words in it, where it has any besides the errno.
func (r *Refusal) Error() string {
	text := fmt.Sprintf("cannot %s: %s", r.what, strerror.Of(r.errno))
	switch {
	case r.said != "":
		text += " (" + r.said + ")"
	case r.errno == unix.EPERM:
		text += " (needs NET_ADMIN)"
	}
	return text
}

// Unwrap has the errno.
func (r *Refusal) Unwrap() error { return r.errno }

// Do has the kernel make a change.
func (s *Socket) Do(request Request) error {
	message := nl.NewNetlinkRequest(request.Kind, request.Flags|unix.NLM_F_ACK)
	for _, part := range request.Parts {
		message.AddData(part)
	}
	message.Sockets = map[int]*nl.SocketHandle{unix.NETLINK_ROUTE: s.changes}
	_, err := message.Execute(unix.NETLINK_ROUTE, 0)
	var errno unix.Errno
	switch {
	case err == nil:
		return nil
	case errors.As(err, &errno):
		said, _ := strings.CutPrefix(err.Error(), errno.Error())
		return &Refusal{request.What, strings.TrimPrefix(said, ": "), errno}
	default:
		return fmt.Errorf("cannot %s: %w", request.What, err)
	}
}

// DoAll has the kernel make changes one after another, until one is refused.
func (s *Socket) DoAll(requests []Request) error {
	for _, request := range requests {
		if err := s.Do(request); err != nil {
			return err
		}
	}
	return nil
}

// newSocket opens a socket for changes, which tells in words why one is refused.
func newSocket() (*nl.SocketHandle, error) {
	socket, err := nl.Subscribe(unix.NETLINK_ROUTE)
	if err != nil {
		return nil, err
	}
	limit := unix.NsecToTimeval(answerTimeout.Nanoseconds())
	for _, set := range []func(*unix.Timeval) error{socket.SetSendTimeout, socket.SetReceiveTimeout} {
		if err := set(&limit); err != nil {
			socket.Close()
			return nil, err
		}
	}
	_ = socket.SetExtAck(true) // before Linux 4.12 there are no words
	return &nl.SocketHandle{Socket: socket}, nil
}
