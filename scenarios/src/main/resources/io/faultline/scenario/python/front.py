"""What is asked of this program over HTTP: paths, and a function for each that takes the query and returns a text."""

import contextlib
import http.server
import logging
import os
import queue
import threading
import time
import urllib.parse

PORT = int(os.environ.get("PORT", 8080))
WORK = "/work"
FINISH_SECONDS = 5
_STEP_SECONDS = 0.02
_STUCK_SECONDS = 5


class Unavailable(Exception):
    """What was asked for was not done; the message tells why."""


def answer(routes, target):
    """The status and text for a request's target."""
    path = urllib.parse.urlsplit(target).path
    route = routes.get(path)
    if route is None:
        return 404, "there is no " + path
    try:
        return 200, route(query(target))
    except Unavailable as e:
        if path == WORK:
            logging.info("not done: %s", e)
        return 503, str(e)


def query(target):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(target).query, keep_blank_values=True))


def ping(_query):
    return "pong"


def millis(query):
    """How long a unit of work takes."""
    return int(query.get("ms", 0))


def take_time(query):
    time.sleep(millis(query) / 1000)


def within(seconds, function):
    """What the function returns or raises, or Unavailable if that takes longer; it is left alone then."""
    results = queue.SimpleQueue()

    def call():
        try:
            results.put((function(), None))
        except Unavailable as e:
            results.put((None, e))

    threading.Thread(target=call, daemon=True).start()
    try:
        result, failure = results.get(timeout=seconds)
    except queue.Empty:
        raise Unavailable(f"not done after {seconds} s") from None
    if failure:
        raise failure
    return result


class _Handler(http.server.BaseHTTPRequestHandler):
    timeout = _STUCK_SECONDS

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))  # or closing would reset what is unread
        status, text = answer(self.server.routes, self.path)
        body = text.encode() + b"\n"
        with contextlib.suppress(ConnectionError):  # who asked has gone
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_arguments):
        return  # units of work are logged by who does them


class Front(http.server.ThreadingHTTPServer):
    """Serves from when it is made, each request in a thread of its own."""

    request_queue_size = 128

    def __init__(self, routes):
        self.routes = routes
        self._lock = threading.Lock()
        self._under_way = 0
        super().__init__(("0.0.0.0", PORT), _Handler)
        threading.Thread(target=self.serve_forever, args=(_STEP_SECONDS,), daemon=True).start()

    def process_request(self, request, client_address):
        with self._lock:
            self._under_way += 1
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._under_way -= 1

    def finish(self):
        """Takes no more requests, and gives those that are under way time to end."""
        self.shutdown()
        self.server_close()
        until = time.monotonic() + FINISH_SECONDS
        while self._under_way and time.monotonic() < until:
            time.sleep(_STEP_SECONDS)
