"""Where the servers are that this program depends on."""

import logging
import os
import socket
import threading
import time

_REFRESH_SECONDS = 0.5


def hosts(port):
    """Pairs of a host and a port, which is this one unless the environment names another."""
    return [_host(each, port) for each in os.environ["DEPENDENCY"].split(",")]


def only(port):
    return hosts(port)[0]


def _host(text, port):
    host, _, own = text.partition(":")
    return host, int(own or port)


class Name:
    """A host's address: the last that was told, also when nobody tells it any more. Thread-safe."""

    def __init__(self, host):
        self._host = host
        self._address = None
        threading.Thread(target=self._refresh, daemon=True).start()

    def address(self):
        """Raises OSError if it was never told."""
        return self._address or _look_up(self._host)

    def _refresh(self):
        known = True
        while True:
            try:
                self._address = _look_up(self._host)
                known = True
            except OSError as e:
                if known:
                    logging.info("lost: the address of %s, which was %s: %s", self._host, self._address, e)
                known = False
            time.sleep(_REFRESH_SECONDS)


def _look_up(host):
    return socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)[0][4][0]
