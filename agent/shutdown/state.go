package shutdown

import (
	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

// State is what has become of the process so far. Times are monotonic, in ns, but for the first.
type State struct {
	BeganMillis    int64 `json:"began_ms"` // by the time of day
	SignalledNanos int64 `json:"signalled_ns"`
	EndedNanos     int64 `json:"ended_ns"` // 0 while it lives
	DeafNanos      int64 `json:"deaf_ns"`  // when no socket of it listened any more; 0 if none did before, or one still does

	Listened    int   `json:"listened"`    // sockets, at the signal
	Established int   `json:"established"` // connections, when it was last looked
	Resets      int64 `json:"resets"`      // connections that its own side has reset since
	Unaccepted  int64 `json:"unaccepted"`  // those that were reset because their listening socket was closed
	Shared      bool  `json:"shared"`      // others are in its network namespace: these resets are all of theirs, the sockets its own

	Handles bool `json:"handles"` // whether it caught the signal, or blocked it
	Pending bool `json:"pending"` // whether it had not taken it at the last look
	Status  *int `json:"status"`  // as wait(2) gives it; null if not known

	Before Disposition   `json:"before"` // the process at the signal
	Now    []Disposition `json:"now"`    // all that are left of the container
	Behind []string      `json:"behind"` // the names of those that had not ended by themselves; null if not known
	Felled []string      `json:"felled"` // the names of its children that the signal ended, for they did not handle it
}

// State looks once more, and tells.
func (w *Watch) State() (State, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.closed {
		return State{}, refuse.Because("process %d was not told to stop", w.request.PID)
	}
	if err := w.tend(); err != nil {
		return State{}, err
	}
	seen, err := w.sockets()
	if err != nil {
		return State{}, err
	}
	state := State{
		BeganMillis: w.beganMillis, SignalledNanos: w.signalledNanos, EndedNanos: w.endedNanos, DeafNanos: w.deafNanos,
		Listened: w.tally.atSignal.listening, Established: w.established,
		Resets: w.tally.atSignal.resetsUntil(seen), Unaccepted: w.tally.unaccepted, Shared: w.shared,
		Handles: w.handles, Pending: w.pending, Before: w.before, Now: []Disposition{},
		Behind: w.kindred.behind, Felled: []string{},
	}
	if status, known := endedWith(w.pidfd); known {
		state.Status = &status
	}
	for _, pid := range procfs.Beside(w.request.PID) {
		state.Now = append(state.Now, describe(pid, w.number))
	}
	if w.endedNanos != 0 {
		state.Felled = w.kindred.felled()
	}
	return state, nil
}
