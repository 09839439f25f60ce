"""Memory taken from a container within the container's own limit, up to a share of it."""

import mmap
import signal

from cgroups import Groups, engine_of
from kernel import Refused
from stress import Load
from use import time_on_cpu

UNLIMITED = 1 << 60
PIECES = 100  # of the limit; so exactly it is kept
LEAST_BYTES, MOST_BYTES = 1 << 18, 1 << 24
KILLED_FIRST = 1000  # proc_pid_oom_score_adj(5)


class MemoryLoad(Load):
    """Holds what is free but for a rest, and gives way to the container when it takes more itself."""

    NEED = staticmethod(time_on_cpu)  # also who only looks how much is left

    def begin(self):
        self.pieces, self.most = [], 0
        self.groups = Groups(self.pid, engine_of(self.pid))
        self.limit = limit_of(self.groups)
        self.goal = self._goal()
        self.piece = max(LEAST_BYTES, min(self.limit // PIECES, MOST_BYTES)) // mmap.PAGESIZE * mmap.PAGESIZE
        if self.used() + self.piece > self.goal:
            raise Refused(f"the container uses {self.used()} of its {self.limit} bytes of memory by itself, and there is nothing "
                          f"to take before {self.goal} are in use; ask for more, or give it a higher limit")
        score("self", KILLED_FIRST)
        self.groups.take(0, "memory")
        self.tend()

    def _goal(self):
        return self.limit * self.plan["per_mille"] // 1000 if self.plan["per_mille"] else self.limit - self.plan["leaving"]

    def used(self):
        """Without what the kernel takes back from files as soon as somebody asks for room."""
        used = int(self.groups.read("memory", "memory.usage_in_bytes", "memory.current"))
        stat = dict(line.split() for line in self.groups.read("memory", "memory.stat").splitlines())
        return used - int(stat.get("total_inactive_file", stat.get("inactive_file", 0)))

    def tend(self):
        while self.used() + self.piece <= self.goal:
            self.pieces.append(mmap.mmap(-1, self.piece, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE))
            self.most = max(self.most, self.piece * len(self.pieces))
        while self.pieces and self.used() > self.goal + self.piece:
            self.pieces.pop().close()

    def state(self):
        """In bytes: what was taken at most, of the limit."""
        return self.most, self.limit

    def flaw_of_end(self, number):
        if number == signal.SIGKILL:
            return "the container needed more memory than was left, faster than room was made for it, and the kernel ended the load"
        return super().flaw_of_end(number)


def limit_of(groups):
    text = groups.read("memory", "memory.limit_in_bytes", "memory.max").strip()
    if text == "max" or int(text) >= UNLIMITED:
        raise Refused("the container has no memory limit, so that the whole Docker host would be pressed; give it one, as with "
                      "withCreateContainerCmdModifier(command -> command.getHostConfig().withMemory(64L << 20))")
    return int(text)


def score_of(pid):
    with open(f"/proc/{pid}/oom_score_adj") as f:
        return int(f.read())


def score(pid, value):
    with open(f"/proc/{pid}/oom_score_adj", "w") as f:
        f.write(str(value))
