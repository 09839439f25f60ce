package server

import (
	"regexp"
	"slices"

	"faultline/agent/conntrack"
	"faultline/agent/features"
	"faultline/agent/freeze"
	"faultline/agent/output"
	"faultline/agent/procfs"
	"faultline/agent/stress"
	"faultline/agent/tagged"
)

var aRun = regexp.MustCompile("^[0-9a-f]{8}$")

func probe() (any, error) {
	return features.Probe(features.Trials{
		Conntrack: conntrack.Works, Freeze: freeze.Works, Descriptors: output.Works, Loads: stress.LoadsThatWork,
	})
}

// find has all that carries a tag of ours in any namespace, but for that of runs whose agents are alive on this kernel. The
// caller knows the agents of its own Docker engine only; another engine's are seen here, as processes. They are looked for after
// what they might have made was found, so that a run that has just begun is not taken for dead.
func find(*Server, struct{}) (any, error) {
	found, err := tagged.Everywhere(tagged.FindLeft, func(tag tagged.Tag) bool { return tag.Run != features.ProbeRun })
	if err != nil {
		return nil, err
	}
	alive := runsOfAgents()
	found = slices.DeleteFunc(found, func(each tagged.Place) bool { return alive[each.Run] })
	return fields{"found": found}, nil
}

func runsOfAgents() map[string]bool {
	runs := map[string]bool{}
	for _, pid := range procfs.All() {
		if words := procfs.CommandLine(pid); len(words) > 1 && words[0] == procfs.Agent && aRun.MatchString(words[1]) {
			runs[words[1]] = true
		}
	}
	return runs
}

// sweep removes what the named runs have left, or the named effects. The caller names only what it knows to be dead.
func sweep(_ *Server, asked struct {
	Runs    []string `json:"runs"`
	Effects []string `json:"effects"`
}) (any, error) {
	found, err := tagged.Everywhere(tagged.Remove, func(tag tagged.Tag) bool {
		return slices.Contains(asked.Runs, tag.Run) || slices.Contains(asked.Effects, tag.String())
	})
	return fields{"found": found}, err
}
