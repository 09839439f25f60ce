"""The kinds of load that a container can be given, and whether they work on this machine."""

import os
import signal
import time

from cgroups import Groups, engine_of
from cpu import CpuLoad
from descriptors import DescriptorLoad, limits_of, set_limits
from disk import DiskLoad
from kernel import Refused
from memory import MemoryLoad
from oom import OomLoad
from owner import owner_of
from stress import Stress

KINDS = {"cpu": CpuLoad, "memory": MemoryLoad, "oom": OomLoad, "disk": DiskLoad, "descriptors": DescriptorLoad}
NOBODY = 65534
TRIAL_SECONDS = 5


def stress_of(pid, plan):
    if plan["kind"] not in KINDS:
        raise Refused(f"no load named {plan['kind']!r}; there are {', '.join(KINDS)}")
    return Stress(KINDS[plan["kind"]](pid, plan))


def loads_that_work():
    """What the loads need of this machine, tried on the agent's own container."""
    return [name for name, trial in TRIALS.items() if works_in_child(trial)]


def join_own(agent, controller):
    Groups(agent, engine_of(agent)).take(0, controller)


def join_engine(agent):
    engine = engine_of(agent)
    Groups(engine, engine).take(0)


def limit_another_user(_):
    child = os.fork()
    if child == 0:
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        time.sleep(60)
        os._exit(0)
    try:
        while owner_of(child)[0] != NOBODY:
            time.sleep(0.001)
        soft, hard = limits_of(child)
        set_limits(child, (soft - 1, hard))
        set_limits(child, (soft, hard))
    finally:
        os.kill(child, signal.SIGKILL)


TRIALS = {
    "cpu_group": lambda agent: join_own(agent, "cpu"),
    "memory_group": lambda agent: join_own(agent, "memory"),
    "engine_group": join_engine,
    "limits": limit_another_user,
}


def works_in_child(trial):
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(TRIAL_SECONDS)
            trial(os.getppid())
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0
