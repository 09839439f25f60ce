#!/usr/bin/env bash
# One would believe: address translation is decided by a flow's first packet and kept in its conntrack entry, so that a flow
# that is led elsewhere goes on being led there after the rule is gone, until the entry times out. That is what manuals of NAT say,
# and what makes people flush conntrack when they remove a rule.
#
# What happens: it depends on whether any other rule of that network namespace uses conntrack. Where one does (a "ct state" in a
# filter, say), the flow stays translated. Where the removed rule was the last, the kernel unhooks conntrack from the namespace at
# once (nf_ct_netns_put): the next packet of the flow meets no translation and goes to its original address, though its entry is
# still there, with its timeout and both tuples, as if it were in use. A container's namespace has often no other such rule, the
# Docker host's always has one: a fault that redirects behaves differently at its end in the two.
#
# Seen with Linux 6.18.44, nftables 1.0.6 (Debian 12), Python 3.11.2, 2026-11-28. Needs root, nft, ip and python3. 2 s.
# Exits 0 if it is still so, 1 if it has changed, 2 if it could not be tried here.
set -euo pipefail
for tool in nft ip unshare /usr/bin/python3; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
[ "$(id -u)" = 0 ] || { echo 'needs root'; exit 2; }
uname -r; nft --version; /usr/bin/python3 --version

# Everything is in a network namespace of its own, which goes with it.
unshare --net /usr/bin/python3 - <<'PYTHON'
import socket
import subprocess
import sys
import threading

RULES = """
table ip led {
  chain out {
    type nat hook output priority -100
    udp dport 1111 redirect to :2222
  }
}
"""
OTHER = """
table ip other {
  chain in {
    type filter hook input priority 0
    ct state established counter
  }
}
"""


def nft(text):
    subprocess.run(["nft", "-f", "-"], input=text, text=True, check=True)


def serve(port):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", port))

    def answer():
        while True:
            server.sendto(str(port).encode(), server.recvfrom(99)[1])

    threading.Thread(target=answer, daemon=True).start()


def answered_by(client):
    client.send(b"?")
    try:
        return client.recv(99).decode()
    except OSError as e:
        return type(e).__name__


def try_with(other):
    nft("flush ruleset\n" + RULES + other)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(1)
        client.connect(("127.0.0.1", 1111))
        before = answered_by(client)
        nft("flush chain ip led out\n")
        return before, answered_by(client)


subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
serve(1111)
serve(2222)
alone, beside = try_with(""), try_with(OTHER)
print("the flow to port 1111 is answered by, with the rule and after its removal:")
print("  no other rule uses conntrack:", *alone)
print("  another one does:            ", *beside)
if alone[0] != "2222" or beside[0] != "2222":
    print("this kernel cannot redirect")
    sys.exit(2)
sys.exit(0 if beside[1] == "2222" and alone[1] != "2222" else 1)
PYTHON
