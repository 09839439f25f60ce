#!/usr/bin/env bash
# One would believe: tcpi_last_data_sent and tcpi_last_data_recv of struct tcp_info, which are in milliseconds, show which
# came last: a client whose last byte was received before its last byte was sent has asked for something and waits; one
# where it is the other way round has its answer and is idle.
#
# What happens: both are counted in the kernel's ticks (4 ms at CONFIG_HZ=250, tcp_jiffies32), so whatever happens within one
# tick has the same age. A client that asks again as soon as it has received something (BLPOP, a long poll, a fetch loop) and a
# client that has just been answered over loopback or a bridge then look alike, though one waits and one does not: nearly
# always equal, in both cases. The counters of bytes and segments have no order either. A third age helps, of which one would not
# think: tcpi_last_ack_recv. An answer carries the acknowledgment of its question, so it is as old as that. A question without an
# answer is acknowledged by itself, and if the server has answered on this connection before, it delays that by 40 ms: then the
# third age is smaller than the others. A server that has only spoken first acknowledges at once, and nothing tells the two apart.
#
# Seen with Linux 6.18.44 (CONFIG_HZ=250), Python 3.11.7, 2026-11-28. Needs python3. 19 s.
# Exits 0 if it is still so, 1 if it has changed, 2 if it could not be tried here.
set -euo pipefail
command -v python3 >/dev/null || { echo 'needs python3'; exit 2; }
uname -r; python3 --version

python3 - <<'PYTHON'
import socket
import struct
import sys
import time

ROUNDS = 100
SENT, RECEIVED, ACKNOWLEDGED = 44, 52, 56  # tcpi_last_data_sent, _last_data_recv, _last_ack_recv, 32 bits each


def ages(connection):
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    return tuple(struct.unpack_from("=I", info, at)[0] for at in (SENT, RECEIVED, ACKNOWLEDGED))


def connected():
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        return client, server.accept()[0]


def waits():
    """Was given something, and has asked for more at once."""
    client, server = connected()
    with client, server:
        server.send(b"a job")
        client.recv(9)
        client.send(b"the next one")
        time.sleep(0.06)  # longer than an acknowledgment is delayed
        return ages(client)


def is_idle():
    """Asked for something, and was answered at once."""
    client, server = connected()
    with client, server:
        client.send(b"a question")
        server.recv(99)
        server.send(b"an answer")
        client.recv(99)
        time.sleep(0.06)  # longer than an acknowledgment is delayed
        return ages(client)


def asks_again():
    """Asked for something, was answered, and has asked again at once."""
    client, server = connected()
    with client, server:
        for _ in range(3):
            client.send(b"a question")
            server.recv(99)
            server.send(b"an answer")
            client.recv(99)
        client.send(b"a question")
        time.sleep(0.06)
        return ages(client)


equal, acknowledged_later = {}, {}
for case in (waits, is_idle, asks_again):
    seen = [case() for _ in range(ROUNDS)]
    equal[case.__name__] = sum(sent == received for sent, received, _ in seen)
    acknowledged_later[case.__name__] = sum(acknowledged < received for _, received, acknowledged in seen)
    print(f"{case.__name__}: of {ROUNDS}, sent and received equally long ago: {equal[case.__name__]}, acknowledged later: "
          f"{acknowledged_later[case.__name__]}; examples (ms since sent, received, acknowledged): {sorted(set(seen))[:4]}")
alike = all(count > ROUNDS / 2 for count in equal.values())
told_apart = acknowledged_later["asks_again"] > ROUNDS / 2 > acknowledged_later["is_idle"]
sys.exit(0 if alike and told_apart else 1)
PYTHON
