"""A container's first process that is told to stop: what it does until it ends, and what its connections come to."""

import collections
import fcntl
import os
import select
import signal
import struct
import time

from freeze import began, is_ending, name_of, parent_of, processes_beside, status_of
from kernel import Namespace, Refused, command_line
from output import descriptors_of, target_of
from sharing import shares_network
from waiting import wait_channel_of_process

ESTABLISHED, CLOSE_WAIT, LISTEN = "01", "08", "0A"
# A connection that the target's own kernel reset: closed with unread data, or sent data after it was closed.
ABORTED_UNREAD, ABORTED_LATE = "TCPAbortOnClose", "TCPAbortOnData"

# ioctl(PIDFD_GET_INFO) and what it is asked for (linux/pidfd.h): how a process has ended, also once its parent has waited
# for it. Kernels before 6.15 do not tell.
GET_INFO, INFO_EXIT = 0xC040FF0B, 1 << 3
INFO = struct.Struct("=QQ11Ii")
KINDRED_SECONDS = 0.1  # a look at all processes of the host


def signal_number(name):
    """The number of a signal, without SIG before it: TERM, or RTMIN+3."""
    base, plus, offset = name.partition("+")
    base, minus, below = base.partition("-")
    return int(signal.Signals[f"SIG{base}"]) + int(offset or 0) - int(below or 0)


def has_signal(status, mask, number):
    return bool(int(status.get(mask, "0"), 16) >> (number - 1) & 1)


def describe(pid, number):
    """A process, and what it does with a signal."""
    status, waits_in = status_of(pid), wait_channel_of_process(pid)
    return {"pid": pid, "name": name_of(pid) or "?", "command": " ".join(command_line(pid)).strip(),
            "catches": has_signal(status, "SigCgt", number), "ignores": has_signal(status, "SigIgn", number),
            "blocks": has_signal(status, "SigBlk", number) or "sigtimedwait" in waits_in, "waits_in": waits_in}


def handles(pid, number):
    """Whether a process does something with a signal: catches it, or blocks it to take it by sigwait(3), as inits do.

    While it is in that, the kernel shows the signals that it waits for as not blocked.
    """
    seen = describe(pid, number)
    return seen["catches"] or seen["blocks"]


class Sockets(collections.namedtuple("Sockets", "listening established abandoned aborted_unread aborted_late "
                                                "reset_established resets_sent")):
    """The TCP sockets of a namespace at one moment, and what its kernel has counted so far.

    abandoned: those that nobody has accepted yet and whose client has left again.
    """

    @staticmethod
    def seen_from(proc, owners=None):
        """By a process that is in it; nothing once that is gone. If processes are named, listening and established are theirs."""
        try:
            counted = counters(f"{proc}/net/netstat", "TcpExt:") | counters(f"{proc}/net/snmp", "Tcp:")
            states = []
            for table in ("tcp", "tcp6"):
                with open(f"{proc}/net/{table}") as f:
                    # One that waits to be accepted has no inode yet.
                    states += [(words[3], words[9]) for words in map(str.split, list(f)[1:])]
        except (OSError, ValueError):
            return None
        own = [state for state, _ in states]
        if owners is not None:
            held = {target_of(each, number) for each in owners for number in descriptors_of(each)}
            own = [state for state, inode in states if f"socket:[{inode}]" in held]
        return Sockets(own.count(LISTEN), own.count(ESTABLISHED), states.count((CLOSE_WAIT, "0")),
                       counted[ABORTED_UNREAD], counted[ABORTED_LATE], counted["EstabResets"], counted["OutRsts"])

    def resets_until(self, later):
        """Connections that the application has reset: by closing what it had not read, or before the other side had."""
        return later.aborted_unread - self.aborted_unread + later.aborted_late - self.aborted_late

    def unaccepted_until(self, later):
        """Connections that were reset because their listening socket was closed while they waited to be accepted.

        The kernel counts none of them as aborted, but as established ones that ended by a reset, which those are too that
        the other side has reset, and among the resets that it has sent, which also refuse new connections: only what rises
        both is counted. For the while in which a listening socket was closed.
        """
        aborted = later.aborted_unread - self.aborted_unread
        ended = later.reset_established - self.reset_established - aborted
        sent = later.resets_sent - self.resets_sent - aborted - (later.aborted_late - self.aborted_late)
        return max(0, min(ended, sent) - self.abandoned)


def counters(path, line_name):
    with open(path) as f:
        names, values = [line.split()[1:] for line in f if line.startswith(line_name)][:2]
    return dict(zip(names, map(int, values)))


def ended_with(pidfd):
    """The wait status of a process that has ended; nothing while it runs, or if this kernel does not tell."""
    try:
        answer = fcntl.ioctl(pidfd, GET_INFO, INFO.pack(INFO_EXIT, *[0] * 13))
    except OSError:
        return None
    mask, *_, status = INFO.unpack(answer)
    return status if mask & INFO_EXIT else None


class Relative:
    """Another process of the container than the first, as it was seen, through a pidfd."""

    def __init__(self, pid, number):
        self.pidfd = os.pidfd_open(pid)
        self.name, self.parent = name_of(pid) or "?", parent_of(pid)
        self.handles = handles(pid, number)

    def has_ended(self):
        return bool(select.select([self.pidfd], [], [], 0)[0])

    def may_be_felled_by(self, number):
        status = ended_with(self.pidfd)
        return not self.handles and self.has_ended() and (status is None or status & 0x7F == number)

    def is_behind(self):
        status = ended_with(self.pidfd)
        return not self.has_ended() or status is not None and status & 0x7F == signal.SIGKILL


class Kindred:
    """The other processes of a container, as they were seen, and how they ended."""

    def __init__(self, first, number):
        self.first, self.number = first, number
        self.seen = {}  # by pid
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
                    self.seen[pid] = Relative(pid, self.number)
                except OSError:
                    pass  # it has ended meanwhile, by itself

    def judge(self, first):
        """Of those that were seen: which still run, or were killed.

        Only once the first one's parent has waited for it, and never if this kernel does not tell how processes end.
        """
        if self.behind is None and ended_with(first) is not None:
            self.behind = sorted(each.name for each in self.seen.values() if each.is_behind())

    def felled(self):
        """The children of the first one that the signal may have ended because they did not handle it, or has, if it is known."""
        return sorted(each.name for each in self.seen.values() if each.parent == self.first and each.may_be_felled_by(self.number))

    def close(self):
        for each in self.seen.values():
            os.close(each.pidfd)


class ShutdownWatch:
    """One first process, from the signal on. Its namespace stays open, so that its counters outlive it."""

    def __init__(self, request):
        self.pid, self.name, self.number = request["pid"], request["signal"], signal_number(request["signal"])
        self.namespace = Namespace.of_process(self.pid)
        self.pidfd = self.kindred = None
        try:
            if self.namespace.inode != request["netns"]:
                raise Refused(f"process {self.pid} is no longer in network namespace {request['netns']}; was it restarted?")
            self.pidfd = os.pidfd_open(self.pid)
            self.kindred = Kindred(self.pid, self.number)
            self.kindred.look()
            self.before = describe(self.pid, self.number)
            self.began_ms = began(self.pid)
            self.shared = shares_network(self.pid)
            self.at_signal = self.last = self._sockets()
            self.established = self.at_signal.established
            self.unaccepted = self.deaf_ns = self.ended_ns = 0
            self.handles = self.pending = False
            self.closing = None
            self._signal()
        except Exception:
            self.close()
            raise
        self.signalled_ns = time.monotonic_ns()
        self.again = request.get("again_ms") and time.monotonic() + request["again_ms"] / 1000

    def _signal(self):
        self.handles = self.handles or handles(self.pid, self.number)
        try:
            signal.pidfd_send_signal(self.pidfd, self.number)
        except OSError as e:
            raise Refused(f"SIG{self.name} cannot be sent to process {self.pid}: {e.strerror}")

    def tend(self):
        """Looks whether it has ended, and until then at its sockets."""
        if self.ended_ns:
            self.kindred.judge(self.pidfd)
            return
        if select.select([self.pidfd], [], [], 0)[0]:
            self.ended_ns = time.monotonic_ns()
            self._look_whether_it_waits()  # a dead one's parent may not have heard of it yet
            self._compare(self._sockets())
            self._compare(self._sockets())
            return
        self.kindred.look()
        if self.again and time.monotonic() >= self.again:
            self.again = None
            try:
                self._signal()
            except Refused:
                return  # it has just ended, which its pidfd tells in a moment
        elif self.shared and is_ending(self.pid):
            return  # it holds no socket any more, and its pidfd tells in a moment
        elif seen := Sockets.seen_from(f"/proc/{self.pid}", self._owners()):
            self._compare(seen)
            self.established = seen.established
            self._look_whether_it_waits()

    def _look_whether_it_waits(self):
        """Whether the signal still waits to be taken, for it is blocked."""
        if status := status_of(self.pid):
            self.pending = any(has_signal(status, mask, self.number) for mask in ("ShdPnd", "SigPnd"))

    def _compare(self, seen):
        """Two looks see a listening socket close: it can be gone before the resets that it caused are counted."""
        since = self.last
        if self.closing:
            self.unaccepted += self.closing.unaccepted_until(seen)
            self.closing, since = None, seen
        if seen.listening < self.last.listening:
            self.closing = since
        if self.at_signal.listening and not seen.listening and not self.deaf_ns and not self.ended_ns:
            self.deaf_ns = time.monotonic_ns()
        self.last = seen

    def _owners(self):
        """Whose sockets are looked at; nothing for all, where the namespace is the container's own."""
        return [self.pid, *self.kindred.seen] if self.shared else None

    def _sockets(self):
        with self.namespace:
            seen = Sockets.seen_from("/proc/thread-self", self._owners())
        if not seen:
            raise Refused(f"the sockets of process {self.pid} cannot be read: is /proc/net there?")
        return seen

    def state(self):
        self.tend()
        return {"began_ms": self.began_ms, "signalled_ns": self.signalled_ns, "ended_ns": self.ended_ns, "deaf_ns": self.deaf_ns,
                "listened": self.at_signal.listening, "established": self.established,
                "resets": self.at_signal.resets_until(self._sockets()), "unaccepted": self.unaccepted,
                "shared": self.shared,
                "handles": self.handles, "pending": self.pending, "status": ended_with(self.pidfd),
                "before": self.before, "now": [describe(pid, self.number) for pid in processes_beside(self.pid)],
                "behind": self.kindred.behind, "felled": self.kindred.felled() if self.ended_ns else []}

    def close(self):
        if self.kindred:
            self.kindred.close()
        if self.pidfd is not None:
            os.close(self.pidfd)
        self.namespace.close()
