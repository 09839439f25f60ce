"""The flows that the kernel keeps in mind for a namespace, by way of nf_conntrack_netlink.

A rule of the nat table is asked for the first packet of a flow only; what it said holds until the kernel forgets the flow.
"""

import errno
import os
import socket
import struct

from kernel import Refused

NETLINK_NETFILTER = 12
GET, DELETE = 1 << 8 | 1, 1 << 8 | 2  # NFNL_SUBSYS_CTNETLINK, and IPCTNL_MSG_CT_GET or _DELETE
ERROR, DONE = 2, 3
REQUEST, ACK, DUMP = 1, 4, 0x300
NESTED, TYPE = 0x8000, 0x3fff
TUPLE_ORIG, TUPLE_REPLY = 1, 2  # within them the numbers are those of enum ctattr_tuple, ctattr_ip and ctattr_l4proto
IP, PROTO = 1, 2
SOURCE, DESTINATION = {socket.AF_INET: 1, socket.AF_INET6: 3}, {socket.AF_INET: 2, socket.AF_INET6: 4}
PROTO_NUMBER, SOURCE_PORT, DESTINATION_PORT = 1, 2, 3
ANSWER_SECONDS = 2
DNS_PORT = 53


class Conntrack:
    """Asks about, and forgets, the flows of the namespace in which it was opened, whichever is entered later."""

    def __init__(self):
        try:
            self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        except OSError as e:
            raise Refused(f"cannot ask for flows: {e.strerror} (needs nf_conntrack_netlink)")
        self.socket.settimeout(ANSWER_SECONDS)
        self.sequence = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def destination(self, family, protocol, client, server):
        """Where the client's packets were going before they were led to the server: an address and a port, or None."""
        reply = nested(TUPLE_REPLY,
                       nested(IP, attribute(SOURCE[family], socket.inet_pton(family, server[0])),
                              attribute(DESTINATION[family], socket.inet_pton(family, client[0]))),
                       nested(PROTO, attribute(PROTO_NUMBER, bytes([protocol])),
                              attribute(SOURCE_PORT, struct.pack("!H", server[1])),
                              attribute(DESTINATION_PORT, struct.pack("!H", client[1]))))
        for flow in self._ask(GET, REQUEST, family, reply):
            original = attributes(attributes(flow)[TUPLE_ORIG])
            address = attributes(original[IP])[DESTINATION[family]]
            return socket.inet_ntop(family, address), port(original, DESTINATION_PORT)
        return None

    def forget(self, destination_port):
        """Lets the next packet of each flow that was begun to this port be a first one again."""
        for flow in list(self._ask(GET, REQUEST | DUMP, socket.AF_UNSPEC, b"")):
            raw = attributes(flow)[TUPLE_ORIG]
            original = attributes(raw)
            if DESTINATION_PORT in attributes(original[PROTO]) and port(original, DESTINATION_PORT) == destination_port:
                family = socket.AF_INET if DESTINATION[socket.AF_INET] in attributes(original[IP]) else socket.AF_INET6
                list(self._ask(DELETE, REQUEST | ACK, family, attribute(TUPLE_ORIG | NESTED, raw)))

    def _ask(self, kind, flags, family, content):
        """Yields what each message of the answer says of a flow; none if there is no such flow."""
        self.sequence += 1
        body = struct.pack("=BBH", family, 0, 0) + content
        self.socket.send(struct.pack("=IHHII", 16 + len(body), kind, flags, self.sequence, 0) + body)
        while True:
            received = self.socket.recv(1 << 16)
            while received:
                length, told, _, sequence, _ = struct.unpack_from("=IHHII", received)
                message, received = received[16:length], received[length + 3 & ~3:]
                if sequence != self.sequence:
                    continue  # the end of an answer that nobody waited for
                if told == DONE:
                    return
                if told == ERROR:
                    number = -struct.unpack_from("=i", message)[0]
                    if number not in (0, errno.ENOENT):
                        raise Refused(f"the kernel does not tell of flows: {os.strerror(number)} (needs nf_conntrack_netlink)")
                    return
                yield message[4:]


def forget_queries(namespace):
    """Has the rules asked again about every flow of name queries in the namespace, however long it has been there."""
    try:
        with namespace, Conntrack() as conntrack:
            conntrack.forget(DNS_PORT)
    except OSError as e:
        raise Refused(f"cannot make the kernel forget the flows to port {DNS_PORT}: {e}")


def attribute(number, content):
    padding = b"\0" * (-len(content) % 4)
    return struct.pack("=HH", 4 + len(content), number) + content + padding


def nested(number, *parts):
    return attribute(number | NESTED, b"".join(parts))


def attributes(content):
    """The attributes of a message, or within one of them, by number."""
    found = {}
    while len(content) >= 4:
        length, number = struct.unpack_from("=HH", content)
        found[number & TYPE] = content[4:length]
        content = content[max(length, 4) + 3 & ~3:]
    return found


def port(flow_tuple, which):
    return struct.unpack("!H", attributes(flow_tuple[PROTO])[which])[0]
