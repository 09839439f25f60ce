"""Looks names up as it is told by lines on TCP port 7000, and answers each with a line.

    libc NAME                the C library's answer
    udp SERVER NAME [TYPE]   over a socket that is made for this query
    same SERVER NAME         over one UDP socket that is kept from the first query to the last
    tcp SERVER NAME          over one TCP connection that is kept, or made again after it failed
"""

import os
import socket
import socketserver
import struct

RCODES = {0: "NOERROR", 2: "SERVFAIL", 3: "NXDOMAIN", 5: "REFUSED"}
kept = {}


def query(name, kind):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.rstrip(".").split("."))
    return os.urandom(2) + struct.pack("!HHHHH", 0x0100, 1, 0, 0, 0) + labels + struct.pack("!BHH", 0, kind, 1)


def told(asked, answer):
    if answer[:2] != asked[:2] or answer[12:len(asked)].lower() != asked[12:].lower():
        return "an answer to something else"
    addresses, at = [], len(asked)
    for _ in range(struct.unpack("!H", answer[6:8])[0]):
        at = name_end(answer, at) - 2
        length = struct.unpack("!H", answer[at + 10:at + 12])[0]
        family = socket.AF_INET if length == 4 else socket.AF_INET6
        addresses.append(socket.inet_ntop(family, answer[at + 12:at + 12 + length]))
        at += 12 + length
    return " ".join([RCODES[answer[3] & 15], *addresses])


def name_end(answer, at):
    while 0 < answer[at] < 64:
        at += 1 + answer[at]
    return at + (2 if answer[at] else 1)


def family(server):
    return socket.AF_INET6 if ":" in server else socket.AF_INET


def udp_socket(server):
    made = socket.socket(family(server), socket.SOCK_DGRAM)
    made.settimeout(1)
    made.connect((server, 53))
    return made


def udp(server, name, kind=1):
    with udp_socket(server) as made:
        return over_udp(made, query(name, int(kind)))


def same(server, name):
    return over_udp(kept.setdefault(("udp", server), udp_socket(server)), query(name, 1))


def over_udp(made, asked):
    made.send(asked)
    while True:
        answer = made.recv(4096)
        if answer[:2] == asked[:2]:
            return told(asked, answer)


def tcp(server, name):
    made = kept.get(("tcp", server)) or socket.create_connection((server, 53), 1)
    kept["tcp", server] = made
    asked = query(name, 1)
    try:
        made.sendall(struct.pack("!H", len(asked)) + asked)
        return told(asked, made.recv(4096)[2:])
    except OSError:
        made.close()
        del kept["tcp", server]
        raise


def libc(name):
    return " ".join(sorted({found[4][0] for found in socket.getaddrinfo(name, None)}))


class Asked(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            verb, *words = line.decode().split()
            try:
                answer = {"udp": udp, "same": same, "tcp": tcp, "libc": libc}[verb](*words)
            except OSError as e:
                answer = f"{type(e).__name__}: {e}"
            self.wfile.write(f"{answer}\n".encode())


class Server(socketserver.ThreadingTCPServer):
    address_family, allow_reuse_address, daemon_threads = socket.AF_INET6, True, True


server = Server(("::", 7000), Asked)
print("ready", flush=True)
server.serve_forever()
