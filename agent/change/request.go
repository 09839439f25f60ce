package change

import (
	"encoding/json"

	"faultline/agent/clock"
	"faultline/agent/dns"
	"faultline/agent/effect"
	"faultline/agent/freeze"
	"faultline/agent/orphan"
	"faultline/agent/output"
	"faultline/agent/refuse"
	"faultline/agent/signals"
	"faultline/agent/stress"
	"faultline/agent/tool"
)

// Plan is what is done and undone for a change. Stages run one after another, the commands of a stage side by side.
type Plan struct {
	Apply    [][]tool.Command `json:"apply"`
	Arm      []tool.Command   `json:"arm"`
	Disarm   []tool.Command   `json:"disarm"`
	Counters []tool.Command   `json:"counters"`
	Undo     [][]tool.Command `json:"undo"`
	Expires  bool             `json:"expires"`

	Responder *dns.Request `json:"responder"`
}

// require refuses a plan of which a part could not be run, before anything is touched.
func (p *Plan) require() error {
	if p.Apply == nil || p.Undo == nil || p.Arm == nil || p.Disarm == nil || p.Counters == nil {
		return refuse.Because("a change is needed with all of its apply, undo, arm, disarm and counters, be they empty")
	}
	all := [][]tool.Command{p.Arm, p.Disarm, p.Counters}
	all = append(append(all, p.Apply...), p.Undo...)
	for _, commands := range all {
		if err := tool.Require(commands); err != nil {
			return err
		}
	}
	return nil
}

// Request asks for a change.
type Request struct {
	Plan
	Effect    string          `json:"effect"`
	PID       int             `json:"pid"`
	Netns     uint64          `json:"netns"`
	MaxMillis int64           `json:"max_ms"`
	Lifted    bool            `json:"lifted"`
	Cut       *orphan.Request `json:"cut"`

	// What the agent itself does: at most one of these.
	Clock        json.RawMessage `json:"clock"`
	Freeze       json.RawMessage `json:"freeze"`
	FreezeEngine json.RawMessage `json:"freeze_engine"`
	FreezeReader json.RawMessage `json:"freeze_reader"`
	Signal       json.RawMessage `json:"signal"`
	Stress       json.RawMessage `json:"stress"`
}

// Retune asks for another strength of a change that is open.
type Retune struct {
	Plan
	Effect string           `json:"effect"`
	Stages [][]tool.Command `json:"retune"`
}

// action makes what the agent itself is to do; nil if that is nothing.
func (r *Request) action() (effect.Action, error) {
	for _, each := range []struct {
		order json.RawMessage
		make  func(json.RawMessage) (effect.Action, error)
	}{
		{r.Clock, ordered(r.PID, clock.New)},
		{r.Freeze, ordered(r.PID, never(freeze.OfContainer))},
		{r.FreezeEngine, ordered(r.PID, never(freeze.OfEngine))},
		{r.FreezeReader, ordered(r.PID, never(output.NewFreezeReader))},
		{r.Signal, ordered(r.PID, signals.New)},
		{r.Stress, ordered(r.PID, stress.New)},
	} {
		if each.order != nil {
			return each.make(each.order)
		}
	}
	return nil, nil
}

// ordered reads the order that an action is made of.
func ordered[Order any, A effect.Action](pid int, make func(int, Order) (A, error)) func(json.RawMessage) (effect.Action, error) {
	return func(text json.RawMessage) (effect.Action, error) {
		var order Order
		if string(text) == "null" { // which json reads as an order of zeros: everything, it may be
			return nil, refuse.Because("an order is needed, not null")
		}
		if err := json.Unmarshal(text, &order); err != nil {
			return nil, refuse.Because("an order cannot be read: %v", err)
		}
		made, err := make(pid, order)
		if err != nil {
			return nil, err
		}
		return made, nil
	}
}

// never is for what can always be made.
func never[Order any, A effect.Action](make func(int, Order) A) func(int, Order) (A, error) {
	return func(pid int, order Order) (A, error) { return make(pid, order), nil }
}
