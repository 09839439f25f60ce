// Package effect says what the agent itself does while a harm is in force.
package effect

// Action begins when the harm does, and ends with it; it can begin again after that. One goroutine at a time calls it.
type Action interface {
	// Begin begins, or says why it cannot.
	Begin() error
	// Settle waits until it is in force, as others are beginning meanwhile.
	Settle() error
	// Tend does what is due; it is called every 50 ms while the change is open.
	Tend()
	// End takes back what it did. Calling it twice is calling it once.
	End() error
	// Close lets go of everything; it does not begin again.
	Close() error
	// State says what it did so far.
	State() (State, error)
}

// Instant is an Action that is over when it has begun, and that has to be before rules are: these would stop what it sends.
type Instant interface {
	Action
	IsInstant()
}

// State is what the agent says of something that it does itself.
type State struct {
	Number int64  `json:"number"`         // how much of it there was
	Of     int64  `json:"of"`             // how much there could have been; no less
	Needed bool   `json:"needed"`         // whether the container's processes needed what they did not get, as far as the kernel tells
	Flaw   string `json:"flaw,omitempty"` // why it is not, or was not all the time, as it was ordered

	Counts []Count `json:"counts,omitempty"` // the same of packets and connections, which are counted apart
	Flows  *Flows  `json:"flows,omitempty"`  // whose packets they were, if that is remembered
}

// Count is how many packets or connections were harmed of those that were looked at, in one direction.
type Count struct {
	Direction string `json:"direction"` // IN, OUT, FORWARDED; ANY of connections
	Number    int64  `json:"number"`
	Of        int64  `json:"of"`
}
