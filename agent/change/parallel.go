package change

import (
	"cmp"
	"sync"

	"faultline/agent/refuse"
)

const sideBySide = 24 // of all requests together

// places are those of the namespaces that are worked in now. Each takes a thread for a while, and these are limited in a container.
var places = make(chan struct{}, sideBySide)

// Each does something with each of these changes, whatever becomes of the others, and returns when all of it is done. The kernel's
// own end of the harm is put off for those that wait for others.
func Each(changes []*Change, act func(*Change) error) error {
	return all(each(changes, func(i int) error {
		err := act(changes[i])
		if changes[i].rules != nil {
			return err
		}
		return all(present(err, keep(changes)))
	}))
}

// each does something with each of these changes, by their index: first with those that are over at once, whose packets the rules
// of others would stop, then with those that make rules, then with the others, one after another. What became of it stands at the
// same index.
func each(changes []*Change, act func(i int) error) []error {
	ofInstants := eachWith(changes, (*Change).isInstant, act)
	ofRules := eachOfRules(changes, act)
	ofOthers := eachWith(changes, func(change *Change) bool { return change.rules == nil && !change.isInstant() }, act)
	problems := make([]error, len(changes))
	for i := range changes {
		problems[i] = cmp.Or(ofInstants[i], ofRules[i], ofOthers[i])
	}
	return problems
}

// eachWith does something with those of the changes that are meant, one after another.
func eachWith(changes []*Change, meant func(*Change) bool, act func(i int) error) []error {
	problems := make([]error, len(changes))
	for i, change := range changes {
		if meant(change) {
			problems[i] = refuse.Attempt(func() error { return act(i) })
		}
	}
	return problems
}

// eachOfRules does something with each of these changes that makes rules, in all their namespaces at once, and in each of these
// one after another. What became of it stands at the same index.
func eachOfRules(changes []*Change, act func(i int) error) []error {
	problems := make([]error, len(changes))
	var working sync.WaitGroup
	for _, there := range byNamespace(changes) {
		places <- struct{}{}
		working.Go(func() {
			defer func() { <-places }()
			for _, i := range there {
				problems[i] = refuse.Attempt(func() error { return act(i) })
			}
		})
	}
	working.Wait()
	return problems
}

// byNamespace has the indexes of those that make rules, in their order.
func byNamespace(changes []*Change) [][]int {
	var found [][]int
	where := map[uint64]int{}
	for i, change := range changes {
		if change.rules == nil {
			continue
		}
		at, known := where[change.namespace.Inode]
		if !known {
			at = len(found)
			where[change.namespace.Inode] = at
			found = append(found, nil)
		}
		found[at] = append(found[at], i)
	}
	return found
}

// all makes one of several problems; nil if there is none.
func all(problems []error) error { return refuse.All(present(problems...)) }

// present has those that there are.
func present(problems ...error) []error {
	var found []error
	for _, problem := range problems {
		if problem != nil {
			found = append(found, problem)
		}
	}
	return found
}
