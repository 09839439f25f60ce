#!/usr/bin/env bash
# One would believe: tcpi_last_data_sent and tcpi_last_data_recv of struct tcp_info, which are in milliseconds, show which
# came last: a client whose last byte was received before its last byte was sent has asked for something and waits; one
# where it is the other way round has its answer and is idle.
#
# What happens: both are counted in the kernel's ticks (4 ms at CONFIG_HZ=250, tcp_jiffies32), so whatever happens within one
# tick has the same age. A client that asks again as soon as it has received something (BLPOP, a long poll, a fetch loop) and a
# client that has just been answered over loopback or a bridge then look alike, though one waits and one does not: nearly
# always equal, in both cases. The counters of bytes and segments have no order either. Whoever judges from outside whether a
# client waits has to take equal ages for "not known", or to have seen an earlier state.
#
# Seen with Linux 6.18.44 (CONFIG_HZ=250), Python 3.11.7, 2026-11-28. Needs python3. 3 s.
# Exits 0 if it is still so, 1 if it has changed, 2 if it could not be tried here.
set -euo pipefail
command -v python3 >/dev/null || { echo 'needs python3'; exit 2; }
uname -r; python3 --version

python3 - <<'PYTHON'
import socket
import struct
import sys
import time

ROUNDS = 200
SENT, RECEIVED = 44, 52  # tcpi_last_data_sent and tcpi_last_data_recv, 32 bits each, behind 8 bytes and 9 words


def ages(connection):
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    return struct.unpack_from("=I", info, SENT)[0], struct.unpack_from("=I", info, RECEIVED)[0]


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
        time.sleep(0.005)
        return ages(client)


def is_idle():
    """Asked for something, and was answered at once."""
    client, server = connected()
    with client, server:
        client.send(b"a question")
        server.recv(99)
        server.send(b"an answer")
        client.recv(99)
        time.sleep(0.005)
        return ages(client)


equal = {}
for case in (waits, is_idle):
    seen = [case() for _ in range(ROUNDS)]
    equal[case.__name__] = sum(sent == received for sent, received in seen)
    print(f"{case.__name__}: of {ROUNDS}, sent and received equally long ago: {equal[case.__name__]}; examples "
          f"(ms since sent, ms since received): {sorted(set(seen))[:4]}")
sys.exit(0 if all(count > ROUNDS / 2 for count in equal.values()) else 1)
PYTHON
