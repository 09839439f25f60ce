"""CPU time taken from a container: processes that burn it within the container's own share and limit."""

import math
import os
import signal
import time

from cgroups import Groups, engine_of
from kernel import Refused
from stress import Load, die_with, keep_only
from use import time_on_cpu

CONTROLLERS = ("cpu", "cpuacct", "cpuset")
BEGIN_SECONDS = 5
ENOUGH_NANOS = 1_000_000


class CpuLoad(Load):
    ADDS_UP = True
    NEED = staticmethod(time_on_cpu)

    def begin(self):
        self.burners, self.before = {}, 0
        self.groups = Groups(self.pid, engine_of(self.pid))
        self.before = self._used()
        for _ in range(self.plan["workers"] or self._usable()):
            self._burn()
        give_up = time.monotonic() + BEGIN_SECONDS
        while any(nanos_of(pid) - before < ENOUGH_NANOS for pid, before in self.burners.items()):
            if time.monotonic() > give_up:
                raise Refused(f"the load got no CPU time within {BEGIN_SECONDS} s, as if all of it were taken already")
            time.sleep(0.005)

    def _burn(self):
        foreman = os.getpid()
        wait, go = os.pipe()
        burner = os.fork()
        if burner == 0:
            try:
                die_with(foreman)
                keep_only(wait)
                os.read(wait, 1)  # until it is where it belongs
                while True:
                    pass
            finally:
                os._exit(1)
        self.burners[burner] = 0
        self.groups.take(burner, *CONTROLLERS)
        self.burners[burner] = nanos_of(burner)
        os.close(wait)
        os.close(go)

    def _usable(self):
        """As many as can run at a time in the container's limit."""
        many = len(os.sched_getaffinity(self.pid))
        quota, period = self._limit()
        return min(many, math.ceil(quota / period)) if quota > 0 else many

    def _limit(self):
        if "cpu" in self.groups.directories:
            return (int(self.groups.read("cpu", name)) for name in ("cpu.cfs_quota_us", "cpu.cfs_period_us"))
        quota, period = self.groups.read("cpu", "cpu.max").split()
        return (0 if quota == "max" else int(quota)), int(period)

    def _used(self):
        """What all of the container's processes used, ours with them, in ns."""
        if "cpuacct" in self.groups.directories:
            return int(self.groups.read("cpuacct", "cpuacct.usage"))
        stat = dict(line.split() for line in self.groups.read("cpu", "cpu.stat").splitlines())
        return int(stat["usage_usec"]) * 1000

    def state(self):
        """In ms: what was burnt, of all that the container used meanwhile."""
        burnt = sum(nanos_of(pid) - before for pid, before in self.burners.items())
        try:
            used = self._used() - self.before
        except Refused:
            used = burnt  # the container's groups went with it
        return burnt // 1_000_000, max(burnt, used) // 1_000_000

    def flaw(self):
        if gone := [pid for pid in self.burners if os.waitpid(pid, os.WNOHANG) != (0, 0)]:
            self.burners = {pid: before for pid, before in self.burners.items() if pid not in gone}
            self.broken = f"{len(gone)} of the processes that burnt its CPU time were ended by somebody else"
        return getattr(self, "broken", None)

    def end(self):
        for pid in self.burners:
            os.kill(pid, signal.SIGKILL)
        for pid in self.burners:
            os.waitpid(pid, 0)
        self.burners = {}


def nanos_of(pid):
    """The CPU time that a process has used; its clock is numbered as clock_getcpuclockid(3) does."""
    try:
        return time.clock_gettime_ns((~pid << 3) | 2)
    except OSError:
        return 0
