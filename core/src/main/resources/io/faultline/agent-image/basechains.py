"""The base chains that iptables-nft makes on its way and never removes: INPUT, say, with the first rule that is put there.

A namespace that had none, or whose tables somebody else uses without any, would not be what it was. So what there is is
looked at before the first change in a namespace, and what has come since is removed after the last, where it is empty. The
kernel itself refuses to remove what is in use, so nothing that somebody has put there meanwhile can go with it.
"""

import socket
import struct
import threading

from kernel import Refused

NETLINK_NETFILTER, NFTABLES, BATCH_BEGIN, BATCH_END = 12, 10, 16, 17
GET_TABLE, DELETE_TABLE, GET_CHAIN, DELETE_CHAIN = 1, 2, 4, 5  # enum nf_tables_msg_types
REQUEST, ACK, DUMP, ONLY_EMPTY, ERROR, DONE = 1, 4, 0x300, 0x100, 2, 3  # ONLY_EMPTY: NLM_F_NONREC
TABLE, NAME, HOOK, POLICY, TABLE_NAME = 1, 3, 4, 5, 1  # enum nft_chain_attributes, nft_table_attributes
ACCEPT = struct.pack("!I", 1)
HEADER, GENERAL = "=IHHII", "!BBH"  # struct nlmsghdr; struct nfgenmsg
ANSWER_SECONDS = 2
FAMILIES = (2, 10)  # NFPROTO_IPV4 and _IPV6, those of iptables-nft and ip6tables-nft
TABLES = ("filter", "nat", "mangle")


class BaseChains:
    """Those of the namespaces in which there are changes, as they were before the first. Used by one thread."""

    def __init__(self):
        self.before = {}  # by the namespace's inode: its tables and base chains, and the tags that are open in it

    def opens(self, namespace, tag):
        known = self.before.get(namespace.inode)
        if known is None:
            known = self.before[namespace.inode] = (seen(namespace), set())
        known[1].add(tag)

    def ended(self, namespace, tag):
        """Removes what has come and is empty, if that was the last change in the namespace."""
        there, tags = self.before.get(namespace.inode, (None, set()))
        tags.discard(tag)
        if there is None or tags:
            return
        del self.before[namespace.inode]
        try:
            with namespace, Tables() as tables:
                _, chains = tables.look()
                tables.delete(DELETE_CHAIN, [chain for chain in chains if chain not in there[1]])
                now, _ = tables.look()
                tables.delete(DELETE_TABLE, [table for table in now if table not in there[0]])
        except (OSError, Refused):
            return  # they stay, and let all through


def seen(namespace):
    try:
        with namespace, Tables() as tables:
            return tables.look()
    except (OSError, Refused):
        return None  # a kernel without nf_tables has none of it


class Tables:
    """Asks nf_tables in the namespace in which it was opened."""

    def __enter__(self):
        self.netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        self.netlink.settimeout(ANSWER_SECONDS)
        return self

    def __exit__(self, *_):
        # Closing waits for 20 ms until the kernel has freed what was removed, and nobody else needs to.
        threading.Thread(target=self.netlink.close, daemon=True).start()

    def look(self):
        """The tables that iptables uses, as (family, name), and the base chains in them that let all through, with their names."""
        tables = [(family, text(found[TABLE_NAME])) for family, found in self._dump(GET_TABLE)]
        chains = [(family, text(found[TABLE]), text(found[NAME])) for family, found in self._dump(GET_CHAIN)
                  if HOOK in found and found.get(POLICY) == ACCEPT]
        return ([table for table in tables if table[1] in TABLES], [chain for chain in chains if chain[1] in TABLES])

    def _dump(self, kind):
        for family in FAMILIES:
            self.netlink.send(message(kind, REQUEST | DUMP, family))
            while True:
                received, over = self.netlink.recv(1 << 18), False
                while received:
                    length, told, *_ = struct.unpack_from(HEADER, received)
                    content, received = received[16:length], received[length + 3 & ~3:]
                    if told in (ERROR, DONE):
                        over = True
                    else:
                        yield family, attributes(content[4:])
                if over:
                    break

    def delete(self, kind, names):
        """Each in a transaction of its own: one that is in use stays, and stops no other."""
        for family, *path in names:
            parts = [(TABLE, path[0])] + ([(NAME, path[1])] if len(path) > 1 else [])
            body = b"".join(attribute(number, value.encode() + b"\0") for number, value in parts)
            self.netlink.send(batch(BATCH_BEGIN) + message(kind, REQUEST | ACK | ONLY_EMPTY, family, body) + batch(BATCH_END))
            self.netlink.recv(1 << 16)


def message(kind, flags, family, body=b""):
    return struct.pack(HEADER, 20 + len(body), NFTABLES << 8 | kind, flags, 1, 0) + struct.pack(GENERAL, family, 0, 0) + body


def batch(kind):
    return struct.pack(HEADER, 20, kind, REQUEST, 0, 0) + struct.pack(GENERAL, 0, 0, NFTABLES)


def attribute(number, content):
    return struct.pack("=HH", 4 + len(content), number) + content + b"\0" * (-len(content) % 4)


def attributes(content):
    found = {}
    while len(content) >= 4:
        length, number = struct.unpack_from("=HH", content)
        found[number & 0x3fff] = content[4:length]
        content = content[max(length, 4) + 3 & ~3:]
    return found


def text(raw):
    return raw.rstrip(b"\0").decode(errors="replace")
