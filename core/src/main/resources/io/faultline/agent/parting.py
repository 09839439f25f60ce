"""A container's first process that is told to stop: what it does until it ends, and what its connections come to."""

import fcntl
import os
import select
import signal
import struct
import time

from hold import name_of, processes_beside
from kernel import Namespace, Refused, command_line
from waiting import wait_channel_of_process

LISTEN, ESTABLISHED = "0A", "01"
# A connection that the target's own kernel reset: closed with unread data, or sent data after it was closed.
RESETS = ("TCPAbortOnClose", "TCPAbortOnData")

# ioctl(PIDFD_GET_INFO) and what it is asked for (linux/pidfd.h): how a process has ended, also once its parent has waited
# for it. Kernels before 6.15 do not tell.
GET_INFO, INFO_EXIT = 0xC040FF0B, 1 << 3
INFO = struct.Struct("=QQ11Ii")
KINDRED_SECONDS = 0.1  # a look at all processes of the host


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
            "catches": has("SigCgt"), "ignores": has("SigIgn"), "blocks": has("SigBlk"), "waits_in": wait_channel_of_process(pid)}


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


def ended_with(pidfd):
    """The wait status of a process that has ended; nothing while it runs, or if this kernel does not tell."""
    try:
        answer = fcntl.ioctl(pidfd, GET_INFO, INFO.pack(INFO_EXIT, *[0] * 13))
    except OSError:
        return None
    mask, *_, status = INFO.unpack(answer)
    return status if mask & INFO_EXIT else None


class Kindred:
    """The other processes of a container, as they were seen, and how they ended."""

    def __init__(self, first):
        self.first = first
        self.seen = {}  # each pid: its pidfd and its name
        self.due = 0.0
        self.behind = None

    def look(self):
        """Opens a pidfd of each that is new, for only through one that was open before can its end be learnt."""
        if time.monotonic() < self.due:
            return
        self.due = time.monotonic() + KINDRED_SECONDS
        for pid in processes_beside(self.first):
            if pid != self.first and pid not in self.seen:
                try:
                    self.seen[pid] = os.pidfd_open(pid), name_of(pid) or "?"
                except OSError:
                    pass  # it has ended meanwhile, by itself

    def judge(self, first):
        """Of those that were seen: which still run, or were killed.

        Only once the first one's parent has waited for it, and never if this kernel does not tell how processes end.
        """
        if self.behind is not None or ended_with(first) is None:
            return
        self.behind = sorted(name for pidfd, name in self.seen.values() if self._is_behind(pidfd))

    @staticmethod
    def _is_behind(pidfd):
        status = ended_with(pidfd)
        return not select.select([pidfd], [], [], 0)[0] or status is not None and status & 0x7F == signal.SIGKILL

    def close(self):
        for pidfd, _ in self.seen.values():
            os.close(pidfd)


class Parting:
    """One first process, from the signal on. Its namespace stays open, so that its counters outlive it."""

    def __init__(self, request):
        self.pid, self.number = request["pid"], signal.Signals[f"SIG{request['signal']}"]
        self.namespace = Namespace.of_process(self.pid)
        self.pidfd = self.kindred = None
        try:
            if self.namespace.inode != request["netns"]:
                raise Refused(f"process {self.pid} is no longer in network namespace {request['netns']}; was it restarted?")
            self.pidfd = os.pidfd_open(self.pid)
            self.kindred = Kindred(self.pid)
            self.kindred.look()
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
            self.kindred.judge(self.pidfd)
            return
        if select.select([self.pidfd], [], [], 0)[0]:
            self.ended_ns = time.monotonic_ns()
            return
        self.kindred.look()
        if self.again and time.monotonic() >= self.again:
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
                "before": self.before, "now": [describe(pid, self.number) for pid in processes_beside(self.pid)],
                "behind": self.kindred.behind}

    def close(self):
        if self.kindred:
            self.kindred.close()
        if self.pidfd is not None:
            os.close(self.pidfd)
        self.namespace.close()
