"""A file system of a container that is full: a file without a name holds what was free, for as long as it is open."""

import ctypes
import os

from cgroups import Groups, engine_of
from kernel import Refused, libc
from owner import seeing_as_owner_of
from stress import Load
from use import writes

OPENAT2 = 437  # on every architecture
AT_ONCE = 1 << 26
# What the host itself lives on, wherever it is mounted.
HOSTS_OWN = ("/", "/boot", "/dev", "/dev/shm", "/etc", "/home", "/opt", "/root", "/run", "/srv", "/tmp", "/usr", "/var",
             "/var/cache", "/var/lib", "/var/lib/docker", "/var/lib/docker/volumes", "/var/log", "/var/tmp")


class OpenHow(ctypes.Structure):
    """struct open_how of openat2(2)."""

    _fields_ = [("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64)]


class DiskLoad(Load):
    NEED = staticmethod(writes)

    def begin(self):
        self.taken, self.greedy = 0, False
        engine = engine_of(self.pid)
        Groups(engine, engine).take(0, "memory")  # memory behind a tmpfs is not to be taken from the container's limit as well
        self.hosts_own = devices_of(engine)
        self.file = self._file()
        self.block = os.fstatvfs(self.file).f_frsize
        needed = self._free() - self.plan["leaving"]
        if needed < self.block:
            raise Refused(f"{self.plan['path']} has {self._free()} bytes free, so nothing is to be taken to leave "
                          f"{self.plan['leaving']}; leave fewer")
        if needed > self._most():
            raise Refused(f"filling {self.plan['path']} takes {needed} bytes, more than the {self._most()} that may be taken"
                          + ("; mount a small file system there, as with withTmpFs(Map.of(\"" + self.plan["path"]
                             + "\", \"rw,size=16m\")), or allow more by atMost()" if not self.plan["at_most"] else ""))
        self.tend()

    def _most(self):
        return self.plan["at_most"] or self.plan["by_default"]

    def _file(self):
        """A file without a name there, made by a user that may: root, or that of the container's first process."""
        try:
            return self._unnamed()
        except PermissionError:
            with seeing_as_owner_of(self.pid):
                try:
                    return self._unnamed()
                except PermissionError as e:
                    raise Refused(f"nothing can be written to {self.plan['path']} in the container: {e.strerror}, neither by root "
                                  "nor by the user of its first process")

    def _unnamed(self):
        root = directory = None
        path = self.plan["path"]
        try:
            root = os.open(f"/proc/{self.pid}/root", os.O_PATH | os.O_DIRECTORY)
            directory = open_in(root, path)
            self._refuse_what_is_others(directory)
            return os.open(".", os.O_TMPFILE | os.O_RDWR, 0o600, dir_fd=directory)
        except PermissionError:
            raise
        except OSError as e:
            raise Refused(f"no file without a name can be made at {path} in the container: {e.strerror}; name a directory there that "
                          "is on a file system of its own, a tmpfs or a volume, and not mounted read-only")
        finally:
            for opened in (root, directory):
                if opened is not None:
                    os.close(opened)

    def _refuse_what_is_others(self, directory):
        if self.plan["at_most"]:
            return
        if mount_of(directory) == mount_of_root(self.pid) or os.fstat(directory).st_dev in self.hosts_own:
            raise Refused(f"{self.plan['path']} in the container is on a file system that the Docker host itself lives on, and filling "
                          "it would fill the host; mount one of its own there, as with withTmpFs(Map.of(\""
                          + self.plan["path"] + "\", \"rw,size=16m\")), or say with atMost() how much may be taken of the host's")

    def _free(self):
        found = os.fstatvfs(self.file)
        return found.f_bfree * found.f_frsize

    def tend(self):
        """Takes all that is free but for what is to be left, which others may have taken meanwhile."""
        step = AT_ONCE
        while (wanted := self._free() - self.plan["leaving"]) >= self.block:
            step = min(step, wanted) // self.block * self.block
            if self.taken + step > self._most():
                self.greedy = True
                return
            try:
                os.posix_fallocate(self.file, self.taken, step)
                self.taken += step
            except OSError:  # what the kernel keeps back for itself is not to be had
                if step == self.block:
                    break
                step = max(self.block, step // 2 // self.block * self.block)

    def state(self):
        """In bytes: what was taken, of that and what is left."""
        self.tend()
        return self.taken, self.taken + max(0, self._free())

    def flaw(self):
        if self.greedy:
            return f"more than {self._most()} bytes would have to be taken since others have given up theirs; allow more by atMost()"


def open_in(root, path):
    """A directory by its path as the container sees it, also where that leads over symbolic links (RESOLVE_IN_ROOT)."""
    how = OpenHow(os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, 0, 0x10)
    found = libc.syscall(OPENAT2, root, os.fsencode(path), ctypes.byref(how), ctypes.sizeof(how))
    if found < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return found


def mount_of(fd):
    with open(f"/proc/self/fdinfo/{fd}") as f:
        return next(line.split()[1] for line in f if line.startswith("mnt_id:"))


def mount_of_root(pid):
    fd = os.open(f"/proc/{pid}/root", os.O_PATH | os.O_DIRECTORY)
    try:
        return mount_of(fd)
    finally:
        os.close(fd)


def devices_of(engine):
    found = set()
    for path in HOSTS_OWN:
        try:
            found.add(os.stat(f"/proc/{engine}/root{path}").st_dev)
        except OSError:
            continue
    return found
