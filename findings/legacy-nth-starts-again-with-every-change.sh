#!/usr/bin/env bash
# One would believe: `-m statistic --mode nth --every 3` drops every third packet that reaches its rule, and a rule that somebody adds to
# another chain changes nothing about that. iptables-extensions(8) says of nth no more than "Match one packet every nth
# packet"; iptables-nft does so.
#
# What happens: with iptables-legacy any change of the table, in whichever chain, by anybody, starts the count again at --packet. The
# tool reads the whole table, changes its copy and gives that to the kernel, which makes each match anew from what is in the copy,
# and the count of packets is not. If the table changes more often than every n packets, nothing is dropped at all: here a foreign
# rule in OUTPUT after each second packet, and not one of twelve is dropped. Engines that add and remove rules of
# published ports in the same table do just that, so a loss "of exactly one in three" is exact only in nf_tables.
#
# Seen with iptables 1.8.9 (Debian 12), Linux 6.18.44, 2026-11-28.
# Needs root, python3 and both flavours of iptables. 5 s. Exits 0 if it is still so, 1 if it has changed, 2 if it could not be tried here.
set -euo pipefail
for tool in iptables-nft iptables-legacy python3 unshare; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
[ "$(id -u)" = 0 ] || { echo 'needs root'; exit 2; }
uname -r; iptables-nft --version; iptables-legacy --version

# Arguments: the tool, and how many packets after which a rule is added elsewhere. Prints how many of twelve datagrams were dropped.
# In a network namespace of its own, which goes with it.
dropped() {
  # shellcheck disable=SC2016 # the inner shell's
  unshare --net bash -euc '
    ip link set dev lo up
    "$1" -A INPUT -p udp --dport 7000 -m statistic --mode nth --every 3 --packet 2 -j DROP || exit 2
    python3 - "$@"' - "$@" <<'PYTHON'
import socket
import subprocess
import sys

tool, after = sys.argv[1], int(sys.argv[2])
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 7000))
server.settimeout(0.2)
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
dropped = 0
for number in range(1, 13):
    client.sendto(b"?", ("127.0.0.1", 7000))
    try:
        server.recv(10)
    except TimeoutError:
        dropped += 1
    if number % after == 0:
        subprocess.run([tool, "-I", "OUTPUT", "-p", "sctp", "-j", "ACCEPT"], check=True)
print(dropped)
PYTHON
}
alone=$(dropped iptables-legacy 100)
legacy=$(dropped iptables-legacy 2)
nft=$(dropped iptables-nft 2)
echo "of 12 packets iptables-legacy drops $alone alone and $legacy while OUTPUT is changed after each second one, iptables-nft drops $nft"
[ "$alone" = 4 ] && [ "$legacy" = 0 ] && [ "$nft" = 4 ]
