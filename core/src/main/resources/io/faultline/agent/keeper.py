"""The keeper of one disconnection: takes containers off networks, and puts them back whatever becomes of its caller.

It is a container of its own, because it needs what the agent must not have: Docker's socket. All that it may ever do is in
its command line, which Docker keeps, so that the undo is recorded before anything is changed and outlives everybody: when
this container is started a second time, by whomever, it puts back what is missing, removes itself and is gone.

It is driven by one JSON object a line on stdin (docs/AGENT_PROTOCOL.md says how): ping, detach, attach.
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
    """There is nothing any more that could be put back."""


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


def networks_of(container):
    """The networks that a container is attached to, by name; None if there is no such container any more."""
    status, answer = ask("GET", f"/containers/{container}/json")
    if status == 404:
        return None
    require(status, answer)
    return answer["NetworkSettings"]["Networks"]


def require(status, answer):
    if status >= 300:
        raise Refused(str(answer.get("message", f"Docker answered {status}")).strip())


def detach(step):
    attached = networks_of(step["container"]) or {}
    for option in OPTIONS:
        if value := attached.get(step["name"], {}).get(option):
            step["endpoint"][option] = value
    require(*ask("POST", f"/networks/{step['network']}/disconnect", {"Container": step["container"]}))


def attach(step):
    """Puts a container back, unless it is there. An address that somebody has taken meanwhile must not keep it away."""
    attached = networks_of(step["container"])
    if attached is None or step["name"] in attached:
        return
    endpoint = step["endpoint"]
    status, answer = connect(step, endpoint)
    if status >= 300 and "in use" in str(answer.get("message")):
        status, answer = connect(step, {key: value for key, value in endpoint.items() if key != "IPAMConfig"})
    if status >= 300 and step["name"] not in (networks_of(step["container"]) or {step["name"]: None}):
        raise (Refused if ask("GET", f"/networks/{step['network']}")[0] < 300 else Gone)(
            f"cannot connect {step['place']} to network \"{step['name']}\" again: "
            f"{str(answer.get('message', status)).strip()}")


def connect(step, endpoint):
    return ask("POST", f"/networks/{step['network']}/connect",
               {"Container": step["container"], "EndpointConfig": endpoint})


class Keeper:
    def __init__(self, task):
        self.task = task
        self.itself = f"/containers/{task['keeper']}"

    def attach_all(self):
        """Tries each, whatever becomes of the others."""
        problems = []
        for step in self.task["steps"]:
            try:
                attach(step)
            except Refused as e:
                problems.append(e)
        if problems:
            hopeless = all(isinstance(problem, Gone) for problem in problems)
            raise (Gone if hopeless else Refused)("; ".join(map(str, problems)))

    def detach_all(self):
        try:
            for step in reversed(self.task["steps"]):
                detach(step)
        except Refused:
            self.attach_all()
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
            {"ping": lambda: None, "detach": self.detach_all, "attach": self.attach_all}[request["verb"]]()
            answer = {"ok": True}
        except Refused as e:
            answer = {"ok": False, "error": str(e)}
        try:
            print(json.dumps({"id": request["id"], **answer}), flush=True)
        except OSError:
            pass  # nobody listens any more; the end of stdin follows

    def leave(self):
        """Puts everything back and removes this container; what cannot be put back leaves it, to be started again."""
        give_up = time.monotonic() + GIVE_UP_SECONDS
        while True:
            try:
                self.attach_all()
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
    keeper = Keeper(json.loads(sys.argv[1]))
    if keeper.has_run_before():
        keeper.leave()
        return
    try:
        if why := keeper.serve():
            print(why, file=sys.stderr, flush=True)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        keeper.leave()


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, stop)
    try:
        main()
    except Refused as error:
        raise SystemExit(str(error))
