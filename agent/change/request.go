package change

import (
	"encoding/json"
	"strings"

	"faultline/agent/clock"
	"faultline/agent/dns"
	"faultline/agent/effect"
	"faultline/agent/freeze"
	"faultline/agent/output"
	"faultline/agent/packets"
	"faultline/agent/refuse"
	"faultline/agent/shaping"
	"faultline/agent/signals"
	"faultline/agent/socket"
	"faultline/agent/stress"
)

// Request asks for a change, by exactly one order.
type Request struct {
	Effect    string `json:"effect"`
	PID       int    `json:"pid"`
	Netns     uint64 `json:"netns"`
	MaxMillis int64  `json:"max_ms"`
	Lifted    bool   `json:"lifted"`

	Packets      json.RawMessage `json:"packets"`
	Count        json.RawMessage `json:"count"`
	DNS          json.RawMessage `json:"dns"`
	Shape        json.RawMessage `json:"shape"`
	Destroy      json.RawMessage `json:"destroy"`
	Clock        json.RawMessage `json:"clock"`
	Freeze       json.RawMessage `json:"freeze"`
	FreezeEngine json.RawMessage `json:"freeze_engine"`
	FreezeReader json.RawMessage `json:"freeze_reader"`
	Signal       json.RawMessage `json:"signal"`
	Stress       json.RawMessage `json:"stress"`
}

// Retune asks for another strength of a change that is open, by an order of the same kind.
type Retune struct {
	Effect string          `json:"effect"`
	Order  json.RawMessage `json:"order"`
}

var errNoOrder = refuse.Because("an order is needed, not null")

// kind is one of the kinds of orders.
type kind struct {
	name  string
	order json.RawMessage // nil if it is not of this kind
	make  func(json.RawMessage) (effect.Action, error)
}

func (c *Change) kinds(r *Request, filters Filters) []kind {
	place := effect.Place{Tag: c.Tag, PID: c.PID, Namespace: c.namespace, Deadline: c.Deadline}
	redirected := func(place effect.Place, order dns.Order) (effect.Rules, error) {
		return dns.New(place, order, func(redirect packets.Redirect) (effect.Rules, error) { return filters.Redirect(place, redirect) })
	}
	return []kind{
		{"packets", r.Packets, orderedTo(c.packets(filters), place)},
		{"count", r.Count, orderedTo(filters.Counting, place)},
		{"dns", r.DNS, orderedTo(redirected, place)},
		{"shape", r.Shape, orderedTo(shaping.New, place)},
		{"destroy", r.Destroy, orderedTo(socket.NewDestroy, place)},
		{"clock", r.Clock, orderedTo(clock.New, c.PID)},
		{"freeze", r.Freeze, orderedTo(never(freeze.OfContainer), c.PID)},
		{"freeze_engine", r.FreezeEngine, orderedTo(never(freeze.OfEngine), c.PID)},
		{"freeze_reader", r.FreezeReader, orderedTo(never(output.NewFreezeReader), c.PID)},
		{"signal", r.Signal, orderedTo(signals.New, c.PID)},
		{"stress", r.Stress, orderedTo(stress.New, c.PID)},
	}
}

// ordered makes what is asked for.
func (c *Change) ordered(request *Request, filters Filters) (effect.Action, error) {
	var all, asked []string
	var meant kind
	for _, each := range c.kinds(request, filters) {
		all = append(all, each.name)
		if each.order != nil {
			asked = append(asked, each.name)
			meant = each
		}
	}
	switch len(asked) {
	case 0:
		return nil, refuse.Because("%s has no order; there are %s", c.Tag, strings.Join(all, ", "))
	case 1:
		return meant.make(meant.order)
	default:
		return nil, refuse.Because("%s has several orders, %s; one is needed", c.Tag, strings.Join(asked, " and "))
	}
}

// orderedTo reads an order, and makes an action of it. What says itself that it cannot be carried out is refused.
func orderedTo[Where, Order any, A effect.Action](
	make func(Where, Order) (A, error), where Where,
) func(json.RawMessage) (effect.Action, error) {
	return func(text json.RawMessage) (effect.Action, error) {
		var order Order
		if isMissing(text) {
			return nil, errNoOrder
		}
		if err := json.Unmarshal(text, &order); err != nil {
			return nil, refuse.Because("an order cannot be read: %v", err)
		}
		if checked, ok := any(order).(interface{ Require() error }); ok {
			if err := checked.Require(); err != nil {
				return nil, err
			}
		}
		made, err := make(where, order)
		if err != nil {
			return nil, err
		}
		return made, nil
	}
}

// isMissing tells whether there is none, or null, which json reads as an order of zeros: everything, it may be.
func isMissing(order json.RawMessage) bool { return len(order) == 0 || string(order) == "null" }

// never is for what can always be made.
func never[Order any, A effect.Action](make func(int, Order) A) func(int, Order) (A, error) {
	return func(pid int, order Order) (A, error) { return make(pid, order), nil }
}
