"""A Redis, which knows how far each unit of work is."""

import contextlib
import itertools
import logging
import threading
import time

import redis

import dependency
import naive
from front import Unavailable

PORT = 6379
_ANSWER_SECONDS = 1.0
_WAITING = 2
_TURN_SECONDS = 0.05
_PAUSE_SECONDS = 0.5
_numbers = itertools.count(1)


def name(query):
    """What a unit of work is called; by a number, if nobody has named it."""
    return query.get("name") or f"unit-{next(_numbers)}"


class _Connection(redis.Connection):
    """Finds its host though nobody tells the address any more."""

    def __init__(self, known, **options):
        super().__init__(**options)
        self._known = known

    def _connect(self):
        self.host = self._known.address()
        return super()._connect()


class Store:
    """Keeps connections to one Redis. Logs when it has lost them, and connects again by itself. Thread-safe."""

    def __init__(self, host, port):
        unbounded = naive.at_default("timeout") or naive.at_default("bulkhead")
        self._where = f"{host}:{port}"
        self._turns = None if unbounded else threading.BoundedSemaphore(_WAITING)
        seconds = None if unbounded else _ANSWER_SECONDS
        self._options = {"host": host, "port": port, "socket_timeout": seconds, "socket_connect_timeout": seconds}
        pool = redis.ConnectionPool(connection_class=_Connection, known=dependency.Name(host), **self._options)
        self._redis = redis.Redis(connection_pool=pool)
        self._lock = threading.Lock()
        self._well = naive.at_default("connection")  # who keeps none has lost none
        if not naive.at_default("connection"):
            threading.Thread(target=self._keep_connected, daemon=True).start()

    def is_well(self):
        """Whether it was when it was used last. Asks nobody."""
        return self._well

    def call(self, command):
        """What Redis answers to a command, which is called with a client. Raises Unavailable if it does not in time."""
        with self._turn(), self._noting():
            if naive.at_default("connection"):
                with redis.Redis(**self._options, single_connection_client=True) as client:
                    return command(client)
            return command(self._redis)

    @contextlib.contextmanager
    def _turn(self):
        if self._turns is None:
            yield
            return
        if not self._turns.acquire(timeout=_TURN_SECONDS):
            raise Unavailable(f"others wait for {self._where} already")
        try:
            yield
        finally:
            self._turns.release()

    @contextlib.contextmanager
    def _noting(self):
        try:
            yield
            self._note(True, "connected")
        except redis.RedisError as e:
            reason = " ".join(str(e).split())
            self._note(False, f"lost: {reason}")
            raise Unavailable(f"{self._where} does not answer: {reason}") from e

    def _note(self, well, line):
        with self._lock:
            changed = self._well != well
            self._well = well
        if changed:
            logging.info("%s (%s)", line, self._where)

    def _keep_connected(self):
        while True:
            if not self._well:
                with contextlib.suppress(Unavailable), self._noting():
                    self._connect()
            time.sleep(_PAUSE_SECONDS)

    # As many as are ever used at once, so that none is needed later when nobody tells the host's address any more.
    def _connect(self):
        pool = self._redis.connection_pool
        connections = []
        try:
            for _ in range(_WAITING):
                connections.append(pool.get_connection("PING"))
                connections[-1].send_command("PING")
                connections[-1].read_response()
        finally:
            for connection in connections:
                pool.release(connection)


class Stores:
    """Several of them, each as good as the other. Goes on with the next one where one does not answer."""

    def __init__(self, hosts):
        self._all = [Store(host, port) for host, port in hosts]
        self._used = self._all[0]

    def is_well(self):
        return self._used.is_well()

    def call(self, command):
        first = self._used
        others = [] if naive.at_default("failover") else [each for each in self._all if each is not first]
        for store in [first, *others]:
            try:
                answered = store.call(command)
                self._used = store
                return answered
            except Unavailable as e:
                failure = e
        raise failure


def do(store, unit, millis):
    """A unit of work: it takes a while, and Redis knows how far it is."""
    store.call(lambda client: client.set(unit, "begun"))
    time.sleep(millis / 1000)
    store.call(lambda client: client.set(unit, "done"))
    logging.info("done: %s", unit)


def health(store):
    """A route that tells whether the connection is well."""

    def route(_query):
        if store.is_well():
            return "connected"
        raise Unavailable("no connection")

    return route
