"""SIGTERM, by which containers are told to stop."""

import signal
import time

import naive

_STEP_SECONDS = 0.05
_requested = False


def configure():
    if naive.at_default("sigterm"):
        return  # without a handler it does nothing to PID 1: the kernel spares it what it does not catch
    if naive.at_default("second"):
        # As servers expect it, and each further one is raised into the shutdown too.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    else:
        signal.signal(signal.SIGTERM, _request)


# No Event: the thread that it interrupts could hold the lock in it.
def _request(_number, _frame):
    global _requested
    _requested = True


def is_requested():
    return _requested


def wait():
    """Returns once it is told to stop; for the first thread, to which signals come."""
    try:
        while not _requested:
            time.sleep(_STEP_SECONDS)
    except KeyboardInterrupt:
        return
