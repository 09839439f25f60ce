// Package cgroup finds the control groups of a container and of its engine, which a child of the agent can join (cgroups(7)).
//
// They are found through the engine's process that is the container's parent: its mounts, and its view of the paths, are those
// of the Docker host, however the agent's own container sees them. Entering that view changes the calling thread for good, so
// this package is for children of the agent only, and for a goroutine that stays locked to its thread until it ends.
package cgroup

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"faultline/agent/procfs"
	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

// unified is the name of version 2's only hierarchy, which has all controllers.
const unified = ""

// Groups are the directories of a process's control groups, as a process of the engine sees them.
type Groups struct {
	pid, engine int
	own         map[string]string // its paths by hierarchy: version 1 shows a process that has ended at the root of all
	directories []directory       // in the order of /proc/PID/cgroup
}

type directory struct{ controller, path string }

// OfContainer finds those of a container's first process. The calling thread takes on its engine's view.
func OfContainer(pid int) (*Groups, error) {
	engine := procfs.Parent(pid)
	if engine == 0 && procfs.State(pid) == 'X' {
		return nil, refuse.Because("process %d has ended", pid)
	}
	return of(pid, engine)
}

// OfEngine finds those of the process that has started the container's first one and is its parent.
func (g *Groups) OfEngine() (*Groups, error) { return of(g.engine, g.engine) }

// Engine is the number of that process.
func (g *Groups) Engine() int { return g.engine }

func of(pid, engine int) (*Groups, error) {
	if err := enterViewOf(engine); err != nil {
		return nil, err
	}
	mounts, err := mountsOf(engine)
	if err != nil {
		return nil, err
	}
	paths, err := pathsOf(pid)
	if err != nil {
		return nil, err
	}
	groups := &Groups{pid: pid, engine: engine, own: procfs.Cgroups(pid)}
	for _, each := range paths {
		if mount, mounted := mounts[each.controller]; mounted {
			path := fmt.Sprintf("/proc/%d/root%s%s", engine, mount, each.path)
			groups.directories = append(groups.directories, directory{each.controller, path})
		}
	}
	if procfs.IsExiting(pid) {
		return nil, refuse.Because("process %d has ended", pid)
	}
	return groups, nil
}

// Has tells whether a controller has a hierarchy of its own there, as in version 1.
func (g *Groups) Has(controller string) bool {
	_, found := g.named(controller)
	return found
}

func (g *Groups) named(controller string) (string, bool) {
	for _, each := range g.directories {
		if each.controller == controller {
			return each.path, true
		}
	}
	return "", false
}

func (g *Groups) directory(controller string) (string, error) {
	if path, found := g.named(controller); found {
		return path, nil
	}
	if path, found := g.named(unified); found {
		return path, nil
	}
	return "", refuse.Because("process %d has no control group for %s that the engine's process %d has mounted",
		g.pid, controller, g.engine)
}

// Take moves a process, 0 for this one with all its threads, into the groups of these controllers, or into all if none is named.
func (g *Groups) Take(pid int, controllers ...string) error {
	if len(controllers) == 0 {
		for _, each := range g.directories {
			controllers = append(controllers, each.controller)
		}
	}
	joined := map[string]bool{} // a directory of version 1 can be that of several controllers
	for _, controller := range controllers {
		path, err := g.directory(controller)
		if err != nil {
			return err
		}
		if joined[path] {
			continue
		}
		joined[path] = true
		if err := write(path+"/cgroup.procs", pid); err != nil {
			return refuse.Because("the control group %s cannot be joined: %s", path, strerror.Of(err))
		}
	}
	return nil
}

func write(path string, number int) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.WriteString(strconv.Itoa(number))
	return err
}

// Processes has those beside, as procfs.Beside finds them, without a look at every process of the Docker host.
func (g *Groups) Processes() []int {
	if len(g.directories) == 0 {
		return nil
	}
	var found []int
	for _, pid := range listed(g.directories[0].path) {
		if procfs.IsWithin(procfs.Cgroups(pid), g.own) && !procfs.IsAgents(pid) {
			found = append(found, pid)
		}
	}
	return found
}

// listed has the processes of a group and of those below it. A group that has gone meanwhile has none.
func listed(root string) []int {
	var found []int
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return nil
		}
		content, err := os.ReadFile(path + "/cgroup.procs")
		if err != nil {
			return nil
		}
		for _, word := range strings.Fields(string(content)) {
			if pid, err := strconv.Atoi(word); err == nil {
				found = append(found, pid)
			}
		}
		return nil
	})
	return found
}

// Read has the content of the first of these files that is there: version 1 and 2 name them differently.
func (g *Groups) Read(controller string, names ...string) (string, error) {
	path, err := g.directory(controller)
	if err != nil {
		return "", err
	}
	for _, name := range names {
		if content, err := os.ReadFile(path + "/" + name); err == nil {
			return string(content), nil
		}
	}
	return "", refuse.Because("the control group %s has none of %s", path, strings.Join(names, ", "))
}
