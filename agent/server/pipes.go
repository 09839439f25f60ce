package server

import (
	"faultline/agent/pipes"
	"faultline/agent/refuse"
	"faultline/agent/wire"
)

// openPipes makes named pipes in a folder of the caller's. As soon as a request comes by them, all that is said goes there.
func openPipes(s *Server, asked struct {
	PID    int    `json:"pid"`
	Folder string `json:"folder"`
}) (any, error) {
	if !s.piped.CompareAndSwap(false, true) {
		return nil, refuse.Because("there are pipes already")
	}
	made, err := pipes.Make(asked.PID, asked.Folder)
	if err != nil {
		s.piped.Store(false)
		return nil, err
	}
	made.OnFirst(func() { s.out.Move(made.Answers()) })
	go func() {
		defer s.end()
		s.readAll(wire.NewReader(made))
	}()
	return fields{}, nil
}
