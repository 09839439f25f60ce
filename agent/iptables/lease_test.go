package iptables

import (
	"testing"
	"time"

	"faultline/agent/packets"
)

// inEachLeased runs a test with each flavour while the kernel ends the harm a second after its last renewal.
func inEachLeased(t *testing.T, test func(t *testing.T, n network, made *filtering)) {
	t.Helper()
	before := kernelTimeout
	t.Cleanup(func() { kernelTimeout = before })
	kernelTimeout = time.Second
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		if filter.Expiry == "LEASE" {
			test(t, n, n.packets(t, packets.Order{Filter: filter, Traffic: into, Action: dropped}))
		}
	})
}

func TestTheKernelEndsWhatNobodyRenews(t *testing.T) {
	inEachLeased(t, func(t *testing.T, n network, made *filtering) {
		do(t, made.Prepare)
		do(t, made.Renew) // though it has not begun
		requireReached(t, n, true)
		do(t, made.Begin)
		if made.HasExpired() {
			t.Fatal("expired at once")
		}
		eventually(t, "it begins", func() bool { return n.stopsAllWhileRenewed(t, made) })
		eventually(t, "the kernel ends it", func() bool { return n.reaches(t, 0) && n.reaches(t, 1) })
		eventually(t, "that is known", made.HasExpired)
		eventually(t, "it goes on", func() bool { return n.stopsAllWhileRenewed(t, made) })
		do(t, made.End)
		if !made.HasExpired() {
			t.Error("it was whole all the time, it says")
		}
		do(t, made.Close)
		n.requireNothingLeft(t, made.order.Filter.Flavour)
	})
}

// stopsAllWhileRenewed tells whether nothing reaches the target.
func (n network) stopsAllWhileRenewed(t *testing.T, made *filtering) bool {
	t.Helper()
	for family := range served {
		do(t, made.Renew)
		if n.reaches(t, family) {
			return false
		}
	}
	return true
}

func TestRenewalsPutItsEndOff(t *testing.T) {
	inEachLeased(t, func(t *testing.T, n network, made *filtering) {
		do(t, made.Begin)
		for begun := time.Now(); time.Since(begun) < 2*kernelTimeout; {
			if !n.stopsAllWhileRenewed(t, made) && !made.HasExpired() { // as it has if this machine was busy for so long
				t.Fatal("it was not put off")
			}
		}
		made.expired = false
		do(t, made.End)
		made.renewed = time.Now().Add(-2 * kernelTimeout)
		do(t, made.Renew)
		if made.HasExpired() {
			t.Error("expired, it says")
		}
		requireReached(t, n, true)
	})
}

func TestLateRenewalIsAnExpiry(t *testing.T) {
	inEachLeased(t, func(t *testing.T, n network, made *filtering) {
		do(t, made.Begin)
		made.renewed = time.Now().Add(-kernelTimeout)
		do(t, made.Renew)
		if !made.HasExpired() || time.Since(made.renewed) > kernelTimeout {
			t.Errorf("expired is %v, renewed %s", made.HasExpired(), made.renewed)
		}
	})
}

func TestAnInstantEndsWhatNobodyEnds(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		if filter.Expiry != "DATESTOP" {
			t.Skip("it does not end at an instant")
		}
		place := n.place()
		place.Deadline = time.Now().Add(time.Second)
		made, err := Packets(place, packets.Order{Filter: filter, Traffic: into, Action: dropped}, n.chains)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { made.Close() })
		do(t, made.Begin)
		requireReached(t, n, false)
		eventually(t, "the kernel ends it", func() bool { return n.reaches(t, 0) && n.reaches(t, 1) })
		if time.Now().Before(place.Deadline) {
			t.Error("ended before its deadline")
		}
		do(t, made.Close)
		n.requireNothingLeft(t, filter.Flavour)
	})
}
