// The Faultline agent makes small, reversible changes in network namespaces and takes every one of them back.
//
// It is driven by one JSON object a line on stdin and answers with one a line on stdout (docs/AGENT_PROTOCOL.md). It decides
// nothing: what is to be done comes with each request, as an order. The agent carries it out by what it asks of the kernel, and
// knows the undo before. What it promises is that the undo always happens: when it is asked, when the stream ends, when the lease
// is not renewed, when a change reaches its maximum duration, and when the agent is told to stop. Should the agent itself be
// killed, the kernel lets the changes expire, because the agent renews their timeouts and nobody else does.
//
// The same program, with another first argument, is the rollback container of what only Docker takes back, and the child
// process that a load on a container lives in.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/freeze"
	"faultline/agent/rollback"
	"faultline/agent/server"
	"faultline/agent/stress"
)

const (
	defaultLease = 15 * time.Second
	mostThreads  = 4  // that run at a time: it waits for the kernel more than it works, and its container's processes are limited
	garbage      = 25 // percent of what is in use, before it is collected: from 1 MB on, not from 4
)

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	if len(args) > 0 {
		switch args[0] {
		case "rollback":
			return rollback.Main(args[1:])
		case stress.Argument:
			return stress.ChildMain(args[1:])
		case "sleep":
			return freeze.ChildMain()
		}
	}
	runtime.GOMAXPROCS(min(mostThreads, runtime.NumCPU()))
	debug.SetGCPercent(garbage)
	out := answers()
	defer runtime.KeepAlive(out) // else it is closed once answers go elsewhere, which the caller takes for the agent's end
	if err := server.New(out, lease()).Serve(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// answers is the standard output, whose writes can be bounded: a caller that reads no more must not keep the agent from healing.
func answers() *os.File {
	if err := unix.SetNonblock(unix.Stdout, true); err != nil {
		return os.Stdout
	}
	return os.NewFile(uintptr(unix.Stdout), "stdout")
}

// lease is how long the agent waits for a sign of life, from the environment.
func lease() time.Duration {
	seconds, err := strconv.Atoi(os.Getenv("FAULTLINE_LEASE_SECONDS"))
	if err != nil || seconds <= 0 {
		return defaultLease
	}
	return time.Duration(seconds) * time.Second
}
