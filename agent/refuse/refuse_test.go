package refuse

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestSaysWhy(t *testing.T) {
	one, two := Because("no %d", 1), errors.New("two")
	if one.Error() != "no 1" || !Is(one) || !Is(fmt.Errorf("wrapped: %w", one)) || Is(two) || Is(nil) {
		t.Error(one)
	}
	if all := All([]error{one, two}); all.Error() != "no 1; two" || !Is(all) {
		t.Error(all)
	}
	if IsOutdated(one) || IsOutdated(two) || !IsOutdated(fmt.Errorf("wrapped: %w", Outdated("no %d", 3))) || !Is(Outdated("no")) {
		t.Error("what is outdated is not told from the rest")
	}
	if All(nil) != nil {
		t.Error("an error without a reason")
	}
}

func TestAttemptMakesAPanicAnError(t *testing.T) {
	err := Attempt(func() error { panic("on purpose") })
	if err == nil || Is(err) || !strings.Contains(err.Error(), "on purpose") {
		t.Error(err)
	}
	why := errors.New("why")
	if err := Attempt(func() error { return why }); err != why {
		t.Error(err)
	}
	if err := Attempt(func() error { return nil }); err != nil {
		t.Error(err)
	}
}

func TestWhatIsDoneAtOnceIsAllDoneThoughSomeOfItPanics(t *testing.T) {
	met := make(chan int)
	var got int
	err := AtOnce(func() { panic("on purpose") }, func() { met <- 7 }, func() { got = <-met })
	if err == nil || Is(err) || !strings.Contains(err.Error(), "on purpose") || got != 7 {
		t.Error(err, got)
	}
	if err := AtOnce(func() {}, func() {}); err != nil {
		t.Error(err)
	}
}
