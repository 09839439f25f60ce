"""A plain name server on port 53, UDP and TCP: every name that ends in .example has an address, and no other exists."""

import socket
import socketserver
import struct
import threading

ADDRESSES = {1: socket.inet_pton(socket.AF_INET, "198.51.100.7"), 28: socket.inet_pton(socket.AF_INET6, "2001:db8::7")}


def answer(query):
    end = query.index(b"\0", 12) + 5
    kind = struct.unpack("!H", query[end - 4:end - 2])[0]
    exists = query[12:end - 4].lower().endswith(b"\x07example\0")
    address = ADDRESSES.get(kind) if exists else None
    record = b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(address)) + address if address else b""
    head = query[:2] + struct.pack("!HHHHH", 0x8180 if exists else 0x8183, 1, 1 if record else 0, 0, 0)
    return head + query[12:end] + record


class UdpAnswer(socketserver.BaseRequestHandler):
    def handle(self):
        query, reply = self.request
        reply.sendto(answer(query), self.client_address)


class TcpAnswer(socketserver.StreamRequestHandler):
    def handle(self):
        while length := self.rfile.read(2):
            told = answer(self.rfile.read(int.from_bytes(length, "big")))
            self.wfile.write(struct.pack("!H", len(told)) + told)


class Udp(socketserver.ThreadingUDPServer):
    address_family = socket.AF_INET6


class Tcp(socketserver.ThreadingTCPServer):
    address_family, allow_reuse_address, daemon_threads = socket.AF_INET6, True, True


threading.Thread(target=Udp(("::", 53), UdpAnswer).serve_forever, daemon=True).start()
server = Tcp(("::", 53), TcpAnswer)
print("ready", flush=True)
server.serve_forever()
