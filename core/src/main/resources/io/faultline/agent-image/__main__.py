"""The Faultline agent: makes small, reversible changes in network namespaces and takes every one of them back.

It is driven by one JSON object a line on stdin and answers with one a line on stdout (docs/AGENT_PROTOCOL.md). It decides
nothing: what to run comes with each request, already planned, from a fixed list of tools, and with its undo. What the
agent adds is that the undo always happens: when it is asked, when the stream ends, when the lease is not renewed, when
a change reaches its maximum duration, and when the agent is told to stop. Should the agent itself be killed, the kernel
lets the changes expire, because the agent renews their timeouts and nobody else does.
"""

import json
import os
import re
import select
import signal
import sys
import time

import features
import freeze
import orphans
import output
import sharing
import sockets
import topology
from basechains import BaseChains
from change import Change, apply_all, heal_all, read_all
from kernel import Refused, command_line, processes
from shutdown import ShutdownWatch
from tagged import everywhere, find_tagged, remove_tagged

PROTOCOL = 3
TENDING_SECONDS = 0.05  # a process that dies while it is held is not gone until its tracer has seen it
SHUTDOWN_SECONDS = 0.01  # how exactly it is known when a process that was told to stop has closed its doors
KERNEL_RENEWAL_SECONDS = 4  # so three renewals may be late before the kernel acts
IDLE_LEASES = 20  # an agent that nobody has spoken to for so many leases is an orphan, and leaves


def runs_of_agent(words):
    """The run in an agent's command line, as this folder is started: python3 -I /agent 1a2b3c4d."""
    return [run for program, run in zip(words, words[1:])
            if program == "/agent" and re.fullmatch("[0-9a-f]{8}", run)]


class Agent:
    def __init__(self, lease_seconds):
        self.lease_seconds = lease_seconds
        self.changes = {}
        self.shutdowns = {}
        self.aftermath = orphans.Aftermath()
        self.base_chains = BaseChains()
        self.heard = time.monotonic()
        self.next_renewal = self.heard + KERNEL_RENEWAL_SECONDS
        self.lapsed = False

    def serve(self):
        """Answers requests until the stream ends, and in between does what is due. Heals everything on the way out."""
        told_to_stop = signals()
        send({"faultline": PROTOCOL, "kernel": os.uname().release, "lease_ms": self.lease_seconds * 1000})
        buffered = b""
        try:
            while True:
                ends = [shutdown.pidfd for shutdown in self.shutdowns.values() if not shutdown.ended_ns]
                watched = [0, told_to_stop, *ends, *self.aftermath.descriptors()]
                readable, _, _ = select.select(watched, [], [], self._seconds_until_due())
                self.aftermath.tend(readable)  # first: their addresses are given to others in a moment
                self._tend_shutdowns()
                if told_to_stop in readable:
                    return
                if 0 in readable:
                    received = os.read(0, 1 << 16)
                    if not received:
                        return
                    self.heard = time.monotonic()
                    self.lapsed = False
                    *lines, buffered = (buffered + received).split(b"\n")
                    for line in lines:
                        if not self._answer(line):
                            return
                self._do_what_is_due()
        finally:
            self._heal_all("the agent ends")
            self._settle_all()

    def _tend_shutdowns(self):
        for shutdown in self.shutdowns.values():
            try:
                shutdown.tend()
            except (Refused, OSError) as e:  # what becomes of one must not end the agent, and with it all others' faults
                send({"event": "note", "text": f"process {shutdown.pid} cannot be watched: {e}"})

    def _seconds_until_due(self):
        due = [self.next_renewal, *(c.deadline for c in self.changes.values())]
        if not self.lapsed:
            due.append(self.heard + self.lease_seconds)
        if freeze.leaving or any(change.action for change in self.changes.values()):
            due.append(time.monotonic() + TENDING_SECONDS)
        if any(not shutdown.ended_ns for shutdown in self.shutdowns.values()):
            due.append(time.monotonic() + SHUTDOWN_SECONDS)
        return max(0.0, min(due) - time.monotonic())

    def _do_what_is_due(self):
        now = time.monotonic()
        for change in self.changes.values():
            change.tend()
        freeze.let_go()
        if now >= self.heard + self.lease_seconds * IDLE_LEASES:
            raise SystemExit("nobody has spoken to this agent for a long time; it leaves")
        if now >= self.heard + self.lease_seconds and not self.lapsed:
            self.lapsed = True
            self._heal_all(f"the lease of {self.lease_seconds} s was not renewed")
            self._settle_all()
        if late := [c for c in self.changes.values() if now >= c.deadline]:
            self._heal_early(late, "the maximum duration was reached")
        if now >= self.next_renewal:
            self.next_renewal = now + KERNEL_RENEWAL_SECONDS
            for change in self.changes.values():
                try:
                    change.renew()
                except Refused as e:
                    send({"event": "note", "text": f"{change.tag}: {e}"})

    def _heal_all(self, why):
        self._heal_early(list(reversed(self.changes.values())), why)

    def _settle_all(self):
        """Nobody is there who could still want to see what becomes of connections that were closed under a fault."""
        try:
            self.aftermath.settle()
        except (OSError, Refused) as e:
            send({"event": "note", "text": f"connections that were closed under a fault may be left: {e}"})

    def _heal_early(self, changes, why):
        try:
            ends = self._healed(changes)
        except Exception as e:  # whatever it is, each must still be told of
            ends = [{"effect": change.tag, "problem": f"{type(e).__name__}: {e}"} for change in changes]
        for end in ends:
            del self.changes[end["effect"]]
            send({"event": "ended", "why": why, **end})

    def _answer(self, line):
        """Carries out one request; False after a farewell."""
        request_id = None
        try:
            request = json.loads(line)
            request_id = request.get("id")
            verb = request.get("verb")
            handler = self.VERBS.get(verb)
            if handler is None:
                raise Refused(f"no verb {verb!r}; there are {', '.join(self.VERBS)}")
            answer = handler(self, request)
            send({"id": request_id, "ok": True, **answer})
            return verb != "bye"
        except Refused as e:
            send({"id": request_id, "ok": False, "error": str(e)})
        except Exception as e:  # whatever it is: what others have open stays, and is healed in its time
            send({"id": request_id, "ok": False, "error": f"{type(e).__name__}: {e}"})
        return True

    def ping(self, _):
        return {"now_ns": time.monotonic_ns()}

    def bye(self, _):
        self._heal_all("the caller said goodbye")
        return {}

    def open(self, request):
        """Keeps the undo of all changes first, then makes them; if a part of one fails, all are taken back."""
        changes = self._registered(request["effects"])
        try:
            return {"in_force_ns": apply_all(changes)}
        except Exception as e:
            self._abandon(changes, e)
            raise

    def _registered(self, requests):
        changes = []
        try:
            for each in requests:
                if each["effect"] in self.changes:
                    raise Refused(f"{each['effect']} is open already")
                change = Change(each, self.base_chains)
                self.changes[change.tag] = change
                changes.append(change)
        except Exception:
            for change in changes:
                del self.changes[change.tag]
                change.close()
            raise
        return changes

    def _abandon(self, changes, because):
        problems = []
        for change in changes:
            change.expires = False
            try:
                change.remove_by_name([str(because)])
                del self.changes[change.tag]
                change.close()
            except Refused as e:
                problems.append(str(e))  # it stays in the books, and is tried again at the end
        if problems:
            raise Refused("; ".join(problems))

    def read(self, request):
        return {"read": read_all(self._named(request))}

    def _healed(self, changes):
        """Heals, and looks what is left of connections that were closed meanwhile."""
        ends = heal_all(changes)
        by_tag = {change.tag: change for change in changes}
        cut = [(by_tag[end["effect"]], end) for end in ends if by_tag[end["effect"]].cut
               and orphans.met_packets(end["effect"], [*end["applied"], *end["counters"]])]
        alive = {change.cut: end["target_alive"] for change, end in cut}
        try:
            for (_, end), told in zip(cut, self.aftermath.add(list(alive), alive.get)):
                end["orphans"] = told
        except OSError as e:  # all is healed; this is about what the kernel does after it
            send({"event": "note", "text": f"connections that were closed under a fault may be left: {e}"})
        return ends

    def settle(self, request):
        """Ends what is left of connections that were closed under these changes, which are healed."""
        return {"ended": self.aftermath.settle(request["effects"])}

    def heal(self, request):
        ends = self._healed(self._named(request))
        for end in ends:
            if "problem" not in end:
                del self.changes[end["effect"]]
        return {"healed": ends}

    def lift(self, request):
        for change in self._named(request):
            change.lift()
        return {"at_ns": time.monotonic_ns()}

    def restore(self, request):
        for change in self._named(request):
            change.restore()
        return {"at_ns": time.monotonic_ns()}

    def retune(self, request):
        self._named({"effects": [request["effect"]]})[0].retune(request)
        return {"at_ns": time.monotonic_ns()}

    def _named(self, request):
        if unknown := [tag for tag in request["effects"] if tag not in self.changes]:
            raise Refused(f"{', '.join(unknown)} is not open")
        return [self.changes[tag] for tag in request["effects"]]

    def look(self, request):
        return {"seen": [topology.look(pid) for pid in request["pids"]]}

    def sharers(self, request):
        """Who is in the namespaces of a container besides it, and what becomes of them when it ends."""
        return {"sharers": sharing.sharers(request["pid"])}

    def proxies(self, _):
        return {"proxies": topology.proxies()}

    def sockets(self, request):
        """The TCP sockets of a namespace; with a process, only those that no other container's processes hold."""
        namespace = topology.namespace_with(request["netns"])
        try:
            found = sockets.dump(namespace)
        finally:
            namespace.close()
        if "owner" in request:
            owned = sockets.owned(request["owner"])
            found = [each for each in found if not each["inode"] or each["inode"] in owned]
        return {"sockets": found, "now_ns": time.monotonic_ns()}

    def fill(self, request):
        """Fills the pipes behind a process's standard output or error, if nobody reads them: what went into each."""
        return {"filled": output.fill(request["pid"], request["descriptors"], request["patience_ms"] / 1000)}

    def writers(self, request):
        """The processes of a container that wait for room in the pipes behind its first process's output or error."""
        found = output.writers(request["pid"], request["descriptors"])
        return {"writers": found or [], "alive": found is not None}

    def stop(self, request):
        """Sends a container's first process a signal, and watches what comes of it until it is forgotten."""
        if request["pid"] in self.shutdowns:
            raise Refused(f"process {request['pid']} has been told to stop already")
        shutdown = self.shutdowns[request["pid"]] = ShutdownWatch(request)
        return {"shutdown": shutdown.state()}

    def stopped(self, request):
        return {"shutdown": self._shutdown(request).state()}

    def forget(self, request):
        self._shutdown(request).close()
        del self.shutdowns[request["pid"]]
        return {}

    def _shutdown(self, request):
        if request["pid"] not in self.shutdowns:
            raise Refused(f"process {request['pid']} was not told to stop")
        return self.shutdowns[request["pid"]]

    def features(self, _):
        return features.probe()

    def find(self, _):
        """All that carries a tag of ours in any namespace, but for that of runs whose agents are alive on this kernel.

        The caller knows the agents of its own Docker engine only; another engine's are seen here, as processes. They are
        looked for after what they might have made was found, so that a run that has just begun is not taken for dead.
        """
        found = everywhere(find_tagged, lambda tag: tag.group(1) != features.PROBE_RUN)
        alive = {run for pid in processes() for run in runs_of_agent(command_line(pid))}
        return {"found": [each for each in found if each["run"] not in alive]}

    def sweep(self, request):
        """Removes what the named runs have left, or the named effects. The caller names only what it knows to be dead."""
        runs, effects = set(request.get("runs", ())), set(request.get("effects", ()))
        return {"found": everywhere(remove_tagged, lambda tag: tag.group(1) in runs or tag.group(0) in effects)}

    VERBS = {"ping": ping, "look": look, "sharers": sharers, "proxies": proxies, "sockets": sockets,
             "features": features, "open": open, "read": read, "lift": lift, "restore": restore, "retune": retune,
             "heal": heal, "settle": settle, "find": find, "sweep": sweep, "fill": fill, "writers": writers,
             "stop": stop, "stopped": stopped, "forget": forget, "bye": bye}


def send(message):
    try:
        sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")
        sys.stdout.flush()
    except OSError:
        pass  # nobody listens any more; the end of stdin follows, and healing does not depend on being heard


def signals():
    """A descriptor that becomes readable when the agent is told to stop: between two changes, never in the middle of one."""
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    return told


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    Agent(lease_seconds=int(os.environ.get("FAULTLINE_LEASE_SECONDS", "15"))).serve()
