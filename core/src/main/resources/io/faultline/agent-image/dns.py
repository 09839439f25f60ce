"""Questions and answers of the Domain Name System, as far as a fault needs to read and write them (RFC 1035)."""

import socket
import struct

HEADER = struct.Struct("!HHHHHH")
RESPONSE, OPCODE_AND_RECURSION_DESIRED, RECURSION_AVAILABLE = 0x8000, 0x7900, 0x0080
RCODES = {"SERVFAIL": 2, "NXDOMAIN": 3, "REFUSED": 5, "ADDRESSES": 0}
ANY, OPT = 255, 41
TYPES = {socket.AF_INET: 1, socket.AF_INET6: 28}
ANSWER_TO_THE_QUESTION = b"\xc0\x0c"  # its name is the one that stands right behind the header
ROOT_OPT = b"\0" + struct.pack("!HHIH", OPT, 1232, 0, 0)


class Malformed(Exception):
    """Not a query that has a name."""


class Plan:
    """Which names are answered wrongly, and how."""

    def __init__(self, request):
        self.answer = request["answer"]
        self.names = {name for name in request["names"] if not name.startswith("*.")}
        self.endings = tuple(name[1:] for name in request["names"] if name.startswith("*."))
        self.everything = not request["names"]
        self.records = []
        for address in request["addresses"]:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            self.records.append((TYPES[family], socket.inet_pton(family, address)))

    def meets(self, query):
        """Whether this query is one of those that are answered wrongly; what nobody can read is not."""
        try:
            name, _ = question(query)
        except Malformed:
            return False
        return self.everything or name in self.names or name.endswith(self.endings)

    def reply(self, query):
        """The answer to a query that it meets; empty if none is given."""
        if self.answer == "SILENCE":
            return b""
        identity, flags, *_ = HEADER.unpack_from(query)
        _, end = question(query)
        asked = struct.unpack_from("!H", query, end - 4)[0]
        records = [record for record in self.records if asked in (record[0], ANY)]
        extra = ROOT_OPT if has_opt(query, end) else b""
        flags = RESPONSE | flags & OPCODE_AND_RECURSION_DESIRED | RECURSION_AVAILABLE | RCODES[self.answer]
        # A time to live of nothing: once the fault is healed, nobody should remember it.
        answers = [ANSWER_TO_THE_QUESTION + struct.pack("!HHIH", kind, 1, 0, len(address)) + address
                   for kind, address in records]
        header = HEADER.pack(identity, flags, 1, len(records), 0, 1 if extra else 0)
        return header + query[HEADER.size:end] + b"".join(answers) + extra


def question(query):
    """The name that is asked for, in lower case without a dot at its end, and where the question ends."""
    if len(query) < HEADER.size:
        raise Malformed
    _, flags, questions, *_ = HEADER.unpack_from(query)
    if flags & RESPONSE or questions != 1:
        raise Malformed
    labels, at = [], HEADER.size
    while at < len(query) and query[at] != 0:
        length = query[at]
        if length > 63:
            raise Malformed  # a pointer, which has nothing to point to yet
        labels.append(query[at + 1:at + 1 + length].decode("latin-1").lower())
        at += 1 + length
    if at + 5 > len(query):
        raise Malformed
    return ".".join(labels), at + 5


def has_opt(query, end):
    """Whether the one who asks speaks EDNS, and so expects it of the answer: else resolvers take the server for an old one."""
    answers, authorities, additional = HEADER.unpack_from(query)[3:]
    return answers == authorities == 0 and additional > 0 and query[end:end + 3] == ROOT_OPT[:3]
