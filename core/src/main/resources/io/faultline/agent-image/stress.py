"""What stresses a resource of a container from outside: a child of the agent, which lets go as soon as the agent is gone."""

import json
import os
import select
import signal
import socket
import time

from action import Action
from freeze import is_ending
from kernel import Refused, libc
from use import Use

PR_SET_PDEATHSIG = 1
TENDING_SECONDS = 0.05
BEGIN_SECONDS = 10  # a large disk takes a while to fill; the lease is not renewed meanwhile
ANSWER_SECONDS = 5
ASK, END = b"?", b"."


class Load:
    """What a child does to the container of a process. All but prepare() and flaw_of_end() happens in the child."""

    ADDS_UP = False  # whether what it did before it was lifted counts as well
    DIES_WITH_AGENT = True  # else it takes back what it did, and then ends
    NEED = None  # the measure by which the container's own processes need what is short, if there is one

    def __init__(self, pid, plan):
        self.pid, self.plan = pid, plan

    def prepare(self):
        """Learns what it takes to let go, before anything is touched, so that another child could."""

    def begin(self):
        """Begins, or raises why it cannot; returns when the stress is there."""

    def tend(self):
        """Keeps the stress up while the container does what it does."""

    def state(self):
        """What it did so far: a pair of a number, and of how many that is."""

    def flaw(self):
        """Why the stress is not what was asked for; nothing if it is."""

    def end(self):
        """Takes back what its own end does not; can be done twice."""

    def flaw_of_end(self, number):
        """What it means that the child was ended by this signal."""
        return f"what stressed it was ended by {signal.Signals(number).name}"


class Stress(Action):
    """A load in the agent's books."""

    def __init__(self, load):
        self.load = load
        self.child = None
        self.earlier = self.latest = (0, 0)
        self.needed = False
        self.flaw = None

    def begin(self):
        """Starts the child, which begins at once; settle() waits until it has."""
        self.load.prepare()
        self.child = Child(live, self.load)

    def settle(self):
        answer = self.child.hear(BEGIN_SECONDS)
        self._note(answer)
        if "state" not in answer:
            self.end()
            raise Refused(answer["flaw"])

    def _note(self, answer):
        self.latest = tuple(answer.get("state", self.latest))
        self.needed |= answer.get("needed", False)
        self.flaw = answer.get("flaw")

    def end(self):
        """Lets go, and returns when all of it is taken back."""
        if not self.child:
            return
        child, self.child = self.child, None
        answer = child.finish()
        if child.killed and not self.load.DIES_WITH_AGENT and not is_ending(self.load.pid):
            rescue = Child(take_back, self.load)
            answer = {**rescue.finish(), "flaw": answer["flaw"]}
        self._note(answer)
        self.earlier, self.latest = self._total(), (0, 0)
        if "problem" in answer:
            raise Refused(answer["problem"])

    def counters(self):
        if self.child:
            self._note(self.child.ask(ASK))
        number, seen = self._total()
        return (f"stress: {number} of {max(number, seen)}" + ("" if self.needed else ", not needed")
                + (f"; {self.flaw}" if self.flaw else ""))

    def _total(self):
        if self.load.ADDS_UP:
            return tuple(sum(pair) for pair in zip(self.earlier, self.latest))
        return max(self.earlier, self.latest)


class Child:
    """The process of a load, and the line to it, whose end tells it to let go."""

    def __init__(self, task, load):
        self.load, self.killed, self.last, self.heard = load, False, None, b""
        target = pidfd_of(load.pid)
        self.line, far = socket.socketpair()
        agent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            lead(task, load, far, target, agent)
        far.close()
        os.close(target)

    def ask(self, what):
        try:
            self.line.send(what)
        except OSError:
            pass  # it has ended, and its last word can still be read
        return self.hear(ANSWER_SECONDS)

    def hear(self, seconds):
        """Its next word; once it has ended, its last."""
        if self.last:
            return self.last
        self.line.settimeout(seconds)
        try:
            while b"\n" not in self.heard:
                part = self.line.recv(4096)
                if not part:
                    raise ConnectionError
                self.heard += part
        except TimeoutError:
            return {"flaw": f"what stresses it did not answer within {seconds} s"}
        except ConnectionError:
            self.last = {"flaw": self._obituary()}
            return self.last
        word, _, self.heard = self.heard.partition(b"\n")
        answer = json.loads(word)
        if answer.get("last"):
            self.last = answer
        return answer

    def _obituary(self):
        _, status = os.waitpid(self.pid, 0)
        self.killed, self.pid = True, None
        return self.load.flaw_of_end(os.WTERMSIG(status) if os.WIFSIGNALED(status) else signal.SIGKILL)

    def finish(self):
        """Tells it to end, and returns its last word once it has."""
        answer = self.ask(END)
        while "state" in answer and not answer.get("last"):
            answer = self.hear(ANSWER_SECONDS)
        self._bury()
        return answer

    def _bury(self):
        self.line.close()
        give_up = time.monotonic() + ANSWER_SECONDS
        while self.pid and os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > give_up:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.001)
        self.pid = None


def pidfd_of(pid):
    try:
        return os.pidfd_open(pid)
    except OSError as e:
        raise Refused(f"process {pid} cannot be watched: {e.strerror}")


def die_with(parent):
    """Whatever becomes of the parent, the kernel ends this process with it (prctl(2))."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def keep_only(*kept):
    """Closes all descriptors but these: as long as one of another child's line is open, that child hears no end of it."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    for number in sorted(int(name) for name in os.listdir("/proc/self/fd")):
        if number > 2 and number not in kept:
            try:
                os.close(number)
            except OSError:
                pass  # the one that the listing itself used


def lead(task, load, line, target, agent):
    """The life of a child. Never returns."""
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL if load.DIES_WITH_AGENT else signal.SIG_IGN)
        if load.DIES_WITH_AGENT:
            die_with(agent)
        keep_only(line.fileno(), target)
        task(load, line, target)
    except Exception as e:
        tell(line, {"flaw": str(e) if isinstance(e, Refused) else f"{type(e).__name__}: {e}", "last": True})
    finally:
        os._exit(0)


def live(load, line, target):
    try:
        use = Use(load.pid, load.NEED) if load.NEED else None  # it can be noticed while it begins
        load.begin()
        tell(line, told(load, use))
        attend(load, use, line, target)
        last = {**told(load, use), "last": True}
    except Exception:
        load.end()
        raise
    take_back(load, line, target, last)


def attend(load, use, line, target):
    """Keeps the load up until it is told to end, the agent has gone, or the container's first process has died."""
    while True:
        ready, _, _ = select.select([line, target], [], [], TENDING_SECONDS)
        if target in ready or line in ready and line.recv(1) != ASK:
            return
        load.tend()
        if line in ready:
            tell(line, told(load, use))


def take_back(load, line, target, last=None):
    answer = last or {"last": True}
    try:
        load.end()
    except (Refused, OSError) as e:
        answer["problem"] = str(e)
    tell(line, answer)


def told(load, use):
    return {"state": load.state(), "flaw": load.flaw(), "needed": use is None or not use.is_none()}


def tell(line, message):
    try:
        line.sendall(json.dumps(message).encode() + b"\n")
    except OSError:
        pass  # the agent has gone
