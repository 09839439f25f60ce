"""Processes of a container, frozen by ptrace(2): whatever ends the agent, the kernel lets them run on by itself."""

import ctypes
import os
import time

from action import Action
from kernel import Refused, command_line, libc, processes

PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_DETACH = 0x4206, 0x4207, 17
PTRACE_EVENT_STOP = 128
PF_EXITING = 0x4  # linux/sched.h
WALL = 0x40000000  # __WALL: threads too
STOP_SECONDS = 3  # a thread stops where it leaves the kernel; one that waits for a disk stops late

libc.ptrace.restype = ctypes.c_long
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def cgroups(pid):
    """The path of a process in each hierarchy."""
    try:
        with open(f"/proc/{pid}/cgroup") as f:
            return {line.partition(":")[0]: line.strip().split(":", 2)[2] for line in f}
    except OSError:
        return {}


def own_cgroups(pid):
    """The same, of a container; nothing if it has none of its own."""
    own = cgroups(pid)
    return {} if own == cgroups("self") else own


def processes_beside(pid):
    """All processes of the container whose first one this is: a pid namespace can be the host's, its cgroups are its own."""
    own = own_cgroups(pid)
    return [each for each in processes() if own and is_within(cgroups(each), own) and not is_agents(each)]


def is_agents(pid):
    """Whether it is a process of an agent, which may be in a container's groups to stress it."""
    return command_line(pid)[:3] == ["python3", "-I", "/agent"]


def is_within(paths, others):
    return paths.keys() == others.keys() and all(
        (paths[each] + "/").startswith(others[each].rstrip("/") + "/") for each in others)


def name_of(pid):
    try:
        with open(f"/proc/{pid}/comm") as f:
            return f.read().strip()
    except OSError:
        return None


def is_called(pid, names):
    return name_of(pid) in names or os.path.basename((command_line(pid) or [""])[0]) in names


def status_of(pid):
    try:
        with open(f"/proc/{pid}/status") as f:
            return dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)
    except OSError:
        return {}


def is_first(pid):
    """Whether it is the first of its container, to which a signal that it does not catch does nothing."""
    return status_of(pid).get("NSpid", "").split()[-1:] == ["1"]


def threads_of(pid):
    try:
        return [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return []


# Those that are to be let go, and wait in the kernel: a tracer can only leave who has stopped.
leaving = set()
DEAD = object()


def news_of(thread):
    """The signal that waits for one that has stopped, or 0; DEAD if it is; nothing if there is no news."""
    try:
        seen, status = os.waitpid(thread, os.WNOHANG | WALL)
    except ChildProcessError:
        return DEAD  # or another thread of its process has executed another program
    if not seen:
        return None
    if not os.WIFSTOPPED(status):
        return DEAD
    return 0 if status >> 16 == PTRACE_EVENT_STOP else os.WSTOPSIG(status)


def detach(thread, signal):
    libc.ptrace(PTRACE_DETACH, thread, None, signal)  # fails only for one that dies at this moment


def let_go():
    """Lets those go on that could not before."""
    for thread in list(leaving):
        news = news_of(thread)
        if news is not None:
            leaving.discard(thread)
            if news is not DEAD:
                detach(thread, news)


class Freeze(Action):
    """Freezes the processes of a container, or those of some names. Used by one thread, which is their tracer."""

    def __init__(self, pid, order):
        self.pid, self.names = pid, order["names"]
        self.threads = {}  # each thread that is frozen: the process that it belongs to
        self.stopped = {}  # each that is frozen: the signal that waits for its going on, or 0
        self.most = 0
        self.told = None  # once it has ended: what was seen last

    def begin(self):
        """Freezes them, and those that they start meanwhile."""
        while new := self._seize():
            give_up = time.monotonic() + STOP_SECONDS
            while moving := [thread for thread in new if thread in self.threads and not self._is_still(thread)]:
                self.tend()
                if time.monotonic() > give_up:
                    raise Refused(f"threads {moving} did not stop within {STOP_SECONDS} s: do they wait for a disk?")
                time.sleep(0.0005)
        if not self.threads:
            raise Refused(self.why_none())
        self.most = max(self.most, len(set(self.threads.values())))

    def _is_still(self, thread):
        """Whether it has stopped, or cannot before a child that is frozen itself does something: see vfork(2)."""
        if thread in self.stopped:
            return True
        held = [pid for pid in set(self.threads.values()) if pid in self.stopped]
        return state_of(thread) == "D" and any(parent_of(pid) == self.threads[thread] for pid in held)

    def wanted(self):
        """The processes that are to be frozen, as far as there are any yet."""
        return [pid for pid in processes_beside(self.pid) if not self.names or is_called(pid, self.names)]

    def _seize(self):
        new = []
        for pid in self.wanted():
            for thread in threads_of(pid):
                if thread not in self.threads and self._seized(thread):
                    self.threads[thread] = pid
                    new.append(thread)
        return new

    def _seized(self, thread):
        if thread not in leaving and libc.ptrace(PTRACE_SEIZE, thread, None, None) != 0:
            error = ctypes.get_errno()
            if not os.path.exists(f"/proc/{thread}") or is_ending(thread):
                return False
            raise Refused(f"process {thread} ({name_of(thread)}) cannot be frozen: {os.strerror(error)}; a debugger or "
                          "another fault may trace it already, or kernel.yama.ptrace_scope is 3")
        leaving.discard(thread)
        libc.ptrace(PTRACE_INTERRUPT, thread, None, None)
        return True

    def why_none(self):
        others = sorted({name_of(pid) or "?" for pid in processes_beside(self.pid)})
        return f"no process is called {' or '.join(self.names)}; there are {', '.join(others)}"

    def tend(self):
        """Learns who has stopped and who has died. A dead one's parent hears of it only after its tracer has."""
        for thread in list(self.threads):
            news = news_of(thread)
            if news is DEAD:
                self._forget(thread)
            elif news is not None:
                self.stopped[thread] = news

    def _forget(self, thread):
        self.threads.pop(thread, None)
        self.stopped.pop(thread, None)

    def end(self):
        """Lets all of them go on; who cannot be let go before he leaves the kernel is, as soon as he does."""
        self.told = self.counters()
        give_up = time.monotonic() + STOP_SECONDS
        while self.threads:
            self.tend()
            for thread, signal in list(self.stopped.items()):
                detach(thread, signal)
                self._forget(thread)
            if all(state_of(thread) == "D" for thread in self.threads):
                leaving.update(self.threads)
                self.threads.clear()
            elif time.monotonic() > give_up:
                raise Refused(f"threads {sorted(self.threads)} cannot be let go")

    def counters(self):
        if not self.threads and self.told:
            return self.told
        self.tend()
        return f"freeze: {self.frozen()} frozen of {self.most}"

    def frozen(self):
        return len({pid for thread, pid in self.threads.items() if self._is_still(thread)})


def is_ending(thread):
    return state_of(thread) in "ZX"


def state_of(thread):
    """One letter, as ps prints it; that of a dead one if there is none any more."""
    return (stat_of(thread) or "X")[0]


def is_exiting(pid):
    """Whether it ends, from the first moment on; also if it is gone. It is not in state Z before the end of that."""
    told = stat_of(pid)
    return not told or bool(int(told.split()[6]) & PF_EXITING)


def parent_of(pid):
    return int((stat_of(pid) or "X 0").split()[1])


def began(pid):
    """When a process began, by the time of day, in ms: never later than it did."""
    told = stat_of(pid)
    if not told:
        raise Refused(f"process {pid} has ended")
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - int(told.split()[19]) / os.sysconf("SC_CLK_TCK")
    return int((time.time() - age) * 1000)


def stat_of(thread):
    """What proc(5) tells behind the name."""
    try:
        with open(f"/proc/{thread}/stat") as f:
            return f.read().rpartition(") ")[2]
    except OSError:
        return ""


def freezing_works():
    """Whether a process can be frozen and let go on this kernel, tried on a child."""
    child = os.fork()
    if child == 0:
        while True:
            time.sleep(60)
    freeze = Freeze(child, {"names": []})
    try:
        freeze.threads = {child: child} if freeze._seized(child) else {}
        give_up = time.monotonic() + STOP_SECONDS
        while freeze.threads and not freeze.stopped and time.monotonic() < give_up:
            freeze.tend()
        return bool(freeze.stopped)
    except Refused:
        return False
    finally:
        os.kill(child, 9)
        os.waitpid(child, WALL)
