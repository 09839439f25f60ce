"""What the agent can tell of the machine without changing anything."""

import contextlib
import ctypes
import fcntl
import os
import socket
import struct

import shaping
from kernel import Namespace, Refused, command_line, libc, processes
from waiting import wait_channel

# Where the address is in struct sockaddr_in and sockaddr_in6.
ADDRESS_BYTES = {socket.AF_INET: (4, 8), socket.AF_INET6: (8, 24)}

SIOCGIFMTU, SIOCGIFTXQLEN = 0x8921, 0x8942  # linux/sockios.h

known_places = {}  # a process by the inode of its network namespace


class Ifaddrs(ctypes.Structure):
    """struct ifaddrs of getifaddrs(3), as far as it is read here."""


Ifaddrs._fields_ = [("next", ctypes.POINTER(Ifaddrs)), ("name", ctypes.c_char_p), ("flags", ctypes.c_uint),
                    ("address", ctypes.c_void_p)]
libc.freeifaddrs.argtypes = [ctypes.POINTER(Ifaddrs)]


def interface_addresses():
    """The address literals of each interface in the namespace that this process is in. No process is started."""
    first = ctypes.POINTER(Ifaddrs)()
    if libc.getifaddrs(ctypes.byref(first)) != 0:
        raise Refused(f"cannot list the interfaces: {os.strerror(ctypes.get_errno())}")
    found, entry = {}, first
    while entry:
        literals = found.setdefault(entry.contents.name.decode(), [])
        if entry.contents.address:
            family = ctypes.c_ushort.from_address(entry.contents.address).value
            if family in ADDRESS_BYTES:
                start, end = ADDRESS_BYTES[family]
                literals.append(socket.inet_ntop(family, ctypes.string_at(entry.contents.address, end)[start:]))
        entry = entry.contents.next
    libc.freeifaddrs(first)
    return found


def look(pid):
    """What a process's network namespace looks like from inside."""
    namespace = Namespace.of_process(pid)
    try:
        with namespace:
            addresses = interface_addresses()
            foreign = shaping.foreign()
            interfaces = []
            for name, literals in addresses.items():
                with contextlib.suppress(OSError):  # in the host's namespace those of other containers come and go
                    interfaces.append({"name": name, "addresses": literals, "mtu": setting(name, SIOCGIFMTU),
                                       "queue": setting(name, SIOCGIFTXQLEN), "qdiscs": foreign.get(name, {})})
    finally:
        namespace.close()
    return {"netns": namespace.inode, "frozen": is_frozen(pid), "interfaces": interfaces}


def is_frozen(pid):
    """Whether it is in a cgroup freezer, of either version, as Docker puts it there or somebody else."""
    return wait_channel(pid, pid) in ("__refrigerator", "do_freezer_trap")


def setting(interface, number):
    """A number that an interface is set to (netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16si20x", interface.encode(), 0)
        return struct.unpack_from("16si", fcntl.ioctl(any_socket, number, request))[1]


def proxies():
    """Every docker-proxy of this machine: what it listens on, what it leads to, and in which namespace it lives."""
    found = []
    for pid in processes():
        words = command_line(pid)
        if not words[0:1] or not words[0].endswith("docker-proxy"):
            continue
        options = dict(zip(words[1:], words[2:]))
        try:
            netns = os.stat(f"/proc/{pid}/ns/net").st_ino
        except OSError:
            continue
        found.append({"pid": pid, "netns": netns, **{o: options.get("-" + o.replace("_", "-"), "") for o in (
            "proto", "host_ip", "host_port", "container_ip", "container_port")}})
    return found


def namespace_with(inode):
    """Looks first through the process that it was found through the last time: looking at all takes milliseconds."""
    for pid in (known_places.get(inode), *processes()):
        try:
            if pid and os.stat(f"/proc/{pid}/ns/net").st_ino == inode:
                known_places[inode] = pid
                return Namespace.of_process(pid)
        except OSError:
            continue
    known_places.pop(inode, None)
    raise Refused(f"no process of this machine lives in network namespace {inode}")
