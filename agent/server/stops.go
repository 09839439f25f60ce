package server

import (
	"faultline/agent/refuse"
	"faultline/agent/shutdown"
	"faultline/agent/wire"
)

// stop sends a container's first process a signal, and watches what comes of it until it is forgotten.
func stop(s *Server, request wire.Request) (func() (any, error), error) {
	var asked shutdown.Request
	if err := request.Decode(&asked); err != nil {
		return nil, err
	}
	if _, err := s.watched(asked.PID); err == nil {
		return nil, refuse.Because("process %d has been told to stop already", asked.PID)
	}
	watch, err := shutdown.Start(asked) // requests are registered one at a time, so nobody else begins one meanwhile
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.shutdowns[asked.PID] = watch
	s.mu.Unlock()
	return func() (any, error) { return told(watch) }, nil
}

func told(watch *shutdown.Watch) (any, error) {
	state, err := watch.State()
	return fields{"shutdown": state}, err
}

func stopped(s *Server, asked ofProcess) (any, error) {
	watch, err := s.watched(asked.PID)
	if err != nil {
		return nil, err
	}
	return told(watch)
}

func forget(s *Server, asked ofProcess) (any, error) {
	watch, err := s.watched(asked.PID)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	if s.shutdowns[asked.PID] == watch { // else somebody has forgotten it already, and this is another one
		delete(s.shutdowns, asked.PID)
	}
	s.mu.Unlock()
	watch.Close()
	return fields{}, nil
}

func (s *Server) watched(pid int) (*shutdown.Watch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if watch := s.shutdowns[pid]; watch != nil {
		return watch, nil
	}
	return nil, refuse.Because("process %d was not told to stop", pid)
}
