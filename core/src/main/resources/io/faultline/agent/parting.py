"""A container's first process that is told to stop: what it does until it ends, and what its connections come to."""

import os
import select
import signal
import time

from hold import name_of, processes_beside
from kernel import Namespace, Refused, command_line
from waiting import wait_channel

LISTEN, ESTABLISHED = "0A", "01"
# A connection that the target's own kernel reset: closed with unread data, or sent data after it was closed.
RESETS = ("TCPAbortOnClose", "TCPAbortOnData")


def status_of(pid):
    try:
        with open(f"/proc/{pid}/status") as f:
            return dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)
    except OSError:
        return {}


def describe(pid, number):
    """A process, and what it does with a signal."""
    status = status_of(pid)

    def has(mask):
        return bool(int(status.get(mask, "0"), 16) >> (number - 1) & 1)

    return {"pid": pid, "name": name_of(pid) or "?", "command": " ".join(command_line(pid)).strip(),
            "catches": has("SigCgt"), "ignores": has("SigIgn"), "blocks": has("SigBlk"), "waits_in": wait_channel(pid)}


def connections(pid):
    """How many sockets of the process's namespace listen, and how many are established; nothing once it is gone."""
    states = []
    for table in ("tcp", "tcp6"):
        try:
            with open(f"/proc/{pid}/net/{table}") as f:
                states += [line.split()[3] for line in list(f)[1:]]
        except OSError:
            return None
    return states.count(LISTEN), states.count(ESTABLISHED)


class Parting:
    """One first process, from the signal on. Its namespace stays open, so that its counters outlive it."""

    def __init__(self, request):
        self.pid, self.number = request["pid"], signal.Signals[f"SIG{request['signal']}"]
        self.namespace = Namespace.of_process(self.pid)
        self.pidfd = None
        try:
            if self.namespace.inode != request["netns"]:
                raise Refused(f"process {self.pid} is no longer in network namespace {request['netns']}; was it restarted?")
            self.pidfd = os.pidfd_open(self.pid)
            self.before = describe(self.pid, self.number)
            self.resets = self._resets()
            self.listened, self.established = connections(self.pid) or (0, 0)
            self.deaf_ns = self.ended_ns = 0
            self._signal()
        except Exception:
            self.close()
            raise
        self.signalled_ns = time.monotonic_ns()
        self.again = request.get("again_ms") and time.monotonic() + request["again_ms"] / 1000

    def _signal(self):
        try:
            signal.pidfd_send_signal(self.pidfd, self.number)
        except OSError as e:
            raise Refused(f"{self.number.name} cannot be sent to process {self.pid}: {e.strerror}")

    def tend(self):
        """Looks whether it has ended, and until then at its sockets."""
        if self.ended_ns:
            return
        if select.select([self.pidfd], [], [], 0)[0]:
            self.ended_ns = time.monotonic_ns()
        elif self.again and time.monotonic() >= self.again:
            self.again = None
            self._signal()
        elif seen := connections(self.pid):
            listening, self.established = seen
            if self.listened and not listening and not self.deaf_ns:
                self.deaf_ns = time.monotonic_ns()

    def _resets(self):
        with self.namespace, open("/proc/self/net/netstat") as f:
            names, values = [line.split() for line in f if line.startswith("TcpExt:")]
        return sum(int(value) for name, value in zip(names, values) if name in RESETS)

    def state(self):
        self.tend()
        return {"signalled_ns": self.signalled_ns, "ended_ns": self.ended_ns, "deaf_ns": self.deaf_ns,
                "listened": self.listened, "established": self.established, "resets": self._resets() - self.resets,
                "before": self.before, "now": [describe(pid, self.number) for pid in processes_beside(self.pid)]}

    def close(self):
        if self.pidfd is not None:
            os.close(self.pidfd)
        self.namespace.close()
