"""Writes a record to a disk for each unit of work, and takes it away when Redis knows of it."""

import contextlib
import errno
import logging
import os
import queue
import threading
import time

import dependency
import front
import naive
import output
import stopping
import store

_FOLDER = "/data"
_BYTES = 4096
_STEP_SECONDS = 0.1
_LONGEST_SECONDS = 2.2
output.configure()  # first: the store logs from when it is made
stopping.configure()
_redis = store.Store(*dependency.only(store.PORT))
_units = queue.Queue()
_finished = threading.Event()


class Unit:
    """What was asked for, and once it is over whether it was done."""

    def __init__(self, name, size):
        self.name = name
        self.size = size
        self.over = threading.Event()
        self.failure = None


def work(query):
    unit = Unit(store.name(query), int(query.get("bytes", _BYTES)))
    front.take_time(query)
    _units.put(unit)
    if not unit.over.wait(_LONGEST_SECONDS):
        raise front.Unavailable(f"{unit.name} was not done in time")
    if unit.failure:
        raise unit.failure
    return unit.name


def spool(unit):
    path = os.path.join(_FOLDER, unit.name)
    try:
        write(path, unit.size)
    except OSError as e:
        if naive.at_default("space") or e.errno != errno.ENOSPC:
            raise
        remove(path)  # what of it was written is of no use, and takes space
        raise front.Unavailable("no space") from e
    try:
        _redis.call(lambda client: client.set(unit.name, "done"))
    finally:
        remove(path)  # who asked is told either way
    logging.info("done: %s (%d bytes)", unit.name, unit.size)


def write(path, size):
    # Unbuffered, or closing the file after a failure would try to write the rest again.
    with open(path, "wb", buffering=0) as file:
        record = b"x" * size
        while record:
            record = record[file.write(record) :]
        os.fsync(file.fileno())


def remove(path):
    with contextlib.suppress(FileNotFoundError):  # there may have been no space for an empty one either
        os.remove(path)


def run():
    """By the first thread: what it does not catch ends the program."""
    while not _finished.is_set():
        try:
            unit = _units.get(timeout=_STEP_SECONDS)
        except queue.Empty:
            continue
        try:
            spool(unit)
        except front.Unavailable as e:
            unit.failure = e
        unit.over.set()


def finish():
    while not stopping.is_requested():
        time.sleep(_STEP_SECONDS)
    server.finish()
    _finished.set()


server = front.Front({"/work": work, "/health": store.health(_redis), "/ping": front.ping})
threading.Thread(target=finish, daemon=True).start()
logging.info("ready")
run()
logging.info("bye")
