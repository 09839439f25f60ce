package nft

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/netns"
	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

const (
	patience  = 2 * time.Second // for each part of an answer
	room      = 1 << 16         // bytes of an answer that are read at a time; a dump comes in parts of at most half of it
	sendable  = 1 << 16         // bytes that a socket's own limit surely allows to be sent at once
	dumpTries = 5               // if tables change while they are told of
)

// lowest is above all numbers of processes (4194304), and so of sockets that are given theirs by the kernel: it goes on below 0.
const lowest = 1 << 23

var (
	addresses atomic.Uint32 // counted up from anywhere: agents of other processes have sockets in a namespace as well

	native  = binary.NativeEndian
	buffers = sync.Pool{New: func() any { return new([room]byte) }}
)

func init() { addresses.Store(rand.Uint32()) }

// socket is a netlink socket of one namespace. Any goroutine may use it; requests wait for one another.
type socket struct {
	mu       sync.Mutex
	fd       int
	sequence uint32
}

// refusal is the kernel's answer to a transaction of which it did nothing.
type refusal struct {
	errno unix.Errno
	asked request // what it did not like; of no kind if it was the whole
}

func (r *refusal) Error() string {
	if r.asked.what == "" {
		return strerror.Of(r.errno)
	}
	return r.asked.what + ": " + strerror.Of(r.errno)
}

func (r *refusal) Unwrap() error { return r.errno }

// errNoNetfilter is of a kernel without nfnetlink, and so without nf_tables.
var errNoNetfilter = refuse.Because("this kernel has no netlink of netfilter, and so no nf_tables")

// open opens a socket in a namespace.
func open(namespace *netns.Namespace) (*socket, error) {
	fd := -1
	err := namespace.Do(func() (err error) {
		fd, err = unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_NETFILTER)
		return err
	})
	limit := unix.NsecToTimeval(patience.Nanoseconds())
	if err == nil {
		err = errors.Join(unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &limit),
			unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit),
			unix.SetsockoptInt(fd, unix.SOL_NETLINK, unix.NETLINK_CAP_ACK, 1), // a refusal must not come with all that was refused
			bind(fd))
	}
	if err != nil {
		if fd >= 0 {
			unix.Close(fd)
		}
		if errors.Is(err, unix.EPROTONOSUPPORT) {
			return nil, errNoNetfilter
		}
		return nil, refuse.Because("cannot open a netlink socket for nf_tables: %s", strerror.Of(err))
	}
	return &socket{fd: fd}, nil
}

// bind gives a socket an address that none had before it. The kernel would give the first of a process the process's number
// again and again; and when one is closed it frees its address first, and then removes the tables of the socket that has that
// address by then: those of the next socket, it may be.
func bind(fd int) error {
	for {
		number := lowest + addresses.Add(1)%(1<<31-lowest)
		err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Pid: number})
		if err != unix.EADDRINUSE {
			return err
		}
	}
}

// close closes it, after a request that is under way.
func (s *socket) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fd >= 0 {
		unix.Close(s.fd)
		s.fd = -1
	}
}

// transact has the kernel do all of it or, if a refusal is returned, nothing. After any other error either can be so.
func (s *socket) transact(requests []request) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := s.sequence + 1
	size := 2 * (unix.SizeofNlMsghdr + len(wholeBatch))
	for _, each := range requests {
		size += unix.SizeofNlMsghdr + len(each.body)
	}
	text := s.message(make([]byte, 0, size), request{kind: unix.NFNL_MSG_BATCH_BEGIN, body: wholeBatch})
	for i, each := range requests {
		if i == len(requests)-1 {
			each.flags |= unix.NLM_F_ACK // the others are answered if they are refused
		}
		each.kind |= unix.NFNL_SUBSYS_NFTABLES << 8
		text = s.message(text, each)
	}
	last := s.sequence
	text = s.message(text, request{kind: unix.NFNL_MSG_BATCH_END, body: wholeBatch})
	if err := s.send(text); err != nil {
		return err
	}
	for {
		done := false
		err := s.receive(func(answer message) error {
			if answer.kind != unix.NLMSG_ERROR || answer.sequence-first > last-first {
				return nil // what is left of an earlier answer
			}
			done = answer.sequence == last
			return refusalOf(answer, requests, first)
		})
		if done || err != nil {
			return err
		}
	}
}

// refusalOf is what an answer refuses; nil if it does not.
func refusalOf(answer message, requests []request, first uint32) error {
	errno := answer.errno()
	if errno == 0 {
		return nil
	}
	found := &refusal{errno: errno}
	if answer.sequence != first {
		found.asked = requests[answer.sequence-first-1]
	}
	return found
}

// dump has all that there is of a kind, at one moment.
func (s *socket) dump(kind uint16, body []byte) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range dumpTries {
		found, whole, err := s.tryDump(request{kind: unix.NFNL_SUBSYS_NFTABLES<<8 | kind, flags: unix.NLM_F_DUMP, body: body})
		if whole || err != nil {
			return found, err
		}
	}
	return nil, errors.New("the tables of nf_tables do not stay the same for as long as it takes to read them")
}

// tryDump tells whether what it found is of one moment.
func (s *socket) tryDump(asked request) (found [][]byte, whole bool, err error) {
	if err := s.send(s.message(nil, asked)); err != nil {
		return nil, false, err
	}
	whole = true
	for done := false; !done; {
		err := s.receive(func(answer message) error {
			if answer.sequence != s.sequence {
				return nil // what is left of an earlier answer
			}
			whole = whole && answer.flags&unix.NLM_F_DUMP_INTR == 0
			if done = answer.kind == unix.NLMSG_DONE || answer.kind == unix.NLMSG_ERROR; !done {
				found = append(found, bytes.Clone(answer.body))
			} else if errno := answer.errno(); errno != 0 {
				return &refusal{errno: errno}
			}
			return nil
		})
		if err != nil {
			return nil, false, err
		}
	}
	return found, whole, nil
}

// message appends a request with the next number.
func (s *socket) message(text []byte, asked request) []byte {
	s.sequence++
	text = native.AppendUint32(text, uint32(unix.SizeofNlMsghdr+len(asked.body)))
	text = native.AppendUint16(text, asked.kind)
	text = native.AppendUint16(text, unix.NLM_F_REQUEST|asked.flags)
	text = native.AppendUint32(text, s.sequence)
	text = native.AppendUint32(text, 0) // the kernel knows whose socket it is
	return append(text, asked.body...)  // whose length is a multiple of 4
}

func (s *socket) send(text []byte) error {
	s.forget()
	if len(text) > sendable { // the kernel counts twice as much, and its own part of it
		_ = unix.SetsockoptInt(s.fd, unix.SOL_SOCKET, unix.SO_SNDBUFFORCE, len(text))
	}
	_, err := retried(func() (int, error) { return unix.Write(s.fd, text) })
	if err != nil {
		return fmt.Errorf("cannot send nf_tables a request: %w", err)
	}
	return nil
}

// forget drops what is left of earlier answers, which would take up the room of this one: each request of a transaction that
// failed is refused.
func (s *socket) forget() {
	for {
		_, _, err := unix.Recvfrom(s.fd, nil, unix.MSG_DONTWAIT|unix.MSG_TRUNC)
		if err != nil && err != unix.EINTR && err != unix.ENOBUFS {
			return
		}
	}
}

// receive reads the messages that came together.
func (s *socket) receive(visit func(message) error) error {
	buffer := buffers.Get().(*[room]byte)
	defer buffers.Put(buffer)
	n, err := retried(func() (int, error) { return unix.Read(s.fd, buffer[:]) })
	if err != nil {
		return fmt.Errorf("nf_tables does not answer: %w", err)
	}
	for received := buffer[:n]; len(received) > 0; {
		answer, rest, err := split(received)
		if err != nil {
			return err
		}
		if err := visit(answer); err != nil {
			return err
		}
		received = rest
	}
	return nil
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
