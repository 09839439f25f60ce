package shaping

import (
	"math"

	"github.com/vishvananda/netlink/nl"

	"faultline/agent/refuse"
)

const (
	nanosPerMicro = 1000
	longestMicros = math.MaxUint32 * nanosPerTick / nanosPerMicro
	ordering      = fullRate // bytes/s: with a rate that slows nothing netem keeps packets in their order (netem_enqueue)
)

// Netem is the kernel's network emulator. Shares are in percent.
type Netem struct {
	Limit        uint32  `json:"limit"` // packets that wait
	DelayMicros  int64   `json:"delay_us"`
	JitterMicros int64   `json:"jitter_us"`    // the most that a delay is off for UNIFORM, a standard deviation for the others
	Correlation  float64 `json:"correlation"`  // how much of a packet's jitter is that of the one before
	Distribution string  `json:"distribution"` // UNIFORM, NORMAL, PARETO, PARETONORMAL
	Duplicate    float64 `json:"duplicate"`
	Reorder      float64 `json:"reorder"` // at once, while the others are delayed
	Corrupt      float64 `json:"corrupt"`
}

func (n Netem) require() error {
	_, isKnown := distributions[n.Distribution]
	switch {
	case n.Limit == 0:
		return refuse.Because("a netem in which no packet can wait loses all of them")
	case !isKnown:
		return refuse.Because("%q is none of the distributions UNIFORM, NORMAL, PARETO, PARETONORMAL", n.Distribution)
	case n.DelayMicros < 0 || n.DelayMicros > longestMicros || n.JitterMicros < 0 || n.JitterMicros > n.DelayMicros:
		return refuse.Because("a delay of %d us and a jitter of %d us: 0 to %d us, and no more jitter than delay",
			n.DelayMicros, n.JitterMicros, int64(longestMicros))
	case n.JitterMicros == 0 && (n.Correlation != 0 || n.Distribution != uniform):
		return refuse.Because("a correlation or a distribution without a jitter")
	case n.Reorder > 0 && n.DelayMicros == 0:
		return refuse.Because("nothing is reordered without a delay")
	case n.DelayMicros == 0 && n.Duplicate == 0 && n.Corrupt == 0:
		return refuse.Because("a netem that does nothing")
	}
	for _, percent := range []float64{n.Correlation, n.Duplicate, n.Reorder, n.Corrupt} {
		if !(percent >= 0 && percent <= 100) || percent > 0 && share(percent) == 0 { // NaN is neither
			return refuse.Because("a share of %v %%: 0 to 100 %%, in steps of 2^-32", percent)
		}
	}
	return nil
}

// kinds are the things that it does, whatever their strengths.
func (n Netem) kinds() any {
	return struct {
		distribution                        string
		delays, duplicates, orders, corrupt bool
	}{n.Distribution, n.DelayMicros > 0, n.Duplicate > 0, n.Reorder > 0, n.Corrupt > 0}
}

// share is one of 100 % in 32 bits.
func share(percent float64) uint32 {
	return uint32(math.RoundToEven(percent / 100 * math.MaxUint32))
}

// microTicks is a time that the caller has bounded.
func microTicks(micros int64) uint32 { return uint32(micros * nanosPerMicro / nanosPerTick) }

// options are those of a netem (netem_change of net/sched/sch_netem.c): struct tc_netem_qopt and, behind it, attributes.
func (n Netem) options() *nl.RtAttr {
	gap := uint32(0)
	if n.Reorder > 0 {
		gap = 1 // each packet can be the one that is sent at once
	}
	const loss = 0
	options := nl.NewRtAttr(nl.TCA_OPTIONS,
		words(microTicks(n.DelayMicros), n.Limit, loss, gap, share(n.Duplicate), microTicks(n.JitterMicros)))
	if n.JitterMicros > 0 {
		options.AddRtAttr(nl.TCA_NETEM_CORR, words(share(n.Correlation), 0, 0)) // struct tc_netem_corr
	}
	if n.Reorder > 0 {
		options.AddRtAttr(nl.TCA_NETEM_REORDER, words(share(n.Reorder), 0)) // struct tc_netem_reorder
	}
	if n.Corrupt > 0 {
		options.AddRtAttr(nl.TCA_NETEM_CORRUPT, words(share(n.Corrupt), 0)) // struct tc_netem_corrupt
	}
	if n.JitterMicros > 0 {
		options.AddRtAttr(nl.TCA_NETEM_RATE, words(word(ordering), 0, 0, 0)) // struct tc_netem_rate
	}
	if table := distributions[n.Distribution]; table != nil {
		options.AddRtAttr(nl.TCA_NETEM_DELAY_DIST, spread(table))
	}
	return options
}

const (
	uniform = "UNIFORM"

	tableLength = 4096 // NETEM_DIST_MAX is four times as much
	tableScale  = 8192 // NETEM_DIST_SCALE of linux/pkt_sched.h: what stands for one standard deviation
)

// distributions are how far a delay is off, in standard deviations, by the share of packets that are off less: the inverse of
// the cumulative distribution function. They are those that tc-netem(8) names. A pareto has the shape 3 and therefore the mean
// 1.5; what is beyond that is multiplied by 4/3, the reciprocal of its variance, and is at most 4, as tc's own tables have it.
// A paretonormal is a quarter normal and three quarters pareto.
var distributions = map[string]func(float64) float64{
	uniform:        nil, // is what netem does without a table
	"NORMAL":       normal,
	"PARETO":       pareto,
	"PARETONORMAL": func(below float64) float64 { return 0.25*normal(below) + 0.75*pareto(below) },
}

func normal(below float64) float64 { return math.Sqrt2 * math.Erfinv(2*below-1) }

func pareto(below float64) float64 { return min((math.Pow(1-below, -1./3)-1.5)*4/3, 4) }

// spread is a distribution as the kernel takes it: numbers of which each is as likely.
func spread(distribution func(float64) float64) []byte {
	var table []byte
	for i := range tableLength {
		off := math.Round(distribution((float64(i)+0.5)/tableLength) * tableScale)
		table = native.AppendUint16(table, uint16(int16(min(max(off, math.MinInt16), math.MaxInt16))))
	}
	return table
}
