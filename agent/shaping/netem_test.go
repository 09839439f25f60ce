package shaping

import (
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// The options are what tc of iproute2 6.1.0 sends for the same words, on a machine with little-endian numbers.
func TestNetemIsToldAsTcTellsIt(t *testing.T) {
	for _, each := range []struct {
		words, sent string
		netem       Netem
	}{
		{"delay 200ms", "08af2f00a086010000000000000000000000000000000000", Netem{Limit: 100_000, DelayMicros: 200_000}},
		{
			"limit 583 delay 100ms 20ms 25% distribution pareto rate 32gbit duplicate 1% reorder 12.5% corrupt 0.1%",
			"84d71700470200000000000001000000295c8f02b4c40400" + "100001000000004000000000000000000c000300000000200000000" +
				"00c00040037894100000000001400060000286bee000000000000000000000000" + "04200200",
			Netem{
				Limit: 583, DelayMicros: 100_000, JitterMicros: 20_000, Correlation: 25, Distribution: "PARETO", Duplicate: 1,
				Reorder: 12.5, Corrupt: 0.1,
			},
		},
		{
			"delay 10ms reorder 25%", "5a620200a08601000000000001000000" + "0000000000000000" + "0c0003000000004000000000",
			Netem{Limit: 100_000, DelayMicros: 10_000, Reorder: 25},
		},
		{
			"delay 100001us 20003us 0% rate 32gbit duplicate 1%", "93d71700a08601000000000000000000295c8f02e2c40400" +
				"10000100000000000000000000000000" + "1400060000286bee000000000000000000000000",
			Netem{Limit: 100_000, DelayMicros: 100_001, JitterMicros: 20_003, Duplicate: 1},
		},
		{
			"limit 10 corrupt 33.3%", "000000000a00000000000000000000000000000000000000" + "0c000400ed7c3f5500000000",
			Netem{Limit: 10, Corrupt: 33.3},
		},
		{
			"limit 10 delay 60s duplicate 100%", "601de1370a0000000000000000000000ffffffff00000000",
			Netem{Limit: 10, DelayMicros: 60_000_000, Duplicate: 100},
		},
	} {
		if each.netem.Distribution == "" {
			each.netem.Distribution = uniform
		}
		need(t, each.netem.require())
		sent := hex.EncodeToString(each.netem.options().Serialize()[4:])
		if each.netem.Distribution == uniform && sent != each.sent || !strings.HasPrefix(sent, each.sent) {
			t.Errorf("%s: sent is\n%s, and of tc\n%s", each.words, sent, each.sent)
		}
	}
}

func tableOf(name string) []int16 {
	var found []int16
	for text := spread(distributions[name]); len(text) > 0; text = text[2:] {
		found = append(found, int16(native.Uint16(text)))
	}
	return found
}

// Quantiles of the distributions, in standard deviations: of the normal one as tables have them, of the pareto one by hand.
func TestDistributionsAreTheInverseOfTheirFunctions(t *testing.T) {
	for name, quantiles := range map[string]map[float64]float64{
		"NORMAL":       {0.0228: -1.9991, 0.5: 0, 0.8413: 0.9998, 0.9772: 1.9991, 0.99865: 2.9998},
		"PARETO":       {0.001: -0.6662, 0.5: (1.25992 - 1.5) * 4 / 3, 0.875: 2. / 3, 0.999: 4},
		"PARETONORMAL": {0.5: 0.75 * (1.25992 - 1.5) * 4 / 3, 0.875: 0.25*1.15035 + 0.5},
	} {
		table := tableOf(name)
		if len(table) != tableLength || !slices.IsSorted(table) {
			t.Errorf("%s has %d numbers", name, len(table))
		}
		for below, want := range quantiles {
			if found := float64(table[int(below*tableLength)]) / tableScale; math.Abs(found-want) > 0.005 {
				t.Errorf("%s: %v of them are below %v, want %v", name, below, found, want)
			}
		}
	}
}

// Everything of a netem, where the kernel has one.
func TestNetemInTheKernel(t *testing.T) {
	inBothDirections(t, func(t *testing.T, w world, direction string, send func(int, int) time.Duration) {
		w.Need(t, "tc qdisc add dev lo root netem delay 1ms")
		late := func(delay int64) Order {
			return order(direction, Class{
				Traffic: everything(), Tbf: &Tbf{Rate: 10_000_000, Burst: 6250, Limit: 625_000},
				Netem: &Netem{
					Limit: 1000, DelayMicros: delay, JitterMicros: 20_000, Correlation: 25, Distribution: "PARETONORMAL",
					Duplicate: 12.5, Corrupt: 1e-7,
				},
			})
		}
		rules := w.rules(t, late(200_000))
		need(t, rules.Begin())
		if took := send(10, 100); took < 150*time.Millisecond {
			t.Errorf("it takes %v", took)
		}
		need(t, rules.Retune(retuned(t, late(400_000))))
		if took := send(10, 100); took < 350*time.Millisecond {
			t.Errorf("it takes %v", took)
		}
		shown := w.Run(t, "tc qdisc show dev "+rules.tree.device)
		if !strings.Contains(shown, "netem fc01: parent fb01:1 limit 1000 delay 400ms  20ms 25% duplicate 12.5% ") {
			t.Errorf("there is %s", shown)
		}
		if count := countOf(t, rules); count.Number < 20 {
			t.Errorf("count is %+v", count)
		}
	})
}
