"""Sockets that listen inside a namespace and are reached from nowhere else."""

import socket

from kernel import Refused

LOOPBACKS = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}
BIND_ATTEMPTS = 20


def listen():
    """Sockets on loopback, for IPv4 and IPv6 if there is any, UDP and TCP, all on one port that is free for all."""
    families = [family for family in LOOPBACKS if has_loopback(family)]
    for attempt in range(BIND_ATTEMPTS):
        sockets, port = [], 0
        try:
            for family in families:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    sockets.append(bound(family, kind, port))
                    port = sockets[0].getsockname()[1]
            return sockets, port
        except OSError as e:
            for each in sockets:
                each.close()
            problem = e
    raise Refused(f"cannot listen on loopback in the target's namespace: {problem.strerror}")


def has_loopback(family):
    try:
        bound(family, socket.SOCK_DGRAM, 0).close()
        return True
    except OSError:
        return family == socket.AF_INET


def bound(family, kind, port):
    sock = socket.socket(family, kind)
    try:
        sock.setblocking(False)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((LOOPBACKS[family], port))
        if kind == socket.SOCK_STREAM:
            sock.listen()
        return sock
    except OSError:
        sock.close()
        raise
