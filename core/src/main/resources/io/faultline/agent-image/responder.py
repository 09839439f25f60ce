"""A name server that stands in for the one that a target asks: wrong answers to some queries, all others passed on.

It runs in a thread of its own, which is born in the target's namespace and lives there, and everything in it is done
without waiting. Rules of the nat table lead the target's queries to it; where they were going it learns from the kernel.
"""

import selectors
import socket
import struct
import sys
import threading
import time

from conntrack import Conntrack
from conversation import Conversation
from dns import Plan
from kernel import Refused
from loopback import listen

MARK = 0xfa17  # what carries it is not led back here (DnsRedirect.java)
UPSTREAM_SECONDS = 10  # longer than any client waits for one answer
MOST_OPEN = 512
STOP_SECONDS = 5
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Responder:
    """One for a change. Its counters are read by another thread while it runs."""

    def __init__(self, namespace, request):
        self.plan = Plan(request)
        self.seen = self.met = 0
        self.failure = None
        self._selector = selectors.DefaultSelector()
        self._open = {}
        self._wake, self._woken = socket.socketpair()
        with namespace:
            self._conntrack = Conntrack()
            self._listening, self.port = listen()
            self._thread = threading.Thread(target=self._run, daemon=True, name="responder")
            self._thread.start()

    def counters(self):
        state = "answering" if self._thread.is_alive() else f"dead: {self.failure}"
        return f"responder met {self.met} of {self.seen} queries, {state}"

    def stop(self):
        """Ends it with all its connections. Once more is no error."""
        self._wake.close()
        self._thread.join(STOP_SECONDS)
        if self._thread.is_alive():
            raise Refused(f"the responder on port {self.port} did not end within {STOP_SECONDS} s")

    def _run(self):
        try:
            self._selector.register(self._woken, selectors.EVENT_READ)
            for each in self._listening:
                self.watch(each, self._accept if each.type == socket.SOCK_STREAM else self._receive)
            while self._serve_once():
                pass
        except Exception as e:  # whatever it was: the evidence tells that it did not live to the end
            self.failure = f"{type(e).__name__}: {e}"
        finally:
            for key in list(self._selector.get_map().values()):
                key.fileobj.close()
            self._selector.close()
            self._conntrack.close()

    def _serve_once(self):
        for key, events in self._selector.select(self._seconds_until_due()):
            if key.fileobj is self._woken:
                return False
            if key.fileobj.fileno() >= 0:  # else one that came before it has closed it
                self._serve(key.fileobj, key.data, events)
        now = time.monotonic()
        for deadline, end in list(self._open.values()):
            if deadline <= now:
                end()
        return True

    def _serve(self, sock, ready, events):
        try:
            ready(sock, events)
        except (OSError, Refused):
            self._end(sock)  # as a network or a name server would leave it; who asked will ask again
        except Exception as e:  # no query may end it for all others
            print(f"responder: {type(e).__name__}: {e}", file=sys.stderr, flush=True)
            self._end(sock)

    def _seconds_until_due(self):
        return max(0, min(self._open.values(), key=lambda each: each[0])[0] - time.monotonic()) if self._open else None

    def watch(self, sock, ready, events=selectors.EVENT_READ):
        """Calls back whenever the socket is ready."""
        if sock in self._selector.get_map():
            self._selector.modify(sock, events, ready)
        else:
            self._selector.register(sock, events, ready)

    def expect(self, sock, seconds, end):
        """Ends a connection if nothing came for so long, or if there are too many."""
        if sock not in self._open and len(self._open) >= MOST_OPEN:
            min(self._open.values(), key=lambda each: each[0])[1]()
        self._open[sock] = time.monotonic() + seconds, end

    def _end(self, sock):
        if sock in self._open:
            self._open[sock][1]()

    def drop(self, sock):
        """Closes a connection, if it is open."""
        if sock.fileno() >= 0:
            self._open.pop(sock, None)
            self._selector.unregister(sock)
            sock.close()

    def answer_to(self, query):
        """The wrong answer, empty for none; None if the query is to be passed on."""
        self.seen += 1
        if not self.plan.meets(query):
            return None
        self.met += 1
        return self.plan.reply(query)

    def upstream(self, listening, client, kind, protocol):
        """A socket that is connected, or on its way, to whom the client meant to ask."""
        wanted = self._conntrack.destination(listening.family, protocol, client, listening.getsockname())
        if wanted is None or wanted[1] == self.port:
            raise Refused("nobody else was asked")
        sock = socket.socket(listening.family, kind)
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, MARK)
        sock.connect_ex(wanted)
        return sock

    def _receive(self, listening, _):
        query, client = listening.recvfrom(1 << 16)
        reply = self.answer_to(query)
        if reply:
            listening.sendto(reply, client)
        elif reply is None:
            upstream = self.upstream(listening, client, socket.SOCK_DGRAM, socket.IPPROTO_UDP)
            upstream.send(query)
            self.watch(upstream, lambda sock, _: self._relay(sock, listening, client))
            self.expect(upstream, UPSTREAM_SECONDS, lambda: self.drop(upstream))

    def _relay(self, upstream, listening, client):
        listening.sendto(upstream.recv(1 << 16), client)
        self.drop(upstream)

    def _accept(self, listening, _):
        sock, client = listening.accept()
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        Conversation(self, listening, sock, client)
