package shutdown

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"faultline/agent/descriptor"
)

// TCP states as /proc/net/tcp has them (net/tcp_states.h).
const (
	established = "01"
	closeWait   = "08"
	listening   = "0A"
)

// sockets are the TCP sockets of a network namespace at one moment, and what its kernel has counted so far.
type sockets struct {
	listening, established int
	abandoned              int // those that nobody has accepted yet and whose client has left again

	// Connections that the target's own kernel reset: closed with unread data, or sent data after it was closed.
	abortedUnread, abortedLate int64

	resetEstablished, resetsSent int64
}

// seenFrom reads them by the /proc folder of a process or thread that is in the namespace; false once that is gone. If
// processes are named, those that listen and are established are theirs; nil is for all of the namespace.
func seenFrom(proc string, owners []int) (sockets, bool) {
	extended, extendedErr := counters(proc+"/net/netstat", "TcpExt:")
	plain, plainErr := counters(proc+"/net/snmp", "Tcp:")
	entries, entriesErr := entriesOf(proc)
	if extendedErr != nil || plainErr != nil || entriesErr != nil {
		return sockets{}, false
	}
	seen := sockets{
		abortedUnread:    extended["TCPAbortOnClose"],
		abortedLate:      extended["TCPAbortOnData"],
		resetEstablished: plain["EstabResets"],
		resetsSent:       plain["OutRsts"],
	}
	held := heldBy(owners)
	for _, each := range entries {
		if each.state == closeWait && each.inode == "0" {
			seen.abandoned++
		}
		if owners != nil && !held["socket:["+each.inode+"]"] {
			continue
		}
		switch each.state {
		case listening:
			seen.listening++
		case established:
			seen.established++
		}
	}
	return seen, true
}

// entry is a line of /proc/net/tcp. A connection that waits to be accepted has no inode yet: "0".
type entry struct{ state, inode string }

func entriesOf(proc string) ([]entry, error) {
	const stateField, inodeField = 3, 9
	var found []entry
	for _, table := range []string{"tcp", "tcp6"} {
		content, err := os.ReadFile(proc + "/net/" + table)
		if err != nil {
			return nil, err
		}
		_, lines, _ := strings.Cut(string(content), "\n") // the first one is the heading
		for line := range strings.Lines(lines) {
			if words := strings.Fields(line); len(words) > inodeField {
				found = append(found, entry{words[stateField], words[inodeField]})
			}
		}
	}
	return found, nil
}

// heldBy has what the descriptors of processes refer to.
func heldBy(owners []int) map[string]bool {
	held := map[string]bool{}
	for _, each := range owners {
		for _, number := range descriptor.Of(each) {
			held[descriptor.Target(each, number)] = true
		}
	}
	return held
}

// counters reads those of one protocol: a line of names, and one of values.
func counters(path, protocol string) (map[string]int64, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var lines [][]string
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, protocol) {
			lines = append(lines, strings.Fields(line)[1:])
		}
	}
	if len(lines) < 2 || len(lines[0]) != len(lines[1]) {
		return nil, fmt.Errorf("%s has no counters of %s", path, protocol)
	}
	found := make(map[string]int64, len(lines[0]))
	for i, name := range lines[0] {
		if found[name], err = strconv.ParseInt(lines[1][i], 10, 64); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return found, nil
}

// resetsUntil are connections that the application has reset: by closing what it had not read, or before the other side had.
func (s sockets) resetsUntil(later sockets) int64 {
	return later.abortedUnread - s.abortedUnread + later.abortedLate - s.abortedLate
}

// unacceptedUntil are connections that were reset because their listening socket was closed while they waited to be accepted.
//
// The kernel counts none of them as aborted, but as established ones that ended by a reset, which those are too that the other
// side has reset, and among the resets that it has sent, which also refuse new connections: only what rises both is counted.
// It is for the while in which a listening socket was closed.
func (s sockets) unacceptedUntil(later sockets) int64 {
	aborted := later.abortedUnread - s.abortedUnread
	ended := later.resetEstablished - s.resetEstablished - aborted
	sent := later.resetsSent - s.resetsSent - aborted - (later.abortedLate - s.abortedLate)
	return max(0, min(ended, sent)-int64(s.abandoned))
}
