"""A container's time of day: a library that its processes have preloaded reads from a file by how much it is to be wrong.

The library lets the time be right again by itself once the file has not been written for a while (clock.c), so that a clock
that nobody answers for any more does not stay wrong.
"""

import os
import stat
import struct
import time

from action import Action
from freeze import processes_beside
from kernel import Refused

FOLDER = "/faultline/"
CONTROL = struct.Struct("=qqqq")  # since, offset, drift and until, as clock.c has them, behind the turn
TURN, SHOWN = struct.Struct("=q"), struct.Struct("=q")
AT_SHOWN = TURN.size + CONTROL.size
SIZE = AT_SHOWN + SHOWN.size
KEPT_NS = 15_000_000_000
RENEWAL_SECONDS = 4


def reads_it(pid):
    """Whether a process has the control file mapped, as the library does when it is loaded."""
    try:
        with open(f"/proc/{pid}/maps") as f:
            return any(line.rstrip("\n").endswith(" " + FOLDER + "clock") for line in f)
    except OSError:
        return False


class Clock(Action):
    """The clock of one container; wrong from begin to end. A descriptor is kept, so that its end works in any case."""

    def __init__(self, pid, plan):
        self.pid, self.offset_ns, self.drift_ppb = pid, plan["offsetNanos"], plan["driftPpb"]
        if not reads_it(pid):
            raise Refused(f"process {pid}, the container's first one, has not preloaded Faultline's clock: was the container "
                          "prepared with FakeClock.in(…) before its start, and is its program linked dynamically?")
        try:
            self.fd = os.open(f"/proc/{pid}/root{FOLDER}clock", os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as e:
            raise Refused(f"the clock of process {pid} cannot be written: {e.strerror}")
        seen = os.fstat(self.fd)
        if not stat.S_ISREG(seen.st_mode) or seen.st_size != SIZE:
            os.close(self.fd)
            raise Refused(f"the clock of process {pid} is not as this version of Faultline made it")
        self.since_ns, self.renewed, self.lapsed = 0, None, False
        self.before = self._shown()
        self.total = 0

    def begin(self):
        self.since_ns, self.renewed = time.time_ns(), time.monotonic()
        self.before = self._shown()
        self._write(time.time_ns() + KEPT_NS)

    def tend(self):
        """Puts off that the clock is right again by itself."""
        if self.renewed is None or time.monotonic() < self.renewed + RENEWAL_SECONDS:
            return
        self.lapsed = self.lapsed or time.monotonic() > self.renewed + KEPT_NS / 1e9
        self.renewed = time.monotonic()
        self._write(time.time_ns() + KEPT_NS)

    def end(self):
        if self.renewed is not None:
            self._write(0)
            self.total += self._shown() - self.before
            self.renewed = None

    def close(self):
        self.end()
        os.close(self.fd)

    def _write(self, until_ns):
        turn, = TURN.unpack(os.pread(self.fd, TURN.size, 0))
        odd = turn | 1
        os.pwrite(self.fd, TURN.pack(odd), 0)
        os.pwrite(self.fd, CONTROL.pack(self.since_ns, self.offset_ns, self.drift_ppb, until_ns), TURN.size)
        os.pwrite(self.fd, TURN.pack(odd + 1), 0)

    def _shown(self):
        return SHOWN.unpack(os.pread(self.fd, SHOWN.size, AT_SHOWN))[0]

    def counters(self):
        shown = self.total + (self._shown() - self.before if self.renewed is not None else 0)
        reading = sum(reads_it(pid) for pid in processes_beside(self.pid))
        return f"clock: {shown} wrong, {reading} processes{', lapsed' if self.lapsed else ''}"
