"""Where in the kernel a thread waits, and for which of its descriptors."""

import os
import re

from owner import seeing_as_owner_of_file

KNOWS_CALLS = os.path.exists("/proc/self/syscall")  # a user-mode kernel does not, and its wchan is always the same
SCHEDULER = re.compile("switch_to|schedule")


def wait_channel_of_process(pid):
    """Where one of its threads writes to a full pipe, or else where its first one waits."""
    try:
        threads = sorted(int(name) for name in os.listdir(f"/proc/{pid}/task"))
    except OSError:
        return ""
    channels = [wait_channel(pid, thread) for thread in threads]
    return next((channel for channel in channels if channel.endswith("pipe_write")), next(iter(channels), ""))


def wait_channel(pid, thread):
    """The kernel's function that it waits in; empty if it runs, or it is not known."""
    task = f"/proc/{pid}/task/{thread}"
    try:
        if KNOWS_CALLS:
            with open(f"{task}/wchan") as f:
                return f.read().replace("0", "")
        with seeing_as_owner_of_file(f"{task}/stack"), open(f"{task}/stack") as f:
            functions = [line.split()[1].partition("+")[0] for line in f]
            return next((name for name in functions if not SCHEDULER.search(name)), "")
    except (OSError, IndexError):
        return ""


def system_call(pid, thread):
    """The number of the system call that it is in, and the first argument; nothing if that is not known."""
    path = f"/proc/{pid}/task/{thread}/syscall"
    try:
        with seeing_as_owner_of_file(path), open(path) as f:
            call, argument = f.read().split()[:2]
            return int(call), int(argument, 16)
    except (OSError, ValueError):
        return None
