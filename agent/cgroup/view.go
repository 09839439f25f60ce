package cgroup

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

// enterViewOf lets the calling thread see paths of control groups as the engine does, and move processes among all of them.
func enterViewOf(engine int) error {
	file, err := os.Open(fmt.Sprintf("/proc/%d/ns/cgroup", engine))
	if err != nil {
		return refuse.Because("the engine's process %d cannot be looked at: %s; is the container's parent one of the engine?",
			engine, strerror.Of(err))
	}
	defer file.Close()
	if err := unix.Setns(int(file.Fd()), unix.CLONE_NEWCGROUP); err != nil {
		return refuse.Because("cannot enter the cgroup namespace of process %d: %s", engine, strerror.Of(err))
	}
	return nil
}

// mountsOf tells where the engine has each controller's hierarchy mounted; the options of version 1 name its controllers.
func mountsOf(engine int) (map[string]string, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/mountinfo", engine))
	if err != nil {
		return nil, fmt.Errorf("cannot tell what the engine's process %d has mounted: %w", engine, err)
	}
	found := map[string]string{}
	for line := range strings.Lines(string(content)) {
		before, after, _ := strings.Cut(line, " - ")
		place, kind := strings.Fields(before), strings.Fields(after)
		if len(place) < 5 || len(kind) < 3 || place[3] != "/" {
			continue
		}
		switch kind[0] {
		case "cgroup2":
			found[unified] = place[4]
		case "cgroup":
			for option := range strings.SplitSeq(kind[2], ",") {
				found[option] = place[4]
			}
		}
	}
	return found, nil
}

// pathsOf has a process's path in the hierarchy of each controller.
func pathsOf(pid int) ([]directory, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	if err != nil {
		return nil, refuse.Because("process %d has ended", pid)
	}
	var found []directory
	for line := range strings.Lines(string(content)) {
		parts := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		if len(parts) < 3 {
			continue
		}
		for controller := range strings.SplitSeq(parts[1], ",") {
			found = append(found, directory{controller, parts[2]})
		}
	}
	return found, nil
}
