// Package tool runs the few command-line tools that the agent knows, in network namespaces: those of iptables.
package tool

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"faultline/agent/netns"
	"faultline/agent/refuse"
)

const (
	limit      = 10 * time.Second
	busy       = "in use by a kernel component"
	busyLimit  = 2 * time.Second // a set that its last rule has only just let go of; nf_tables frees deleted rules from a work queue
	busyPause  = 2 * time.Millisecond
	pipesLimit = time.Second // for what a tool has started, and left behind with its output
	sideBySide = 24          // of all requests together: a deletion in nf_tables waits for the kernel more than it works
)

// places are those of the tools that run now. Threads and processes, of which a tool takes both, are limited in a container.
var places = make(chan struct{}, sideBySide)

// Command is one tool to run, by its name, and its standard input; its arguments are always the same.
type Command struct {
	Tool  string
	Input string
}

// tools is the whole vocabulary.
var tools = func() map[string][]string {
	found := map[string][]string{"ipset": {"ipset", "restore"}}
	for _, family := range []string{"iptables", "ip6tables"} {
		for _, flavour := range []string{"nft", "legacy"} {
			name := family + "-" + flavour
			found[name] = []string{name + "-restore", "--noflush", "--wait", "5"}
			found[name+"-counters"] = []string{name + "-save", "-c", "-t", "filter"}
			found[name+"-nat-counters"] = []string{name + "-save", "-c", "-t", "nat"}
		}
	}
	return found
}()

// Job is a command and the namespace that it is to run in.
type Job struct {
	Namespace *netns.Namespace
	Command   Command
}

// Result is what a command printed, and why it failed if it did.
type Result struct {
	Output string
	Err    error
}

// Run runs commands side by side in a namespace, and returns what they printed, in their order, or what went wrong.
func Run(namespace *netns.Namespace, commands []Command) ([]string, error) {
	jobs := make([]Job, len(commands))
	for i, command := range commands {
		jobs[i] = Job{namespace, command}
	}
	outputs := make([]string, len(commands))
	var failures []error
	for i, result := range RunAll(jobs) {
		outputs[i] = result.Output
		if result.Err != nil {
			failures = append(failures, result.Err)
		}
	}
	return outputs, refuse.All(failures)
}

// RunAll runs jobs side by side, and returns the result of each, in their order. A command whose set is still busy is tried
// again, and only that one.
func RunAll(jobs []Job) []Result {
	results := make([]Result, len(jobs))
	waiting := make([]int, len(jobs))
	for i := range jobs {
		waiting[i] = i
	}
	giveUp := time.Now().Add(busyLimit)
	for {
		runOnce(jobs, waiting, results)
		waiting = slices.DeleteFunc(waiting, func(i int) bool {
			return results[i].Err == nil || !strings.Contains(results[i].Err.Error(), busy)
		})
		if len(waiting) == 0 || time.Now().After(giveUp) {
			return results
		}
		time.Sleep(busyPause)
	}
}

func runOnce(jobs []Job, indexes []int, results []Result) {
	var running sync.WaitGroup
	for _, index := range indexes {
		running.Go(func() { results[index] = run(jobs[index]) })
	}
	running.Wait()
}

func run(job Job) Result {
	places <- struct{}{}
	defer func() { <-places }()
	argv, known := tools[job.Command.Tool]
	if !known {
		return Result{"", refuse.Because("no tool named '%s'", job.Command.Tool)}
	}
	inTime, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var out, errors bytes.Buffer
	command := exec.CommandContext(inTime, argv[0], argv[1:]...)
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(job.Command.Input), &out, &errors
	command.WaitDelay = pipesLimit
	if err := job.Namespace.Do(command.Start); err != nil {
		return Result{"", refuse.Because("%s could not be started: %v", job.Command.Tool, err)}
	}
	err := command.Wait()
	return Result{out.String(), failure(job.Command.Tool, err, inTime.Err() != nil, errors.String())}
}

func failure(name string, err error, late bool, said string) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case late:
		return refuse.Because("%s did not end within %s", name, limit)
	case errors.As(err, &exit):
		return refuse.Because("%s ended with %d: %s", name, exit.ExitCode(), strings.TrimSpace(said))
	default:
		return refuse.Because("%s: %v", name, err)
	}
}

// Output is what a command that only reads prints in the calling thread's namespace. One that fails tells what it could, as it
// does where the kernel lacks what it asks for, and one that is not installed nothing. An error means that it is not known.
func Output(argv ...string) (string, error) {
	places <- struct{}{}
	defer func() { <-places }()
	inTime, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	command := exec.CommandContext(inTime, argv[0], argv[1:]...)
	command.WaitDelay = pipesLimit
	out, err := command.Output()
	var exit *exec.ExitError
	switch {
	case inTime.Err() != nil:
		return "", refuse.Because("%s did not end within %s", argv[0], limit)
	case err == nil, errors.Is(err, exec.ErrNotFound), errors.As(err, &exit) && exit.Exited():
		return string(out), nil
	default:
		return "", refuse.Because("%s could not be run: %v", argv[0], err)
	}
}
