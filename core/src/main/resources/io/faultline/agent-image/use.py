"""Whether a container's own processes need what is short: those that do nothing have not met it."""

import os

from freeze import cgroups, is_agents, is_within
from kernel import processes


def time_on_cpu(pid):
    """In ns, of all its threads."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/schedstat") as f:
            total += int(f.read().split()[0])
    return total


def writes(pid):
    """Calls of write(2) and its kin, those that failed too."""
    with open(f"/proc/{pid}/io") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("syscw:"))


class Use:
    """What they did by a measure from now on."""

    def __init__(self, pid, measure):
        self.pid, self.measure = pid, measure
        self.before = self._now()

    def _now(self):
        found, own = {}, cgroups(self.pid)  # as they are seen now: a load may take on the engine's view of them
        for pid in processes():
            if own and is_within(cgroups(pid), own) and not is_agents(pid):
                try:
                    found[pid] = self.measure(pid)
                except OSError:
                    found[pid] = None  # it has just ended, or may not be looked at
        return found

    def is_none(self):
        """Whether they certainly did nothing: none has begun, ended, or cannot be looked at."""
        return bool(self.before) and None not in self.before.values() and self._now() == self.before
