package stress

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"faultline/agent/cgroup"
	"faultline/agent/refuse"
)

const (
	unlimited  = 1 << 60
	pieces     = 100 // of the limit; so exactly it is kept
	leastBytes = 1 << 18
	mostBytes  = 1 << 24
)

// memoryLoad takes memory within the container's own limit: it holds what is free but for a rest, and gives way to the
// container when that takes more itself.
type memoryLoad struct {
	task   task
	groups *cgroup.Groups
	limit  int64
	goal   int64 // how much of it is to be in use, by whomever
	piece  int64
	held   [][]byte
	most   int64 // of what was held at a time
}

func newMemoryLoad(task task) load { return &memoryLoad{task: task} }

func (l *memoryLoad) begin() (err error) {
	if l.groups, err = cgroup.OfContainer(l.task.Pid); err != nil {
		return err
	}
	if l.limit, err = limitOf(l.groups); err != nil {
		return err
	}
	page := int64(os.Getpagesize())
	l.goal = l.wanted()
	l.piece = max(leastBytes, min(l.limit/pieces, mostBytes)) / page * page
	used, err := l.used()
	if err != nil {
		return err
	}
	if used+l.piece > l.goal {
		return refuse.Because("the container uses %d of its %d bytes of memory by itself, and there is nothing to take before %d "+
			"are in use; ask for more, or give it a higher limit", used, l.limit, l.goal)
	}
	if err := setScore(os.Getpid(), killedFirst); err != nil {
		return fmt.Errorf("cannot be the first that the kernel kills: %w", err)
	}
	if err := l.groups.Take(0, "memory"); err != nil {
		return err
	}
	return l.tend()
}

func (l *memoryLoad) wanted() int64 {
	if l.task.Order.PerMille != 0 {
		return l.limit * l.task.Order.PerMille / 1000
	}
	return l.limit - l.task.Order.Leaving
}

// used is without what the kernel takes back from files as soon as somebody asks for room.
func (l *memoryLoad) used() (int64, error) {
	text, err := l.groups.Read("memory", "memory.usage_in_bytes", "memory.current")
	if err != nil {
		return 0, err
	}
	used, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return 0, err
	}
	text, err = l.groups.Read("memory", "memory.stat")
	if err != nil {
		return 0, err
	}
	found := stats(text)
	idle, hierarchical := found["total_inactive_file"] // of version 1, whose others are without the groups below
	if !hierarchical {
		idle = found["inactive_file"]
	}
	return used - idle, nil
}

func (l *memoryLoad) tend() error {
	for {
		used, err := l.used()
		switch {
		case err != nil:
			return err
		case used+l.piece <= l.goal:
			err = l.take()
		case len(l.held) > 0 && used > l.goal+l.piece:
			err = l.giveBack()
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (l *memoryLoad) take() error {
	piece, err := unix.Mmap(-1, 0, int(l.piece), unix.PROT_READ|unix.PROT_WRITE,
		unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_POPULATE)
	if err != nil {
		return fmt.Errorf("cannot take %d bytes of memory: %w", l.piece, err)
	}
	l.held = append(l.held, piece)
	l.most = max(l.most, l.piece*int64(len(l.held)))
	return nil
}

func (l *memoryLoad) giveBack() error {
	last := len(l.held) - 1
	piece := l.held[last]
	l.held = l.held[:last]
	return unix.Munmap(piece)
}

// state is in bytes: what was taken at most, of the limit.
func (l *memoryLoad) state() (tally, error) { return tally{l.most, l.limit}, nil }

func (l *memoryLoad) flaw() string { return "" }

// end has nothing to do: what is held goes with the child.
func (l *memoryLoad) end() error { return nil }

// limitOf is the memory that a container may use.
func limitOf(groups *cgroup.Groups) (int64, error) {
	text, err := groups.Read("memory", "memory.limit_in_bytes", "memory.max")
	if err != nil {
		return 0, err
	}
	limit, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || limit >= unlimited { // "max" in version 2
		return 0, refuse.Because("the container has no memory limit, so that the whole Docker host would be pressed; give it one, " +
			"as with withCreateContainerCmdModifier(command -> command.getHostConfig().withMemory(64L << 20))")
	}
	return limit, nil
}

// stats has the numbers of a group's file by the names in front of them.
func stats(text string) map[string]int64 {
	found := map[string]int64{}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if number, err := strconv.ParseInt(value, 10, 64); err == nil {
			found[name] = number
		}
	}
	return found
}
