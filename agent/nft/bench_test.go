package nft

import (
	"slices"
	"testing"
	"time"
)

// BenchmarkPartition has the median time of each step of a simple partition, in microseconds: of the only one in its namespace,
// beside another one, and there with flows that are remembered.
func BenchmarkPartition(b *testing.B) {
	for _, each := range []struct {
		name     string
		others   int
		remember []string
	}{{"alone", 0, nil}, {"beside", 1, nil}, {"remembering-ipv4", 1, []string{"ipv4"}}, {"remembering", 1, []string{"ipv4", "ipv6"}}} {
		b.Run(each.name, func(b *testing.B) {
			namespace, tables := withTables(b), New()
			order := dropping(everything())
			order.Remember = each.remember
			for range each.others {
				succeed(b, madeOf(b, tables, at(namespace, otherTag), dropping(everything())).Prepare())
			}
			took := map[string][]time.Duration{}
			for b.Loop() {
				made := madeOf(b, tables, at(namespace, tag), order)
				for _, each := range []struct {
					name string
					do   func() error
				}{
					{"begin", made.Begin}, {"renew", made.Renew}, {"end", made.End}, {"begin-again", made.Begin},
					{"state", func() error { _, err := made.State(); return err }}, {"close", made.Close},
				} {
					started := time.Now()
					succeed(b, each.do())
					took[each.name] = append(took[each.name], time.Since(started))
				}
			}
			for step, all := range took {
				slices.Sort(all)
				b.ReportMetric(float64(all[len(all)/2].Nanoseconds())/1000, step+"-us")
			}
		})
	}
}
