#!/usr/bin/env bash
# One would believe: once a host or container is gone, another one that is given its address is reachable as soon as it is
# up; a connection that its client has closed is over and touches nobody; and should it not be, `ss -K` ends it for good.
#
# What happens: a connection that is closed while its packets are lost lives on in the kernel without an owner
# (FIN-WAIT-1, "orphaned", inode 0) and sends again for minutes. When the neighbour entry of its address is no longer valid
# (the one who had it is gone, the entry expired), each transmission begins to resolve it: INCOMPLETE. While it is that, the
# kernel asks only once a second (retrans_time_ms) and lets the packets of everybody else wait, or fails them with
# EHOSTUNREACH after the third question. So the first connect to the next owner of the address waits for up to a second, or
# fails, though that one is up. Container engines give the lowest free address again at once, and tests meet it between two
# classes. `ss -K` (INET_DIAG_DESTROY) helps only if it comes while the old owner is there: it makes the kernel send a
# reset, and afterwards that reset itself begins to resolve the address that nobody has.
#
# Seen with Linux 6.18.44, iproute2 6.1.0, Python 3.11.7, 2026-11-27. Needs root, iproute2, iptables, python3. 5 to 60 s.
# Exits 0 if it is still so, 1 if it has changed, 2 if it could not be tried here.
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo 'needs root'; exit 2; }
for tool in ip ss iptables python3; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
uname -r; ip -V; python3 --version; iptables --version

readonly HERE=orphan-here-$$ THERE=orphan-there-$$ OTHER=orphan-other-$$ ADDRESS=192.0.2.2
holder=''
clean_up() {
  if [ -n "$holder" ]; then kill "$holder" 2>/dev/null || true; fi
  ip netns del "$HERE" 2>/dev/null || true
  ip netns del "$THERE" 2>/dev/null || true
  ip netns del "$OTHER" 2>/dev/null || true
}
trap clean_up EXIT

here() { ip netns exec "$HERE" "$@"; }

prepare() { # who will take the address: a namespace with one end of a veth, and a listener; the other end is down
  ip netns add "$THERE"
  ip -n "$THERE" link set lo up
  ip -n "$HERE" link add port0 type veth peer name eth0 address 02:42:c0:00:02:02 netns "$THERE"
  ip -n "$HERE" link set port0 master br0 # the hardware address is made from the IP address, as engines do
  ip -n "$THERE" addr add "$ADDRESS/24" dev eth0
  ip -n "$THERE" link set eth0 up
  ip netns exec "$THERE" python3 -c "
import socket
server = socket.create_server(('', 80))
print('listens', flush=True)
kept = [server.accept() for _ in iter(int, 1)]" >"$started" &
  holder=$!
  until grep -q listens "$started"; do kill -0 "$holder"; done
}

arrive() { ip -n "$HERE" link set port0 up; }

leave() { # as a host that loses power: what its kernel would still say of its connections is not heard
  ip -n "$HERE" link del port0
  kill "$holder"
  wait "$holder" 2>/dev/null || true
  holder=''
  ip netns del "$THERE"
}

orphans() { here ss -tanH state fin-wait-1 dst "$ADDRESS"; }

first_connect() { # lets the next one come once the address is asked for in vain: how long a connect takes then, in ms, or why it fails
  here python3 -c "
import fcntl, socket, struct, time
def incomplete():
    with open('/proc/net/arp') as entries:
        return any(line.split()[0] == '$ADDRESS' and line.split()[2] == '0x0' for line in entries)
give_up = time.monotonic() + 4
while not incomplete() and time.monotonic() < give_up:
    time.sleep(0.001)
asked = 'asked for in vain' if incomplete() else 'not asked for'
any_socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(any_socket, 0x8914, struct.pack('16sH22x', b'port0', 0x1043)) # SIOCSIFFLAGS: up
began = time.monotonic()
try:
    socket.create_connection(('$ADDRESS', 80), 5).close()
    result = 'connected'
except OSError as e:
    result = str(e)
print(round((time.monotonic() - began) * 1000), 'ms, the address was', asked + ',', result)"
}

round_trip() { # $1: whether the orphan is ended while its other end is still there, after that, or not at all
  prepare
  arrive
  here python3 -c "
import socket, subprocess
client = socket.create_connection(('$ADDRESS', 80), 10)
subprocess.run(['iptables', '-A', 'OUTPUT', '-d', '$ADDRESS', '-j', 'DROP'], check=True)
try:
    client.send(b'lost')
finally:
    client.close()"
  here iptables -D OUTPUT -d "$ADDRESS" -j DROP # the partition is healed; the kernel will send again, later
  echo "closed under the partition, then healed: $(orphans | wc -l) orphaned connection(s)" >&2
  if [ "$1" = before ]; then here ss -tK state fin-wait-1 dst "$ADDRESS" >/dev/null; fi
  leave
  ip -n "$HERE" neigh flush dev br0 # an entry that nobody confirms expires within a minute; this is as if it had
  if [ "$1" = after ]; then here ss -tK state fin-wait-1 dst "$ADDRESS" >/dev/null; fi
  prepare
  first_connect
  leave
  here ss -tK dst "$ADDRESS" >/dev/null
}

started=$(mktemp)
ip netns add "$HERE"
ip -n "$HERE" link set lo up
ip -n "$HERE" link add br0 type bridge
ip -n "$HERE" addr add 192.0.2.1/24 dev br0
ip -n "$HERE" link set br0 up
ip netns add "$OTHER" # of another port, so that the bridge keeps its carrier
ip -n "$HERE" link add other0 type veth peer name eth0 netns "$OTHER"
ip -n "$HERE" link set other0 master br0 up
ip -n "$OTHER" link set eth0 up

slow() { ((${1%% *} > 100)); }
try() { # $1: when the orphan is ended; a busy machine can come too late for what is to be seen, so up to four times
  local attempt found=''
  for attempt in 1 2 3 4; do
    found=$(round_trip "$1")
    echo "attempt $attempt: first connect to the next one: $found" >&2
    if { [ "$1" = before ] && ! slow "$found"; } || { [ "$1" != before ] && slow "$found"; }; then break; fi
  done
  printf '%s' "$found"
}

echo '--- the orphan is left alone'
left=$(try never)
echo '--- the orphan is ended with ss -K once its other end is gone'
after=$(try after)
echo '--- the orphan is ended with ss -K while its other end is there'
before=$(try before)
rm -f "$started"

[[ $before == *connected ]] || { echo 'CHANGED: the connect fails without an orphan, too'; exit 1; }
if slow "$before"; then echo 'CHANGED: it takes as long without an orphan'; exit 1; fi
if ! slow "$left"; then echo 'CHANGED: the next owner of the address is reachable at once'; exit 1; fi
if ! slow "$after"; then echo 'CHANGED: ss -K helps after the other end is gone, too'; exit 1; fi
echo 'as described: an orphaned connection hides the next owner of its address'
