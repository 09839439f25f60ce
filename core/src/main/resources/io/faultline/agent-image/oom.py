"""A container whose memory runs out, so that the kernel kills what takes most of it: a process of the container."""

import contextlib
import os
import signal
import time

from cgroups import Groups, engine_of
from freeze import is_ending, processes_beside
from kernel import Refused
from memory import KILLED_FIRST, limit_of, score, score_of
from owner import seeing_as_owner_of_file
from stress import Load, die_with

PIECE = 1 << 18
KILL_SECONDS = 5
DIE_SECONDS = 2


class OomLoad(Load):
    """Marks the container's processes as those to be killed first, and takes all memory; then takes the marks back."""

    DIES_WITH_AGENT = False

    def prepare(self):
        self.victims, self.scores = 0, {}
        for pid in processes_beside(self.pid):
            with contextlib.suppress(OSError):
                self.scores[pid] = score_of(pid)

    def begin(self):
        engine = engine_of(self.pid)
        groups = Groups(self.pid, engine)
        limit = limit_of(groups)
        Groups(engine, engine).take(0)  # killing the agent's container kills all that is in its groups
        for pid in self.scores:
            self._mark(pid, KILLED_FIRST)
        taker = self._taker(groups, limit)
        try:
            self._await_victim(KILL_SECONDS, lambda: is_ending(taker))
            # On a busy machine the taker is killed as well, and ends before the process that was killed first.
            self._await_victim(DIE_SECONDS, lambda: False)
        finally:
            os.kill(taker, signal.SIGKILL)
            os.waitpid(taker, 0)
        if not self._count():
            raise Refused(f"the kernel killed no process of the container, though its {limit} bytes of memory were taken; below "
                          "16 MB what takes them is larger than it")

    def _taker(self, groups, limit):
        parent = os.getpid()
        taker = os.fork()
        if taker == 0:
            try:
                die_with(parent)
                groups.take(0, "memory")
                # Nobody has it mapped, so the kernel finds the container's processes larger than this one.
                file = os.memfd_create("faultline")
                for number in range(2 * limit // PIECE):
                    os.posix_fallocate(file, number * PIECE, PIECE)
            finally:
                os._exit(1)
        return taker

    def _await_victim(self, seconds, is_vain):
        give_up = time.monotonic() + seconds
        while not self._count() and time.monotonic() < give_up and not is_vain():
            time.sleep(0.001)

    def _count(self):
        self.victims = max(self.victims, sum(is_ending(pid) for pid in self.scores))
        return self.victims

    def state(self):
        return self._count(), len(self.scores)

    def end(self):
        for pid in processes_beside(self.pid):
            with contextlib.suppress(OSError):
                if score_of(pid) == KILLED_FIRST:
                    self._mark(pid, self.scores.get(pid, self.scores.get(self.pid, 0)))

    @staticmethod
    def _mark(pid, value):
        try:
            with seeing_as_owner_of_file(f"/proc/{pid}/oom_score_adj"):
                score(pid, value)
        except OSError as e:
            if not is_ending(pid):
                raise Refused(f"process {pid} cannot be made the first that the kernel kills: {e.strerror}")
