package stress

import (
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/sys/unix"

	"faultline/agent/cgroup"
	"faultline/agent/owner"
	"faultline/agent/refuse"
	"faultline/agent/strerror"
)

const atOnce = 1 << 26

// diskLoad fills a file system of a container: a file without a name holds what was free, for as long as it is open.
type diskLoad struct {
	task   task
	host   map[uint64]bool // the devices that the Docker host itself lives on
	file   int
	taken  int64
	greedy bool // whether it would have to take more than it may
}

func newDiskLoad(task task) load { return &diskLoad{task: task} }

func (l *diskLoad) begin() error {
	container, err := cgroup.OfContainer(l.task.Pid)
	if err != nil {
		return err
	}
	engine, err := container.OfEngine()
	if err != nil {
		return err
	}
	// Memory behind a tmpfs is not to be taken from the container's limit as well.
	if err := engine.Take(0, "memory"); err != nil {
		return err
	}
	l.host = devicesOf(container.Engine())
	if l.file, err = l.open(); err != nil {
		return err
	}
	if err := l.requireRoom(); err != nil {
		return err
	}
	return l.tend()
}

// requireRoom refuses to take nothing, or more than may be taken.
func (l *diskLoad) requireRoom() error {
	order := l.task.Order
	free, block, err := l.room()
	if err != nil {
		return err
	}
	needed := free - order.Leaving
	if needed < block {
		return refuse.Because("%s has %d bytes free, so nothing is to be taken to leave %d; leave fewer",
			order.Path, free, order.Leaving)
	}
	if needed <= l.most() {
		return nil
	}
	cure := ""
	if order.AtMost == 0 {
		cure = fmt.Sprintf("; mount a small file system there, as with withTmpFs(Map.of(\"%s\", \"rw,size=16m\")), or allow more by "+
			"atMost()", order.Path)
	}
	return refuse.Because("filling %s takes %d bytes, more than the %d that may be taken%s", order.Path, needed, l.most(), cure)
}

func (l *diskLoad) most() int64 {
	if l.task.Order.AtMost != 0 {
		return l.task.Order.AtMost
	}
	return l.task.Order.ByDefault
}

// open makes the file by a user that may: root, or that of the container's first process.
func (l *diskLoad) open() (int, error) {
	file, err := l.openUnnamed()
	if !errors.Is(err, fs.ErrPermission) {
		return file, err
	}
	err = owner.Seeing(l.task.Pid, func() (err error) {
		file, err = l.openUnnamed()
		return err
	})
	// The kernel takes this back from a thread that acts as another user (PR_SET_PDEATHSIG of prctl(2)).
	_ = unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0)
	if errors.Is(err, fs.ErrPermission) {
		return 0, refuse.Because("nothing can be written to %s in the container: %s, neither by root nor by the user of its first "+
			"process", l.task.Order.Path, strerror.Of(err))
	}
	return file, err
}

// openUnnamed fails with an error of permission if another user might, and else with a refusal.
func (l *diskLoad) openUnnamed() (int, error) {
	file, err := l.openIn(l.task.Order.Path)
	if err == nil || refuse.Is(err) || errors.Is(err, fs.ErrPermission) {
		return file, err
	}
	return 0, refuse.Because("no file without a name can be made at %s in the container: %s; name a directory there that is on a "+
		"file system of its own, a tmpfs or a volume, and not mounted read-only", l.task.Order.Path, strerror.Of(err))
}

func (l *diskLoad) openIn(path string) (int, error) {
	directory, err := openBelow(l.task.Pid, path)
	if err != nil {
		return 0, err
	}
	defer unix.Close(directory)
	if l.task.Order.AtMost == 0 {
		if err := l.refuseHosts(directory); err != nil {
			return 0, err
		}
	}
	return unix.Openat(directory, ".", unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
}

// refuseHosts refuses a file system that is not the container's alone.
func (l *diskLoad) refuseHosts(directory int) error {
	mount, err := mountOf(directory)
	if err != nil {
		return err
	}
	root, err := mountOfRoot(l.task.Pid)
	if err != nil {
		return err
	}
	var stat unix.Stat_t
	if err := unix.Fstat(directory, &stat); err != nil {
		return err
	}
	if mount != root && !l.host[stat.Dev] {
		return nil
	}
	return refuse.Because("%[1]s in the container is on a file system that the Docker host itself lives on, and filling it would fill "+
		"the host; mount one of its own there, as with withTmpFs(Map.of(\"%[1]s\", \"rw,size=16m\")), or say with atMost() how much "+
		"may be taken of the host's", l.task.Order.Path)
}

// room is what is free, and in what blocks.
func (l *diskLoad) room() (free, block int64, err error) {
	var stat unix.Statfs_t
	if err := unix.Fstatfs(l.file, &stat); err != nil {
		return 0, 0, fmt.Errorf("cannot tell what is free at %s: %w", l.task.Order.Path, err)
	}
	return int64(stat.Bfree) * stat.Frsize, stat.Frsize, nil
}

// tend takes all that is free but for what is to be left, which others may have taken meanwhile.
func (l *diskLoad) tend() error {
	step := int64(atOnce)
	for {
		free, block, err := l.room()
		if err != nil {
			return err
		}
		wanted := free - l.task.Order.Leaving
		if wanted < block {
			return nil
		}
		step = min(step, wanted) / block * block
		if l.taken+step > l.most() {
			l.greedy = true
			return nil
		}
		switch err := allocate(l.file, l.taken, step); {
		case err == nil:
			l.taken += step
		case step == block:
			return nil // what the kernel keeps back for itself is not to be had
		default:
			step = max(block, step/2/block*block)
		}
	}
}

// state is in bytes: what was taken, of that and what is left.
func (l *diskLoad) state() (tally, error) {
	if err := l.tend(); err != nil {
		return tally{}, err
	}
	free, _, err := l.room()
	return tally{l.taken, l.taken + max(0, free)}, err
}

func (l *diskLoad) flaw() string {
	if !l.greedy {
		return ""
	}
	return fmt.Sprintf("more than %d bytes would have to be taken since others have given up theirs; allow more by atMost()", l.most())
}

// end has nothing to do: the file goes with the child.
func (l *diskLoad) end() error { return nil }
