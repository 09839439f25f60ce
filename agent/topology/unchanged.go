package topology

import (
	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

// Seen is a process as somebody has seen it before.
type Seen struct {
	PID     int    `json:"pid"`
	Started int64  `json:"started"`
	Version string `json:"version"` // of the look at its namespace; empty if only the process matters
}

// RequireUnchanged refuses, as outdated, unless all of these are still as they were seen.
func RequireUnchanged(all []Seen) error {
	return sideBySide(all, func(_ int, seen Seen) error { return seen.requireUnchanged() })
}

func (s Seen) requireUnchanged() error {
	if s.Version == "" {
		if started := procfs.Started(s.PID); started == 0 || started != s.Started {
			return refuse.Outdated("process %d has ended", s.PID)
		}
		return nil
	}
	now, err := LookAt(s.PID)
	switch {
	case err != nil:
		return refuse.Outdated("process %d is no longer as it was seen: %v", s.PID, err)
	case now.Started != s.Started || now.Version != s.Version:
		return refuse.Outdated("process %d, or its network, is no longer as it was seen", s.PID)
	}
	return nil
}
