package change

import (
	"time"

	"faultline/agent/effect"
	"faultline/agent/monotonic"
	"faultline/agent/orphan"
	"faultline/agent/refuse"
	"faultline/agent/tool"
)

// State is what a change did so far, and whether its target lives.
type State struct {
	Effect      string        `json:"effect,omitempty"`
	Applied     []string      `json:"applied"`
	Counters    []string      `json:"counters"`
	Action      *effect.State `json:"action,omitempty"`
	TargetAlive bool          `json:"target_alive"`
	Wiped       bool          `json:"wiped"`
	AtNanos     int64         `json:"at_ns,omitempty"`
	Orphans     *orphan.Count `json:"orphans,omitempty"`
	Problem     string        `json:"problem,omitempty"`
}

// Apply makes several changes, stage by stage and side by side, and returns when each was in force: others of them can take
// much longer on a busy machine. An error leaves what was made so far.
func Apply(changes []*Change) ([]int64, error) {
	inForce := make([]int64, len(changes))
	for number := range longest(changes, func(c *Change) int { return len(c.plan.Apply) }) {
		if err := applyStage(changes, number, inForce); err != nil {
			return nil, err
		}
	}
	for _, change := range changes {
		if err := refuse.Attempt(change.begin); err != nil {
			return nil, err
		}
	}
	for _, change := range changes {
		if err := refuse.Attempt(change.settle); err != nil {
			return nil, err
		}
		if err := keep(changes); err != nil {
			return nil, err
		}
	}
	now := monotonic.Nanos()
	for i, change := range changes {
		if change.action != nil || inForce[i] == 0 {
			inForce[i] = now
		}
	}
	return inForce, nil
}

// keep puts the kernel's own expiry off for those that wait for others of them, which take seconds each.
func keep(changes []*Change) error {
	for _, change := range changes {
		if time.Since(change.renewed) > kernelTimeout/4 {
			if err := change.Renew(); err != nil {
				return err
			}
		}
	}
	return nil
}

func applyStage(changes []*Change, number int, inForce []int64) error {
	var jobs []tool.Job
	var owners []int
	for i, change := range changes {
		if number >= len(change.plan.Apply) {
			continue
		}
		for _, command := range change.plan.Apply[number] {
			jobs = append(jobs, tool.Job{Namespace: change.namespace, Command: command})
			owners = append(owners, i)
		}
	}
	results := tool.RunAll(jobs, func(index int) { inForce[owners[index]] = monotonic.Nanos() })
	var failures []error
	for i, result := range results {
		owner := changes[owners[i]]
		owner.applied = append(owner.applied, result.Output)
		if result.Err != nil {
			failures = append(failures, result.Err)
		}
	}
	return refuse.All(failures)
}

// Read has the state of each change, in their order.
func Read(changes []*Change) ([]State, error) {
	read := each(changes, func(c *Change) []tool.Command { return c.plan.Counters })
	states := make([]State, len(changes))
	for i, change := range changes {
		if err := refuse.All(read[i].failures); err != nil {
			return nil, err
		}
		if err := change.tell(&states[i], read[i].outputs); err != nil {
			return nil, err
		}
		states[i].Wiped = change.hasExpired()
	}
	return states, nil
}

// tell completes a state by what its counters' commands printed, and by what the agent itself does.
func (c *Change) tell(state *State, counters []string) error {
	switch {
	case c.action != nil:
		does, err := c.action.State()
		if err != nil {
			return err
		}
		state.Action = &does
	case c.responder != nil:
		does := c.responder.State()
		state.Action = &does
	}
	state.Applied, state.Counters, state.TargetAlive = c.applied, counters, c.targetAlive()
	return nil
}

// Heal stops all harm at once, reads the counters, then removes what was added, whatever fails on the way. It tells of each
// change how it ended; one that could not be removed by any means has a problem in there, and is not closed.
func Heal(changes []*Change) []State {
	problems := make([][]error, len(changes))
	expired := make([]bool, len(changes))
	for i, change := range changes {
		expired[i] = change.hasExpired()
		change.plan.Expires, change.over = false, true // whatever fails from here on, nothing may bring the harm back
	}
	stopped := stop(changes, problems)
	read := each(changes, func(c *Change) []tool.Command { return c.plan.Counters })
	for i := range changes {
		problems[i] = append(problems[i], read[i].failures...)
	}
	for number := range longest(changes, func(c *Change) int { return len(c.plan.Undo) }) {
		undone := each(changes, func(c *Change) []tool.Command {
			if number < len(c.plan.Undo) {
				return c.plan.Undo[number]
			}
			return nil
		})
		for i := range changes {
			problems[i] = append(problems[i], undone[i].failures...)
		}
	}
	ends := make([]State, len(changes))
	for i, change := range changes {
		ends[i] = change.conclude(read[i].outputs, problems[i], expired[i])
		ends[i].AtNanos = stopped[i]
		if stopped[i] == 0 { // nothing to disarm: the harm lasted until the rules were gone
			ends[i].AtNanos = monotonic.Nanos()
		}
	}
	return ends
}

// stop ends the harm of all that can end before anything is removed, and tells when; 0 of the others.
func stop(changes []*Change, problems [][]error) []int64 {
	disarmed := each(changes, func(c *Change) []tool.Command { return c.plan.Disarm })
	for i, change := range changes {
		problems[i] = append(problems[i], disarmed[i].failures...)
		if err := refuse.Attempt(change.end); err != nil {
			problems[i] = append(problems[i], err)
		}
	}
	stopped := make([]int64, len(changes))
	now := monotonic.Nanos()
	for i, change := range changes {
		if (len(change.plan.Disarm) > 0 || change.action != nil) && len(problems[i]) == 0 {
			stopped[i] = now
		}
	}
	return stopped
}

// conclude tells how a change ended that was undone as planned, unless there were problems.
func (c *Change) conclude(counters []string, problems []error, expired bool) State {
	end := State{Effect: c.Tag, Applied: []string{}, Counters: []string{}, Wiped: expired || len(problems) > 0}
	var trouble []error
	if err := refuse.Attempt(func() error { return c.tell(&end, counters) }); err != nil {
		trouble = append(trouble, err) // nothing is left for that: it is closed all the same
	}
	if err := refuse.Attempt(func() error { return c.leave(problems) }); err != nil {
		trouble = append(trouble, err)
	}
	if err := refuse.All(trouble); err != nil {
		end.Problem = err.Error()
	}
	return end
}

// leave closes it. If there were problems, somebody else removed a part of it (a firewall reload, say): what is left is taken
// away by its name before.
func (c *Change) leave(problems []error) error {
	if len(problems) > 0 {
		if err := c.removeByName(problems); err != nil {
			return err
		}
	}
	return c.Close()
}

// Abandon takes back changes that could not be made as a whole, and returns why, or what of them is left. What the agent itself
// does for any of them ends first, as removing takes longer.
func Abandon(changes []*Change, because error) error {
	for _, change := range changes {
		change.plan.Expires = false
		_ = refuse.Attempt(change.end) // closing it does the same, and tells
	}
	var problems []error
	for _, change := range changes {
		if err := refuse.Attempt(func() error { return change.abandon(because) }); err != nil {
			problems = append(problems, err)
		}
	}
	if len(problems) > 0 {
		return refuse.All(problems)
	}
	return because
}

type ran struct {
	outputs  []string
	failures []error
}

// each runs some commands of each change, all side by side.
func each(changes []*Change, commandsOf func(*Change) []tool.Command) []ran {
	var jobs []tool.Job
	var owners []int
	all := make([]ran, len(changes))
	for i, change := range changes {
		all[i].outputs = []string{}
		for _, command := range commandsOf(change) {
			jobs = append(jobs, tool.Job{Namespace: change.namespace, Command: command})
			owners = append(owners, i)
		}
	}
	for i, result := range tool.RunAll(jobs, func(int) {}) {
		owner := &all[owners[i]]
		owner.outputs = append(owner.outputs, result.Output)
		if result.Err != nil {
			owner.failures = append(owner.failures, result.Err)
		}
	}
	return all
}

func longest(changes []*Change, length func(*Change) int) int {
	most := 0
	for _, change := range changes {
		most = max(most, length(change))
	}
	return most
}
