"""Whether a container's own processes need what is short: those that do nothing have not met it."""

import os

from hold import cgroups, is_agents, is_within
from kernel import processes

# Places in what proc(5) tells behind a process's name.
MINOR_FAULTS, MAJOR_FAULTS_OF_CHILDREN = 7, 10


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


def page_faults(pid):
    """With those of the children that it has waited for."""
    with open(f"/proc/{pid}/stat") as f:
        return sum(int(word) for word in f.read().rpartition(") ")[2].split()[MINOR_FAULTS:MAJOR_FAULTS_OF_CHILDREN + 1])


class Use:
    """What they did by a measure from now on."""

    def __init__(self, pid, measure):
        self.own, self.measure = cgroups(pid), measure
        self.before = self._now()

    def _now(self):
        found = {}
        for pid in processes():
            if is_within(cgroups(pid), self.own) and not is_agents(pid):
                try:
                    found[pid] = self.measure(pid)
                except OSError:
                    found[pid] = None  # it has just ended, or may not be looked at
        return found

    def is_none(self):
        """Whether they certainly did nothing: none has begun, ended, or cannot be looked at."""
        return bool(self.before) and None not in self.before.values() and self._now() == self.before
