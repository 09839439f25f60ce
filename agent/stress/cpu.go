package stress

import (
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/cgroup"
	"faultline/agent/refuse"
)

const (
	burnLimit  = 5 * time.Second // for the first CPU time
	burnEnough = time.Millisecond
	burnPause  = 5 * time.Millisecond
)

// cpuLoad takes CPU time by processes that burn it within the container's own share and limit.
type cpuLoad struct {
	task    task
	groups  *cgroup.Groups
	burners map[int]time.Duration // by process: the CPU time that it had when it was where it belongs
	before  time.Duration         // what the container had used
	broken  string
}

func newCPULoad(task task) load {
	return &cpuLoad{task: task, burners: map[int]time.Duration{}}
}

func (l *cpuLoad) begin() (err error) {
	if l.groups, err = cgroup.OfContainer(l.task.Pid); err != nil {
		return err
	}
	if l.before, err = l.used(); err != nil {
		return err
	}
	workers := l.task.Order.Workers
	if workers == 0 {
		if workers, err = l.usable(); err != nil {
			return err
		}
	}
	for range workers {
		if err := l.burn(); err != nil {
			return err
		}
	}
	return l.awaitFire()
}

// burn starts a process, and has it begin when it is where it belongs.
func (l *cpuLoad) burn() error {
	process, line, err := program{role: burn, dies: true}.start()
	if err != nil {
		return err
	}
	defer line.Close()
	defer process.Release()
	l.burners[process.Pid] = 0
	if err := l.groups.Take(process.Pid, "cpu", "cpuacct", "cpuset"); err != nil {
		return err
	}
	l.burners[process.Pid] = cpuTimeOf(process.Pid)
	return give(line, nil)
}

// burnTime is the life of such a process.
func burnTime() int {
	if !hearOrder(new(any)) {
		return 1
	}
	debug.SetGCPercent(-1) // there is nothing to collect
	//lint:ignore SA5002 this is what it is for
	for {
	}
}

func (l *cpuLoad) awaitFire() error {
	giveUp := time.Now().Add(burnLimit)
	for !l.allBurn() {
		if time.Now().After(giveUp) {
			return refuse.Because("the load got no CPU time within %.0f s, as if all of it were taken already", burnLimit.Seconds())
		}
		time.Sleep(burnPause)
	}
	return nil
}

func (l *cpuLoad) allBurn() bool {
	for pid, before := range l.burners {
		if cpuTimeOf(pid)-before < burnEnough {
			return false
		}
	}
	return true
}

// usable is how many can run at a time in the container's limit.
func (l *cpuLoad) usable() (int, error) {
	var cpus unix.CPUSet
	if err := unix.SchedGetaffinity(l.task.Pid, &cpus); err != nil {
		return 0, fmt.Errorf("cannot tell which CPUs process %d may use: %w", l.task.Pid, err)
	}
	quota, period, err := l.limit()
	if err != nil || quota <= 0 {
		return cpus.Count(), err
	}
	return min(cpus.Count(), int((quota+period-1)/period)), nil
}

// limit is the CPU time that the container may use in each period, both in µs; 0 or less if there is none.
func (l *cpuLoad) limit() (quota, period int64, err error) {
	if l.groups.Has("cpu") {
		if quota, err = l.number("cpu", "cpu.cfs_quota_us"); err != nil {
			return 0, 0, err
		}
		period, err = l.number("cpu", "cpu.cfs_period_us")
		return quota, period, err
	}
	text, err := l.groups.Read("cpu", "cpu.max")
	if err != nil {
		return 0, 0, err
	}
	words := strings.Fields(text)
	if len(words) < 2 || words[0] == "max" {
		return 0, 0, nil
	}
	if quota, err = strconv.ParseInt(words[0], 10, 64); err != nil {
		return 0, 0, err
	}
	period, err = strconv.ParseInt(words[1], 10, 64)
	return quota, period, err
}

func (l *cpuLoad) number(controller, name string) (int64, error) {
	text, err := l.groups.Read(controller, name)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(text), 10, 64)
}

// used is what all of the container's processes used, ours with them.
func (l *cpuLoad) used() (time.Duration, error) {
	if l.groups.Has("cpuacct") {
		nanos, err := l.number("cpuacct", "cpuacct.usage")
		return time.Duration(nanos), err
	}
	text, err := l.groups.Read("cpu", "cpu.stat")
	if err != nil {
		return 0, err
	}
	return time.Duration(stats(text)["usage_usec"]) * time.Microsecond, nil
}

func (l *cpuLoad) tend() error { return nil }

// state is in ms: what was burnt, of all that the container used meanwhile.
func (l *cpuLoad) state() (tally, error) {
	var burnt time.Duration
	for pid, before := range l.burners {
		burnt += cpuTimeOf(pid) - before
	}
	used := burnt // if the container's groups went with it
	if now, err := l.used(); err == nil {
		used = max(burnt, now-l.before)
	}
	return tally{burnt.Milliseconds(), used.Milliseconds()}, nil
}

func (l *cpuLoad) flaw() string {
	gone := 0
	for pid := range l.burners {
		if ended, err := unix.Wait4(pid, nil, unix.WNOHANG, nil); ended != 0 && err != unix.EINTR {
			delete(l.burners, pid)
			gone++
		}
	}
	if gone > 0 {
		l.broken = fmt.Sprintf("%d of the processes that burnt its CPU time were ended by somebody else", gone)
	}
	return l.broken
}

func (l *cpuLoad) end() error {
	for pid := range l.burners {
		_ = unix.Kill(pid, unix.SIGKILL) // it has not been waited for, so that nobody else has its number
	}
	for pid := range l.burners {
		reap(pid)
	}
	clear(l.burners)
	return nil
}

// reap waits for the end of a process that is killed already.
func reap(pid int) {
	for {
		if _, err := unix.Wait4(pid, nil, 0, nil); err != unix.EINTR {
			return
		}
	}
}

// cpuTimeOf is what a process has used; its clock is numbered as clock_getcpuclockid(3) does.
func cpuTimeOf(pid int) time.Duration {
	var used unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|2), &used); err != nil {
		return 0
	}
	return time.Duration(used.Nano())
}
