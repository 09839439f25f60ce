"""Finds and removes what carries our tag in a namespace, without knowing how it came there."""

import re

import shaping
from conntrack import forget_queries
from kernel import Refused, every_namespace, output_of, run_all

TAG = re.compile(r"FAULTLINE-([0-9a-f]{8})-([0-9]{1,6})")
FLAVOURS = ("nft", "legacy")
FAMILIES = ("iptables", "ip6tables")
TABLES = ("filter", "nat", "mangle")
SWEEP_ATTEMPTS = 5


def saved_tables(family, flavour):
    """The tables of the namespace that this process is in, as text for each that there is; asking must not make one."""
    if flavour == "legacy":
        names = "ip_tables_names" if family == "iptables" else "ip6_tables_names"
        try:
            with open(f"/proc/thread-self/net/{names}") as f:
                there = f.read().split()
        except OSError:
            return ""  # this kernel has no legacy tables
        return "".join(output_of([f"{family}-legacy-save", "-t", table]) for table in TABLES if table in there)
    return output_of([f"{family}-nft-save"])


def find_tagged(namespace, wanted):
    """What carries a wanted tag in the namespace: triples of where, how, and what.

    Where is the tool that it was made with: a tables flavour, whose rules come with their table and their own line; ipset,
    with a set's name; or tc and ip, with the line that removes it.
    """
    found = []
    with namespace:
        for flavour in FLAVOURS:
            for family in FAMILIES:
                table = ""
                for line in saved_tables(family, flavour).splitlines():
                    if line.startswith("*"):
                        table = line[1:]
                    elif line[:1] in ":-" and (tag := TAG.search(line)) and wanted(tag):
                        found.append((f"{family}-{flavour}", table, line))
        for name in output_of(["ipset", "list", "-name"]).split():
            if (tag := TAG.match(name)) and wanted(tag):
                found.append(("ipset", "", name))
        for tag, tool, line, what in shaping.tagged():
            if wanted(TAG.fullmatch(tag)):
                found.append((tool, line, f"{tag}: {what}"))
    return found


def remove_tagged(namespace, wanted):
    """Removes what carries a wanted tag, and returns it. Others may be removing the same: only what is left counts."""
    found = left = find_tagged(namespace, wanted)
    problems = []
    for _ in range(SWEEP_ATTEMPTS):
        if not left:
            break
        problems = remove(namespace, left)
        left = find_tagged(namespace, wanted)
    if left:
        raise Refused(f"could not remove {left}: {'; '.join(problems)}")
    return found


def remove(namespace, found):
    """The rules by their own text, then our chains, our sets and the rest, whatever becomes of the others. Returns problems."""
    problems = []
    for where, table in sorted({(where, table) for where, table, _ in found if "tables" in where}):
        lines = [line for w, t, line in found if (w, t) == (where, table)]
        chains = [line[1:].split()[0] for line in lines if line.startswith(":")]
        delete = ["-D" + line[2:] for line in lines if line.startswith("-A") and not TAG.match(line.split()[1])]
        delete += [f"-F {chain}" for chain in chains]  # all of them first: one may be reached from another
        delete += [f"-X {chain}" for chain in chains]
        attempt(namespace, {"tool": where, "input": "\n".join([f"*{table}", *delete, "COMMIT", ""])}, problems)
    for where, _, name in found:
        if where == "ipset":
            attempt(namespace, {"tool": "ipset", "input": f"destroy {name}\n"}, problems)
    for where, line, _ in found:
        if where in ("tc", "ip"):
            attempt(namespace, {"tool": where, "input": f"{line}\n"}, problems)
    if any(table == "nat" for _, table, _ in found):
        try:
            forget_queries(namespace)  # a responder to which they were led may be gone
        except Refused as e:
            problems.append(str(e))
    return problems


def attempt(namespace, command, problems):
    """Runs one command of several that must all be tried, whatever becomes of the others."""
    try:
        run_all(namespace, [command])
    except Refused as e:
        problems.append(str(e))


def everywhere(act, wanted):
    """What find_tagged or remove_tagged returns in every namespace, each with its run and where it was found."""
    return [{"run": TAG.search(what).group(1), "netns": namespace.inode, "pid": pid, "where": where, "what": what}
            for pid, namespace in every_namespace() for where, _, what in act(namespace, wanted)]
