"""A unit of work: it takes a while, and Redis knows how far it is."""

import logging
import os
import time

import redis

import naive

_ANSWER_SECONDS = 1.0
_store = redis.Redis(host=os.environ["REDIS"], socket_timeout=None if naive.TIMEOUT else _ANSWER_SECONDS)

Unavailable = redis.RedisError


def do(name, millis):
    """Raises Unavailable if Redis does not answer in time."""
    _store.set(name, "begun")
    time.sleep(millis / 1000)
    _store.set(name, "done")
    logging.info("done: %s", name)


def take(queue):
    """The next name and milliseconds in a queue, or None if there are none for a while."""
    taken = _store.blpop(queue, timeout=0.2)
    if taken is None:
        return None
    name, millis = taken[1].decode().split()
    return name, int(millis)
