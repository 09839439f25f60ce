package server

import (
	"time"

	"faultline/agent/monotonic"
	"faultline/agent/output"
	"faultline/agent/socket"
	"faultline/agent/topology"
)

// look looks at the namespaces of some processes.
func look(_ *Server, asked struct {
	PIDs []int `json:"pids"`
}) (any, error) {
	seen, err := topology.LooksAt(asked.PIDs)
	return fields{"seen": seen}, err
}

// sockets has the sockets of TCP and UDP of a namespace; with an owner, of TCP only those that no other container's processes hold.
func sockets(_ *Server, asked struct {
	Netns uint64 `json:"netns"`
	Owner int    `json:"owner"`
}) (any, error) {
	namespace, err := topology.NamespaceWith(asked.Netns)
	if err != nil {
		return nil, err
	}
	defer namespace.Close()
	found, err := socket.Dump(namespace)
	if err != nil {
		return nil, err
	}
	udp, err := socket.DumpUDP(namespace)
	if err != nil {
		return nil, err
	}
	if asked.Owner != 0 {
		if found, err = socket.HeldBy(asked.Owner, found, udp); err != nil {
			return nil, err
		}
	}
	return fields{"sockets": found, "udp": udp, "now_ns": monotonic.Nanos()}, nil
}

type aboutOutput struct {
	PID         int   `json:"pid"`
	Descriptors []int `json:"descriptors"`
	Patience    int64 `json:"patience_ms"`
}

// fill fills the pipes behind a process's standard output or error, if nobody reads them: what went into each.
func fill(_ *Server, asked aboutOutput) (any, error) {
	filled, err := output.Fill(asked.PID, asked.Descriptors, time.Duration(asked.Patience)*time.Millisecond)
	return fields{"filled": filled}, err
}

// writers are the processes of a container that wait for room in the pipes behind its first process's output or error.
func writers(_ *Server, asked aboutOutput) (any, error) {
	found, alive, err := output.Writers(asked.PID, asked.Descriptors)
	return fields{"writers": found, "alive": alive}, err
}
