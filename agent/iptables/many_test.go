package iptables

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/agent/basechain"
	"faultline/agent/netnstest"
	"faultline/agent/packets"
)

func TestManyChangesAtOnceLeaveNothing(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		var all sync.WaitGroup
		for number := range 6 {
			place := n.place()
			place.Tag = fmt.Sprintf("%s%d", tag, number)
			made, err := Packets(place, packets.Order{Filter: filter, Traffic: into, Action: dropped}, n.chains)
			if err != nil {
				t.Fatal(err)
			}
			all.Go(func() {
				problems := []error{made.Prepare(), made.Begin(), made.Renew()}
				state, unread := made.State()
				problems = append(problems, unread, made.End(), made.Begin(), made.End(), made.Close())
				if err := errors.Join(problems...); err != nil || state.Flaw != "" {
					t.Errorf("%s: %v, %s", place.Tag, err, state.Flaw)
				}
			})
		}
		all.Wait()
		n.requireNothingLeft(t, filter.Flavour)
		requireReached(t, n, true)
	})
}

func TestChainsThatWereThereBeforeStay(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		n.target.Run(t, toolOf(filter, "iptables", " -A INPUT -p sctp -j DROP"))
		made := n.packets(t, packets.Order{Filter: filter, Traffic: into, Action: dropped})
		do(t, made.Begin)
		do(t, made.Close)
		there := n.target.Run(t, toolOf(filter, "iptables", "-save"))
		if !strings.Contains(there, "-A INPUT -p sctp -j DROP") || strings.Contains(there, "FAULTLINE") {
			t.Errorf("there is %s", there)
		}
	})
}

// BenchmarkSteps tells how long each step takes, in milliseconds.
func BenchmarkSteps(b *testing.B) {
	for _, flavour := range []string{packets.IptablesNFT, packets.IptablesLegacy} {
		for _, expiry := range []string{"LEASE", "NONE"} {
			b.Run(flavour+" "+expiry, func(b *testing.B) {
				filter := packets.Filter{Flavour: flavour, IPv6: true, Expiry: expiry}
				n := network{target: netnstest.New(b)}
				spent := map[string]time.Duration{}
				for b.Loop() {
					made, err := Packets(n.place(), packets.Order{Filter: filter, Traffic: all, Action: dropped}, basechain.New())
					if err != nil {
						b.Fatal(err)
					}
					for _, step := range []struct {
						name string
						do   func() error
					}{{"begin", made.Begin}, {"renew", made.Renew}, {"read", func() error { _, err := made.State(); return err }},
						{"end", made.End}, {"close", made.Close}} {
						begun := time.Now()
						if err := step.do(); err != nil {
							b.Fatal(err)
						}
						spent[step.name] += time.Since(begun)
					}
				}
				for name, each := range spent {
					b.ReportMetric(float64(each.Microseconds())/1000/float64(b.N), name+"-ms")
				}
			})
		}
	}
}
