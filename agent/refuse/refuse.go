// Package refuse has the one kind of error that goes back to the caller as it stands: a request that cannot be carried out.
package refuse

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"sync"
)

// Error says why a request cannot be carried out, in words for the caller. Nothing stays changed.
type Error struct {
	why      string
	outdated bool
}

func (e *Error) Error() string { return e.why }

// Because makes one, as fmt.Sprintf does its text.
func Because(format string, args ...any) error {
	return &Error{why: fmt.Sprintf(format, args...)}
}

// Outdated makes one of a request that was made of what was so before, and is no longer.
func Outdated(format string, args ...any) error {
	return &Error{why: fmt.Sprintf(format, args...), outdated: true}
}

// IsOutdated tells whether an error is such a one, or wraps one: the caller has to look again.
func IsOutdated(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.outdated
}

// All makes one of several reasons; nil if there is none.
func All(reasons []error) error {
	if len(reasons) == 0 {
		return nil
	}
	texts := make([]string, len(reasons))
	for i, reason := range reasons {
		texts[i] = reason.Error()
	}
	return &Error{why: strings.Join(texts, "; ")}
}

// Is tells whether an error is one, or wraps one.
func Is(err error) bool {
	var refused *Error
	return errors.As(err, &refused)
}

// Attempt makes a panic an error, as a defect in one request must not end the agent, and with it what others have open. Where it
// was is told on stderr.
func Attempt(act func() error) (err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			fmt.Fprintf(os.Stderr, "%v\n%s", panicked, debug.Stack())
			err = fmt.Errorf("the agent has failed: %v", panicked)
		}
	}()
	return act()
}

// AtOnce does several things side by side, returns when all are done, and makes their panics one error.
func AtOnce(acts ...func()) error {
	problems := make([]error, len(acts))
	var acting sync.WaitGroup
	for i, act := range acts {
		acting.Go(func() {
			problems[i] = Attempt(func() error {
				act()
				return nil
			})
		})
	}
	acting.Wait()
	return errors.Join(problems...)
}
