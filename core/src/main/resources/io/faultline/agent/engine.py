"""The engine that runs a container, held still for a bounded time."""

import os
import time

from hold import Hold, name_of
from kernel import Refused, processes
from output import descriptors_of, target_of

ANSWER_SECONDS = 0.02  # the answer that it is in force goes through the engine, before that is frozen


class HoldEngine(Hold):
    """Holds an engine from a moment after it was asked to, and lets it go by itself. Used by one thread, the tracer."""

    def __init__(self, pid, order):
        super().__init__(pid, {"names": []})
        self.container, self.bound = order["container"], order["milliseconds"] / 1000
        self.begins = self.held_at = None
        self.was_held = 0.0

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
                self.held_at = time.monotonic()
            except Refused:
                self.end()  # it is too late to refuse; that it was held for no time at all will tell
        elif self.held_at and now >= self.held_at + self.bound:
            self.end()

    def end(self):
        self.begins, held_at, self.held_at = None, self.held_at, None
        super().end()
        if held_at:
            self.was_held += time.monotonic() - held_at

    def counters(self):
        held = self.was_held + (time.monotonic() - self.held_at if self.held_at else 0)
        return f"engine: {held * 1000:.0f} of {self.bound * 1000:.0f} ms"
