package shaping

import (
	"slices"
	"strings"
	"testing"

	"faultline/agent/netnstest"
)

func TestProbeTellsWhatTcCanDoAndLeavesNothing(t *testing.T) {
	namespace := netnstest.New(t)
	looks := []string{"ip -d link show", "tc qdisc show", "tc filter show dev lo", "tc filter show dev lo ingress"}
	seen := func() (all string) {
		for _, look := range looks {
			all += namespace.Run(t, look)
		}
		return all
	}
	before := seen()
	for range 2 {
		found := Probe(namespace.Namespace)
		for name, line := range map[string]string{
			"netem": "tc qdisc add dev lo root netem delay 1ms",
			"tbf":   "tc qdisc add dev lo root tbf rate 1mbit burst 2kb latency 50ms",
			"htb":   "tc qdisc add dev lo root htb", "ingress": "tc qdisc add dev lo ingress",
		} {
			other := netnstest.New(t)
			if _, err := other.Try(line); (err == nil) != slices.Contains(found, name) {
				t.Errorf("%s: tc has %v, found are %v", name, err, found)
			}
		}
		if after := seen(); after != before {
			t.Errorf("it was %s and is %s", before, after)
		}
	}
}

func TestProbeAfterOneThatWasKilled(t *testing.T) {
	namespace := netnstest.New(t)
	namespace.Need(t, "ip link add faultline-probe type ifb")
	if found := Probe(namespace.Namespace); !slices.Contains(found, "ingress") {
		t.Errorf("found are %v", found)
	}
	if shown := namespace.Run(t, "ip link show"); strings.Contains(shown, probeDevice) {
		t.Errorf("there is %s", shown)
	}
}
