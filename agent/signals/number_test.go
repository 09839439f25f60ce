package signals

import (
	"testing"

	"faultline/agent/refuse"
)

func TestNumber(t *testing.T) {
	for name, want := range map[string]int{
		"HUP": 1, "TERM": 15, "KILL": 9, "WINCH": 28, "SYS": 31, "CLD": 17, "POLL": 29, "IOT": 6,
		"RTMIN": 34, "RTMIN+3": 37, "RTMAX": 64, "RTMAX-1": 63,
	} {
		if number, err := Number(name); err != nil || number != want {
			t.Errorf("SIG%s is %d, %v, not %d", name, number, err, want)
		}
	}
}

func TestNumberOfNoSignal(t *testing.T) {
	for _, name := range []string{"", "FOO", "SIGTERM", "RTMIN+", "RTMIN+31", "TERM-15", "RTMIN+x"} {
		if number, err := Number(name); !refuse.Is(err) {
			t.Errorf("SIG%s is %d, %v", name, number, err)
		}
	}
}

func TestHas(t *testing.T) {
	status := map[string]string{"SigCgt": "8000000000000401"} // as the kernel shows HUP, SEGV and RTMAX
	for number, want := range map[int]bool{1: true, 11: true, 64: true, 2: false, 63: false} {
		if Has(status, "SigCgt", number) != want {
			t.Errorf("signal %d: not %v", number, want)
		}
	}
	if Has(status, "SigIgn", 1) {
		t.Error("it is in a mask that there is not")
	}
}
