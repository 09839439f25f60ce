"""Fetches a document over HTTP/1.0 for each unit of work. It has all of it when the server closes the connection."""

import logging
import socket
import time

import dependency
import front
import naive
import output
import stopping
import store

_PORT = 8000
_BYTES = 4096
_LONGEST_SECONDS = None if naive.at_default("deadline") else 2.0
_MOST = 65536
_END = b"end\n"


class Documents:
    """Knows how its last fetch went, as it keeps no connection."""

    def __init__(self, host, port):
        self._host = host
        self._port = port
        self._well = True

    def is_well(self):
        return self._well

    def fetch(self, size):
        try:
            text = self._fetch(size)
            self._well = True
            return text
        except OSError as e:
            self._well = False
            raise front.Unavailable(f"there is no document: {e}") from e

    # A bound for each read would not do: a byte now and then comes in time for ever.
    def _fetch(self, size):
        deadline = None if _LONGEST_SECONDS is None else time.monotonic() + _LONGEST_SECONDS
        parts = []
        with socket.create_connection((self._host, self._port), _LONGEST_SECONDS) as connection:
            connection.sendall(f"GET /document?bytes={size} HTTP/1.0\r\n\r\n".encode())
            connection.settimeout(_left(deadline))
            while part := connection.recv(_MOST):
                parts.append(part)
                connection.settimeout(_left(deadline))
        text = b"".join(parts)
        if not (text.startswith(b"HTTP/1.0 200") and text.endswith(_END)):
            raise ConnectionError(f"it ends after {len(text)} bytes")
        return text


def _left(deadline):
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError(f"not whole after {_LONGEST_SECONDS} s")
    return left


def main():
    output.configure()
    stopping.configure()
    documents = Documents(*dependency.only(_PORT))

    def work(query):
        unit = store.name(query)
        front.take_time(query)
        text = documents.fetch(int(query.get("bytes", _BYTES)))
        logging.info("done: %s (%d bytes)", unit, len(text))
        return unit

    server = front.Front({"/work": work, "/health": store.health(documents), "/ping": front.ping})
    logging.info("ready")
    stopping.wait()
    server.finish()
    logging.info("bye")


main()
