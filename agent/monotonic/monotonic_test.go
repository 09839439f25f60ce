package monotonic

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestIsTheTimeSinceTheKernelBegan(t *testing.T) {
	before := Nanos()
	time.Sleep(10 * time.Millisecond)
	if passed := time.Duration(Nanos() - before); passed < 10*time.Millisecond || passed > 5*time.Second {
		t.Errorf("%s passed", passed)
	}
	uptime, err := os.ReadFile("/proc/uptime") // is of CLOCK_BOOTTIME, which no suspension has to stop for this to be off
	if err != nil {
		t.Skip(err)
	}
	seconds, err := strconv.ParseFloat(strings.Fields(string(uptime))[0], 64)
	if err != nil {
		t.Fatal(err)
	}
	if now := float64(Nanos()) / 1e9; now > seconds+1 {
		t.Errorf("%f s, more than the uptime of %f s", now, seconds)
	}
}

func TestTheTimeOfDayIsNotSaidToBeMoreAheadThanItIs(t *testing.T) {
	for range 1000 {
		before := Nanos()
		most := time.Now().UnixNano() - before
		if ahead := DayAhead(); ahead > most || ahead < most-int64(time.Second) {
			t.Fatalf("%d ns off", ahead-most)
		}
	}
}
