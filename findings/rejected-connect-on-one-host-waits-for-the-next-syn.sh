#!/usr/bin/env bash
# One would believe: a connect() that a firewall refuses (`-j REJECT`) fails at once with ECONNREFUSED, be it by an ICMP error, the default,
# or by a reset (`--reject-with tcp-reset`). RFC 1122 has a port unreachable abort a connection, and Linux does so for one
# in SYN-SENT; a connect timeout is for hosts that say nothing.
#
# What happens: by a reset it fails within a millisecond. By the ICMP error it fails after a second where client and firewall are on one
# host, as here on loopback: the packet is answered while connect() is still sending it, and the socket is locked. A reset waits until
# the lock is let go; an ICMP error does not (tcp_v4_err, tcp_v6_err: sock_owned_by_user), it is only noted, and the refusal is
# that of the next SYN. So a client with a connect timeout below a second sees a timeout, and reports that nobody answered.
#
# Seen with iptables 1.8.9 (Debian 12), Linux 6.18.44, 2026-11-28.
# Needs root, ip, both families of iptables-nft and python3. 15 s. Exits 0 if it is still so, 1 if it has changed, 2 if it could not be tried here.
set -euo pipefail
for tool in ip iptables-nft ip6tables-nft python3 unshare; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
[ "$(id -u)" = 0 ] || { echo 'needs root'; exit 2; }
uname -r; iptables-nft --version

# In a network namespace of its own, which goes with it.
# shellcheck disable=SC2016 # the inner shell's
unshare --net bash -euc '
  ip link set lo up
  for tables in iptables-nft ip6tables-nft; do
    $tables -A INPUT -p tcp --dport 7000 -j REJECT || exit 2
    $tables -A INPUT -p tcp --dport 7001 -j REJECT --reject-with tcp-reset || exit 2
  done
  python3 - <<PYTHON
import socket, sys, time

def milliseconds(family, address, port):
    began = time.monotonic()
    try:
        with socket.socket(family) as client:
            client.connect((address, port))
    except ConnectionRefusedError:
        return (time.monotonic() - began) * 1000
    sys.exit("it is not refused")

for name, family, address in (("IPv4", socket.AF_INET, "127.0.0.1"), ("IPv6", socket.AF_INET6, "::1")):
    icmp, reset = (sorted(milliseconds(family, address, port) for i in range(3))[1] for port in (7000, 7001))
    print(f"over {name} connect() fails after {icmp:.1f} ms by an ICMP error and after {reset:.1f} ms by a reset (medians of 3)")
    if icmp < 500 or reset > 500:
        sys.exit(1)
PYTHON'
