"""The rollback container of what only Docker can take back: networks, pauses and ends of containers, whatever becomes of its caller.

It is a container of its own, because it needs what the agent must not have: Docker's socket. All that it may ever do is in
its command line, which Docker keeps, so that the undo is recorded before anything is changed and outlives everybody: when
this container is started a second time, by whomever, it takes back what still is, removes itself and is gone.

It is driven by one JSON object a line on stdin (docs/AGENT_PROTOCOL.md says how): ping, make, take_back.
"""

import http.client
import json
import os
import select
import signal
import socket
import sys
import time

SOCKET = "/var/run/docker.sock"
CALL_SECONDS = 20
GIVE_UP_SECONDS = 60  # a Docker daemon that restarts is away for some seconds
PAUSE_SECONDS = 0.5
OPTIONS = ("DriverOpts", "GwPriority")  # of an attachment, which the caller's Docker client cannot read
NEVER = "0001-01-01"  # when a container ended that has not run before


class Refused(Exception):
    """Docker refused, or cannot be asked. The text is for people."""


class Gone(Refused):
    """There is nothing any more that could be taken back."""


class Docker(http.client.HTTPConnection):
    """One request to the Docker engine."""

    def __init__(self):
        super().__init__("docker", timeout=CALL_SECONDS)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(SOCKET)


def ask(method, path, body=None):
    """The status of the answer, and the answer."""
    docker = Docker()
    try:
        docker.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
        response = docker.getresponse()
        text = response.read()
        return response.status, json.loads(text) if text.strip() else {}
    except PermissionError as e:
        raise Refused(f"may not use Docker's socket ({e.strerror}). It must be open to the user that is root in a "
                      "container: not so under userns-remap, nor under SELinux without label=disable") from e
    except (OSError, ValueError, http.client.HTTPException) as e:
        raise Refused(f"cannot use Docker's socket: {type(e).__name__}: {e}") from e
    finally:
        docker.close()


def require(status, answer):
    if status >= 300:
        raise Refused(said(status, answer))


def said(status, answer):
    return str(answer.get("message", f"Docker answered {status}")).strip()


def found(container):
    """A container as Docker tells of it; None if there is no such container any more."""
    status, answer = ask("GET", f"/containers/{container}/json")
    if status == 404:
        return None
    require(status, answer)
    return answer


class Step:
    """One change of one container."""

    def __init__(self, step):
        self.step, self.place, self.container = step, step["place"], step["container"]
        self.may_be_ending = False

    def state(self):
        """What Docker tells of the container's state; nothing once it is removed."""
        return (found(self.container) or {"State": {}})["State"]

    def act(self, what):
        return ask("POST", f"/containers/{self.container}/{what}")

    def settle(self):
        """Waits, before it is taken back by nobody's order, until it is known whether there is anything to take back."""


class Detachment(Step):
    """A container that is taken off a network."""

    def networks(self):
        container = found(self.container)
        return container and container["NetworkSettings"]["Networks"]

    def make(self):
        attached = self.networks() or {}
        for option in OPTIONS:
            if value := attached.get(self.step["name"], {}).get(option):
                self.step["endpoint"][option] = value
        require(*ask("POST", f"/networks/{self.step['network']}/disconnect", {"Container": self.container}))

    def take_back(self):
        """Puts it back, unless it is there. An address that somebody has taken meanwhile must not keep it away."""
        attached, name = self.networks(), self.step["name"]
        if attached is None or name in attached:
            return
        endpoint = self.step["endpoint"]
        status, answer = self._connect(endpoint)
        if status >= 300 and "in use" in str(answer.get("message")):
            status, answer = self._connect({key: value for key, value in endpoint.items() if key != "IPAMConfig"})
        if status >= 300 and name not in (self.networks() or {name: None}):
            raise (Refused if ask("GET", f"/networks/{self.step['network']}")[0] < 300 else Gone)(
                f"cannot connect {self.place} to network \"{name}\" again: {said(status, answer)}")

    def _connect(self, endpoint):
        return ask("POST", f"/networks/{self.step['network']}/connect",
                   {"Container": self.container, "EndpointConfig": endpoint})


class Pause(Step):
    """A container that Docker's freezer holds."""

    def make(self):
        require(*self.act("pause"))

    def take_back(self):
        if self.state().get("Paused"):
            status, answer = self.act("unpause")
            if status >= 300 and self.state().get("Paused"):
                raise Refused(f"cannot unpause {self.place}: {said(status, answer)}")


class End(Step):
    """A container whose first process is ended by a signal of the caller's, and which is started again."""

    def make(self):
        self.may_be_ending = True

    def take_back(self):
        if self.is_down():
            status, answer = self.act("start")
            if status >= 300 and self.is_down():
                raise Refused(f"cannot start {self.place} again: {said(status, answer)}")
        self.may_be_ending = False

    def is_down(self):
        return self.state().get("Running") is False

    def settle(self):
        """The signal may be under way, and Docker hears of an end a moment later."""
        give_up = time.monotonic() + self.step["settle_ms"] / 1000
        while self.may_be_ending and not self.is_down() and time.monotonic() < give_up:
            time.sleep(PAUSE_SECONDS / 10)


KINDS = {"detach": Detachment, "pause": Pause, "end": End}


class Rollback:
    def __init__(self, task):
        self.task = task
        self.steps = [KINDS[step["does"]](step) for step in task["steps"]]
        self.itself = f"/containers/{task['rollback']}"

    def take_all_back(self):
        """Tries each, whatever becomes of the others."""
        problems = []
        for step in self.steps:
            try:
                step.take_back()
            except Refused as e:
                problems.append(e)
        if problems:
            hopeless = all(isinstance(problem, Gone) for problem in problems)
            raise (Gone if hopeless else Refused)("; ".join(map(str, problems)))

    def make_all(self):
        try:
            for step in reversed(self.steps):
                step.make()
        except Refused:
            self.take_all_back()
            raise

    def has_run_before(self):
        status, answer = ask("GET", self.itself + "/json")
        require(status, answer)
        return not answer["State"]["FinishedAt"].startswith(NEVER)

    def serve(self):
        """Answers until there is nobody to answer to; returns why."""
        lease = self.task["lease_ms"] / 1000
        end = time.monotonic() + self.task["maximum_ms"] / 1000
        heard, buffered = time.monotonic(), b""
        while True:
            now = time.monotonic()
            if now >= end:
                return "the maximum duration was reached"
            if now >= heard + lease:
                return f"the lease of {lease:g} s was not renewed"
            readable, _, _ = select.select([0], [], [], min(end, heard + lease) - now)
            if readable:
                received = os.read(0, 1 << 16)
                if not received:
                    return ""
                heard = time.monotonic()
                *lines, buffered = (buffered + received).split(b"\n")
                for line in lines:
                    self.answer(json.loads(line))

    def answer(self, request):
        try:
            {"ping": lambda: None, "make": self.make_all, "take_back": self.take_all_back}[request["verb"]]()
            answer = {"ok": True}
        except Refused as e:
            answer = {"ok": False, "error": str(e)}
        try:
            print(json.dumps({"id": request["id"], **answer}), flush=True)
        except OSError:
            pass  # nobody listens any more; the end of stdin follows

    def leave(self):
        """Takes everything back and removes this container; what cannot be taken back leaves it, to be started again."""
        give_up = time.monotonic() + GIVE_UP_SECONDS
        while True:
            try:
                for step in self.steps:
                    step.settle()
                self.take_all_back()
                break
            except Gone as e:
                print(e, file=sys.stderr, flush=True)
                break
            except Refused as e:
                if time.monotonic() >= give_up:
                    raise SystemExit(f"{e}. Start this container again to try again") from e
            time.sleep(PAUSE_SECONDS)
        ask("DELETE", self.itself + "?force=1")


def stop(*_):
    raise SystemExit("it was told to stop")


def main():
    rollback = Rollback(json.loads(sys.argv[1]))
    if rollback.has_run_before():
        for step in rollback.steps:
            step.may_be_ending = True
        rollback.leave()
        return
    try:
        if why := rollback.serve():
            print(why, file=sys.stderr, flush=True)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        rollback.leave()


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, stop)
    try:
        main()
    except Refused as error:
        raise SystemExit(str(error))
