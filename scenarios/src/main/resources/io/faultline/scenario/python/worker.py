"""A worker: does the units of work that it finds in the queue "work". Stops on KeyboardInterrupt."""

import logging
import threading

import output
import stopping
import work

_PAUSE_SECONDS = 0.1
_stopped = threading.Event()


def take_and_do():
    while not _stopped.is_set():
        try:
            taken = work.take("work")
            if taken is not None:
                work.do(*taken)
        except work.Unavailable as e:
            logging.info("Redis does not answer: %s", e)
            _stopped.wait(_PAUSE_SECONDS)


output.configure()
stopping.configure()
# In a thread of its own, so that no unit of work is torn apart by the interrupt, which comes to the first thread.
worker = threading.Thread(target=take_and_do)
worker.start()
logging.info("ready")
try:
    _stopped.wait()  # not worker.join(), which takes a thread for ended once it was interrupted
except KeyboardInterrupt:
    _stopped.set()
worker.join()
logging.info("bye")
