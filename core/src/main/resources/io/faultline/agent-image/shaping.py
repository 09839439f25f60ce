"""Queueing disciplines: who has put one on an interface, and which of them carry our tags.

A qdisc has no name to write a tag into, but two numbers of an htb do nothing here and are shown as they were given: r2q,
which only classes without a quantum of their own would use, carries the effect, and direct_qlen, the room for what is not
shaped, carries the run. Where what arrives is shaped, an interface of ours has the tag in its name.

The kernel gives an interface whose queue length is 0, as some engines make them, one of 1000 with its first qdisc. That it
was 0 is told by a default class that does not exist, or behind the served interface's name in the alias of ours.
"""

import re
import socket
import struct

from kernel import output_of

OURS = 0xFA17 << 16
ROOT = re.compile(r"qdisc htb fa17: dev (\S+) root .*?\br2q (\d+) default (\S+) .*\bdirect_qlen (\d+)")
NO_QUEUE = "0xffff"
LINK = re.compile(r"f([0-9a-f]{8})([0-9]{1,6})")
ALIAS = re.compile(r"\balias (\S+)/(\d+)")

RTM_GETQDISC, RTM_NEWQDISC, NLMSG_DONE, NLM_F_REQUEST, NLM_F_DUMP, TCA_KIND = 38, 36, 3, 1, 0x300, 1
HEADER, TCMSG = "=IHHII", "=BxxxiIII"  # struct nlmsghdr of netlink(7), struct tcmsg of rtnetlink(7)
WHOLE_INTERFACE, INGRESS = 0xFFFFFFFF, 0xFFFFFFF1  # TC_H_ROOT and TC_H_INGRESS of linux/pkt_sched.h


def qdiscs():
    """Each qdisc of the namespace that this process is in, as (interface, kind, handle, parent). No process is started."""
    found = []
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as netlink:
        netlink.bind((0, 0))
        body = struct.pack(TCMSG, 0, 0, 0, 0, 0)
        netlink.send(struct.pack(HEADER, 16 + len(body), RTM_GETQDISC, NLM_F_REQUEST | NLM_F_DUMP, 1, 0) + body)
        while True:
            messages = netlink.recv(1 << 18)
            while messages:
                length, kind, *_ = struct.unpack_from(HEADER, messages)
                if kind != RTM_NEWQDISC:  # the end, or an error
                    return found
                found.append(qdisc(messages[16:length]))
                messages = messages[(length + 3) & ~3:]


def qdisc(message):
    _, index, handle, parent, _ = struct.unpack_from(TCMSG, message)
    attributes = message[20:]
    length, kind = struct.unpack_from("=HH", attributes)  # the kind comes first (tc_fill_qdisc of net/sched/sch_api.c)
    name = attributes[4:length].rstrip(b"\0").decode() if kind == TCA_KIND else "?"
    try:
        interface = socket.if_indextoname(index)
    except OSError:
        interface = "?"  # gone since
    return interface, name, handle, parent


def foreign():
    """The qdiscs that somebody else has put on interfaces: by interface, those at its root and those where packets arrive."""
    links = our_links()
    found = {}
    for interface, kind, handle, parent in qdiscs():
        words = f"{kind} {handle >> 16:x}:"
        if parent == WHOLE_INTERFACE and handle not in (0, OURS):  # 0: the kernel's own choice
            found.setdefault(interface, {})["root"] = words
        elif parent == INGRESS and not any(served == interface for served, _ in links.values()):
            found.setdefault(interface, {})["ingress"] = words
    return found


def our_links():
    """The interfaces that Faultline made in this namespace, each with the one that it serves, and that one's queue length."""
    names = [name for _, name in socket.if_nameindex() if LINK.fullmatch(name)]
    aliases = {name: ALIAS.search(output_of(["ip", "-o", "link", "show", "dev", name])) for name in names}
    return {name: alias.groups() if alias else ("", "") for name, alias in aliases.items()}


def tagged():
    """What carries a tag here, as (tag, tool, the line that makes it go, what it is), in the order in which it can go."""
    found, there = [], qdiscs()
    if any(kind == "htb" and handle == OURS for _, kind, handle, _ in there):
        for interface, effect, default, run in ROOT.findall(output_of(["tc", "qdisc", "show"])):
            if not LINK.fullmatch(interface):  # else it goes with the interface
                line = f"qdisc del dev {interface} root handle fa17:"
                found.append((tag(int(run), effect), "tc", line, f"htb fa17: of {interface}"))
                if default == NO_QUEUE:
                    found.append((tag(int(run), effect), "ip", *queue_length_of_0(interface)))
    for link, (served, queue) in our_links().items():
        run, effect = LINK.fullmatch(link).groups()
        if any(interface == served and parent == INGRESS for interface, _, _, parent in there) and leads_to(link, served):
            found.append((tag(int(run, 16), effect), "tc", f"qdisc del dev {served} ingress", f"ingress ffff: of {served}"))
        if queue == "0":
            found.append((tag(int(run, 16), effect), "ip", *queue_length_of_0(served)))
        found.append((tag(int(run, 16), effect), "ip", f"link del dev {link}", f"interface {link}"))
    return found


def queue_length_of_0(interface):
    return f"link set dev {interface} txqueuelen 0", f"queue length of {interface}"


def leads_to(link, served):
    """Whether all that arrives there and is led elsewhere is led to this link, so that the ingress qdisc is ours."""
    filters = output_of(["tc", "filter", "show", "dev", served, "ingress"])
    return f"to device {link})" in filters or "filter" not in filters


def tag(run, effect):
    return f"FAULTLINE-{run:08x}-{effect}"
