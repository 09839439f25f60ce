"""An HTTP service under waitress. Each unit of work is noted in a Redis, or in one of several."""

import stopping
from naive import at_default

if not at_default("init"):
    stopping.configure()  # before all that takes time

import logging
import os
import threading
import time

import waitress

import dependency
import front
import output
import store

_THREADS = 4 if at_default("bulkhead") else 16
_STEP_SECONDS = 0.02


def prepare(seconds):
    """Takes this long, unless it is told to stop meanwhile."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not stopping.is_requested():
        time.sleep(_STEP_SECONDS)


def application(routes):
    def answer(environ, start_response):
        status, text = front.answer(routes, environ["PATH_INFO"] + "?" + environ["QUERY_STRING"])
        body = text.encode() + b"\n"
        start_response(f"{status} -", [("Content-Length", str(len(body)))])
        return [body]

    return answer


def is_busy(server):
    return any(channel.requests or channel.total_outbufs_len for channel in list(server.active_channels.values()))


def serve():
    stores = store.Stores(dependency.hosts(store.PORT))

    def work(query):
        unit = store.name(query)
        store.do(stores, unit, front.millis(query))
        return unit

    routes = {"/work": work, "/health": store.health(stores), "/ping": front.ping}
    server = waitress.create_server(
        application(routes), host="0.0.0.0", port=front.PORT, threads=_THREADS, asyncore_loop_timeout=_STEP_SECONDS
    )
    threading.Thread(target=server.run, daemon=True).start()
    logging.info("ready")
    stopping.wait()
    server.accepting = False  # what it has taken goes on
    until = time.monotonic() + front.FINISH_SECONDS
    while is_busy(server) and time.monotonic() < until:
        time.sleep(_STEP_SECONDS)


output.configure()
prepare(float(os.environ.get("SLOW_START", 0)))
if at_default("init"):
    stopping.configure()
if not stopping.is_requested():
    serve()
logging.info("bye")
