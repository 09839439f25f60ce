"""The kernel's side of the agent: network namespaces, and the few tools that are run in them."""

import collections
import ctypes
import os
import select
import subprocess
import time

COMMAND_SECONDS = 10
BUSY = "in use by a kernel component"
BUSY_SECONDS = 2  # a set that its last rule has only just let go of; nf_tables frees deleted rules from a work queue
SIDE_BY_SIDE = 24  # a deletion in nf_tables waits for the kernel more than it works; the pids limit is 64

# The whole vocabulary: a request names a tool and gives its standard input, never an argument.
TOOLS = {
    "ipset": ["ipset", "restore"],
    "ip": ["ip", "-batch", "-"],
    "tc": ["tc", "-batch", "-"],
    "tc-counters": ["tc", "-s", "-batch", "-"],
    "ss-kill": ["ss", "-HtnK", "-F", "/dev/stdin"],
}
for family in ("iptables", "ip6tables"):
    for flavour in ("nft", "legacy"):
        TOOLS[f"{family}-{flavour}"] = [f"{family}-{flavour}-restore", "--noflush", "--wait", "5"]
        TOOLS[f"{family}-{flavour}-counters"] = [f"{family}-{flavour}-save", "-c", "-t", "filter"]
        TOOLS[f"{family}-{flavour}-nat-counters"] = [f"{family}-{flavour}-save", "-c", "-t", "nat"]

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000


class Refused(Exception):
    """The request cannot be carried out; the message goes back to the caller, and nothing stays changed."""


class Namespace:
    """An open descriptor of a network namespace, usable after every process in it has died."""

    def __init__(self, path):
        try:
            self.fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as e:
            raise Refused(f"cannot open the network namespace at {path}: {e.strerror}")
        self.inode = os.fstat(self.fd).st_ino

    @staticmethod
    def of_process(pid):
        return Namespace(f"/proc/{int(pid)}/ns/net")

    def __enter__(self):
        self._enter(self.fd)
        return self

    def __exit__(self, *_):
        self._enter(OWN.fd)

    def close(self):
        os.close(self.fd)

    @staticmethod
    def _enter(fd):
        if libc.setns(fd, CLONE_NEWNET) != 0:
            raise Refused(f"cannot enter a network namespace: {os.strerror(ctypes.get_errno())} (needs SYS_ADMIN)")


OWN = Namespace("/proc/self/ns/net")


def run_all(namespace, commands):
    """Runs commands side by side in the namespace; returns their outputs in order, or raises what went wrong."""
    results = run_jobs([(namespace, command) for command in commands])
    if failures := [failure for _, failure in results if failure]:
        raise Refused("; ".join(failures))
    return [output for output, _ in results]


def run_jobs(jobs, ended=lambda index: None):
    """Runs (namespace, command) pairs side by side; returns a pair of output and failure for each, in their order.

    A command whose set is still busy is tried again, and only that one. Calls ended with the index of each that has ended.
    """
    results = [("", None)] * len(jobs)
    waiting, give_up = list(range(len(jobs))), time.monotonic() + BUSY_SECONDS
    while waiting:
        for index, result in run_once(jobs, waiting):
            results[index] = result
            ended(index)
        waiting = [i for i in waiting if BUSY in (results[i][1] or "") and time.monotonic() < give_up]
        if waiting:
            time.sleep(0.002)
    return results


def run_once(jobs, indexes):
    """Yields the index of each job with its output and failure; a few of them run at any time."""
    running = collections.deque()
    for index in indexes:
        if len(running) == SIDE_BY_SIDE:
            yield collect(*running.popleft())
        namespace, command = jobs[index]
        try:
            with namespace:
                running.append((index, command, Process(command), None))
        except (OSError, Refused) as e:
            running.append((index, command, None, f"could not be started: {e}"))
    while running:
        yield collect(*running.popleft())


def collect(index, command, process, failure):
    out = b""
    if process:
        out, err, in_time = process.finish()
        if not in_time:
            failure = f"did not end within {COMMAND_SECONDS} s"
        elif process.returncode != 0:
            failure = f"ended with {process.returncode}: {err.decode(errors='replace').strip()}"
    return index, (out.decode(errors="replace"), failure and f"{command['tool']} {failure}")


def require_commands(commands):
    """Refuses what is not a list of commands that could be run."""
    if not isinstance(commands, list):
        raise Refused(f"{commands!r} is not a list of commands")
    for command in commands:
        tool = command.get("tool") if isinstance(command, dict) else None
        if tool not in TOOLS:
            raise Refused(f"no tool named {tool!r}; there are {', '.join(TOOLS)}")
        if not isinstance(command.get("input", ""), str):
            raise Refused(f"the input of {tool} is not text: {command['input']!r}")


class Process(subprocess.Popen):
    """A tool that has its input from the start, so that it works while others are waited for."""

    def __init__(self, command):
        pipe = subprocess.PIPE
        # Python opens every descriptor close-on-exec, so there is nothing to close, and vfork is enough.
        super().__init__(TOOLS[command["tool"]], stdin=pipe, stdout=pipe, stderr=pipe, close_fds=False, bufsize=0)
        self.unsent = command.get("input", "").encode()
        os.set_blocking(self.stdin.fileno(), False)
        self._send()

    def _send(self):
        try:
            self.unsent = self.unsent[os.write(self.stdin.fileno(), self.unsent) :]
        except BlockingIOError:
            return
        except OSError:
            self.unsent = b""  # it ended without reading all of it, and its exit code tells why
        if not self.unsent:
            self.stdin.close()

    def finish(self):
        """Waits for its end, killing it if it is not in time: its output, its errors, whether it was.

        subprocess.communicate does the same, but polls for the end, which costs as much as a small rule set takes.
        """
        give_up = time.monotonic() + COMMAND_SECONDS
        read = {self.stdout: b"", self.stderr: b""}
        open_ends = list(read)
        while open_ends:
            feeding = [] if self.stdin.closed else [self.stdin]
            ready, writable, _ = select.select(open_ends, feeding, [], max(0, give_up - time.monotonic()))
            if not ready and not writable:
                self.kill()
                break
            if writable:
                self._send()
            for end in ready:
                chunk = os.read(end.fileno(), 1 << 16)
                read[end] += chunk
                if not chunk:
                    open_ends.remove(end)
        if not self.stdin.closed:
            self.stdin.close()
        self.wait()
        self.stdout.close()
        self.stderr.close()
        return read[self.stdout], read[self.stderr], not open_ends


def output_of(argv):
    """The standard output of a read-only command, empty if it fails."""
    try:
        return subprocess.run(argv, capture_output=True, timeout=COMMAND_SECONDS).stdout.decode(errors="replace")
    except (OSError, subprocess.TimeoutExpired):
        return ""


def processes():
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return f.read().decode(errors="replace").split("\0")
    except OSError:
        return []


def every_namespace():
    """One open descriptor for each network namespace that some process lives in."""
    seen = set()
    for pid in processes():
        try:
            inode = os.stat(f"/proc/{pid}/ns/net").st_ino
            if inode in seen:
                continue
            namespace = Namespace.of_process(pid)
        except (OSError, Refused):
            continue  # the process has gone since, and its namespace with it unless another process is found there
        seen.add(namespace.inode)
        try:
            yield pid, namespace
        finally:
            namespace.close()
