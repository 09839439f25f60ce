"""Processes of a container without descriptors to spare: their soft limit is lowered to what they have open."""

import contextlib
import os
import resource

from cgroups import Groups, engine_of
from freeze import is_ending, name_of
from kernel import Refused
from owner import being_owner_of, seeing_as_owner_of_file
from stress import Load
from use import time_on_cpu

PASSES = 20  # of looking for processes that were started while we looked


class DescriptorLoad(Load):
    """A limit is not given back by the kernel, so this child stays after the agent until it has done that."""

    DIES_WITH_AGENT = False
    NEED = staticmethod(time_on_cpu)  # who opens a descriptor runs; the kernel counts nothing nearer to it

    def prepare(self):
        self.original, self.lowered, self.groups = {}, {}, None
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            self.original[self.pid] = limits_of(self.pid)[0]

    def begin(self):
        engine = engine_of(self.pid)
        self.groups = Groups(self.pid, engine)
        Groups(engine, engine).take(0)  # killing the agent's container kills all that is in its groups
        self.tend()
        if not self.lowered:
            raise Refused(f"no process of the container has more than {self.plan['leaving']} descriptors to spare as it is; leave "
                          "fewer")

    def tend(self):
        for pid in self._processes():
            # What the engine is just about to execute in the container may not be looked at before it is.
            with contextlib.suppress(ProcessLookupError, FileNotFoundError, PermissionError):
                self._tighten(pid)

    def _processes(self):
        if self.groups is None:
            self.groups = Groups(self.pid, engine_of(self.pid))
        return self.groups.processes()

    def _tighten(self, pid):
        if is_ending(pid):
            return
        soft, hard = limits_of(pid)
        wanted = min(first_refused(pid, self.plan["leaving"]), self.lowered.get(pid, hard))
        if soft <= wanted:
            return
        if pid not in self.lowered or soft != self.lowered[pid]:  # else it is as we left it
            self.original[pid] = self._inherited(soft) or soft
        self.lowered[pid] = wanted
        set_limits(pid, (wanted, hard))

    def _inherited(self, soft):
        """What a process would have had that was started meanwhile, with the lowered limit of the one that started it."""
        return next((self.original[pid] for pid, lowered in self.lowered.items() if lowered == soft), None)

    def state(self):
        """Processes whose next descriptor is refused once what was left to them is used, of all there are."""
        tight = seen = 0
        for pid in self._processes():
            with contextlib.suppress(OSError):
                if not is_ending(pid):
                    seen += 1
                    tight += limits_of(pid)[0] <= first_refused(pid, self.plan["leaving"])
        return tight, seen

    def end(self):
        for _ in range(PASSES):
            if not [pid for pid in self._processes() if self._given_back(pid)]:
                return
        raise Refused("the container starts processes faster than their limits can be given back")

    def _given_back(self, pid):
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            soft, hard = limits_of(pid)
            original = self._original(pid, soft)
            if original is not None and original > soft and not is_ending(pid):
                set_limits(pid, (min(original, hard), hard))
                return True
        return False

    def _original(self, pid, soft):
        if self.lowered.get(pid) == soft:
            return self.original[pid]
        if self.lowered:
            return self._inherited(soft)  # or it has set another itself since
        return self.original.get(pid, max(self.original.values(), default=None))  # the child that lowered it was killed


def limits_of(pid):
    with open(f"/proc/{pid}/limits") as f:
        line = next(line for line in f if line.startswith("Max open files"))
    return tuple(int(word) for word in line.split()[3:5])


def set_limits(pid, limits):
    with being_owner_of(pid):
        try:
            resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
        except PermissionError:
            raise Refused(f"the limit of process {pid} ({name_of(pid)}) cannot be set: it runs as several users or groups at a "
                          "time, as setuid programs do")


def first_refused(pid, leaving):
    """The lowest descriptor that is not used, once so many more are: a limit of this number refuses it."""
    path = f"/proc/{pid}/fd"
    with seeing_as_owner_of_file(path):
        used = {int(name) for name in os.listdir(path)}
    number = 0
    while True:
        if number not in used:
            if leaving == 0:
                return number
            leaving -= 1
        number += 1
