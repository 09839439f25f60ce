"""A container of an experiment: a server that others talk to, and a client that does what it is told over a connection.

Serves on ports 7000 and 7100: echoes lines, and datagrams; "work" is answered after 30 ms of work. On its control port (an argument, 7002
unless set) each connection is a session that does one thing at a time, from a line such as "talk db 7000 busy", and
answers "state" with how that goes: "up", or "down CLASS". Scenario files ask the same of pages on port 7003. The second argument says what SIGTERM does: see stop().
"""

import errno
import http.server
import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time

PATIENCE = 0.4
IDLE_SECONDS = 3600  # between looks whether a server is to stop, which none is
manner = sys.argv[2] if len(sys.argv) > 2 else "graceful"
busy = []
connections = set()
under_way = []


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads, request_queue_size = True, True, 50


class Serve(socketserver.StreamRequestHandler):
    def handle(self):
        connections.add(self.request)
        try:
            for line in self.rfile:
                self.answer(line)
        except OSError:
            pass  # ended by the other side, or by the fault
        finally:
            connections.discard(self.request)

    def answer(self, line):
        if line == b"work\n":
            until = time.thread_time() + 0.03
            while time.thread_time() < until:
                pass
        if line == b"slow\n":
            busy.append(line)
            self.wfile.write(b"begun\n")
            time.sleep(0.5)
            self.wfile.write(line)
            busy.remove(line)
            return
        self.wfile.write(line)


class Datagrams(socketserver.ThreadingUDPServer):
    daemon_threads = True


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        datagram, reply = self.request
        reply.sendto(datagram, self.client_address)


def failure(e):
    if isinstance(e, EOFError):
        return "EOF"
    if isinstance(e, (TimeoutError, socket.timeout)):
        return "TIMEOUT"
    names = {
        errno.ECONNREFUSED: "REFUSED",
        errno.ECONNRESET: "RESET",
        errno.EPIPE: "RESET",
        errno.EHOSTUNREACH: "UNREACHABLE",
        errno.ENETUNREACH: "UNREACHABLE",
    }
    return names.get(e.errno, errno.errorcode.get(e.errno, type(e).__name__))


class Session(socketserver.StreamRequestHandler):
    state, over = "none", False

    def handle(self):
        for line in self.rfile:
            verb, *rest = line.decode().split()
            if verb == "state":
                told = self.state
            else:
                told = getattr(self, verb)(*rest)
            self.wfile.write((str(told or "ok") + "\n").encode())
        self.over = True

    def loop(self, once, *rest, period=0.05):
        """Does something again and again until the session is over, and keeps how that went."""

        def run():
            while not self.over:
                try:
                    once(*rest)
                    self.state = "up"
                except (OSError, EOFError) as e:
                    self.state = "down " + failure(e)
                time.sleep(period)

        thread = threading.Thread(target=run, daemon=True)
        under_way.append((self, thread))
        thread.start()

    def end(self):
        self.over = True

    def hush(self):
        """Ends what all sessions do, so that the next case meets nothing of it."""
        for session, _ in under_way:
            session.end()
        while under_way:
            under_way.pop()[1].join(3)

    def talk(self, host, port, manner):
        self.loop(self.converse, host, int(port), manner, period=0.1)

    def converse(self, host, port, manner):
        with socket.create_connection((host, port), PATIENCE) as peer:
            peer.settimeout(0.1 if manner == "idle" else PATIENCE)
            sent = b"x" * 40_000 + b"\n" if manner == "bulk" else b"x\n"
            while not self.over:
                if manner == "idle":
                    self.state = "up"
                    self.listen(peer)
                else:
                    self.exchange(peer, sent)
                    self.state = "up"
                    time.sleep(0.05)

    def listen(self, peer):
        try:
            if not peer.recv(9):
                raise EOFError()
        except (TimeoutError, socket.timeout):
            pass  # nothing to hear

    def exchange(self, peer, sent):
        peer.sendall(sent)
        left = len(sent)
        while left:
            got = peer.recv(left)
            if not got:
                raise EOFError()
            left -= len(got)

    def knock(self, host, port):
        """Connects again each time, and for a moment only."""

        def once():
            with socket.create_connection((host, int(port)), PATIENCE) as peer:
                peer.settimeout(PATIENCE)
                self.exchange(peer, b"x\n")

        self.loop(once)

    def ask(self, host, port, manner):
        """Sends datagrams, each of which is to come back: from a socket that is "kept", or from a "new" one each time."""
        kept = socket.socket(type=socket.SOCK_DGRAM)

        def once():
            asking = kept if manner == "kept" else socket.socket(type=socket.SOCK_DGRAM)
            asking.settimeout(PATIENCE)
            try:
                asking.sendto(b"x", (host, int(port)))
                asking.recv(9)
            finally:
                if asking is not kept:
                    asking.close()

        self.loop(once)

    def resolve(self, name):
        self.loop(lambda: socket.getaddrinfo(name, 7000, socket.AF_INET), period=0.1)

    def expects(self, name):
        """A name that must have the address that it has now."""
        right = socket.gethostbyname(name)

        def look():
            if socket.gethostbyname(name) != right:
                raise OSError(errno.EFAULT, "elsewhere")

        self.loop(look, period=0.1)

    def write(self, path):
        """More and more: what is written over needs no room."""

        def once():
            with open(path, "ab", 0) as file:
                file.write(b"x" * 4096)

        self.loop(once)

    def open(self):
        def once():
            kept = []
            try:
                for _ in range(20):
                    kept.append(os.open("/dev/null", os.O_RDONLY))
            finally:
                for each in kept:
                    os.close(each)

        self.loop(once)

    def memory(self):
        """Down when less than a fifth of the limit is left."""

        def read(*paths):
            for path in paths:
                if os.path.exists("/sys/fs/cgroup/" + path):
                    return int(open("/sys/fs/cgroup/" + path).read())

        def look():
            used = read("memory/memory.usage_in_bytes", "memory.current")
            if used > 0.7 * read("memory/memory.limit_in_bytes", "memory.max"):
                raise OSError(errno.ENOMEM, "short")

        self.loop(look)

    def clock(self):
        """What its calendar says, in seconds."""
        return int(time.time())

    def log(self):
        """PID 1 writes lines; down when one has not been written for half a second."""
        wrote = [time.monotonic()]

        def chatter():
            while not self.over:
                os.write(1, b"a line that somebody should read\n" * 20)
                wrote[0] = time.monotonic()
                time.sleep(0.02)

        def look():
            if time.monotonic() - wrote[0] > 0.5:
                raise OSError(errno.EAGAIN, "stuck")

        threading.Thread(target=chatter, daemon=True).start()
        self.loop(look)

    def childlog(self):
        """A neighbour in this container writes lines; PID 1 does not."""
        subprocess.Popen(["sh", "-c", "while true; do echo a line of a neighbour; sleep 0.05; done"])

    def leave(self, code, after):
        """Ends by itself."""
        threading.Timer(float(after), lambda: os._exit(int(code))).start()


class Page(http.server.BaseHTTPRequestHandler):
    """What scenario files ask on port 7003. A session of a name goes on for as long as somebody asks for it."""

    sessions, begun = {}, {}

    def do_GET(self):
        self.send_response(200 if getattr(self, self.path.split("/")[1])(*self.path.split("/")[2:]) else 503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def free(self):
        """True, whatever is the matter elsewhere."""
        return True

    def later(self, name, seconds):
        """Comes true by itself so long after it was first asked."""
        return time.monotonic() - self.begun.setdefault(name, time.monotonic()) > float(seconds)

    def does(self, name, verb, *rest):
        """Whether that goes well which is begun when it is first asked."""
        session = self.sessions.get(name)
        if not session or session.over:
            session = self.sessions[name] = Asked()
            getattr(session, verb)(*rest)
        session.asked = time.monotonic()
        return session.state == "up"

    def log_message(self, *_):
        pass  # what is written is for the faults that stop it


class Asked(Session):
    def __init__(self):
        self.asked = time.monotonic()  # and no connection of its own

    def end(self):
        self.asked = float("-inf")

    @property
    def over(self):
        return time.monotonic() - self.asked > 3


def stop(*_):
    if manner == "hasty":
        os._exit(0)
    if manner == "failing":
        os._exit(7)
    if manner == "stubborn":
        return
    while busy:
        time.sleep(0.01)
    print("bye", flush=True)
    os._exit(0)


def reload(*_):
    for each in list(connections):
        each.shutdown(socket.SHUT_RDWR)


if manner != "deaf":
    signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGHUP, reload)
control = Server(("", int(sys.argv[1]) if len(sys.argv) > 1 else 7002), Session)
if len(sys.argv) < 2 or sys.argv[1] != "0":
    for port in (7000, 7100):
        for served in (Server(("", port), Serve), Datagrams(("", port), Echo)):
            threading.Thread(target=served.serve_forever, args=(IDLE_SECONDS,), daemon=True).start()
    pages = http.server.ThreadingHTTPServer(("", 7003), Page)
    threading.Thread(target=pages.serve_forever, args=(IDLE_SECONDS,), daemon=True).start()
threading.Thread(target=control.serve_forever, args=(IDLE_SECONDS,), daemon=True).start()
print("ready on", control.server_address[1], flush=True)
# One that does nothing does not even wake up. Not pause(): the kernel may give the signal to another thread, and only this
# one handles it.
woken, waker = os.pipe()
os.set_blocking(waker, False)
signal.set_wakeup_fd(waker)
while True:
    os.read(woken, 1)
