// Package filter makes rules about packets, in the way of telling the kernel that their order names.
package filter

import (
	"faultline/agent/basechain"
	"faultline/agent/effect"
	"faultline/agent/iptables"
	"faultline/agent/nft"
	"faultline/agent/packets"
)

// Filters are all the ways. Any goroutine may use them. What is made does nothing yet.
type Filters struct {
	tables *nft.Tables
	chains *basechain.Chains
}

// New makes those of one agent: what is in force in one namespace has to be known in one place.
func New() *Filters {
	return &Filters{nft.New(), basechain.New()}
}

// Packets are rules that harm packets.
func (f *Filters) Packets(place effect.Place, order packets.Order) (effect.Rules, error) {
	if err := order.Require(); err != nil {
		return nil, err
	}
	if order.Filter.Flavour == packets.NFTables {
		return f.tables.Packets(place, order)
	}
	return iptables.Packets(place, order, f.chains)
}

// Counting are rules that count segments, and let them alone.
func (f *Filters) Counting(place effect.Place, order packets.Counting) (effect.Rules, error) {
	if err := order.Require(); err != nil {
		return nil, err
	}
	if order.Filter.Flavour == packets.NFTables {
		return f.tables.Counting(place, order)
	}
	return iptables.Counting(place, order, f.chains)
}

// Redirect are rules that lead name queries elsewhere.
func (f *Filters) Redirect(place effect.Place, redirect packets.Redirect) (effect.Rules, error) {
	if err := redirect.Filter.Require(); err != nil {
		return nil, err
	}
	if redirect.Filter.Flavour == packets.NFTables {
		return f.tables.Redirect(place, redirect)
	}
	return iptables.Redirect(place, redirect, f.chains)
}
