// Package monotonic reads the clock of which all times on the wire are.
package monotonic

import (
	"math"

	"golang.org/x/sys/unix"
)

// Nanos is the kernel's CLOCK_MONOTONIC.
func Nanos() int64 { return read(unix.CLOCK_MONOTONIC) }

const dayLooks = 3 // of which the shortest counts: another process can run between two readings

// DayAhead is by how much the time of day (CLOCK_REALTIME) is ahead of it, in nanoseconds: some less, mostly below a hundred, and not
// more. It is another one once somebody has set the time.
func DayAhead() int64 {
	ahead, shortest := int64(0), int64(math.MaxInt64)
	for range dayLooks {
		before := Nanos()
		day := read(unix.CLOCK_REALTIME)
		after := Nanos()
		if after-before < shortest {
			ahead, shortest = day-after, after-before
		}
	}
	return ahead
}

func read(clock int32) int64 {
	var now unix.Timespec
	if err := unix.ClockGettime(clock, &now); err != nil {
		panic(err) // no Linux is without it
	}
	return now.Nano()
}
