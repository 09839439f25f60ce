package shaping

import "testing"

func TestItCanBecomeAnotherStrengthAlone(t *testing.T) {
	late := func(change func(*Netem)) Order {
		netem := Netem{
			Limit: 1000, DelayMicros: 1000, JitterMicros: 10, Correlation: 1, Distribution: "NORMAL", Duplicate: 1, Reorder: 1, Corrupt: 1,
		}
		change(&netem)
		return order("OUT", Class{Traffic: everything(), Netem: &netem})
	}
	one := late(func(*Netem) {})
	for _, change := range []func(*Netem){
		func(netem *Netem) { netem.Limit = 10 }, func(netem *Netem) { netem.DelayMicros = 2 }, func(netem *Netem) { netem.JitterMicros = 0 },
		func(netem *Netem) { netem.Correlation = 0 }, func(netem *Netem) { netem.Duplicate, netem.Reorder, netem.Corrupt = 2, 2, 2 },
	} {
		if to := late(change); !one.canBecome(to) {
			t.Errorf("it cannot become %+v", to.Classes[0].Netem)
		}
	}
	for _, change := range []func(*Netem){
		func(netem *Netem) { netem.Distribution = "PARETO" }, func(netem *Netem) { netem.DelayMicros, netem.JitterMicros = 0, 0 },
		func(netem *Netem) { netem.Duplicate = 0 }, func(netem *Netem) { netem.Reorder = 0 }, func(netem *Netem) { netem.Corrupt = 0 },
	} {
		if to := late(change); one.canBecome(to) || to.canBecome(one) {
			t.Errorf("it can become %+v", to.Classes[0].Netem)
		}
	}
	if held := order("OUT"); one.canBecome(held) || held.canBecome(one) {
		t.Error("a netem can become a tbf")
	}
}
