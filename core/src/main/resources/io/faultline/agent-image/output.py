"""A container's standard output and error: filling the pipes behind them, and finding who waits for room there."""

import contextlib
import ctypes
import os
import stat
import time
from typing import NamedTuple

from freeze import Freeze, is_ending, processes_beside, threads_of
from kernel import Refused, libc, processes
from owner import seeing_as, seeing_as_owner_of_file
from waiting import KNOWS_CALLS, system_call, wait_channel

NAMES = {1: "stdout", 2: "stderr"}
PIDFD_GETFD = 438  # on every architecture
TERMINALS = range(136, 144)  # the major numbers of pseudo-terminals
WAITS_FOR_ROOM = ("pipe_write", "wait_woken")  # of a pipe, of a terminal
WRITES = {"x86_64": (1, 20), "aarch64": (64, 66)}.get(os.uname().machine, ())  # write, writev
NONBLOCK = 2  # SPLICE_F_NONBLOCK
LINE = b"faultline: this line only fills the pipe, the container did not write it ".ljust(4095, b".") + b"\n"
FULL_SECONDS = 0.3  # after so long without room, nobody reads at the other end
LATE, LATE_SECONDS = 4, 1.5  # a busy machine's reader comes late: so many times its longest pause so far, at most so long
FILL_SECONDS = 5

# Programs that are a container's first process in order to start others: shells, inits, package runners.
STARTERS = frozenset("sh bash dash ash ksh zsh busybox tini tini-static docker-init catatonit dumb-init s6-svscan runsvdir "
                     "supervisord systemd su-exec gosu npm yarn pnpm".split())


class Descriptor:
    """Another process's descriptor, by a duplicate: its flags are its owner's, and stay as they are."""

    def __init__(self, pid, number):
        pidfd = os.pidfd_open(pid)
        try:
            self.fd = libc.syscall(PIDFD_GETFD, pidfd, number, 0)
            if self.fd < 0:
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        finally:
            os.close(pidfd)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)

    def channel(self):
        """What identifies the pipe or the terminal, or nothing if it is neither."""
        found = os.fstat(self.fd)
        if stat.S_ISFIFO(found.st_mode):
            return Channel(found.st_dev, found.st_ino, False)
        if stat.S_ISCHR(found.st_mode) and os.major(found.st_rdev) in TERMINALS:
            return Channel(found.st_dev, found.st_ino, True)
        return None


class Channel(NamedTuple):
    """A pipe, or a terminal of a pseudo-terminal file system, each of which is a device of its own."""
    device: int
    inode: int
    is_terminal: bool


def channels(pid, numbers):
    """The pipe or terminal behind each of these descriptors."""
    found = {}
    for number in numbers:
        try:
            with Descriptor(pid, number) as descriptor:
                found[number] = descriptor.channel()
        except OSError as e:
            raise Refused(f"process {pid} has no {NAMES[number]} that can be looked at: {e.strerror}")
        if found[number] is None:
            raise Refused(f"{NAMES[number]} of process {pid} is neither pipe nor terminal, but {target_of(pid, number)}, "
                          "which Docker does not read; a first process that redirects its output is so")
    return found


def target_of(pid, number):
    try:
        with seeing_as_owner_of_file(f"/proc/{pid}/fd"):
            return os.readlink(f"/proc/{pid}/fd/{number}")
    except OSError:
        return "something else"


def fill(pid, numbers, patience=FULL_SECONDS):
    """Fills what is behind them until nobody has made room for so long: how many bytes went in, and which are full."""
    found = channels(pid, numbers)
    return {NAMES[number]: filled(pid, number, IntoTerminal if found[number].is_terminal else IntoPipe, patience)
            for number in numbers}


class IntoPipe:
    """Writes a page into another's pipe, whole or not at all, and never waits, whatever flags the descriptor has."""

    def __init__(self, pid, number):
        self.out, self.into = os.pipe()
        try:
            self.descriptor = Descriptor(pid, number)
        except OSError:
            os.close(self.out)
            os.close(self.into)
            raise

    def write(self):
        os.write(self.into, LINE)
        try:
            return os.splice(self.out, self.descriptor.fd, len(LINE), flags=NONBLOCK)
        except BlockingIOError:
            os.read(self.out, len(LINE))
            raise

    def close(self):
        os.close(self.descriptor.fd)
        os.close(self.out)
        os.close(self.into)


class IntoTerminal:
    """Writes into another's terminal, as far as there is room. It is opened again, so its owner's flags stay as they are."""

    def __init__(self, pid, number):
        with Descriptor(pid, number) as descriptor:
            owner = os.fstat(descriptor.fd)  # the user that the container was started as, whatever user the process has by now
            with seeing_as(owner.st_uid, owner.st_gid):
                self.fd = os.open(f"/proc/self/fd/{descriptor.fd}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)

    def write(self):
        return os.write(self.fd, LINE)

    def close(self):
        os.close(self.fd)


def filled(pid, number, kind, patience):
    written, full, pause = 0, False, 0
    try:
        with contextlib.closing(kind(pid, number)) as into:
            began = made_room = time.monotonic()
            while not full and made_room - began < FILL_SECONDS:
                try:
                    written += into.write()
                    pause = max(pause, time.monotonic() - made_room)
                    made_room = time.monotonic()
                except BlockingIOError:
                    full = time.monotonic() - made_room >= max(patience, min(LATE * pause, LATE_SECONDS) if patience else 0)
                    if not full:
                        time.sleep(0.005)
    except OSError as e:
        raise Refused(f"{NAMES[number]} of process {pid} cannot be filled: {e.strerror}")
    return {"bytes": written, "full": full}


def writers(pid, numbers):
    """The processes of the container's service that stand in a write to one of these pipes or terminals, which has no room.

    Nothing if its first process is no more. Another program beside the first one is no part of the service, unless the first
    one is there to start others: that a helper waits says nothing about the service.
    """
    if is_ending(pid):
        return None
    wanted = set(channels(pid, numbers).values())
    return sorted({each for each in processes_beside(pid) if is_of_the_service(pid, each) for thread in threads_of(each)
                   if waits_for_room(each, thread, wanted)})


def is_of_the_service(first, pid):
    program = program_of(first)
    return pid == first or os.path.basename(program) in STARTERS or program_of(pid) == program


def program_of(pid):
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return ""  # it has ended, or nobody may know


def readers(pid, numbers):
    """The processes outside the container that read the pipes behind its output; Docker's shim is the one."""
    found = channels(pid, numbers).values()
    if any(channel.is_terminal for channel in found):
        raise Refused(f"process {pid} has a terminal, whose reader cannot be told from others'")
    wanted = {f"pipe:[{channel.inode}]" for channel in found}
    return [each for each in sorted(set(processes()) - set(processes_beside(pid)))
            if any(target_of(each, number) in wanted and is_read_end(each, number) for number in descriptors_of(each))]


def descriptors_of(pid):
    path = f"/proc/{pid}/fd"
    try:
        with seeing_as_owner_of_file(path):
            return os.listdir(path)
    except OSError:
        return []  # it has ended


def is_read_end(pid, number):
    try:
        with seeing_as_owner_of_file(f"/proc/{pid}/fdinfo"), open(f"/proc/{pid}/fdinfo/{number}") as f:
            flags = next(line.split()[1] for line in f if line.startswith("flags:"))
        return int(flags, 8) & os.O_ACCMODE == os.O_RDONLY
    except OSError:
        return False


class FreezeReader(Freeze):
    """Freezes what reads a container's output, and sees who waits in it. Used by one thread, which is the tracer."""

    def __init__(self, pid, order):
        super().__init__(pid, {"names": []})
        self.numbers, self.filled = order["descriptors"], order["filled"]
        self.blocked = set()

    def wanted(self):
        return readers(self.pid, self.numbers)

    def why_none(self):
        return f"nobody outside the container of process {self.pid} reads its output"

    def begin(self):
        super().begin()
        if self.filled:
            fill(self.pid, self.numbers)

    def tend(self):
        super().tend()
        if self.threads:
            self.blocked.update(writers(self.pid, self.numbers) or ())

    def counters(self):
        if not self.threads and self.told:
            return self.told
        self.tend()
        return f"reader: {self.frozen()} frozen of {self.most}, {len(self.blocked)} blocked"


def waits_for_room(pid, thread, wanted):
    if not wait_channel(pid, thread).endswith(WAITS_FOR_ROOM):
        return False
    if not KNOWS_CALLS:
        return any(channel in wanted and not channel.is_terminal
                   for channel in (channel_of(pid, int(number)) for number in descriptors_of(pid)) if channel)
    call, number = system_call(pid, thread) or (None, None)
    channel = channel_of(pid, number) if call is not None else None
    return channel in wanted and (call in WRITES or not channel.is_terminal)  # else it waits for input


def channel_of(pid, number):
    try:
        with Descriptor(pid, number) as descriptor:
            return descriptor.channel()
    except OSError:
        return None  # it has gone on, or ended


def looking_works():
    """Whether another process's descriptor can be looked at on this kernel, tried on our own."""
    try:
        with Descriptor(os.getpid(), 0):
            return True
    except OSError:
        return False
