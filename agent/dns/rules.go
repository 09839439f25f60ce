package dns

import (
	"encoding/json"
	"errors"

	"faultline/agent/conntrack"
	"faultline/agent/effect"
	"faultline/agent/netns"
	"faultline/agent/packets"
	"faultline/agent/refuse"
)

// Order says which queries are answered wrongly, and how they are led here.
type Order struct {
	Filter packets.Filter `json:"filter"`
	Request
}

// Redirect makes the rules that lead name queries to a port.
type Redirect func(packets.Redirect) (effect.Rules, error)

// redirected are those rules, and the responder that they lead to. The kernel asks them for the first packet of a flow only, so
// it has to forget the flows of queries when the harm begins and when it ends.
type redirected struct {
	effect.Rules
	responder *Responder
	namespace *netns.Namespace
	filter    packets.Filter
}

// New starts a responder in a namespace, to which nothing is led yet. It is stopped by Close.
func New(place effect.Place, order Order, redirect Redirect) (effect.Rules, error) {
	responder, err := Start(place.Namespace, order.Request)
	if err != nil {
		return nil, err
	}
	rules, err := redirect(packets.Redirect{Filter: order.Filter, Port: uint16(responder.Port()), Mark: Mark})
	if err != nil {
		return nil, errors.Join(err, responder.Stop())
	}
	return &redirected{rules, responder, place.Namespace, order.Filter}, nil
}

// Begin makes the harm true for what is under way as well.
func (r *redirected) Begin() error {
	if err := r.Rules.Begin(); err != nil {
		return err
	}
	return conntrack.ForgetQueries(r.namespace)
}

// End does the same for the harm's end.
func (r *redirected) End() error {
	return r.anyway(r.Rules.End)
}

// Close removes the rules before what they lead to.
func (r *redirected) Close() error {
	return r.anyway(r.Rules.Close, r.responder.Stop)
}

// anyway does all of these, and forgets the flows, whatever fails.
func (r *redirected) anyway(parts ...func() error) error {
	var problems []error
	for _, part := range append(parts, func() error { return conntrack.ForgetQueries(r.namespace) }) {
		problems = append(problems, refuse.Attempt(part))
	}
	return errors.Join(problems...)
}

// State is the responder's, and says what was wrong with the rules.
func (r *redirected) State() (effect.State, error) {
	rules, err := r.Rules.State()
	state := r.responder.State()
	if state.Flaw == "" {
		state.Flaw = rules.Flaw
	}
	return state, err
}

// Retune has the responder answer otherwise, or other names; the rules stay.
func (r *redirected) Retune(text json.RawMessage) error {
	var order Order
	if err := json.Unmarshal(text, &order); err != nil {
		return refuse.Because("an order cannot be read: %v", err)
	}
	if order.Filter != r.filter {
		return refuse.Because("queries cannot be led here in another way while they are")
	}
	return r.responder.Replan(order.Request)
}
