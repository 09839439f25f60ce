"""Holds a lease in Redis as long as it runs: a key that runs out unless it is renewed in time."""

import logging
import threading
import time

import dependency
import front
import naive
import output
import stopping
import store

_KEY = "lease"
_OWNER = "lease-holder"
_LASTS_MILLIS = 1500
_RENEWS_SECONDS = 0.5
_STEP_SECONDS = 0.02
# The time of day is set by people and by other machines; how long something took, only a clock that counts can tell.
_now = time.time if naive.at_default("wall-clock") else time.monotonic


class Lease:
    """Is held or not, and remembers whether it was lost. Thread-safe, since what is read is one value at a time."""

    def __init__(self, redis):
        self._redis = redis
        self._renewed = None
        self.was_lost = False

    def is_held(self):
        return self._renewed is not None and (_now() - self._renewed) * 1000 < _LASTS_MILLIS

    def keep(self):
        while True:
            try:
                self._take_or_renew()
            except front.Unavailable:
                time.sleep(_STEP_SECONDS)
                continue
            due = self._renewed + _RENEWS_SECONDS
            while _now() < due:
                time.sleep(_STEP_SECONDS)

    def _take_or_renew(self):
        began = _now()
        kept = self._redis.call(lambda client: client.set(_KEY, _OWNER, px=_LASTS_MILLIS, xx=True))
        if not kept:
            if self._renewed is not None:
                self.was_lost = True
                logging.info("lost: the lease ran out before it was renewed, seen at %s", time.strftime("%H:%M:%S"))
            self._redis.call(lambda client: client.set(_KEY, _OWNER, px=_LASTS_MILLIS, nx=True))
        self._renewed = began
        logging.info("%s at %s", "renewed" if kept else "taken", time.strftime("%H:%M:%S"))


def main():
    output.configure()
    stopping.configure()
    redis = store.Store(*dependency.only(store.PORT))
    lease = Lease(redis)
    threading.Thread(target=lease.keep, daemon=True).start()

    def held(query):
        """Whether it was held all the time, since it was asked with "reset" the last time."""
        if "reset" in query:
            lease.was_lost = False
        if lease.was_lost:
            raise front.Unavailable("the lease was lost")
        if not lease.is_held():
            raise front.Unavailable("the lease is not held")
        return "held"

    def work(query):
        if not lease.is_held():
            raise front.Unavailable("the lease is not held")
        unit = store.name(query)
        store.do(redis, unit, front.millis(query))
        return unit

    server = front.Front({"/work": work, "/held": held, "/health": store.health(redis), "/ping": front.ping})
    logging.info("ready")
    stopping.wait()
    server.finish()
    logging.info("bye")


main()
