package procfs

import (
	"slices"
	"strings"

	"faultline/agent/refuse"
)

// Called has the processes of a container, by its first one, that have one of these names; all if none is given.
func Called(pid int, names []string) []int {
	beside := Beside(pid)
	if len(names) == 0 {
		return beside
	}
	return slices.DeleteFunc(beside, func(each int) bool { return !IsCalled(each, names) })
}

// NoneCalled refuses names that no process of a container has, and says which there are.
func NoneCalled(pid int, names []string) error {
	var others []string
	for _, each := range Beside(pid) {
		name := Name(each)
		if name == "" {
			name = "?" // it has ended meanwhile
		}
		others = append(others, name)
	}
	slices.Sort(others)
	return refuse.Because("no process is called %s; there are %s",
		strings.Join(names, " or "), strings.Join(slices.Compact(others), ", "))
}
