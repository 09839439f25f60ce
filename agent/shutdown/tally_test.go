package shutdown

import "testing"

// Looks at a server with two listening sockets, as they follow on each other.
func TestResetsAreCountedAroundTheCloseOfAListeningSocket(t *testing.T) {
	start := sockets{listening: 2, abandoned: 1}
	tally := newTally(start)

	open := start
	open.resetEstablished, open.resetsSent = 5, 5 // while both listen: others' doing
	tally.compare(open)
	closed := open
	closed.listening = 1
	closed.resetEstablished, closed.resetsSent = 7, 7
	tally.compare(closed)
	if tally.unaccepted != 0 || tally.isDeaf() {
		t.Errorf("%d counted too early, deaf: %v", tally.unaccepted, tally.isDeaf())
	}
	after := closed
	after.listening = 0
	after.resetEstablished, after.resetsSent, after.abortedUnread = 12, 10, 1
	tally.compare(after)
	if tally.unaccepted != 3 { // of 4 resets that were sent and not for unread data, 1 had been abandoned before
		t.Errorf("%d counted", tally.unaccepted)
	}
	if !tally.isDeaf() {
		t.Error("no socket listens any more")
	}
	last := after
	last.abandoned = 0
	last.resetEstablished, last.resetsSent = 15, 20
	tally.compare(last)
	if tally.unaccepted != 5 { // of 3 that ended by a reset, 1 had been abandoned
		t.Errorf("%d counted", tally.unaccepted)
	}
	tally.compare(sockets{resetEstablished: 99, resetsSent: 99})
	if tally.unaccepted != 5 {
		t.Errorf("%d counted when nothing closed", tally.unaccepted)
	}
}
