"""Queries over TCP, where one connection may carry several (RFC 7766)."""

import selectors
import socket
import struct

IDLE_SECONDS = 60


class Conversation:
    """A client's connection, and one to whom it meant to ask, as soon as a query is to be passed on."""

    def __init__(self, responder, listening, sock, client):
        self.responder, self.listening, self.client = responder, listening, client
        self.down = Stream(responder, sock, self._query, self.end)
        self.up = None

    def _query(self, query):
        reply = self.responder.answer_to(query)
        if reply:
            self.down.send(reply)
        elif reply is None:
            self._upstream().send(query)

    def _upstream(self):
        if self.up is None:
            sock = self.responder.upstream(self.listening, self.client, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            self.up = Stream(self.responder, sock, self.down.send, self.end)
        return self.up

    def end(self):
        self.responder.drop(self.down.sock)
        if self.up:
            self.responder.drop(self.up.sock)


class Stream:
    """Messages over TCP, each behind its length; what cannot be sent yet is kept."""

    def __init__(self, responder, sock, on_message, end):
        self.responder, self.sock, self.on_message, self.end = responder, sock, on_message, end
        self.received = self.unsent = b""
        self._watch()

    def _watch(self):
        writing = selectors.EVENT_WRITE if self.unsent else 0
        self.responder.watch(self.sock, self._ready, selectors.EVENT_READ | writing)
        self.responder.expect(self.sock, IDLE_SECONDS, self.end)

    def send(self, message):
        self.unsent += struct.pack("!H", len(message)) + message
        self._watch()

    def _ready(self, _, events):
        if events & selectors.EVENT_WRITE:
            self.unsent = self.unsent[self.sock.send(self.unsent):]
            self._watch()
        if events & selectors.EVENT_READ:
            self._read()

    def _read(self):
        chunk = self.sock.recv(1 << 16)
        if not chunk:
            self.end()
            return
        self.received += chunk
        while len(self.received) >= 2 and len(self.received) >= (end := 2 + int.from_bytes(self.received[:2], "big")):
            message, self.received = self.received[2:end], self.received[end:]
            self.on_message(message)
