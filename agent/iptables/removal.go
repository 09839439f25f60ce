package iptables

import (
	"strings"

	"faultline/agent/refuse"
	"faultline/agent/tool"
)

const (
	attempts = 3 // to remove what is left, while others may be removing the same
	noSet    = "does not exist"
)

// Close removes everything, whether the harm was ended or not. If it is not as it was made any more, which is an error, what is
// left of it is looked for and removed.
func (r *rules) Close() error {
	if r.isClosed {
		return nil
	}
	undo := r.script.undoEnded
	if r.isBegun {
		undo = r.script.undo
	}
	r.expired, r.isClosed, r.isBegun, r.isWhole = r.HasExpired(), true, false, false
	if !r.isTouched {
		return nil
	}
	if r.chains != nil {
		defer r.chains.Ended(r.place.Namespace, r.place.Tag)
	}
	if r.failed != nil {
		return r.removeRemains()
	}
	err := r.remove(undo)
	if err == nil {
		return nil
	}
	if worse := r.removeRemains(); worse != nil {
		return refuse.All([]error{err, worse})
	}
	return err
}

func (r *rules) remove(stages [][]tool.Command) error {
	for _, stage := range stages {
		if _, err := tool.Run(r.place.Namespace, stage); err != nil {
			return err
		}
	}
	return nil
}

// removeJumps removes the jumps that are there. What they have counted is read before; the rules behind them keep their counters.
func (r *rules) removeJumps() error {
	saved, err := r.read()
	if err != nil { // the harm has to end all the same
		r.flaw = "what its rules had counted could not be read before they were removed: " + err.Error()
		return r.runEach(r.script.end, func(int) {})
	}
	r.judge(saved)
	var commands []tool.Command
	var read []tally
	for i, each := range saved {
		if jumps := r.remains(each).jumps; len(jumps) > 0 {
			commands = append(commands, transaction(r.script.tools[i], r.script.table, jumps))
			read = append(read, tallyOf(r.place.Tag, each).ofJumps())
		}
	}
	return r.runEach(commands, func(i int) { r.earlier.add(read[i]) })
}

// remains are what is left of a change in one table.
type remains struct {
	jumps  []string // what removes those to its chains
	chains []string
}

func (r remains) isEmpty() bool { return len(r.jumps)+len(r.chains) == 0 }

func (r remains) remove(name, table string) tool.Command {
	flush := eachOf(r.chains, func(chain string) string { return "-F " + chain })
	return transaction(name, table, r.jumps, flush, eachOf(r.chains, func(chain string) string { return "-X " + chain }))
}

func (r *rules) remains(saved string) remains {
	isOurs := func(chain string) bool { return strings.HasPrefix(chain, r.place.Tag+"-") }
	var found remains
	for _, each := range linesOf(saved) {
		if isOurs(each.goal) {
			found.jumps = append(found.jumps, "-D "+each.chain+" "+each.text)
		}
	}
	for each := range strings.Lines(saved) {
		if name, isChain := strings.CutPrefix(each, ":"); isChain {
			if name, _, _ = strings.Cut(name, " "); isOurs(name) {
				found.chains = append(found.chains, name)
			}
		}
	}
	return found
}

// removeRemains removes what is there, table by table, and then the sets.
func (r *rules) removeRemains() error {
	var err error
	for range attempts {
		var saved []string
		if saved, err = r.read(); err != nil {
			continue
		}
		var commands []tool.Command
		for i, each := range saved {
			if left := r.remains(each); !left.isEmpty() {
				commands = append(commands, left.remove(r.script.tools[i], r.script.table))
			}
		}
		if len(commands) == 0 {
			return r.destroySets()
		}
		if err = r.runEach(commands, func(int) {}); err == nil {
			return r.destroySets()
		}
	}
	return err
}

func (r *rules) destroySets() error {
	var failures []error
	for _, result := range tool.RunAll(r.jobs(r.script.sets.destroy())) {
		if result.Err != nil && !strings.Contains(result.Err.Error(), noSet) {
			failures = append(failures, result.Err)
		}
	}
	return refuse.All(failures)
}
