"""Publishes messages to Redis all the time, and never waits for an answer."""

import contextlib
import logging
import socket
import threading
import time

import dependency
import front
import naive
import output
import stopping
import store

_PAUSE_SECONDS = 0.1
_CONNECT_SECONDS = 1.0
_NOTICE_MILLIS = 2000
_MOST = 4096


class Connection:
    """Knows what its kernel has told it, and no more. Connects again by itself. Thread-safe."""

    def __init__(self, host):
        self._host = host
        self._lock = threading.Lock()
        self._socket = None

    def is_well(self):
        return self._socket is not None

    def publish(self, message):
        with self._lock:
            if self._socket is None:
                raise front.Unavailable("no connection")
            try:
                self._drop_answers()
                self._socket.sendall(f"PUBLISH messages {message}\r\n".encode())
            except OSError as e:
                self._socket.close()
                self._socket = None
                logging.info("lost: %s", e)
                raise front.Unavailable(f"the connection failed: {e}") from e

    # They are not looked at, but if nobody took them Redis would end the connection.
    def _drop_answers(self):
        with contextlib.suppress(BlockingIOError):
            while answers := self._socket.recv(_MOST, socket.MSG_DONTWAIT):
                if len(answers) < _MOST:
                    return
            raise ConnectionError("closed by Redis")

    def keep_publishing(self):
        while True:
            try:
                if self.is_well():
                    self.publish("tick")
                else:
                    self._connect()
            except front.Unavailable:
                continue
            except OSError as e:
                logging.info("not connected: %s", e)
            time.sleep(_PAUSE_SECONDS)

    def _connect(self):
        connected = socket.create_connection(self._host, _CONNECT_SECONDS)
        connected.settimeout(None)  # with one, Python would wait for answers before it looks for them
        if not naive.at_default("user-timeout"):
            # How long the kernel goes on sending what nobody acknowledges; its own default is about a quarter of an hour.
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _NOTICE_MILLIS)
        with self._lock:
            self._socket = connected
        logging.info("connected")


def main():
    output.configure()
    stopping.configure()
    connection = Connection(dependency.only(store.PORT))
    threading.Thread(target=connection.keep_publishing, daemon=True).start()

    def work(query):
        unit = store.name(query)
        front.take_time(query)
        connection.publish(unit)
        logging.info("done: %s", unit)
        return unit

    server = front.Front({"/work": work, "/health": store.health(connection), "/ping": front.ping})
    logging.info("ready")
    stopping.wait()
    server.finish()
    logging.info("bye")


main()
