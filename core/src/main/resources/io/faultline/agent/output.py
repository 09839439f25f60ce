"""A container's standard output and error: filling the pipes behind them, and finding who waits for room there."""

import ctypes
import os
import stat
import time

from hold import is_ending, processes_beside, threads_of
from kernel import Refused, libc

NAMES = {1: "stdout", 2: "stderr"}
PIDFD_GETFD = 438  # on every architecture
NONBLOCK = 2  # SPLICE_F_NONBLOCK
LINE = b"faultline: this line only fills the pipe, the container did not write it ".ljust(4095, b".") + b"\n"
FULL_SECONDS = 0.3  # after so long without room, nobody reads at the other end
FILL_SECONDS = 5


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

    def pipe(self):
        """The pipe's inode, or nothing if it is none."""
        found = os.fstat(self.fd)
        return found.st_ino if stat.S_ISFIFO(found.st_mode) else None


def pipes(pid, numbers):
    """The inode of the pipe behind each of these descriptors."""
    found = {}
    for number in numbers:
        try:
            with Descriptor(pid, number) as descriptor:
                found[number] = descriptor.pipe()
        except OSError as e:
            raise Refused(f"process {pid} has no {NAMES[number]} that can be looked at: {e.strerror}")
        if found[number] is None:
            raise Refused(f"{NAMES[number]} of process {pid} is no pipe, but {target_of(pid, number)}, which Docker does "
                          "not read through a pipe; a container with a TTY is so, or one whose first process redirects it")
    return found


def target_of(pid, number):
    try:
        return os.readlink(f"/proc/{pid}/fd/{number}")
    except OSError:
        return "something else"


def fill(pid, numbers):
    """Fills the pipes until nobody has made room for a while: how many bytes went into each, and which are full."""
    pipes(pid, numbers)
    return {NAMES[number]: filled(pid, number) for number in numbers}


def filled(pid, number):
    out, into = os.pipe()
    written, began = 0, time.monotonic()
    made_room = began
    try:
        with Descriptor(pid, number) as pipe:
            while (now := time.monotonic()) - made_room < FULL_SECONDS and now - began < FILL_SECONDS:
                os.write(into, LINE)
                try:
                    # Never waits, whatever the flags of the descriptor are. A page has room whole or not at all.
                    written += os.splice(out, pipe.fd, len(LINE), flags=NONBLOCK)
                    made_room = now
                except BlockingIOError:
                    os.read(out, len(LINE))
                    time.sleep(0.005)
    except OSError as e:
        raise Refused(f"{NAMES[number]} of process {pid} cannot be filled: {e.strerror}")
    finally:
        os.close(out)
        os.close(into)
    return {"bytes": written, "full": time.monotonic() - made_room >= FULL_SECONDS}


def writers(pid, numbers):
    """The processes of the container that stand in a write to one of these pipes, which has no room.

    Nothing if its first process is no more.
    """
    if is_ending(pid):
        return None
    wanted = set(pipes(pid, numbers).values())
    return sorted({each for each in processes_beside(pid) for thread in threads_of(each)
                   if waits_for_room(each, thread, wanted)})


def waits_for_room(pid, thread, pipes_wanted):
    try:
        with open(f"/proc/{pid}/task/{thread}/wchan") as f:
            if not f.read().endswith("pipe_write"):
                return False
        with open(f"/proc/{pid}/task/{thread}/syscall") as f:
            number = int(f.read().split()[1], 16)  # write, writev and their like name the descriptor first
        with Descriptor(pid, number) as descriptor:
            return descriptor.pipe() in pipes_wanted
    except (OSError, ValueError, IndexError):
        return False  # it has gone on, or ended


def looking_works():
    """Whether another process's descriptor can be looked at on this kernel, tried on our own."""
    try:
        with Descriptor(os.getpid(), 0):
            return True
    except OSError:
        return False
