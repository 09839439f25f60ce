"""The control groups of a container and of its engine, which a child of the agent can join (cgroups(7)).

They are found through the engine's process that is the container's parent: its mounts, and its view of the paths, are
those of the Docker host, however the agent's own container sees them. What is here runs in children of the agent only.
"""

import ctypes
import os

from freeze import cgroups, is_agents, is_within
from kernel import Refused, libc

CLONE_NEWCGROUP = 0x02000000
UNIFIED = ""  # version 2 has one hierarchy for all controllers, and no name for it


def engine_of(pid):
    """The process that started a container's first one and is its parent: a process of the engine."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            return int(f.read().rpartition(")")[2].split()[1])
    except OSError:
        raise Refused(f"process {pid} has ended")


class Groups:
    """The directories of a process's control groups, by controller."""

    def __init__(self, pid, engine):
        self.pid, self.engine = pid, engine
        enter_view_of(engine)
        mounts = dict(mounted(engine))
        self.directories = {name: f"/proc/{engine}/root{mounts[name]}{path}"
                            for name, path in paths(pid) if name in mounts}

    def directory(self, controller):
        found = self.directories.get(controller, self.directories.get(UNIFIED))
        if found is None:
            raise Refused(f"process {self.pid} has no control group for {controller} that the engine's process "
                          f"{self.engine} has mounted")
        return found

    def take(self, pid, *controllers):
        """Moves a process, 0 for this one, into the groups of these controllers, or of all if none is named."""
        for directory in {self.directory(name) for name in controllers or self.directories}:
            try:
                with open(f"{directory}/cgroup.procs", "w") as f:
                    f.write(str(pid))
            except OSError as e:
                raise Refused(f"the control group {directory} cannot be joined: {e.strerror}")

    def processes(self):
        """Those beside, as freeze.processes_beside finds them, without a look at every process of the Docker host."""
        found, own = [], cgroups(self.pid)
        for directory, _, _ in os.walk(next(iter(self.directories.values()))):
            try:
                with open(f"{directory}/cgroup.procs") as f:
                    found += [int(line) for line in f]
            except OSError:
                continue  # it has gone meanwhile
        return [pid for pid in found if own and is_within(cgroups(pid), own) and not is_agents(pid)]

    def read(self, controller, *names):
        """The content of the first of these files that is there: version 1 and 2 name them differently."""
        for name in names:
            try:
                with open(f"{self.directory(controller)}/{name}") as f:
                    return f.read()
            except OSError:
                continue
        raise Refused(f"the control group {self.directory(controller)} has none of {', '.join(names)}")


def enter_view_of(engine):
    """Lets this process see paths of control groups as the engine does, and move processes among all of them."""
    try:
        fd = os.open(f"/proc/{engine}/ns/cgroup", os.O_RDONLY | os.O_CLOEXEC)
    except OSError as e:
        raise Refused(f"the engine's process {engine} cannot be looked at: {e.strerror}; is the container's parent "
                      "one of the engine?")
    try:
        if libc.setns(fd, CLONE_NEWCGROUP) != 0:
            raise Refused(f"cannot enter the cgroup namespace of process {engine}: {os.strerror(ctypes.get_errno())}")
    finally:
        os.close(fd)


def mounted(engine):
    """Where the engine has each controller's hierarchy mounted; the options of version 1 name its controllers."""
    with open(f"/proc/{engine}/mountinfo") as f:
        for line in f:
            before, _, after = line.partition(" - ")
            root, where = before.split()[3:5]
            kind, _, options = after.split()[:3]
            if root == "/" and kind == "cgroup2":
                yield UNIFIED, where
            elif root == "/" and kind == "cgroup":
                for option in options.split(","):
                    yield option, where


def paths(pid):
    try:
        with open(f"/proc/{pid}/cgroup") as f:
            for line in f:
                _, names, path = line.rstrip("\n").split(":", 2)
                for name in names.split(","):
                    yield name, path
    except OSError:
        raise Refused(f"process {pid} has ended")
