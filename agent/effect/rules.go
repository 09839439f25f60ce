package effect

import (
	"encoding/json"
	"time"

	"faultline/agent/netns"
)

// Rules are an Action on what a network namespace does with packets and connections. They outlive the processes in it.
//
// Begin adds all that the harm needs if Prepare has not, and lets it begin; End ends the harm and may leave the rest in its
// place; Close removes everything. State is asked before Close, after End.
type Rules interface {
	Action
	// Prepare adds all that the harm needs, and does no harm yet.
	Prepare() error
	// Renew puts the kernel's own end of the harm off. Nothing is to be done while the harm has not begun, or where the kernel
	// does not end it.
	Renew() error
	// HasExpired tells whether the kernel has ended the harm at some time since it began, because no renewal came through.
	HasExpired() bool
	// Retune turns them, open or not, into what this order says without a gap; what was counted goes on being counted. An order
	// that they cannot become is refused before anything is touched.
	Retune(order json.RawMessage) error
}

// Place is where rules are made.
type Place struct {
	Tag       string // carried by all that they add, so that it can be found and removed by name
	PID       int    // a process in the namespace, as the agent numbers processes
	Namespace *netns.Namespace
	Deadline  time.Time // when the kernel ends the harm at the latest, where it can only be given an instant
}
