"""The Faultline agent: makes small, reversible changes in network namespaces and takes every one of them back.

It is driven by one JSON object a line on stdin and answers with one a line on stdout (docs/AGENT_PROTOCOL.md). It decides
nothing: what to run comes with each request, already planned, from a fixed list of tools, and with its undo. What the
agent adds is that the undo always happens: when it is asked, when the stream ends, when the lease is not renewed, when
a change reaches its maximum duration, and when the agent is told to stop. Should the agent itself be killed, the kernel
lets the changes expire, because the agent renews their timeouts and nobody else does.
"""

import ctypes
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time

PROTOCOL = 1
TAG = re.compile(r"FAULTLINE-([0-9a-f]{8})-([0-9]{1,6})")
COMMAND_SECONDS = 10
BUSY = "in use by a kernel component"
BUSY_SECONDS = 2  # a set that its last rule has only just let go of; nf_tables frees deleted rules from a work queue
SWEEP_ATTEMPTS = 5
KERNEL_SECONDS = 15  # the timeout of a set's entries, which come with the requests (SetText.java)
KERNEL_RENEWAL_SECONDS = 4  # so three renewals may be late before the kernel acts
PROBE_RUN = "00000000"  # what an agent tries out in its own namespace is named so, and is no dead run's remains
IDLE_LEASES = 20  # an agent that nobody has spoken to for so many leases is an orphan, and leaves

# The whole vocabulary: a request names a tool and gives its standard input, never an argument.
TOOLS = {
    "ipset": ["ipset", "restore"],
    "iptables-nft": ["iptables-nft-restore", "--noflush", "--wait", "5"],
    "ip6tables-nft": ["ip6tables-nft-restore", "--noflush", "--wait", "5"],
    "iptables-legacy": ["iptables-legacy-restore", "--noflush", "--wait", "5"],
    "ip6tables-legacy": ["ip6tables-legacy-restore", "--noflush", "--wait", "5"],
    "iptables-nft-counters": ["iptables-nft-save", "-c", "-t", "filter"],
    "ip6tables-nft-counters": ["ip6tables-nft-save", "-c", "-t", "filter"],
    "iptables-legacy-counters": ["iptables-legacy-save", "-c", "-t", "filter"],
    "ip6tables-legacy-counters": ["ip6tables-legacy-save", "-c", "-t", "filter"],
}
FLAVOURS = ("nft", "legacy")
FAMILIES = ("iptables", "ip6tables")

# Where the address is in struct sockaddr_in and sockaddr_in6.
ADDRESS_BYTES = {socket.AF_INET: (4, 8), socket.AF_INET6: (8, 24)}

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
    """Runs commands side by side in the namespace; returns their outputs in order, or raises what went wrong.

    A command whose set is still busy is tried again, and only that one.
    """
    for command in commands:
        if command.get("tool") not in TOOLS:
            raise Refused(f"no tool named {command.get('tool')!r}; there are {', '.join(TOOLS)}")
    outputs, failures = [None] * len(commands), []
    waiting, give_up = list(enumerate(commands)), time.monotonic() + BUSY_SECONDS
    while waiting:
        busy = []
        for index, command, output, failure in run_once(namespace, waiting):
            outputs[index] = output
            if failure and BUSY in failure and time.monotonic() < give_up:
                busy.append((index, command))
            elif failure:
                failures.append(f"{command['tool']} {failure}")
        waiting = busy
        if busy:
            time.sleep(0.002)
    if failures:
        raise Refused("; ".join(failures))
    return outputs


def run_once(namespace, numbered):
    """Yields each command with its number, what it printed, and how it failed, if it did."""
    started = []
    with namespace:
        for index, command in numbered:
            try:
                started.append((index, command, spawn(TOOLS[command["tool"]]), None))
            except OSError as e:
                started.append((index, command, None, f"could not be started: {e}"))
    for index, command, process, failure in started:
        out = b""
        if process:
            out, err, in_time = finish(process, command.get("input", "").encode())
            if not in_time:
                failure = f"did not end within {COMMAND_SECONDS} s"
            elif process.returncode != 0:
                failure = f"ended with {process.returncode}: {err.decode(errors='replace').strip()}"
        yield index, command, out.decode(errors="replace"), failure


def spawn(argv):
    pipe = subprocess.PIPE
    # Python opens every descriptor close-on-exec, so there is nothing to close, and vfork is enough.
    return subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, close_fds=False, bufsize=0)


def finish(process, text):
    """Feeds a process and reads it to its end, killing it if it is not in time: its output, its errors, whether it was.

    subprocess.communicate does the same, but polls for the end, which costs as much as a small rule set takes.
    """
    give_up = time.monotonic() + COMMAND_SECONDS
    try:
        process.stdin.write(text)
    except OSError:
        pass  # it ended without reading all of it, and its exit code tells why
    process.stdin.close()
    read = {process.stdout: b"", process.stderr: b""}
    open_ends = list(read)
    while open_ends:
        ready, _, _ = select.select(open_ends, [], [], max(0, give_up - time.monotonic()))
        if not ready:
            process.kill()
            break
        for end in ready:
            chunk = os.read(end.fileno(), 1 << 16)
            read[end] += chunk
            if not chunk:
                open_ends.remove(end)
    process.wait()
    process.stdout.close()
    process.stderr.close()
    return read[process.stdout], read[process.stderr], not open_ends


def output_of(argv):
    """The standard output of a read-only command, empty if it fails."""
    try:
        return subprocess.run(argv, capture_output=True, timeout=COMMAND_SECONDS).stdout.decode(errors="replace")
    except (OSError, subprocess.TimeoutExpired):
        return ""


def run_stages(namespace, stages):
    return [output for stage in stages for output in run_all(namespace, stage)]


class Change:
    """One open change: what was done is not kept, only how to take it back."""

    def __init__(self, request):
        self.tag = request["effect"]
        if not TAG.fullmatch(self.tag):
            raise Refused(f"{self.tag!r} is not a tag of the form FAULTLINE-<8 hex digits>-<number>")
        self.pid = int(request["pid"])
        self.disarm = request["disarm"]
        self.counters = request["counters"]
        self.undo = request["undo"]
        self.renewal = request["renew"]
        self.deadline = time.monotonic() + request["max_ms"] / 1000
        self.renewed = time.monotonic()
        self.expired = False
        self.namespace = Namespace(f"/proc/{self.pid}/ns/net")
        if self.namespace.inode != request["netns"]:
            self.namespace.close()
            raise Refused(f"process {self.pid} is no longer in network namespace {request['netns']}; was it restarted?")

    def target_alive(self):
        """Whether the process through which the namespace was entered still lives in it; a dead one has left it."""
        try:
            return os.stat(f"/proc/{self.pid}/ns/net").st_ino == self.namespace.inode
        except OSError:
            return False

    def renew(self):
        if self.renewal:
            self.expired = self.has_expired()
            run_all(self.namespace, self.renewal)
            self.renewed = time.monotonic()

    def has_expired(self):
        """Whether the kernel has ended the harm at some time since it was made, because no renewal came through."""
        return self.expired or bool(self.renewal) and time.monotonic() > self.renewed + KERNEL_SECONDS

    def read(self):
        return {"counters": run_all(self.namespace, self.counters), "target_alive": self.target_alive(),
                "wiped": self.has_expired()}

    def heal(self):
        """Stops the harm at once, reads the counters, then removes what was added, whatever fails on the way."""
        problems, expired = [], self.has_expired()
        self.renewal = []  # whatever fails from here on, the harm must not come back
        result = {"counters": [], "target_alive": self.target_alive()}
        for step in (self._stop_harm, lambda: result.update(self.read())):
            try:
                step()
            except Refused as e:
                problems.append(str(e))
            if self.disarm:
                result.setdefault("at_ns", time.monotonic_ns())
        try:
            run_stages(self.namespace, self.undo)
        except Refused as planned:
            # Somebody else removed a part of it (a firewall reload, say): take away what is left, by its name.
            problems.append(str(planned))
            self.remove_by_name(problems)
        result.setdefault("at_ns", time.monotonic_ns())  # nothing to disarm: the harm lasted until the rules were gone
        result["wiped"] = expired or bool(problems)
        self.namespace.close()
        return result

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

    def _stop_harm(self):
        if self.disarm:
            run_all(self.namespace, self.disarm)


class Ifaddrs(ctypes.Structure):
    """struct ifaddrs of getifaddrs(3), as far as it is read here."""


Ifaddrs._fields_ = [("next", ctypes.POINTER(Ifaddrs)), ("name", ctypes.c_char_p), ("flags", ctypes.c_uint),
                    ("address", ctypes.c_void_p)]
libc.freeifaddrs.argtypes = [ctypes.POINTER(Ifaddrs)]


def interface_addresses():
    """The address literals of each interface in the namespace that this process is in. No process is started."""
    first = ctypes.POINTER(Ifaddrs)()
    if libc.getifaddrs(ctypes.byref(first)) != 0:
        raise Refused(f"cannot list the interfaces: {os.strerror(ctypes.get_errno())}")
    found, entry = {}, first
    while entry:
        literals = found.setdefault(entry.contents.name.decode(), [])
        if entry.contents.address:
            family = ctypes.c_ushort.from_address(entry.contents.address).value
            if family in ADDRESS_BYTES:
                start, end = ADDRESS_BYTES[family]
                literals.append(socket.inet_ntop(family, ctypes.string_at(entry.contents.address, end)[start:]))
        entry = entry.contents.next
    libc.freeifaddrs(first)
    return found


def saved_filter(family, flavour):
    """The filter table of the namespace that this process is in, empty if there is none; asking must not make one."""
    if flavour == "legacy":
        names = "ip_tables_names" if family == "iptables" else "ip6_tables_names"
        try:
            with open(f"/proc/thread-self/net/{names}") as f:
                if "filter" not in f.read().split():
                    return ""
        except OSError:
            return ""  # this kernel has no legacy tables
    return output_of([f"{family}-{flavour}-save", "-t", "filter"])


def find_tagged(namespace, wanted):
    """What carries a wanted tag in the namespace: pairs of where (a tables flavour, or ipset) and the line or name."""
    found = []
    with namespace:
        for flavour in FLAVOURS:
            for family in FAMILIES:
                for line in saved_filter(family, flavour).splitlines():
                    if line[:1] in ":-" and (tag := TAG.search(line)) and wanted(tag):
                        found.append((f"{family}-{flavour}", line))
        for name in output_of(["ipset", "list", "-name"]).split():
            if (tag := TAG.match(name)) and wanted(tag):
                found.append(("ipset", name))
    return found


def remove_tagged(namespace, wanted):
    """Removes what carries a wanted tag, and returns it. Others may be removing the same: only what is left counts."""
    found = left = find_tagged(namespace, wanted)
    problems = []
    for _ in range(SWEEP_ATTEMPTS):
        if not left:
            break
        problems = remove(namespace, left)
        left = find_tagged(namespace, wanted)
    if left:
        raise Refused(f"could not remove {left}: {'; '.join(problems)}")
    return found


def remove(namespace, found):
    """The rules by their own text, then our chains, then our sets, whatever becomes of the others. Returns problems."""
    problems = []
    for tables in {where for where, _ in found if where != "ipset"}:
        rules = [line for where, line in found if where == tables and line.startswith("-A")]
        chains = [line[1:].split()[0] for where, line in found if where == tables and line.startswith(":")]
        delete = ["-D" + rule[2:] for rule in rules if not TAG.match(rule.split()[1])]
        delete += [f"-F {chain}\n-X {chain}" for chain in chains]
        attempt(namespace, {"tool": tables, "input": "\n".join(["*filter", *delete, "COMMIT", ""])}, problems)
    for where, name in found:
        if where == "ipset":
            attempt(namespace, {"tool": "ipset", "input": f"destroy {name}\n"}, problems)
    return problems


def attempt(namespace, command, problems):
    """Runs one command of several that must all be tried, whatever becomes of the others."""
    try:
        run_all(namespace, [command])
    except Refused as e:
        problems.append(str(e))


def every_namespace():
    """One open descriptor for each network namespace that some process lives in."""
    seen = set()
    for pid in processes():
        try:
            inode = os.stat(f"/proc/{pid}/ns/net").st_ino
            if inode in seen:
                continue
            namespace = Namespace(f"/proc/{pid}/ns/net")
        except (OSError, Refused):
            continue  # the process has gone since, and its namespace with it unless another process is found there
        seen.add(namespace.inode)
        try:
            yield pid, namespace
        finally:
            namespace.close()


def everywhere(act, wanted):
    """What find_tagged or remove_tagged returns in every namespace, each with its run and where it was found."""
    return [{"run": TAG.search(what).group(1), "netns": namespace.inode, "pid": pid, "where": where, "what": what}
            for pid, namespace in every_namespace() for where, what in act(namespace, wanted)]


def processes():
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return f.read().decode(errors="replace").split("\0")
    except OSError:
        return []


def runs_of_agent(words):
    """The run in an agent's command line, as this file is started: python3 -I /agent.py 1a2b3c4d."""
    return [run for program, run in zip(words, words[1:])
            if program == "/agent.py" and re.fullmatch("[0-9a-f]{8}", run)]


class Agent:
    def __init__(self, lease_seconds):
        self.lease_seconds = lease_seconds
        self.changes = {}
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
                readable, _, _ = select.select([0, told_to_stop], [], [], self._seconds_until_due())
                if told_to_stop in readable:
                    return
                if readable:
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

    def _seconds_until_due(self):
        due = [self.next_renewal, *(c.deadline for c in self.changes.values())]
        if not self.lapsed:
            due.append(self.heard + self.lease_seconds)
        return max(0.0, min(due) - time.monotonic())

    def _do_what_is_due(self):
        now = time.monotonic()
        if now >= self.heard + self.lease_seconds * IDLE_LEASES:
            raise SystemExit("nobody has spoken to this agent for a long time; it leaves")
        if now >= self.heard + self.lease_seconds and not self.lapsed:
            self.lapsed = True
            self._heal_all(f"the lease of {self.lease_seconds} s was not renewed")
        for change in [c for c in self.changes.values() if now >= c.deadline]:
            self._heal_early([change], "the maximum duration was reached")
        if now >= self.next_renewal:
            self.next_renewal = now + KERNEL_RENEWAL_SECONDS
            for change in self.changes.values():
                try:
                    change.renew()
                except Refused as e:
                    send({"event": "note", "text": f"{change.tag}: {e}"})

    def _heal_all(self, why):
        self._heal_early(list(reversed(self.changes.values())), why)

    def _heal_early(self, changes, why):
        for change in changes:
            try:
                told = change.heal()
            except Exception as e:  # whatever it is, it must not stop the healing of the others
                told = {"problem": str(e)}
            del self.changes[change.tag]
            send({"event": "ended", "effect": change.tag, "why": why, **told})

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
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as e:
            send({"id": request_id, "ok": False, "error": f"{type(e).__name__}: {e}"})
        return True

    def ping(self, _):
        return {"now_ns": time.monotonic_ns()}

    def bye(self, _):
        self._heal_all("the caller said goodbye")
        return {}

    def open(self, request):
        """Keeps the undo first, then makes the change; if a part of it fails, the rest is taken back."""
        if request["effect"] in self.changes:
            raise Refused(f"{request['effect']} is open already")
        change = Change(request)
        self.changes[change.tag] = change
        try:
            run_stages(change.namespace, request["apply"])
        except Exception as e:
            change.renewal = []
            change.remove_by_name([str(e)])  # if this fails, the change stays in the books and is tried again at the end
            del self.changes[change.tag]
            change.namespace.close()
            raise
        return {"at_ns": time.monotonic_ns()}

    def read(self, request):
        return self._change(request).read()

    def heal(self, request):
        change = self._change(request)
        result = change.heal()
        del self.changes[change.tag]
        return result

    def _change(self, request):
        change = self.changes.get(request["effect"])
        if change is None:
            raise Refused(f"{request['effect']} is not open")
        return change

    def look(self, request):
        """What a process's network namespace looks like from inside."""
        namespace = Namespace(f"/proc/{int(request['pid'])}/ns/net")
        with namespace:
            addresses = interface_addresses()
        namespace.close()
        return {"netns": namespace.inode, "interfaces": [
            {"name": name, "addresses": literals} for name, literals in addresses.items()]}

    def proxies(self, _):
        """Every docker-proxy of this machine: what it listens on, what it leads to, and in which namespace it lives."""
        found = []
        for pid in processes():
            words = command_line(pid)
            if not words[0:1] or not words[0].endswith("docker-proxy"):
                continue
            options = dict(zip(words[1:], words[2:]))
            try:
                netns = os.stat(f"/proc/{pid}/ns/net").st_ino
            except OSError:
                continue
            found.append({"pid": pid, "netns": netns, **{o: options.get("-" + o.replace("_", "-"), "") for o in (
                "proto", "host_ip", "host_port", "container_ip", "container_port")}})
        return {"proxies": found}

    def sockets(self, request):
        """The TCP sockets of a namespace, named by a process or by its inode, with their timers, as ss prints them."""
        namespace = self._namespace_of(request)
        with namespace:
            text = output_of(["ss", "-tnoeOH"])
        namespace.close()
        return {"ss": text, "now_ns": time.monotonic_ns()}

    @staticmethod
    def _namespace_of(request):
        if "pid" in request:
            return Namespace(f"/proc/{int(request['pid'])}/ns/net")
        for pid in processes():
            try:
                if os.stat(f"/proc/{pid}/ns/net").st_ino == request["netns"]:
                    return Namespace(f"/proc/{pid}/ns/net")
            except OSError:
                continue
        raise Refused(f"no process of this machine lives in network namespace {request['netns']}")

    def features(self, _):
        """What this kernel can do, tried out in the agent's own, otherwise empty, network namespace."""
        return probe_features()

    def find(self, _):
        """All that carries a tag of ours in any namespace, but for that of runs whose agents are alive on this kernel.

        The caller knows the agents of its own Docker engine only; another engine's are seen here, as processes. They are
        looked for after what they might have made was found, so that a run that has just begun is not taken for dead.
        """
        found = everywhere(find_tagged, lambda tag: tag.group(1) != PROBE_RUN)
        alive = {run for pid in processes() for run in runs_of_agent(command_line(pid))}
        return {"found": [each for each in found if each["run"] not in alive]}

    def sweep(self, request):
        """Removes what the named runs have left, or the named effects. The caller names only what it knows to be dead."""
        runs, effects = set(request.get("runs", ())), set(request.get("effects", ()))
        return {"found": everywhere(remove_tagged, lambda tag: tag.group(1) in runs or tag.group(0) in effects)}

    VERBS = {"ping": ping, "look": look, "proxies": proxies, "sockets": sockets, "features": features, "open": open,
             "read": read, "heal": heal, "find": find, "sweep": sweep, "bye": bye}


def works(tool, lines):
    try:
        run_all(OWN, [{"tool": tool, "input": "\n".join([*lines, ""])}])
        return True
    except Refused:
        return False


def probe_features():
    output_of(["ip", "link", "set", "lo", "up"])
    chain = f"FAULTLINE-{PROBE_RUN}-0"
    sets = {"iptables": f"{chain}-4", "ip6tables": f"{chain}-6"}
    ipset = works("ipset", [f"create {sets['iptables']} hash:net family inet timeout 15",
                            f"create {sets['ip6tables']} hash:net family inet6 timeout 15"])
    stop = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 3600))
    found = {"tables": {}, "silent": []}

    def rule_works(tables, match):
        worked = works(tables, ["*filter", f":{chain} - [0:0]", f"-A {chain} {match}", "COMMIT"])
        works(tables, ["*filter", f"-F {chain}", f"-X {chain}", "COMMIT"])
        return worked

    for flavour in FLAVOURS:
        for family in FAMILIES:
            tables = f"{family}-{flavour}"
            found["tables"][tables] = {
                "drop": rule_works(tables, "-j DROP"),
                "ipset": ipset and rule_works(tables, f"-m set --match-set {sets[family]} src -j DROP"),
                "time": rule_works(tables, f"-m time --datestop {stop} -j DROP"),
            }
        if silent_drop_works(f"iptables-{flavour}"):
            found["silent"].append(flavour)
    if ipset:
        works("ipset", [f"destroy {name}" for name in sets.values()])
    found["netem"] = subprocess.call(["tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms"],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    output_of(["tc", "qdisc", "del", "dev", "lo", "root"])
    return found


def silent_drop_works(tables):
    """Whether a queue that nobody reads swallows a packet without telling its sender, as a cut cable would.

    DROP in OUTPUT gives the sender EPERM for UDP and ICMP; the kernel frees a packet of an unread queue and reports
    success (nf_queue in net/netfilter/nf_queue.c).
    """
    rule = "OUTPUT -p udp -d 127.0.0.1 --dport 9 -j NFQUEUE --queue-num 64999"
    if not works(tables, ["*filter", f"-A {rule}", "COMMIT"]):
        return False
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            return probe.sendto(b"?", ("127.0.0.1", 9)) == 1
    except OSError:
        return False
    finally:
        works(tables, ["*filter", f"-D {rule}", "COMMIT"])


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
