package server

import (
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"faultline/agent/change"
	"faultline/agent/effect"
	"faultline/agent/filter"
	"faultline/agent/packets"
)

// hooks make rules of which it is written down what is done with them, and after which it sleeps half a second, or fails: each by
// what is done and the tag.
type hooks struct {
	change.Filters // nil for rules that do nothing
	sleeps, fails  []string

	mu  sync.Mutex
	did []string
}

// use has a server make its rules by them.
func (h *hooks) use(s *Server) { s.filters = h }

// real are hooks of rules that do what they say.
func real() *hooks { return &hooks{Filters: filter.New()} }

func (h *hooks) Packets(place effect.Place, order packets.Order) (effect.Rules, error) {
	if h.Filters == nil {
		return &hooked{h, place.Tag, idle{}}, nil
	}
	rules, err := h.Filters.Packets(place, order)
	if err != nil {
		return nil, err
	}
	return &hooked{h, place.Tag, rules}, nil
}

func (h *hooks) after(what, tag string, act func() error) error {
	if err := act(); err != nil {
		return err
	}
	what += " " + tag
	h.mu.Lock()
	h.did = append(h.did, what)
	h.mu.Unlock()
	if slices.Contains(h.sleeps, what) {
		time.Sleep(500 * time.Millisecond)
	}
	if slices.Contains(h.fails, what) {
		return errors.New("cannot do that")
	}
	return nil
}

// count is how often something was done.
func (h *hooks) count(what, tag string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(h.did), func(each string) bool { return each != what+" "+tag }))
}

// last is when something was done last, among all that was; -1 if never.
func (h *hooks) last(what, tag string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, each := range slices.Backward(h.did) {
		if each == what+" "+tag {
			return i
		}
	}
	return -1
}

type hooked struct {
	hooks *hooks
	tag   string
	effect.Rules
}

func (h *hooked) Prepare() error { return h.hooks.after("prepare", h.tag, h.Rules.Prepare) }
func (h *hooked) Begin() error   { return h.hooks.after("begin", h.tag, h.Rules.Begin) }
func (h *hooked) Renew() error   { return h.hooks.after("renew", h.tag, h.Rules.Renew) }
func (h *hooked) End() error     { return h.hooks.after("end", h.tag, h.Rules.End) }
func (h *hooked) Close() error   { return h.hooks.after("close", h.tag, h.Rules.Close) }

// idle are rules that do nothing.
type idle struct{}

func (idle) Prepare() error               { return nil }
func (idle) Begin() error                 { return nil }
func (idle) Settle() error                { return nil }
func (idle) Tend()                        {}
func (idle) Renew() error                 { return nil }
func (idle) HasExpired() bool             { return false }
func (idle) Retune(json.RawMessage) error { return nil }
func (idle) End() error                   { return nil }
func (idle) Close() error                 { return nil }
func (idle) State() (effect.State, error) { return effect.State{}, nil }
