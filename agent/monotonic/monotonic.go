// Package monotonic reads the clock of which all times on the wire are.
package monotonic

import "golang.org/x/sys/unix"

// Nanos is the kernel's CLOCK_MONOTONIC.
func Nanos() int64 {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		panic(err) // no Linux is without it
	}
	return now.Nano()
}
