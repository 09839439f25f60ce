package stress

import (
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/cgroup"
	"faultline/agent/procfs"
	"faultline/agent/refuse"
)

const (
	hoardPiece = 1 << 18
	killLimit  = 5 * time.Second
	dieLimit   = 2 * time.Second
	diePause   = time.Millisecond
)

// oomLoad lets a container's memory run out, so that the kernel kills what takes most of it: a process of the container. It
// marks these as those to be killed first, and takes all memory; then it takes the marks back.
type oomLoad struct {
	task    task
	groups  *cgroup.Groups // nil until they are first looked for
	victims int64          // as they were when it had begun: what ends later has ended by itself
}

func newOOMLoad(task task) load { return &oomLoad{task: task} }

func (l *oomLoad) begin() (err error) {
	if l.groups, err = cgroup.OfContainer(l.task.Pid); err != nil {
		return untouched{err}
	}
	limit, err := limitOf(l.groups)
	if err != nil {
		return err
	}
	if err := joinEngine(l.groups); err != nil {
		return err
	}
	for pid := range l.task.Before {
		if err := mark(pid, killedFirst); err != nil {
			return err
		}
	}
	if err := l.exhaust(limit); err != nil {
		return err
	}
	if l.count() == 0 {
		return refuse.Because("the kernel killed no process of the container, though its %d bytes of memory were taken; below 16 MB "+
			"what takes them is larger than it", limit)
	}
	return nil
}

// joinEngine moves this process into the engine's own groups: killing the agent's container kills all that is in its.
func joinEngine(container *cgroup.Groups) error {
	engine, err := container.OfEngine()
	if err != nil {
		return err
	}
	return engine.Take(0)
}

// exhaust has another process take all memory, until a process of the container dies of it.
func (l *oomLoad) exhaust(limit int64) error {
	taker, line, err := program{role: hoard, dies: true}.start()
	if err != nil {
		return err
	}
	defer func() {
		line.Close()
		_ = taker.Kill() // fails if the kernel has killed it, too
		_, _ = taker.Wait()
	}()
	if err := l.groups.Take(taker.Pid, "memory"); err != nil {
		return err
	}
	if err := give(line, limit); err != nil {
		return err
	}
	l.awaitVictim(killLimit, func() bool { return procfs.IsEnding(taker.Pid) })
	// On a busy machine the taker is killed as well, and ends before the process that was killed first.
	l.awaitVictim(dieLimit, func() bool { return false })
	return nil
}

func (l *oomLoad) awaitVictim(limit time.Duration, isVain func() bool) {
	giveUp := time.Now().Add(limit)
	for l.count() == 0 && time.Now().Before(giveUp) && !isVain() {
		time.Sleep(diePause)
	}
}

// hoardMemory is the life of the process that takes all. Nobody has the memory mapped, so that the kernel finds the
// container's processes larger than this one.
func hoardMemory() int {
	var limit int64
	if !hearOrder(&limit) {
		return 1
	}
	file, err := unix.MemfdCreate("faultline", unix.MFD_CLOEXEC)
	if err != nil {
		return 1
	}
	for taken := int64(0); taken < 2*limit; taken += hoardPiece {
		if allocate(file, taken, hoardPiece) != nil {
			return 1
		}
	}
	return 1
}

func (l *oomLoad) tend() error { return nil }

func (l *oomLoad) count() int64 {
	var exiting int64
	for pid := range l.task.Before {
		if procfs.IsExiting(pid) { // which is seen before its memory is free for the taker, which would need another victim then
			exiting++
		}
	}
	l.victims = max(l.victims, exiting)
	return l.victims
}

// state is in processes: those that were killed, of all there were.
func (l *oomLoad) state() (tally, error) {
	return tally{l.victims, int64(len(l.task.Before))}, nil
}

func (l *oomLoad) flaw() string { return "" }

// end takes the marks back, of those too that were started meanwhile by one that had it.
func (l *oomLoad) end() (err error) {
	if l.groups == nil {
		if l.groups, err = cgroup.OfContainer(l.task.Pid); err != nil {
			return err
		}
	}
	var marked []error
	for _, pid := range l.groups.Processes() {
		if score, err := scoreOf(pid); err != nil || score != killedFirst {
			continue
		}
		original, known := l.task.Before[pid]
		if !known {
			original = l.task.Before[l.task.Pid]
		}
		if err := mark(pid, original); err != nil {
			marked = append(marked, err)
		}
	}
	return refuse.All(marked)
}
