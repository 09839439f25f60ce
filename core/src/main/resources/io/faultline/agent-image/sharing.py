"""Who else is in the namespaces of a container."""

import os
import time

from freeze import cgroups, is_agents, is_exiting, is_first, is_within, own_cgroups
from kernel import processes

# The kernel shows a new process in its namespaces before it puts it into its parent's control groups (copy_process).
FORK_SECONDS = 0.005


def namespace(pid, kind):
    try:
        return os.stat(f"/proc/{pid}/ns/{kind}").st_ino
    except OSError:
        return None  # it has ended


def shares_network(pid):
    """Whether processes that are not the container's are in its network namespace."""
    return any(network for _, network, _ in strangers(pid))


def sharers(pid):
    """What is in the network namespace of a container, or in its pid namespace and ends with its first process.

    One for each control group, which tells the container.
    """
    found = {}
    for each, network, same_pids in strangers(pid):
        path = max(cgroups(each).values(), key=len, default="")
        seen = found.setdefault(path, {"cgroup": path, "network": False, "processes": False})
        seen["network"] |= network
        seen["processes"] |= same_pids
    return list(found.values())


def strangers(pid):
    """Each process that is in one of these namespaces and not in the container's control groups: its pid, and in which."""
    own, network = own_cgroups(pid), namespace(pid, "net")
    pids = namespace(pid, "pid") if is_first(pid) else None

    def is_stranger(each):
        return (any(there(each)) and not is_within(cgroups(each), own) and not is_agents(each)
                and not is_exiting(each))  # that shows the root group in place of its own, in version 1 of control groups

    def there(each):
        return namespace(each, "net") == network, pids is not None and namespace(each, "pid") == pids

    seen = [each for each in processes() if is_stranger(each)] if network else []
    if seen:
        time.sleep(FORK_SECONDS)
    return [(each, *there(each)) for each in seen if is_stranger(each)]
