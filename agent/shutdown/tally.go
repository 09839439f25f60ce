package shutdown

// tally follows the TCP sockets of a process from the signal on.
type tally struct {
	atSignal, last sockets
	closing        *sockets // as they were before a listening one closed, until the look after the one that missed it
	unaccepted     int64
}

func newTally(atSignal sockets) tally {
	return tally{atSignal: atSignal, last: atSignal}
}

// compare takes the next look. Two looks see a listening socket close: it can be gone before the resets that it caused are
// counted.
func (t *tally) compare(seen sockets) {
	since := t.last
	if t.closing != nil {
		t.unaccepted += t.closing.unacceptedUntil(seen)
		t.closing, since = nil, seen
	}
	if seen.listening < t.last.listening {
		t.closing = &since
	}
	t.last = seen
}

// isDeaf tells whether it listened at the signal, and does not any more.
func (t *tally) isDeaf() bool { return t.atSignal.listening > 0 && t.last.listening == 0 }
