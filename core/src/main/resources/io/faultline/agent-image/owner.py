"""Acting as the owner of another process: the agent is a root without CAP_DAC_OVERRIDE and CAP_SYS_RESOURCE."""

import contextlib
import os

from kernel import libc


def owner_of(pid):
    with open(f"/proc/{pid}/status") as f:
        words = dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)
    return int(words["Uid"].split()[0]), int(words["Gid"].split()[0])


@contextlib.contextmanager
def being_owner_of(pid):
    """Changes the real ids alone: prlimit(2) compares them, and the capabilities go with the effective ones."""
    uid, gid = owner_of(pid)
    os.setresgid(gid, -1, -1)
    os.setresuid(uid, -1, -1)
    try:
        yield
    finally:
        os.setresuid(0, -1, -1)
        os.setresgid(0, -1, -1)


@contextlib.contextmanager
def seeing_as_owner_of(pid):
    """Opens files as the owner of a process."""
    with seeing_as(*owner_of(pid)):
        yield


@contextlib.contextmanager
def seeing_as_owner_of_file(path):
    """Opens a file below /proc/PID that nobody else may: that of a process with secrets is not its user's, but root's."""
    seen = os.lstat(path)
    with seeing_as(seen.st_uid, seen.st_gid):
        yield


@contextlib.contextmanager
def seeing_as(uid, gid):
    libc.setfsgid(gid)
    libc.setfsuid(uid)
    try:
        yield
    finally:
        libc.setfsuid(0)
        libc.setfsgid(0)
