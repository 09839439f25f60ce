package tagged

import (
	"faultline/agent/netns"
	"faultline/agent/refuse"
)

// Place is something that carries a tag, and where it was found.
type Place struct {
	Run   string `json:"run"`
	Netns uint64 `json:"netns"` // the inode
	PID   int    `json:"pid"`   // a process that lives there
	Where string `json:"where"`
	What  string `json:"what"`
}

// Everywhere has what Find or Remove returns in every namespace that some process lives in. An error in one of them, which is
// returned at the end, stops none of the others.
func Everywhere(
	act func(*netns.Namespace, func(Tag) bool) (Remains, error), wanted func(Tag) bool,
) ([]Place, error) {
	places := []Place{}
	var problems []error
	err := netns.Each(func(pid int, namespace *netns.Namespace) error {
		found, err := act(namespace, wanted)
		for _, each := range found {
			places = append(places, Place{each.tag.Run, namespace.Inode, pid, each.Where, each.What})
		}
		if err != nil {
			problems = append(problems, err)
		}
		return nil
	})
	if err != nil {
		problems = append(problems, err)
	}
	return places, refuse.All(problems)
}
