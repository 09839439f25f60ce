"""A worker: does the units of work that it finds in a list in Redis. Those it is asked for over HTTP it puts there."""

import logging
import threading
import time

import dependency
import front
import naive
import output
import stopping
import store

_LIST = "work"
_TAKE_SECONDS = 0.2
_PAUSE_SECONDS = 0.1
_LONGEST_SECONDS = None if naive.at_default("timeout") else 1.0
output.configure()  # first: the store logs from when it is made
stopping.configure()
_host = dependency.only(store.PORT)
_list = store.Store(*_host)
_taken = store.Store(*_host)
_stopped = threading.Event()
_waiting = {}


class Wait:
    """Who has asked for a unit of work waits here until it was done, or could not be."""

    def __init__(self):
        self.over = threading.Event()
        self.failure = None


def work(query):
    unit, millis = store.name(query), front.millis(query)
    wait = _waiting[unit] = Wait()
    try:
        _list.call(lambda client: client.rpush(_LIST, f"{unit} {millis}"))
        longest = _LONGEST_SECONDS and _LONGEST_SECONDS + millis / 1000
        if not wait.over.wait(longest):
            raise front.Unavailable(f"{unit} was not done in time")
        if wait.failure:
            raise wait.failure
        return unit
    finally:
        _waiting.pop(unit, None)


def take_and_do():
    taken = _taken.call(lambda client: client.blpop(_LIST, timeout=_TAKE_SECONDS))
    if taken is None:
        return
    unit, millis = taken[1].decode().split()
    wait = _waiting.get(unit, Wait())
    try:
        store.do(_taken, unit, int(millis))
    except front.Unavailable as e:
        wait.failure = e
        raise
    finally:
        wait.over.set()


def run():
    while not _stopped.is_set():
        try:
            take_and_do()
        except front.Unavailable:
            time.sleep(_PAUSE_SECONDS)


# In a thread of its own, so that no unit of work is torn apart by a signal, which comes to the first thread.
worker = threading.Thread(target=run, daemon=True)
worker.start()
server = front.Front({"/work": work, "/health": store.health(_taken), "/ping": front.ping})
logging.info("ready")
stopping.wait()
server.finish()
_stopped.set()
worker.join(front.FINISH_SECONDS)
logging.info("bye")
