#!/usr/bin/env bash
# One would believe: packets that are led to another interface by `tc filter … action mirred egress redirect dev ifb0`, as is usual for shaping
# what arrives, arrive as before once that interface is deleted: deleting it takes its own qdiscs along, nothing of the shaping is
# left on it, and a redirect to nowhere has nothing to do.
#
# What happens: the filter and the ingress qdisc stay on the first interface, with a target that tc prints as "*", and each packet
# that arrives there is dropped, for good. Nothing counts it as dropped; it is an "overlimit" of the action. So a clean-up after
# shaping that begins with the ifb cuts the interface off: the ingress qdisc has to go first.
#
# Seen with iproute2 6.1.0 (Debian 12), Linux 6.18.44, 2026-11-28; the same with Linux 6.1.176.
# Needs root, ip, tc, nsenter and python3. 5 s. Exits 0 if it is still so, 1 if it has changed, 2 if it could not be tried here.
set -euo pipefail
for tool in ip tc nsenter python3 unshare; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
[ "$(id -u)" = 0 ] || { echo 'needs root'; exit 2; }
uname -r; tc -V

# Two network namespaces and a pair of interfaces between them; all of it goes with the processes.
# shellcheck disable=SC2016 # the inner shell's
unshare --net bash -euc '
  ip link add there type veth peer name here || exit 2
  unshare --net sleep 30 & peer=$!
  trap "kill $peer" EXIT
  until [ "$(readlink /proc/$peer/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
  ip link set there netns $peer
  nsenter -t $peer -n ip address add 192.0.2.2/24 dev there
  nsenter -t $peer -n ip link set there up
  ip address add 192.0.2.1/24 dev here
  ip link set here up
  ip link set lo up
  # Prints how many of three datagrams from the other namespace arrive.
  arrive() {
    python3 - $peer <<PYTHON
import socket, subprocess, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("192.0.2.1", 7000))
server.settimeout(0.5)
send = "import socket; [socket.socket(2, 2).sendto(b\"?\", (\"192.0.2.1\", 7000)) for i in range(3)]"
subprocess.run(["nsenter", "-t", sys.argv[1], "-n", "python3", "-c", send], check=True)
arrived = 0
try:
    while server.recv(10):
        arrived += 1
except TimeoutError:
    print(arrived)
PYTHON
  }

  ip link add ifb0 type ifb && ip link set ifb0 up && tc qdisc add dev here ingress || exit 2
  tc filter add dev here parent ffff: protocol ip u32 match u32 0 0 action mirred egress redirect dev ifb0
  redirected=$(arrive)
  ip link del ifb0
  deleted=$(arrive)
  tc -s filter show dev here ingress | grep -iE "mirred|dropped"
  tc qdisc del dev here ingress
  removed=$(arrive)
  echo "of 3 datagrams arrive: $redirected while led through ifb0, $deleted once ifb0 is deleted, $removed without the ingress qdisc"
  [ "$redirected" = 3 ] && [ "$deleted" = 0 ] && [ "$removed" = 3 ]'
