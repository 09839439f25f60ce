"""Connections that were closed while they were cut off. They have no owner any more, and the kernel goes on sending for
minutes, also after the other end is gone; the next container with its address is hidden by that for up to three seconds.

A healed connection may still deliver what its client has written, as it would in the world, so none is ended at healing as
long as somebody waits at its other end: that would hide a late write from the test. They are ended when nobody looks any
more, because the test is over or the agent leaves, and when the target's first process dies. Each time while the other end
still has its address: ending one sends a reset, which would itself ask for the neighbour that has gone.
"""

import collections
import functools
import ipaddress
import os
import re
import socket
import struct

from kernel import OWN, Namespace, Refused, every_namespace, output_of
from topology import interface_addresses

SOCK_DIAG, BY_FAMILY, DESTROY = 4, 20, 21  # NETLINK_SOCK_DIAG; message types of sock_diag(7) and linux/sock_diag.h
REQUEST, ACK, DUMP, ERROR, DONE = 1, 4, 0x300, 2, 3
FIN_WAIT_1, LAST_ACK, CLOSING = 4, 9, 11  # those in which the kernel sends again (net/tcp_states.h)
SENDING = 1 << FIN_WAIT_1 | 1 << LAST_ACK | 1 << CLOSING
HEADER, REQUEST_BODY, ID_BYTES = "=IHHII", "=BBBxI", 48  # struct nlmsghdr; inet_diag_req_v2 before its inet_diag_sockid
MESSAGE = f"=BBBB{ID_BYTES}sIIIII"  # struct inet_diag_msg
ANSWER_SECONDS = 2
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))

OWN_OF_EACH = {"tags": None, "ended": None, "pidfd": None, "over": None}  # the rest of a Cut tells which connections are meant

Orphan = collections.namedtuple("Orphan", "family identity here port there other_port")


class Diagnosis:
    """Asks for sockets of the namespace in which it was opened."""

    def __enter__(self):
        self.netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, SOCK_DIAG)
        self.netlink.settimeout(ANSWER_SECONDS)
        return self

    def __exit__(self, *_):
        self.netlink.close()

    def orphans(self):
        """The TCP sockets without an owner that the kernel sends from."""
        found = []
        for family in (socket.AF_INET, socket.AF_INET6):
            for message in self._ask(BY_FAMILY, REQUEST | DUMP, family, SENDING, bytes(ID_BYTES)):
                of, _, _, _, identity, _, _, _, _, inode = struct.unpack_from(MESSAGE, message)
                if inode == 0:
                    found.append(orphan(of, identity))
        return found

    def end(self, one):
        """Ends one, and no other that has been given its addresses and ports since."""
        list(self._ask(DESTROY, REQUEST | ACK, one.family, 0xFFFFFFFF, one.identity))

    def _ask(self, kind, flags, family, states, identity):
        body = struct.pack(REQUEST_BODY, family, socket.IPPROTO_TCP, 0, states) + identity
        self.netlink.send(struct.pack(HEADER, 16 + len(body), kind, flags, 1, 0) + body)
        while True:
            received = self.netlink.recv(1 << 18)
            while received:
                length, told, *_ = struct.unpack_from(HEADER, received)
                message, received = received[16:length], received[length + 3 & ~3:]
                if told in (DONE, ERROR):  # an error too: it has ended by itself, or this kernel cannot
                    return
                yield message


def orphan(family, identity):
    port, other_port = struct.unpack_from("!HH", identity)
    size = 4 if family == socket.AF_INET else 16
    here, there = (address(identity[start:start + size]) for start in (4, 20))
    return Orphan(family, identity, here, port, there, other_port)


def address(packed):
    """IPv4 in the disguise of IPv6 is IPv4, as what a JVM opens is."""
    found = ipaddress.ip_address(packed)
    return getattr(found, "ipv4_mapped", None) or found


class Cut:
    """What a change has cut off: which orphaned connections it can be to blame for, and how many of them were ended."""

    def __init__(self, tag, namespace, pid, which):
        self.tags, self.inode, self.pid = {tag}, namespace.inode, pid
        self.peers = [ipaddress.ip_network(each, strict=False) for each in which["peers"]]
        self.first, self.last, self.side = which["first"], which["last"], which["side"]
        self.published = [(ipaddress.ip_address(each["address"]), each["port"]) for each in which["published"]]
        with namespace:
            literals = [literal for found in interface_addresses().values() for literal in found]
        self.addresses = {ipaddress.ip_address(literal) for literal in literals}
        self.ended = 0
        self.pidfd = None
        self.over = False  # nothing of it can be left; its addresses may be another's by now

    def watch(self):
        """From now on its descriptor tells when the target's process dies."""
        try:
            self.pidfd = os.pidfd_open(self.pid)
        except OSError:
            self.pidfd = None  # it has died since, or the kernel is older than 5.3

    def close(self):
        if self.pidfd is not None:
            os.close(self.pidfd)
            self.pidfd = None

    def is_like(self, other):
        """Whether both are to blame for the same connections."""
        return {**vars(self), **OWN_OF_EACH} == {**vars(other), **OWN_OF_EACH}

    def covers(self, inode, one):
        if self.published:
            return self._is_published(inode, one)
        if inode == self.inode:
            return (one.here in self.addresses and one.there not in self.addresses and not is_loopback(one.there)
                    and self._means(one.there, one.port, one.other_port))
        return (one.there in self.addresses and not is_loopback(one.there)
                and self._means(one.here, one.other_port, one.port))

    def _is_published(self, inode, one):
        """Either end of a connection to a published port; another namespace's loopback is another one."""
        here = inode == self.inode
        for listener, port in self.published:
            if here and one.port == port and serves(listener, one.here) and self._is_peer(one.there):
                return True
            if (one.other_port == port and serves(listener, one.there) and self._is_peer(one.here)
                    and (one.there in self.addresses or is_loopback(one.there)) and (here or not is_loopback(one.there))):
                return True
        return False

    def _means(self, peer, own, others):
        return self._is_peer(peer) and any(self.first <= port <= self.last for port in {
            "OWN": (own,), "OTHER": (others,), "EITHER": (own, others)}[self.side])

    def _is_peer(self, peer):
        return not self.peers or any(peer in network for network in self.peers)


def serves(listener, wanted):
    return listener == wanted or (listener.is_unspecified and listener.version == wanted.version)


def is_loopback(wanted):
    return any(wanted in network for network in LOOPBACK)


def find(cuts):
    """The orphaned connections that one of the cuts can be to blame for: (cut, a process of the namespace, the orphan)."""
    found = []
    for pid, namespace in every_namespace():
        try:
            with namespace, Diagnosis() as diagnosis:
                there = diagnosis.orphans()
        except (OSError, Refused):
            continue  # this kernel does not tell, or the namespace cannot be entered
        for one in there:
            if cut := next((cut for cut in cuts if cut.covers(namespace.inode, one)), None):
                found.append((cut, pid, one))
    return found


def end(found):
    """Ends these, whatever becomes of the others; each is counted at its cut. A kernel that cannot is left alone."""
    if not found or not ending_works():
        return
    for cut, pid, one in dict.fromkeys(found):
        try:
            namespace = Namespace.of_process(pid)
        except Refused:
            continue  # it has gone since, and the connection with it
        try:
            with namespace, Diagnosis() as diagnosis:
                diagnosis.end(one)
                cut.ended += 1
        except (OSError, Refused):
            continue
        finally:
            namespace.close()


def nobody_waits_for(found):
    """Those of which both ends are orphans: nobody could ever see what becomes of them."""
    ends = {(one.here, one.port, one.there, one.other_port) for _, _, one in found}
    return [each for each in found
            if (each[2].there, each[2].other_port, each[2].here, each[2].port) in ends]


def met_packets(tag, outputs):
    """Whether a change's rules have met any, by what iptables-save -c printed."""
    return any(re.search(rf"^\[[1-9]\d*:\d+\] .*{tag}", output, re.M) for output in outputs)


class Aftermath:
    """The cuts that are healed, for as long as a connection that was closed under them may be left. Used by one thread."""

    def __init__(self):
        self.cuts = []

    def add(self, cuts, alive):
        """Ends what nobody waits for, or all if the target is dead; for each cut how many were ended, and how many are left."""
        found = find(cuts) if cuts else []
        end([each for each in found if not alive(each[0])] + nobody_waits_for(found))
        told = [{"ended": cut.ended, "left": sum(each[0] is cut for each in found) - cut.ended} for cut in cuts]
        for cut in cuts:
            cut.ended = 0  # what was told is not told again
            self._remember(cut)
        return told

    def _remember(self, cut):
        if known := next((each for each in self.cuts if not each.over and each.is_like(cut)), None):
            known.tags |= cut.tags
        else:
            cut.watch()
            cut.over = cut.pidfd is None
            self.cuts.append(cut)

    def descriptors(self):
        return [cut.pidfd for cut in self.cuts if cut.pidfd is not None]

    def tend(self, readable):
        """Ends what is left of connections to those who have just died."""
        self._finish([cut for cut in self.cuts if cut.pidfd is not None and cut.pidfd in readable])

    def settle(self, tags=None):
        """Ends what is left of these changes' connections, or of all; how many there were. Nobody looks at them any more."""
        meant = [cut for cut in self.cuts if tags is None or cut.tags & set(tags)]
        self._finish([cut for cut in meant if not cut.over])
        self.cuts = [cut for cut in self.cuts if cut not in meant]
        return sum(cut.ended for cut in meant)

    def _finish(self, cuts):
        if cuts:
            end(find(cuts))
        for cut in cuts:
            cut.close()
            cut.over = True


@functools.cache
def ending_works():
    """Whether this kernel ends an orphan when told to.

    Without INET_DIAG_DESTROY it cannot. Linux before 6.11 only empties its queue and leaves it for ever, in a state from
    which nothing can free it (tcp_abort in net/ipv4/tcp.c, "fix forever orphan socket caused by tcp_abort").
    """
    output_of(["ip", "link", "set", "lo", "up"])
    try:
        with OWN, socket.create_server(("127.0.0.1", 0)) as server, Diagnosis() as diagnosis:
            client = socket.create_connection(server.getsockname(), ANSWER_SECONDS)
            accepted, _ = server.accept()
            with accepted:
                fill(client)
                port = client.getsockname()[1]
                client.close()
                mine = [one for one in diagnosis.orphans() if one.port == port]
                for one in mine:
                    diagnosis.end(one)
                return bool(mine) and not any(one.port == port for one in diagnosis.orphans())
    except (OSError, Refused):
        return False


def fill(client):
    """Writes until nothing more fits, so that its end stands behind what cannot be sent."""
    client.setblocking(False)
    try:
        while True:
            client.send(bytes(1 << 16))
    except BlockingIOError:
        return
