package iptables

import (
	"math"
	"slices"
	"testing"

	"faultline/agent/packets"
)

func TestLosesExactlyThoseOfThePattern(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		order := packets.Order{Filter: filter, Traffic: into, Action: packets.Action{Kind: "LOSE", Every: 5, Positions: []int{4, 2}}}
		made := n.packets(t, order)
		server := n.server(t, served[0]+":7000")
		client := dial(t, n.client, server.LocalAddr().String())
		do(t, made.Begin)
		send(t, client, 20)
		requireIn(t, made, 8, 20)
		if got := received(t, server); !slices.Equal(got, []int{1, 3, 5, 6, 8, 10, 11, 13, 15, 16, 18, 20}) {
			t.Errorf("received is %v", got)
		}
		other := order
		other.Action = packets.Action{Kind: "LOSE", Every: 3, Positions: []int{1}}
		retune(t, made, other)
		send(t, client, 9)
		requireIn(t, made, 11, 29)
		if got := received(t, server); !slices.Equal(got, []int{2, 3, 5, 6, 8, 9}) {
			t.Errorf("received is %v", got)
		}
		do(t, made.End)
		send(t, client, 3)
		requireIn(t, made, 11, 29)
		if got := received(t, server); len(got) != 3 {
			t.Errorf("received is %v", got)
		}
	})
}

func TestLosesByChance(t *testing.T) {
	inEach(t, func(t *testing.T, n network, filter packets.Filter) {
		const sent, chance = 2000, 0.25
		made := n.packets(t, packets.Order{Filter: filter, Traffic: into, Action: packets.Action{Kind: "LOSE", Probability: chance}})
		server := n.server(t, served[0]+":7000")
		client := dial(t, n.client, server.LocalAddr().String())
		do(t, made.Begin)
		arrived := 0
		for range sent / 100 { // no more than a socket's buffer holds
			send(t, client, 100)
			arrived += len(received(t, server))
		}
		requireIn(t, made, int64(sent-arrived), sent)
		if off := math.Abs(float64(arrived) - sent*(1-chance)); off > 6*math.Sqrt(sent*chance*(1-chance)) {
			t.Errorf("%d of %d arrived", arrived, sent)
		}
	})
}
