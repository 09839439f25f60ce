package iptables

import (
	"time"

	"faultline/agent/basechain"
	"faultline/agent/effect"
	"faultline/agent/refuse"
	"faultline/agent/tool"
)

// incomplete is the flaw of rules of which a part is gone.
const incomplete = "a part of the fault's rules was removed by somebody else, or expired, while it was open"

// rules are those of one change. They carry a script out; what they have counted is read by evidence.
type rules struct {
	place    effect.Place
	chains   *basechain.Chains // nil for iptables-legacy, which makes no base chains
	script   script
	evidence evidence

	isTouched bool  // whether something was tried in the namespace
	isMade    bool  // whether everything was added
	failed    error // why it was not, if that was tried
	isBegun   bool  // whether the harm may be in force, as a whole or in part
	isWhole   bool
	isClosed  bool
	renewed   time.Time
	expired   bool
	flaw      string
	earlier   tally // what was counted by rules that are gone
}

// evidence reads what iptables-save has printed of each table.
type evidence interface {
	// isIntact tells whether all is there that is to be there.
	isIntact(saved []string, isBegun bool) bool
	counts(saved []string, earlier tally) []effect.Count
}

func newRules(place effect.Place, flavour string, chains *basechain.Chains, script script, evidence evidence) *rules {
	if flavour != "iptables-nft" {
		chains = nil
	}
	return &rules{place: place, chains: chains, script: script, evidence: evidence, earlier: tally{}}
}

// Prepare adds all that the harm needs.
func (r *rules) Prepare() error {
	if err := r.require(); err != nil || r.isMade {
		return err
	}
	return r.make(r.script.prepare, false)
}

// Begin lets the harm begin.
func (r *rules) Begin() error {
	if err := r.require(); err != nil || r.isWhole {
		return err
	}
	if err := r.End(); err != nil { // of what was begun in part
		return err
	}
	r.renewed = time.Now()
	if !r.isMade {
		return r.make(r.script.apply, true)
	}
	r.isBegun = true
	_, err := tool.Run(r.place.Namespace, r.script.begin)
	r.isWhole = err == nil
	return err
}

// require refuses rules that cannot be made any more.
func (r *rules) require() error {
	if r.isClosed {
		return refuse.Because("the rules of %s were removed", r.place.Tag)
	}
	return r.failed
}

// make adds all, stage by stage; what has failed is not tried again.
func (r *rules) make(stages [][]tool.Command, begins bool) error {
	r.isTouched = true
	if r.chains != nil {
		r.chains.Opens(r.place.Namespace, r.place.Tag)
	}
	for number, stage := range stages {
		r.isBegun = begins && number == len(stages)-1
		if _, r.failed = tool.Run(r.place.Namespace, stage); r.failed != nil {
			return r.failed
		}
	}
	r.isMade, r.isWhole = true, begins
	return nil
}

// Renew fills the sets again.
func (r *rules) Renew() error {
	if !r.isWhole || r.script.renew == nil {
		return nil
	}
	now := time.Now()
	if _, err := tool.Run(r.place.Namespace, r.script.renew); err != nil {
		return err
	}
	r.expired = r.HasExpired() // asked after it, as the entries may have gone while it was under way
	r.renewed = now
	return nil
}

// HasExpired tells whether the sets' entries have gone meanwhile.
func (r *rules) HasExpired() bool {
	return r.expired || r.isBegun && r.script.renew != nil && time.Since(r.renewed) > kernelTimeout
}

// End ends the harm; what it takes to begin again stays.
func (r *rules) End() error {
	if !r.isBegun {
		return nil
	}
	expired := r.HasExpired()
	if r.script.byJumps {
		if err := r.removeJumps(); err != nil {
			return err
		}
	} else if _, err := tool.Run(r.place.Namespace, r.script.end); err != nil {
		return err
	}
	r.expired, r.isBegun, r.isWhole = expired, false, false
	return nil
}

// Settle has nothing to wait for.
func (*rules) Settle() error { return nil }

// Tend has nothing to do.
func (*rules) Tend() {}

// State reads what was counted so far.
func (r *rules) State() (effect.State, error) {
	if r.isClosed {
		return effect.State{}, refuse.Because("the rules of %s were removed, and what they counted with them", r.place.Tag)
	}
	if !r.isTouched {
		return effect.State{Counts: r.evidence.counts(nil, r.earlier)}, nil
	}
	saved, err := r.read()
	if err != nil {
		return effect.State{}, err
	}
	r.judge(saved)
	return effect.State{Flaw: r.flaw, Counts: r.evidence.counts(saved, r.earlier)}, nil
}

func (r *rules) read() ([]string, error) {
	return tool.Run(r.place.Namespace, r.script.counters())
}

// judge keeps in mind what was missing once.
func (r *rules) judge(saved []string) {
	if r.flaw == "" && !r.evidence.isIntact(saved, r.isBegun) {
		r.flaw = incomplete
	}
}

// runEach runs a command for each table, all side by side, and calls done with the index of each that has succeeded.
func (r *rules) runEach(commands []tool.Command, done func(index int)) error {
	var failures []error
	for i, result := range tool.RunAll(r.jobs(commands)) {
		if result.Err != nil {
			failures = append(failures, result.Err)
		} else {
			done(i)
		}
	}
	return refuse.All(failures)
}

func (r *rules) jobs(commands []tool.Command) []tool.Job {
	return eachOf(commands, func(command tool.Command) tool.Job { return tool.Job{Namespace: r.place.Namespace, Command: command} })
}
