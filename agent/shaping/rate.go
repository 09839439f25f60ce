package shaping

import (
	"encoding/binary"
	"math"

	"github.com/vishvananda/netlink/nl"

	"faultline/agent/refuse"
)

const (
	nanosPerTick = 64 // PSCHED_TICKS2NS of net/pkt_sched.h, in all kernels since 2.6.31
	ethernet     = 1  // TC_LINKLAYER_ETHERNET: the kernel computes by itself how long a packet takes
	cells        = 256
	cellLog      = 3 // of 8 bytes, so that all of them together are longer than a packet
	bitsPerByte  = 8
	leastRate    = bitsPerByte
)

var native = binary.NativeEndian

// Tbf is a token bucket: a rate that is held, on the average of a burst.
type Tbf struct {
	Rate  uint64 `json:"rate"`  // bit/s
	Burst uint32 `json:"burst"` // bytes; longer packets are cut in pieces, where they are many that the kernel has put together
	Limit uint32 `json:"limit"` // bytes that wait
}

func (t Tbf) require() error {
	if t.Rate < leastRate || t.Burst == 0 || t.Limit == 0 {
		return refuse.Because("a tbf has a rate of at least %d bit/s, a burst and a limit, not %d bit/s, %d and %d bytes",
			leastRate, t.Rate, t.Burst, t.Limit)
	}
	return nil
}

// ticks are how long it takes to send so many bytes, as old kernels count time.
func ticks(bytes, bytesPerSecond uint64) uint32 {
	const perSecond = 1_000_000_000 / nanosPerTick
	return uint32(min((bytes*perSecond+bytesPerSecond-1)/bytesPerSecond, math.MaxUint32))
}

// word is a rate in 32 bits. All of them are set if there is not enough room; the rate is in an attribute of its own then.
func word(bytesPerSecond uint64) uint32 {
	return uint32(min(bytesPerSecond, math.MaxUint32))
}

// rateSpec is struct tc_ratespec.
func rateSpec(bytesPerSecond uint64) []byte {
	spec := []byte{cellLog, ethernet, 0, 0, 0xFF, 0xFF, 0, 0} // the cells begin at -1
	return native.AppendUint32(spec, word(bytesPerSecond))
}

// rateTable is how long packets take by their lengths, a cell each. Kernels before 3.9 look it up; the others want it all the same.
func rateTable(bytesPerSecond uint64) []byte {
	var table []byte
	for i := range uint64(cells) {
		table = native.AppendUint32(table, ticks((i+1)<<cellLog, bytesPerSecond))
	}
	return table
}

// words are numbers one behind another.
func words(numbers ...uint32) []byte {
	var text []byte
	for _, each := range numbers {
		text = native.AppendUint32(text, each)
	}
	return text
}

// rate64 adds a rate that needs 64 bits.
func rate64(options *nl.RtAttr, bytesPerSecond uint64, kinds ...int) {
	if bytesPerSecond <= math.MaxUint32 {
		return
	}
	for _, kind := range kinds {
		options.AddRtAttr(kind, native.AppendUint64(nil, bytesPerSecond))
	}
}

// options are those of a tbf (q_tbf of net/sched/sch_tbf.c).
func (t Tbf) options() *nl.RtAttr {
	rate := t.Rate / bitsPerByte
	options := nl.NewRtAttr(nl.TCA_OPTIONS, nil)
	const peakRate = 12 // bytes of struct tc_ratespec; there is none
	parms := append(rateSpec(rate), make([]byte, peakRate)...)
	options.AddRtAttr(nl.TCA_TBF_PARMS, append(parms, words(t.Limit, ticks(uint64(t.Burst), rate), 0)...)) // struct tc_tbf_qopt
	options.AddRtAttr(nl.TCA_TBF_BURST, words(t.Burst))
	rate64(options, rate, nl.TCA_TBF_RATE64)
	options.AddRtAttr(nl.TCA_TBF_RTAB, rateTable(rate))
	return options
}

const (
	fullRate  = 4_000_000_000 // bytes/s: at 32 Gbit/s a class slows nothing
	fullBurst = 1 << 20
	quantum   = 60_000 // without one of its own a class would take it from r2q, where the tag is
)

// htbRoot are the options of the tree's root. Two of its numbers, which have no effect there, are the tag.
func htbRoot(run, number, defaultClass uint32) *nl.RtAttr {
	const version = 3
	options := nl.NewRtAttr(nl.TCA_OPTIONS, nil)
	options.AddRtAttr(nl.TCA_HTB_INIT, words(version, number, defaultClass, 0, 0)) // struct tc_htb_glob
	options.AddRtAttr(nl.TCA_HTB_DIRECT_QLEN, words(run))
	return options
}

// htbClass are the options of a class that slows nothing.
func htbClass() *nl.RtAttr {
	options := nl.NewRtAttr(nl.TCA_OPTIONS, nil)
	buffer := ticks(fullBurst, fullRate)
	parms := append(rateSpec(fullRate), rateSpec(fullRate)...)                                  // up to its ceiling, which is the same
	options.AddRtAttr(nl.TCA_HTB_PARMS, append(parms, words(buffer, buffer, quantum, 0, 0)...)) // struct tc_htb_opt
	options.AddRtAttr(nl.TCA_HTB_RTAB, rateTable(fullRate))
	options.AddRtAttr(nl.TCA_HTB_CTAB, rateTable(fullRate))
	return options
}
