// Package procfs reads what /proc tells of processes. Nothing in it fails because a process has just ended: the answer is then
// that of a dead one.
package procfs

import (
	"fmt"
	"maps"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"faultline/agent/refuse"
)

// Agent is the path of the agent's program in its image, and so the first word of the command line of each of its processes.
const Agent = "/faultline-agent"

const (
	exitingFlag = 0x4 // PF_EXITING of linux/sched.h
	clockTicks  = 100 // USER_HZ, the unit of /proc/PID/stat on every architecture that Docker runs on
)

// All processes that can be seen, in no order.
func All() []int {
	return numbers("/proc")
}

// Threads of a process.
func Threads(pid int) []int {
	return numbers(fmt.Sprintf("/proc/%d/task", pid))
}

func numbers(folder string) []int {
	file, err := os.Open(folder)
	if err != nil {
		return nil
	}
	defer file.Close()
	names, _ := file.Readdirnames(-1) // of those that end meanwhile nothing is lost
	found := make([]int, 0, len(names))
	for _, name := range names {
		if number, err := strconv.Atoi(name); err == nil {
			found = append(found, number)
		}
	}
	return found
}

// CommandLine has a process's words; none if it has none, or has ended.
func CommandLine(pid int) []string {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil || len(content) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(content), "\x00"), "\x00")
}

// IsAgents tells whether it is a process of an agent, which may be in a container's groups to stress it.
func IsAgents(pid int) bool {
	words := CommandLine(pid)
	return len(words) > 0 && words[0] == Agent
}

// NamespaceInode is the inode of a namespace of this kind, as "net" or "pid"; false if the process has ended or may not be looked at.
func NamespaceInode(pid int, kind string) (uint64, bool) {
	var stat unix.Stat_t
	if err := unix.Stat(fmt.Sprintf("/proc/%d/ns/%s", pid, kind), &stat); err != nil {
		return 0, false
	}
	return stat.Ino, true
}

// Name is the kernel's short one of a process or thread; empty if it has ended.
func Name(pid int) string {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(content))
}

// IsCalled tells whether one of these names is that of the process or of its program.
func IsCalled(pid int, names []string) bool {
	words := CommandLine(pid)
	program := ""
	if len(words) > 0 {
		program = path.Base(words[0])
	}
	own := Name(pid)
	for _, name := range names {
		if name == own || name == program {
			return true
		}
	}
	return false
}

// Status is /proc/PID/status by the words in front of the colon; empty if the process has ended.
func Status(pid int) map[string]string {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	found := map[string]string{}
	if err != nil {
		return found
	}
	for line := range strings.Lines(string(content)) {
		if name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ":\t"); ok {
			found[name] = value
		}
	}
	return found
}

// IsFirst tells whether it is the first of its container, to which a signal that it does not catch does nothing.
func IsFirst(pid int) bool {
	fields := strings.Fields(Status(pid)["NSpid"])
	return len(fields) > 0 && fields[len(fields)-1] == "1"
}

// stat has the fields of /proc/PID/stat behind the name, the state first; none if it has ended.
func stat(pid int) []string {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	text := string(content)
	return strings.Fields(text[strings.LastIndex(text, ")")+1:])
}

func number(fields []string, index int) int64 {
	if index >= len(fields) {
		return 0
	}
	value, _ := strconv.ParseInt(fields[index], 10, 64)
	return value
}

// State is one letter, as ps prints it; X of a process or thread that has gone.
func State(pid int) byte {
	fields := stat(pid)
	if len(fields) == 0 {
		return 'X'
	}
	return fields[0][0]
}

// IsEnding tells whether it is a zombie, or gone.
func IsEnding(pid int) bool {
	state := State(pid)
	return state == 'Z' || state == 'X'
}

// IsExiting tells whether it ends, from the first moment on; also if it is gone. It is not a zombie before the end of that.
func IsExiting(pid int) bool {
	fields := stat(pid) // once: it can be gone at a second look, and would then seem not to be ending
	return fields == nil || number(fields, 6)&exitingFlag != 0
}

// Parent of a process; 0 if it has gone.
func Parent(pid int) int {
	return int(number(stat(pid), 1))
}

// Started is when a process began, in clock ticks since the machine was started; 0 if it has gone. With its number it means one
// process and no other.
func Started(pid int) int64 {
	return number(stat(pid), 19)
}

// BeganMillis is when a process began, by the time of day: never later than it did.
func BeganMillis(pid int) (int64, error) {
	fields := stat(pid)
	if fields == nil {
		return 0, refuse.Because("process %d has ended", pid)
	}
	var boot, day unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &boot); err != nil {
		return 0, err
	}
	if err := unix.ClockGettime(unix.CLOCK_REALTIME, &day); err != nil {
		return 0, err
	}
	age := boot.Nano() - number(fields, 19)*(1_000_000_000/clockTicks)
	return (day.Nano() - age) / 1_000_000, nil
}

// Cgroups has the path of a process in each hierarchy, by its number; empty if it has ended.
func Cgroups(pid int) map[string]string {
	return cgroups(strconv.Itoa(pid))
}

func cgroups(who string) map[string]string {
	content, err := os.ReadFile("/proc/" + who + "/cgroup")
	found := map[string]string{}
	if err != nil {
		return found
	}
	for line := range strings.Lines(string(content)) {
		if parts := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3); len(parts) == 3 {
			found[parts[0]] = parts[2]
		}
	}
	return found
}

// OwnCgroups are those of a container; empty if it has none of its own.
func OwnCgroups(pid int) map[string]string {
	own := Cgroups(pid)
	if maps.Equal(own, cgroups("self")) {
		return map[string]string{}
	}
	return own
}

// IsWithin tells whether paths lie below others, in the same hierarchies.
func IsWithin(paths, others map[string]string) bool {
	if len(paths) != len(others) {
		return false
	}
	for hierarchy, found := range paths {
		other, ok := others[hierarchy]
		if !ok || !strings.HasPrefix(found+"/", strings.TrimRight(other, "/")+"/") {
			return false
		}
	}
	return true
}

// Beside has all processes of the container whose first one this is: a pid namespace can be the host's, its cgroups are its own.
func Beside(pid int) []int {
	own := OwnCgroups(pid)
	if len(own) == 0 || hidesCgroups(pid, own) {
		return nil
	}
	var found []int
	for _, each := range All() {
		if IsWithin(Cgroups(each), own) && !IsAgents(each) {
			found = append(found, each)
		}
	}
	return found
}

// hidesCgroups tells whether a process may have shown the root group in place of its own, below which all of the host is: one
// that ends does so in version 1 of control groups.
func hidesCgroups(pid int, shown map[string]string) bool {
	_, unified := shown["0"]
	return IsExiting(pid) && !(unified && len(shown) == 1)
}
