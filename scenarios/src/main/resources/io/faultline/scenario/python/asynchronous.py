"""An HTTP service under asyncio, which hands units of work to a thread that notes them in Redis."""

import asyncio
import logging
import queue
import signal
import threading
import time

import dependency
import front
import naive
import output
import store

_MOST = 10
_LONGEST_SECONDS = None if naive.at_default("blocking-queue") else 2.0
_PAUSE_SECONDS = 0.1
_STEP_SECONDS = 0.02


class Unit:
    """What was asked for, and a future for who waits for it."""

    def __init__(self, name, millis):
        self.name = name
        self.millis = millis
        self.deadline = None if _LONGEST_SECONDS is None else time.monotonic() + _LONGEST_SECONDS + millis / 1000
        self.loop = asyncio.get_running_loop()
        self.done = self.loop.create_future()

    def is_late(self):
        return self.deadline is not None and time.monotonic() > self.deadline

    def tell(self, failure):
        self.loop.call_soon_threadsafe(self._tell, failure)

    def _tell(self, failure):
        if self.done.done():
            return  # nobody waits any more
        if failure is None:
            self.done.set_result(self.name)
        else:
            self.done.set_exception(failure)


class Service:
    def __init__(self):
        self._redis = store.Store(*dependency.only(store.PORT))
        self._units = queue.Queue(_MOST)
        self._under_way = 0
        threading.Thread(target=self._drain, daemon=True).start()

    # Tries until it is done, or its deadline has passed.
    def _drain(self):
        while True:
            unit = self._units.get()
            failure = front.Unavailable(f"{unit.name} waited too long")
            while failure is not None and not unit.is_late():
                try:
                    store.do(self._redis, unit.name, unit.millis)
                    failure = None
                except front.Unavailable as e:
                    failure = e
                    time.sleep(_PAUSE_SECONDS)
            unit.tell(failure)

    async def _work(self, query):
        unit = Unit(store.name(query), front.millis(query))
        if naive.at_default("blocking-queue"):
            self._units.put(unit)  # waits for a place, and with it the loop, which all others need
            return await unit.done
        try:
            self._units.put_nowait(unit)
        except queue.Full:
            raise front.Unavailable("too many units wait already") from None
        try:
            return await asyncio.wait_for(unit.done, unit.deadline - time.monotonic())
        except asyncio.TimeoutError:
            raise front.Unavailable(f"{unit.name} was not done in time") from None

    async def answer(self, reader, writer):
        self._under_way += 1
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            status, text = await self._status(request.split(" ")[1])
            body = text.encode() + b"\n"
            writer.write(f"HTTP/1.1 {status} -\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode())
            writer.write(body)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            return  # who asked has gone
        finally:
            writer.close()
            self._under_way -= 1

    async def _status(self, target):
        if not target.startswith("/work"):
            return front.answer({"/health": store.health(self._redis), "/ping": front.ping}, target)
        try:
            return 200, await self._work(front.query(target))
        except front.Unavailable as e:
            logging.info("not done: %s", e)
            return 503, str(e)

    async def finish(self):
        until = time.monotonic() + front.FINISH_SECONDS
        while self._under_way and time.monotonic() < until:
            await asyncio.sleep(_STEP_SECONDS)


async def main():
    output.configure()
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    service = Service()
    server = await asyncio.start_server(service.answer, "0.0.0.0", front.PORT)
    logging.info("ready")
    await told.wait()
    server.close()
    await service.finish()
    logging.info("bye")


asyncio.run(main())
