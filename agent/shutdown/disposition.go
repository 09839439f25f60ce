package shutdown

import (
	"strings"

	"faultline/agent/procfs"
	"faultline/agent/signals"
	"faultline/agent/waiting"
)

// unnamed stands for the name of a process that has just ended.
const unnamed = "?"

// Disposition is a process, and what it does with a signal.
type Disposition struct {
	PID     int    `json:"pid"`
	Name    string `json:"name"`
	Command string `json:"command"`
	Catches bool   `json:"catches"`
	Ignores bool   `json:"ignores"`
	Blocks  bool   `json:"blocks"`
	WaitsIn string `json:"waits_in"`
}

func describe(pid, number int) Disposition {
	status, waitsIn := procfs.Status(pid), waiting.ChannelOfProcess(pid)
	return Disposition{
		PID:     pid,
		Name:    nameOf(pid),
		Command: strings.TrimSpace(strings.Join(procfs.CommandLine(pid), " ")),
		Catches: signals.Has(status, "SigCgt", number),
		Ignores: signals.Has(status, "SigIgn", number),
		Blocks:  signals.Has(status, "SigBlk", number) || strings.Contains(waitsIn, "sigtimedwait"),
		WaitsIn: waitsIn,
	}
}

// handles tells whether it does something with the signal: catches it, or blocks it to take it by sigwait(3), as inits do.
// While it is in that, the kernel shows the signals that it waits for as not blocked.
func handles(pid, number int) bool {
	seen := describe(pid, number)
	return seen.Catches || seen.Blocks
}

func nameOf(pid int) string {
	if name := procfs.Name(pid); name != "" {
		return name
	}
	return unnamed
}
