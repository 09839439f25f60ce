package server

import (
	"encoding/json"
	"slices"
	"strings"

	"faultline/agent/refuse"
	"faultline/agent/wire"
)

// answer carries out one request; true after a goodbye.
func (s *Server) answer(request wire.Request) bool {
	s.underWay <- struct{}{}
	work, err := s.begun(request)
	switch {
	case err != nil:
		s.refuse(request.ID, err)
	case request.Verb != "bye":
		go func() {
			defer s.isAnswered()
			s.finish(request.ID, work)
		}()
		return false
	}
	s.isAnswered()
	if err == nil {
		s.finish(request.ID, work)
	}
	return err == nil
}

func (s *Server) isAnswered() { <-s.underWay }

// begun has what is left to do of a request.
func (s *Server) begun(request wire.Request) (work func() (any, error), err error) {
	found, ok := verbs[request.Verb]
	if !ok {
		names := make([]string, 0, len(verbs))
		for name := range verbs {
			names = append(names, name)
		}
		slices.Sort(names)
		return nil, refuse.Because("no verb '%s'; there are %s", request.Verb, strings.Join(names, ", "))
	}
	s.asking.Lock()
	defer s.asking.Unlock()
	err = refuse.Attempt(func() (err error) {
		work, err = found(s, request)
		return err
	})
	return work, err
}

func (s *Server) finish(id json.RawMessage, work func() (any, error)) {
	var all map[string]json.RawMessage // numbers stay as they are
	err := refuse.Attempt(func() error {
		answer, err := work()
		if err != nil {
			return err
		}
		told, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		return json.Unmarshal(told, &all)
	})
	if err != nil {
		s.refuse(id, err)
		return
	}
	all["id"], all["ok"] = id, json.RawMessage("true")
	s.out.Send(all)
}

func (s *Server) refuse(id json.RawMessage, why error) {
	answer := fields{"id": id, "ok": false, "error": why.Error()}
	if refuse.IsOutdated(why) {
		answer["outdated"] = true
	}
	s.out.Send(answer)
}
