"""Open changes: how each is taken back is kept from before it was made until it is gone."""

import os
import time

from clock import Clock
from conntrack import forget_queries
from dns import Plan
from engine import FreezeEngine
from freeze import Freeze
from kernel import Namespace, Refused, require_commands, run_all, run_jobs
from loads import stress_of
from orphans import Cut
from output import FreezeReader
from responder import Responder
from signals import SendSignal
from tagged import TAG, find_tagged, remove_tagged

PORT = "{responder port}"  # stands for it in the rules' text, because only here it is known (Responder.java)
# What the agent itself does, by the verb that orders it (AgentAction.java).
ACTIONS = {"clock": Clock, "freeze": Freeze, "freeze_engine": FreezeEngine, "freeze_reader": FreezeReader, "signal": SendSignal,
         "stress": stress_of}
KERNEL_SECONDS = 15  # the timeout of a set's entries, which come with the requests (IpsetCommands.java)


class Change:
    """One open change in one namespace."""

    def __init__(self, request, base_chains):
        self.tag = request["effect"]
        if not TAG.fullmatch(self.tag):
            raise Refused(f"{self.tag!r} is not a tag of the form FAULTLINE-<8 hex digits>-<number>")
        self.pid = int(request["pid"])
        self.responder = None
        self.base_chains = base_chains
        self.plan(request)
        self.lifted = bool(request.get("lifted"))
        self.deadline = time.monotonic() + int(request["max_ms"]) / 1000
        self.renewed = time.monotonic()
        self.expired = False
        self.applied = []
        self.namespace = Namespace.of_process(self.pid)
        if self.namespace.inode != request["netns"]:
            self.namespace.close()
            raise Refused(f"process {self.pid} is no longer in network namespace {request['netns']}; was it restarted?")
        self.cut = self._cut(request)
        self.action = self._action(request)
        if "responder" in request:
            self._respond(request["responder"])
        if any("tables" in command["tool"] for stage in self.apply for command in stage):
            base_chains.opens(self.namespace, self.tag)

    def _cut(self, request):
        try:
            return Cut(self.tag, self.namespace, self.pid, request["cut"]) if "cut" in request else None
        except Exception:
            self.namespace.close()
            raise

    def _action(self, request):
        try:
            return next((ACTIONS[verb](self.pid, request[verb]) for verb in ACTIONS if verb in request), None)
        except Exception:
            self.namespace.close()
            raise

    def _respond(self, plan):
        try:
            self.responder = Responder(self.namespace, plan)
            for command in (command for stage in self.apply for command in stage):
                command["input"] = command["input"].replace(PORT, str(self.responder.port))
        except Exception:
            self.close()
            raise

    def close(self):
        """Lets go of what the agent itself holds for it."""
        if self.action:
            self.action.close()
        if self.responder:
            self.responder.stop()
            forget_queries(self.namespace)
        try:
            self.base_chains.ended(self.namespace, self.tag)
        finally:
            self.namespace.close()

    def begin(self):
        """Begins what the agent itself does for it, and makes the harm true for what is under way as well."""
        if self.action and not self.lifted:
            self.action.begin()
        if self.responder:
            forget_queries(self.namespace)

    def settle(self):
        """Waits until what was begun is in force, as that of other changes becomes meanwhile."""
        if self.action and not self.lifted:
            self.action.settle()

    def end(self):
        """The same for the harm's end."""
        if self.action:
            self.action.end()
        if self.responder:
            forget_queries(self.namespace)

    def ends_at_once(self):
        """Whether the harm is over before anything is removed."""
        return bool(self.disarm or self.action)

    def tend(self):
        if self.action:
            self.action.tend()

    def plan(self, request):
        """What is done and undone; refused as a whole if a part of it could not be run, before anything is touched."""
        for stages in ("apply", "undo", "retune"):
            if not isinstance(request.get(stages, []), list):
                raise Refused(f"{stages} is not a list of stages: {request[stages]!r}")
            for stage in request.get(stages, []):
                require_commands(stage)
        for commands in ("arm", "disarm", "counters"):
            require_commands(request[commands])
        self.apply = request["apply"]
        self.expires = request["expires"]
        self.arm = request["arm"]
        self.disarm = request["disarm"]
        self.counters = request["counters"]
        self.undo = request["undo"]

    def target_alive(self):
        """Whether the process through which the namespace was entered still lives in it; a dead one has left it."""
        try:
            return os.stat(f"/proc/{self.pid}/ns/net").st_ino == self.namespace.inode
        except OSError:
            return False

    def renew(self):
        """Puts the kernel's own expiry off."""
        if self.expires and not self.lifted:
            self.expired = self.has_expired()
            self._arm()

    def has_expired(self):
        """Whether the kernel has ended the harm at some time since it was made, because no renewal came through."""
        lapsed = self.expires and not self.lifted and time.monotonic() > self.renewed + KERNEL_SECONDS
        return self.expired or lapsed

    def _arm(self):
        self.applied += [output for output in run_all(self.namespace, self.arm) if output]
        self.renewed = time.monotonic()

    def lift(self):
        """Ends the harm for now; what it takes to bring it back stays."""
        if not self.lifted:
            self.expired = self.has_expired()
            run_all(self.namespace, self.disarm)
            self.end()
            self.lifted = True  # not before: what could not be lifted is renewed, as its harm goes on

    def restore(self):
        if self.lifted:
            self._arm()
            self.lifted = False
            self.begin()
            self.settle()

    def retune(self, request):
        """Turns it into another strength of the same; its undo is replaced before anything is touched."""
        self.plan(request)
        if self.responder:
            self.responder.plan = Plan(request["responder"])
        for stage in request["retune"]:
            for output in run_all(self.namespace, stage):  # counters, it may be, that are about to begin again
                self.applied.append("\n".join(line for line in output.splitlines() if self.tag in line))

    def state(self, counters):
        if self.action:
            counters = [*counters, self.action.counters()]
        if self.responder and counters:
            counters = [*counters, self.responder.counters()]
        return {"applied": self.applied, "counters": counters, "target_alive": self.target_alive()}

    def remove_by_name(self, problems):
        """Removes whatever carries this change's tag; raises, with the problems that led here, if a part of it stays."""
        try:
            remove_tagged(self.namespace, self.is_mine)
        except Refused as e:
            problems.append(str(e))
        if left := find_tagged(self.namespace, self.is_mine):
            raise Refused(f"{self.tag} could not be removed: {'; '.join(problems)}; still there: {left}")

    def is_mine(self, tag):
        return tag.group(0) == self.tag


def apply_all(changes):
    """Makes several changes, stage by stage and side by side; raises what went wrong first.

    Returns when each was in force. Others of them can take much longer on a busy machine.
    """
    in_force = {}
    for number in range(max(len(change.apply) for change in changes)):
        stage = [(change, command) for change in changes if number < len(change.apply) for command in change.apply[number]]
        results = run_jobs([(change.namespace, command) for change, command in stage],
                           lambda index: in_force.update({stage[index][0]: time.monotonic_ns()}))
        for (change, _), (output, _) in zip(stage, results):
            change.applied.append(output)
        if failures := [failure for _, failure in results if failure]:
            raise Refused("; ".join(failures))
    for change in changes:
        change.begin()
    for change in changes:
        change.settle()
    now = time.monotonic_ns()
    return [now if change.action else in_force.get(change, now) for change in changes]


def read_all(changes):
    """The state of each change, in their order."""
    outputs, failures = each(changes, lambda change: change.counters)
    for change in changes:
        if failures[change]:
            raise Refused("; ".join(failures[change]))
    return [{**change.state(outputs[change]), "wiped": change.has_expired()} for change in changes]


def heal_all(changes):
    """Stops all harm at once, reads the counters, then removes what was added, whatever fails on the way.

    Returns, for each change, how it ended; a change that could not be removed by any means has a problem in there.
    """
    expired = {change: change.has_expired() for change in changes}
    for change in changes:
        change.expires = False  # whatever fails from here on, no renewal may bring the harm back
    _, problems = each(changes, lambda change: change.disarm)
    for change in changes:
        try:
            change.end()
        except Exception as e:  # whatever it is, the others are healed
            problems[change].append(f"{type(e).__name__}: {e}")
    stopped = {change: time.monotonic_ns() for change in changes if (change.disarm or change.action) and not problems[change]}
    counters, unread = each(changes, lambda change: change.counters)
    for change in changes:
        problems[change] += unread[change]
    for number in range(max((len(change.undo) for change in changes), default=0)):
        _, undone = each(changes, lambda change: change.undo[number] if number < len(change.undo) else [])
        for change in changes:
            problems[change] += undone[change]
    return [conclude(change, counters[change], problems[change], expired[change], stopped.get(change)) for change in changes]


def conclude(change, counters, problems, expired, stopped):
    """How a change ended that was undone as planned, unless there were problems."""
    end = {"effect": change.tag, "applied": [], "counters": [], "target_alive": False, "wiped": expired or bool(problems)}
    try:
        end.update(change.state(counters))
        if problems:
            # Somebody else removed a part of it (a firewall reload, say): take away what is left, by its name.
            change.remove_by_name(problems)
        change.close()
    except Exception as e:  # whatever it is, the others are concluded too
        end["problem"] = str(e) if isinstance(e, Refused) else f"{type(e).__name__}: {e}"
    # Nothing to disarm: the harm lasted until the rules were gone.
    return {**end, "at_ns": stopped or time.monotonic_ns()}


def each(changes, commands_of):
    """Runs some commands of each change, all side by side: the outputs and the failures, by change."""
    jobs = [(change, command) for change in changes for command in commands_of(change)]
    outputs, failures = {change: [] for change in changes}, {change: [] for change in changes}
    for (change, _), (output, failure) in zip(jobs, run_jobs([(change.namespace, command) for change, command in jobs])):
        outputs[change].append(output)
        if failure:
            failures[change].append(failure)
    return outputs, failures
