#!/usr/bin/env bash
# One would believe: `iptables -j REJECT` (the ICMP answer "port unreachable", its default) makes every connect be refused at once.
#
# What happens: the kernel limits ICMP errors for each peer (net.ipv4.icmp_ratelimit, 1000 ms, in bursts of six): the first six
# connects within a second are refused, and the next ones hear nothing and time out, or are refused by the luck of a SYN that is sent
# again when there is a token. Retransmissions of connections that are open use the tokens up, too. It is the rejecting
# namespace's setting. `--reject-with tcp-reset` is not limited: every connect is refused.
#
# Seen with Linux 6.18.44, iptables 1.8.9 (nf_tables), 2026-11-28. Needs root, iproute2, iptables, python3. About 5 s.
# Exits 0 if it is still so, 1 if it has changed, 2 if it could not be tried here.
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo 'needs root'; exit 2; }
for tool in ip iptables python3; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
uname -r; iptables --version; python3 --version

readonly CLIENT=rejected-client-$$ SERVER=rejected-server-$$
clean_up() {
  ip netns del "$CLIENT" 2>/dev/null || true
  ip netns del "$SERVER" 2>/dev/null || true
}
trap clean_up EXIT
ip netns add "$CLIENT"
ip netns add "$SERVER"
ip -n "$CLIENT" link add eth0 type veth peer name eth0 netns "$SERVER"
ip -n "$CLIENT" addr add 192.0.2.1/24 dev eth0
ip -n "$SERVER" addr add 192.0.2.2/24 dev eth0
ip -n "$CLIENT" link set eth0 up
ip -n "$SERVER" link set eth0 up

connects() { # of twelve, one after the other: how many were refused at once
  ip netns exec "$CLIENT" python3 -c "
import socket
refused = 0
for port in range(1001, 1013):
    with socket.socket() as client:
        client.settimeout(0.2)
        try:
            client.connect(('192.0.2.2', port))
        except ConnectionRefusedError:
            refused += 1
        except TimeoutError:
            pass
print(refused)"
}

ip netns exec "$SERVER" iptables -A INPUT -p tcp -j REJECT
limited=$(connects)
echo "REJECT: $limited of 12 connects were refused, the others heard nothing for 0.2 s"
ip netns exec "$SERVER" iptables -R INPUT 1 -p tcp -j REJECT --reject-with tcp-reset
resets=$(connects)
echo "REJECT with tcp-reset: $resets of 12 connects were refused"

if ((limited < 12 && limited >= 6 && resets == 12)); then
  echo 'as described: ICMP errors are limited, resets are not'
else
  echo 'CHANGED'
  exit 1
fi
