"""What this kernel can do, tried out in the agent's own, otherwise empty, network namespace."""

import socket
import time

from conntrack import Conntrack
from freeze import freezing_works
from kernel import OWN, Refused, output_of, run_all
from loads import loads_that_work
from output import looking_works
from responder import MARK
from tagged import FAMILIES, FLAVOURS

PROBE_RUN = "00000000"  # what an agent tries out in its own namespace is named so, and is no dead run's remains
CHAIN = f"FAULTLINE-{PROBE_RUN}-0"


def works(tool, lines):
    try:
        run_all(OWN, [{"tool": tool, "input": "\n".join([*lines, ""])}])
        return True
    except Refused:
        return False


def rule_works(tables, rule, table="filter"):
    worked = works(tables, [f"*{table}", f":{CHAIN} - [0:0]", f"-A {CHAIN} {rule}", "COMMIT"])
    works(tables, [f"*{table}", f"-F {CHAIN}", f"-X {CHAIN}", "COMMIT"])
    return worked


def probe():
    output_of(["ip", "link", "set", "lo", "up"])
    sets = {"iptables": f"{CHAIN}-4", "ip6tables": f"{CHAIN}-6"}
    ipset = works("ipset", [f"create {sets['iptables']} hash:net family inet timeout 15",
                            f"create {sets['ip6tables']} hash:net family inet6 timeout 15"])
    stop = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 3600))
    found = {"tables": {}, "silent": []}
    for flavour in FLAVOURS:
        for family in FAMILIES:
            tables = f"{family}-{flavour}"
            if not rule_works(tables, "-j DROP"):
                found["tables"][tables] = {"drop": False}  # trying the rest would take time, and fail
                continue
            found["tables"][tables] = {
                "drop": True,
                "ipset": ipset and rule_works(tables, f"-m set --match-set {sets[family]} src -j DROP"),
                "time": rule_works(tables, f"-m time --datestop {stop} -j DROP"),
                "reject": rule_works(tables, "-p tcp -j REJECT --reject-with tcp-reset") and rule_works(tables, "-j REJECT"),
                "statistic": rule_works(tables, "-m statistic --mode random --probability 0.5 -j DROP"),
                "redirect": rule_works(tables, f"-p udp -m mark ! --mark {MARK:#x} -j REDIRECT --to-ports 1", "nat"),
            }
        if silent_drop_works(f"iptables-{flavour}"):
            found["silent"].append(flavour)
    if ipset:
        works("ipset", [f"destroy {name}" for name in sets.values()])
    return {**found, "shaping": shaping_that_works(), "socket_destroy": socket_destroy_works(),
            "conntrack": conntrack_works(), "freeze": freezing_works(), "descriptors": looking_works(),
            "loads": loads_that_work()}


def conntrack_works():
    """Whether flows can be asked for and forgotten."""
    try:
        with Conntrack() as conntrack:
            conntrack.forget(9)
        return True
    except (OSError, Refused):
        return False


SHAPING = {
    "netem": ["qdisc add dev lo root handle 1: netem delay 1ms"],
    "tbf": ["qdisc add dev lo root handle 1: tbf rate 1mbit burst 2kb latency 50ms"],
    "htb": ["qdisc add dev lo root handle 1: htb",
            "class add dev lo parent 1: classid 1:1 htb rate 1mbit",
            "filter add dev lo parent 1: protocol ip u32 match u32 0 0 flowid 1:1"],
    "ingress": ["qdisc add dev lo ingress",
                "filter add dev lo parent ffff: protocol ip u32 match u32 0 0 action mirred egress redirect dev faultline-probe"],
}


def shaping_that_works():
    """Which ways of shaping this kernel has, each tried in full: a kernel can have a qdisc without its classifier or action."""
    works("ip", ["link add faultline-probe type ifb"])
    found = []
    for name, lines in SHAPING.items():
        if works("tc", lines):
            found.append(name)
        works("tc", ["qdisc del dev lo " + ("ingress" if name == "ingress" else "root")])
    works("ip", ["link del faultline-probe"])
    return found


def socket_destroy_works():
    """Whether the kernel closes a connection when told to (CONFIG_INET_DIAG_DESTROY); without it ss -K just says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        port = server.getsockname()[1]
        try:
            return f":{port}" in run_all(OWN, [{"tool": "ss-kill", "input": f"dport = :{port}"}])[0]
        except Refused:
            return False


def silent_drop_works(tables):
    """Whether a queue that nobody reads swallows a packet without telling its sender, as a cut cable would.

    DROP in OUTPUT gives the sender EPERM for UDP and ICMP; the kernel frees a packet of an unread queue and reports
    success (nf_queue in net/netfilter/nf_queue.c).
    """
    rule = "OUTPUT -p udp -d 127.0.0.1 --dport 9 -j NFQUEUE --queue-num 64999"
    if not works(tables, ["*filter", f"-A {rule}", "COMMIT"]):
        return False
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            return probe.sendto(b"?", ("127.0.0.1", 9)) == 1
    except OSError:
        return False
    finally:
        works(tables, ["*filter", f"-D {rule}", "COMMIT"])
