"""The TCP sockets of a network namespace as the kernel's sock_diag tells them (sock_diag(7)), as numbers and names."""

import os
import socket
import struct
import time

from kernel import Refused, processes
from owner import seeing_as_owner_of_file

NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY = 4, 20
NLM_F_REQUEST_DUMP, NLMSG_ERROR, NLMSG_DONE = 0x301, 2, 3
INET_DIAG_INFO = 2  # the attribute with struct tcp_info, asked for by its bit
ALL_STATES = 0xFFF
STATES = ("", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT",
          "LAST_ACK", "LISTEN", "CLOSING")
TIMERS = ("", "retransmit", "keepalive", "time-wait", "probe")  # linux/inet_diag.h, idiag_timer
HEADER, MESSAGE = struct.Struct("=IHHII"), struct.Struct("=BBBB")
# Where struct tcp_info (linux/tcp.h) has what is told here, with its format; kernels append to it and never move.
INFO = {"retransmits": (2, "B"), "probes": (3, "B"), "backoff": (4, "B"), "rto_us": (8, "I"), "last_sent_ms": (44, "I"),
        "last_received_ms": (52, "I"), "rtt_us": (68, "I"), "retransmitted": (100, "I"), "acked": (120, "Q"),
        "received": (128, "Q")}
RECEIVE_BYTES = 1 << 18
MOST_OWNERS = 64  # of whom the last look is remembered
PIDS_SECONDS = 0.5  # how long it is remembered which processes live in a pid namespace
known_pids = {}
known_owned = {}  # the sockets of a pid namespace at the last look, by a process of it


def dump(namespace):
    """Every TCP socket of the namespace, of both families."""
    with namespace:
        netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG)
    with netlink:
        return [each for family in (socket.AF_INET, socket.AF_INET6) for each in dump_family(netlink, family)]


def dump_family(netlink, family):
    asked = struct.pack("=BBBBI48x", family, socket.IPPROTO_TCP, 1 << (INET_DIAG_INFO - 1), 0, ALL_STATES)
    netlink.send(HEADER.pack(HEADER.size + len(asked), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST_DUMP, 1, 0) + asked)
    while True:
        received, at = netlink.recv(RECEIVE_BYTES), 0
        while at < len(received):
            length, kind, _, _, _ = HEADER.unpack_from(received, at)
            if kind == NLMSG_DONE:
                return
            if kind == NLMSG_ERROR:
                number = -struct.unpack_from("=i", received, at + HEADER.size)[0]
                raise Refused(f"the kernel does not tell its sockets: {os.strerror(number)} (needs inet_diag, tcp_diag)")
            yield described(received[at + HEADER.size:at + length])
            at += (length + 3) & ~3


def described(message):
    """struct inet_diag_msg and its attributes, as the protocol tells them."""
    family, state, timer, _ = MESSAGE.unpack_from(message)
    local_port, peer_port = struct.unpack_from(">HH", message, 4)
    expires, waiting, unacked, _, inode = struct.unpack_from("=IIIII", message, 52)
    found = {"state": STATES[state] if state < len(STATES) else str(state), "local": address(family, message[8:24]),
             "local_port": local_port, "peer": address(family, message[24:40]), "peer_port": peer_port, "inode": inode,
             "receive_queue": waiting, "send_queue": unacked}
    if 0 < timer < len(TIMERS):
        found.update(timer=TIMERS[timer], timer_ms=expires)
    at = 72
    while at + 4 <= len(message):
        length, kind = struct.unpack_from("=HH", message, at)
        if length < 4:
            break
        if kind == INET_DIAG_INFO:
            info = message[at + 4:at + length]
            found.update((name, struct.unpack_from("=" + form, info, where)[0])
                         for name, (where, form) in INFO.items() if where + struct.calcsize(form) <= len(info))
        at += (length + 3) & ~3
    return found


def address(family, raw):
    """The literal; an IPv4 address that an IPv6 socket has mapped, as Java's sockets do, is told as IPv4."""
    if family == socket.AF_INET:
        return socket.inet_ntop(family, raw[:4])
    if raw[:12] == bytes(10) + b"\xff\xff":
        return socket.inet_ntop(socket.AF_INET, raw[12:])
    return socket.inet_ntop(family, raw)


def owned(pid):
    """The inodes of the sockets that processes in this process's pid namespace hold open, or did at the last look.

    A socket that is closed between the dump of the namespace's sockets and this belongs to them all the same. Left out, it would
    seem to have been ended by somebody else.
    """
    now = held_open(pid)
    before = known_owned.pop(pid, now)
    while len(known_owned) >= MOST_OWNERS:
        known_owned.pop(next(iter(known_owned)))
    known_owned[pid] = now
    return now | before


def held_open(pid):
    inodes = set()
    for each in living_with(pid):
        path = f"/proc/{each}/fd"
        try:
            with seeing_as_owner_of_file(path):
                inodes.update(inodes_in(path))
        except OSError:
            continue  # it has ended since
    return inodes


def inodes_in(descriptors):
    for descriptor in os.scandir(descriptors):
        try:
            meant = os.readlink(descriptor.path)
        except OSError:
            continue  # closed since it was listed
        if meant.startswith("socket:["):
            yield int(meant[8:-1])


def living_with(pid):
    """The processes of a pid namespace; remembered for a moment, because looking takes some milliseconds."""
    now = time.monotonic()
    found, until = known_pids.get(pid, ((), 0))
    if now < until:
        return found
    try:
        inode = os.stat(f"/proc/{int(pid)}/ns/pid").st_ino
    except OSError as e:
        raise Refused(f"process {pid} cannot be looked at: {e.strerror}")
    found = []
    for each in processes():
        try:
            if os.stat(f"/proc/{each}/ns/pid").st_ino == inode:
                found.append(each)
        except OSError:
            continue
    known_pids.clear()
    known_pids[pid] = (found, now + PIDS_SECONDS)
    return found
