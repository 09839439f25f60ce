"""Logs to standard output, a line for each unit of work."""

import logging
import logging.handlers
import os
import queue
import sys
import threading

import naive

_MOST = 1000
_FLUSH_SECONDS = 2
_END = None


class _Dropping(logging.handlers.QueueHandler):
    """Hands lines to a thread, and drops them while that one waits; never waits itself."""

    def __init__(self):
        super().__init__(queue.Queue(_MOST))
        self._writer = threading.Thread(target=self._write, daemon=True)
        self._writer.start()

    def enqueue(self, record):
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            return

    # Not through sys.stdout: at its end, Python waits for the lock of a stream in which a thread stands.
    def _write(self):
        while (record := self.queue.get()) is not _END:
            os.write(1, record.getMessage().encode() + b"\n")

    def flush(self):
        """Gives what is left a moment to be written; the end of the program must not depend on it."""
        self.enqueue(_END)
        self._writer.join(_FLUSH_SECONDS)


def configure():
    handler = logging.StreamHandler(sys.stdout) if naive.at_default("logging") else _Dropping()
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[handler])
