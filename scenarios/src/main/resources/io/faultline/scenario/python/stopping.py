"""SIGTERM, by which containers are told to stop, as the KeyboardInterrupt that servers understand."""

import signal

import naive


def configure():
    # Without a handler it does nothing to PID 1: the kernel spares it what it does not catch.
    if not naive.SIGTERM:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
