"""Echoes TCP lines and UDP datagrams on port 7000; on port 7001, tells over TCP what came over UDP. IPv4 and IPv6."""

import socket
import socketserver
import threading


class Tcp(socketserver.ThreadingTCPServer):
    address_family, allow_reuse_address, daemon_threads = socket.AF_INET6, True, True


class TcpEcho(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)


class Udp(socketserver.ThreadingUDPServer):
    address_family = socket.AF_INET6


class UdpEcho(socketserver.BaseRequestHandler):
    def handle(self):
        data, reply = self.request
        reply.sendto(data, self.client_address)


class Told(socketserver.StreamRequestHandler):
    """For each line, another one: the datagrams that came since the last, in their order."""

    datagrams = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)

    def handle(self):
        for _ in self.rfile:
            came = []
            try:
                while True:
                    came.append(self.datagrams.recv(99, socket.MSG_DONTWAIT))
            except BlockingIOError:
                self.wfile.write(b" ".join(came) + b"\n")


# [::] takes IPv4 as well, unless the kernel has no IPv6 in this namespace.
Told.datagrams.bind(("::", 7001))
threading.Thread(target=Tcp(("::", 7001), Told).serve_forever, daemon=True).start()
threading.Thread(target=Udp(("::", 7000), UdpEcho).serve_forever, daemon=True).start()
server = Tcp(("::", 7000), TcpEcho)
print("ready", flush=True)
server.serve_forever()
