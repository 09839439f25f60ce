package stress

import (
	"os"
	"syscall"
	"time"

	"faultline/agent/cgroup"
	"faultline/agent/refuse"
)

const (
	nobody     = 65534
	trialLimit = 5 * time.Second
)

// trial is the order of a child that tries to join control groups: those of the agent's own container, or its engine's.
type trial struct {
	Agent      int    `json:"agent"`
	Controller string `json:"controller"` // empty for all groups of the engine's process
}

// LoadsThatWork names what the loads need of this machine and can have, tried on the agent's own container.
func LoadsThatWork() ([]string, error) {
	trials := []struct {
		name  string
		works func() bool
	}{
		{"cpu_group", func() bool { return joins("cpu") }},
		{"memory_group", func() bool { return joins("memory") }},
		{"engine_group", func() bool { return joins("") }},
		{"limits", limitsAnotherUser},
	}
	works := make([]bool, len(trials))
	acts := make([]func(), len(trials))
	for i, each := range trials {
		acts[i] = func() { works[i] = each.works() }
	}
	err := refuse.AtOnce(acts...)
	found := []string{}
	for i, each := range trials {
		if works[i] {
			found = append(found, each.name)
		}
	}
	return found, err
}

func joins(controller string) bool {
	child, err := program{role: join, dies: true}.run()
	if err != nil {
		return false
	}
	defer child.line.Close()
	if give(child.line, trial{os.Getpid(), controller}) != nil || !child.hasEnded(trialLimit) {
		child.kill()
		return false
	}
	return child.status.Exited() && child.status.ExitStatus() == 0
}

// joinGroups is the life of a child that tries it.
func joinGroups() int {
	var order trial
	if !hearOrder(&order) {
		return 1
	}
	groups, err := cgroup.OfContainer(order.Agent)
	if err != nil {
		return 1
	}
	if order.Controller == "" {
		err = joinEngine(groups)
	} else {
		err = groups.Take(0, order.Controller)
	}
	if err != nil {
		return 1
	}
	return 0
}

// limitsAnotherUser changes the limit of a child that waits for an order that it is never given.
func limitsAnotherUser() bool {
	user := &syscall.Credential{Uid: nobody, Gid: nobody, NoSetGroups: true}
	child, err := program{role: join, dies: true, user: user}.run()
	if err != nil {
		return false
	}
	defer child.line.Close()
	defer child.kill()
	pid := child.process.Pid
	before, err := limitsOf(pid)
	if err != nil {
		return false
	}
	return setLimits(pid, limits{before.soft - 1, before.hard}) == nil && setLimits(pid, before) == nil
}
