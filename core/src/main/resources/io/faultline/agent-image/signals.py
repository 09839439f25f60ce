"""Signals to processes of a container, and whether they did anything."""

import os
import signal

from action import Action
from freeze import is_called, is_ending, is_first, name_of, processes_beside, status_of
from kernel import Refused
from shutdown import has_signal, signal_number


HARMLESS = {signal.SIGCHLD, signal.SIGCONT, signal.SIGWINCH}  # to who does not catch them (signal(7))


class Told:
    """A process that was sent a signal."""

    def __init__(self, pid, number):
        self.pid, self.number = pid, number
        pidfd = os.pidfd_open(pid)
        try:
            self.catches = self._has("SigCgt")
            self.ends = number == signal.SIGKILL or not (
                self.catches or self._has("SigIgn", "SigBlk") or number in HARMLESS or is_first(pid))
            signal.pidfd_send_signal(pidfd, number)
        finally:
            os.close(pidfd)
        self.handled = False

    def _has(self, *masks):
        status = status_of(self.pid)
        return any(has_signal(status, mask, self.number) for mask in masks)

    def tend(self):
        """Learns whether the signal has reached its handler, or has ended it; an end of its own says nothing."""
        if not self.handled:
            self.handled = (self.ends and is_ending(self.pid)
                           or self.catches and not self._has("SigPnd", "ShdPnd"))


class SendSignal(Action):
    """Sends a signal to the first process of a container, or to those of some names, each time that it begins."""

    def __init__(self, pid, order):
        self.pid, self.names = pid, order["names"]
        self.name, self.number = order["signal"], signal_number(order["signal"])
        self.told = []

    def begin(self):
        beside = processes_beside(self.pid)
        meant = [pid for pid in beside if is_called(pid, self.names)] if self.names else [self.pid]
        if not meant:
            others = sorted({name_of(pid) or "?" for pid in beside})
            raise Refused(f"no process is called {' or '.join(self.names)}; there are {', '.join(others)}")
        for pid in meant:
            try:
                self.told.append(Told(pid, self.number))
            except ProcessLookupError:
                pass  # it ended by itself at this moment
            except OSError as e:
                raise Refused(f"SIG{self.name} cannot be sent to process {pid}: {e.strerror}")

    def tend(self):
        for each in self.told:
            each.tend()

    def end(self):
        self.tend()

    def counters(self):
        self.tend()
        return f"signal: {sum(each.handled for each in self.told)} handled of {len(self.told)}"
