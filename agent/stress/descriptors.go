package stress

import (
	"errors"
	"io/fs"
	"maps"
	"slices"

	"faultline/agent/cgroup"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

const passes = 20 // of looking for processes that were started while we looked

// descriptorLoad leaves the processes of a container no descriptors to spare: their soft limit is lowered to what they have
// open. The kernel gives no limit back, so this child stays after the agent until it has done that.
type descriptorLoad struct {
	task     task
	groups   *cgroup.Groups // nil until the processes are first looked for
	original map[int]int    // the soft limit of each process whose own is known
	lowered  map[int]int    // that of each which was lowered
	unset    error          // why one could not be lowered; nil if there was none
}

func newDescriptorLoad(task task) load {
	original := task.Before
	if original == nil {
		original = map[int]int{}
	}
	return &descriptorLoad{task: task, original: original, lowered: map[int]int{}}
}

// limitOfFirst is the soft limit of a container's first process, by its number; none if it has ended.
func limitOfFirst(pid int) (map[int]int, error) {
	found, err := limitsOf(pid)
	if hasGone(pid, err) {
		return nil, nil
	}
	return map[int]int{pid: found.soft}, err
}

func (l *descriptorLoad) begin() error {
	if _, err := l.processes(); err != nil {
		return untouched{err}
	}
	if err := joinEngine(l.groups); err != nil {
		return err
	}
	if err := l.tend(); err != nil {
		return err
	}
	if len(l.lowered) == 0 && l.unset != nil {
		return l.unset
	}
	if len(l.lowered) == 0 {
		return refuse.Because("no process of the container has more than %d descriptors to spare as it is; leave fewer",
			l.task.Order.Leaving)
	}
	return nil
}

func (l *descriptorLoad) processes() (_ []int, err error) {
	if l.groups == nil {
		if l.groups, err = cgroup.OfContainer(l.task.Pid); err != nil {
			return nil, err
		}
	}
	return l.groups.Processes(), nil
}

func (l *descriptorLoad) tend() error {
	all, err := l.processes()
	if err != nil {
		return err
	}
	for _, pid := range all {
		err := l.tighten(pid)
		if errors.Is(err, errMayNotBeSet) { // the others are short all the same
			l.unset = err
			continue
		}
		// What the engine is just about to execute in the container may not be looked at before it is.
		if err != nil && !hasGone(pid, err) && !errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	return nil
}

func (l *descriptorLoad) tighten(pid int) error {
	if procfs.IsEnding(pid) {
		return nil
	}
	now, err := limitsOf(pid)
	if err != nil {
		return err
	}
	wanted, err := firstRefused(pid, l.task.Order.Leaving)
	if err != nil {
		return err
	}
	before, known := l.lowered[pid]
	if known {
		wanted = min(wanted, before)
	} else {
		wanted = min(wanted, now.hard)
	}
	if now.soft <= wanted {
		return nil
	}
	original := l.original[pid]
	if !known || now.soft != before { // else it is as we left it
		original = now.soft
		if inherited, found := l.inherited(now.soft); found {
			original = inherited
		}
	}
	if err := setLimits(pid, limits{wanted, now.hard}); err != nil {
		return err
	}
	l.original[pid], l.lowered[pid] = original, wanted
	return nil
}

// inherited is what a process would have had that was started meanwhile, with the lowered limit of the one that started it.
func (l *descriptorLoad) inherited(soft int) (int, bool) {
	for _, pid := range slices.Sorted(maps.Keys(l.lowered)) { // the container's first process, if it is one of several
		if l.lowered[pid] == soft {
			return l.original[pid], true
		}
	}
	return 0, false
}

// state is in processes: those whose next descriptor is refused once what was left to them is used, of all there are.
func (l *descriptorLoad) state() (tally, error) {
	all, err := l.processes()
	if err != nil {
		return tally{}, err
	}
	var found tally
	for _, pid := range all {
		if procfs.IsEnding(pid) {
			continue
		}
		found.Of++
		now, err := limitsOf(pid)
		if err != nil {
			continue
		}
		if refused, err := firstRefused(pid, l.task.Order.Leaving); err == nil && now.soft <= refused {
			found.Did++
		}
	}
	return found, nil
}

func (l *descriptorLoad) flaw() string { return "" }

func (l *descriptorLoad) end() error {
	for range passes {
		if changed, err := l.giveBack(); !changed {
			return err
		}
	}
	return refuse.Because("the container starts processes faster than their limits can be given back")
}

// giveBack tells whether it gave something back. That one process cannot be set keeps nothing from the others.
func (l *descriptorLoad) giveBack() (bool, error) {
	all, err := l.processes()
	if err != nil {
		return false, err
	}
	changed := false
	var failed []error
	for _, pid := range all {
		given, err := l.giveBackTo(pid)
		if err != nil && !hasGone(pid, err) {
			failed = append(failed, err)
			continue
		}
		changed = changed || given
	}
	return changed, refuse.All(failed)
}

func (l *descriptorLoad) giveBackTo(pid int) (bool, error) {
	now, err := limitsOf(pid)
	if err != nil {
		return false, err
	}
	original, known := l.originalOf(pid, now.soft)
	original = min(original, now.hard) // which the process may have lowered since
	if !known || original <= now.soft || procfs.IsEnding(pid) {
		return false, nil
	}
	return true, setLimits(pid, limits{original, now.hard})
}

func (l *descriptorLoad) originalOf(pid, soft int) (int, bool) {
	if lowered, found := l.lowered[pid]; found && lowered == soft {
		return l.original[pid], true
	}
	if len(l.lowered) > 0 {
		return l.inherited(soft) // or it has set another itself since
	}
	// The child that lowered it was killed.
	if original, found := l.original[pid]; found {
		return original, true
	}
	found, most := false, 0
	for _, each := range l.original {
		found, most = true, max(most, each)
	}
	return most, found
}
