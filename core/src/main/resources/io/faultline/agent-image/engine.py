"""The engine that runs a container, frozen for a bounded time."""

import os
import time

from freeze import Freeze, name_of
from kernel import Refused, processes
from output import descriptors_of, target_of

ANSWER_SECONDS = 0.02  # the answer that it is in force goes through the engine, before that is frozen


class FreezeEngine(Freeze):
    """Freezes an engine from a moment after it was asked to, and lets it go by itself. Used by one thread, the tracer."""

    def __init__(self, pid, order):
        super().__init__(pid, {"names": []})
        self.container, self.bound = order["container"], order["milliseconds"] / 1000
        self.begins = self.frozen_at = None
        self.was_frozen = 0.0

    def wanted(self):
        return [pid for pid in processes() if self._serves(pid)]

    def _serves(self, pid):
        """The engine reads the container's output, from a FIFO in a folder of its name; its shim and containerd write there."""
        name = name_of(pid) or "containerd"
        return not name.startswith("containerd") and pid != os.getpid() and any(
            f"/containerd/{self.container}/" in target_of(pid, number) for number in descriptors_of(pid))

    def why_none(self):
        return "the process of the engine cannot be found; does the engine run in another virtual machine?"

    def begin(self):
        if not self.wanted():
            raise Refused(self.why_none())
        self.begins = time.monotonic() + ANSWER_SECONDS

    def tend(self):
        super().tend()
        now = time.monotonic()
        if self.begins and now >= self.begins:
            self.begins = None
            try:
                super().begin()
                self.frozen_at = time.monotonic()
            except Refused:
                self.end()  # it is too late to refuse; that it was frozen for no time at all will tell
        elif self.frozen_at and now >= self.frozen_at + self.bound:
            self.end()

    def end(self):
        self.begins, frozen_at, self.frozen_at = None, self.frozen_at, None
        super().end()
        if frozen_at:
            self.was_frozen += time.monotonic() - frozen_at

    def counters(self):
        frozen = self.was_frozen + (time.monotonic() - self.frozen_at if self.frozen_at else 0)
        return f"engine: {frozen * 1000:.0f} of {self.bound * 1000:.0f} ms"
