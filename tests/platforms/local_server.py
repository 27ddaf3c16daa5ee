"""A web server on a free loopback port, in a thread of its own, so that any test and any process can speak to it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

from aiohttp import ClientError, ClientSession, ClientTimeout, web

T = TypeVar("T")
WAIT_SECONDS = 180.0  # patience costs nothing where all goes well: a busy machine is slow, and not wrong


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request. `reset_after_commit` does the work and then loses the answer."""

    kind: Literal["status", "reset", "reset_after_commit", "garbage_after_commit", "slow"]
    status: int = 500
    body: Any = None
    seconds: float = 0.0
    html: str = ""
    """A page in the place of the platform's own answer, as proxies send it."""


@dataclass(frozen=True)
class Posted:
    """How one webhook delivery went: the statuses that were answered, the last one being final (0: no connection)."""

    body: bytes
    statuses: tuple[int, ...]


class LocalServer:
    """`with Server() as server:` serves at `server.url` until the block ends. All state is guarded by `self.lock`."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.url = ""
        self.webhook_attempts = 9  # over a dozen seconds, for a service that is still busy
        self.posted: list[Posted] = []
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._running: set[asyncio.Task[Any]] = set()
        self._underway = 0

    def routes(self) -> list[web.RouteDef]:
        """The paths it serves."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        self.run(self._start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT_SECONDS)
        self._loop.close()

    def fail_next(self, name: str, fault: Fault, times: int = 1) -> None:
        """The next `times` requests of that name (a method or a path's last word) meet the fault."""
        with self.lock:
            self._faults[name].extend([fault] * times)

    def wait_until(self, holds: Callable[[], T | None], what: str = "", seconds: float = WAIT_SECONDS) -> T:
        """The first true value of `holds`, asked whenever something changed. Raises `TimeoutError` saying `what`."""
        end = time.monotonic() + seconds
        with self.changed:
            while not (value := holds()):
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"nothing of this happened in {seconds} s: {what}")
                self.changed.wait(min(left, 0.2))
            return value

    def settle(self, seconds: float = WAIT_SECONDS) -> None:
        """Waits until every webhook begun was answered or given up."""
        self.wait_until(lambda: self._underway == 0 or None, "webhooks answered", seconds)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns, run in the server's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_SECONDS)

    def announce(self) -> None:
        """Tells everyone who waits that something changed."""
        with self.changed:
            self.changed.notify_all()

    def post_webhook(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        """Posts in the background, again and again until 2xx, as the platforms do; see `posted`."""
        with self.lock:
            self._underway += 1
        asyncio.run_coroutine_threadsafe(self._keep(self._post(url, body, headers)), self._loop)

    async def faulty(
        self, request: web.Request, name: str, answer: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """The answer, or what the next fault of that name makes of it."""
        with self.lock:
            faults = self._faults[name]
            fault = faults.popleft() if faults else None
        if fault is None:
            return await answer()
        if fault.kind == "status" and fault.html:
            return web.Response(text=fault.html, content_type="text/html", status=fault.status)
        if fault.kind == "status":
            return self.failed(fault)
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return await answer()
        if fault.kind != "reset":
            await answer()
        if fault.kind == "garbage_after_commit":
            return web.Response(text="<html>gateway</html>", content_type="text/html")
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def failed(self, fault: Fault) -> web.Response:
        """The platform's own shape of an error."""
        raise NotImplementedError

    async def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await task

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        statuses: list[int] = []
        try:
            async with ClientSession(timeout=ClientTimeout(total=WAIT_SECONDS)) as session:
                for attempt in range(self.webhook_attempts):
                    statuses.append(await _status(session, url, body, headers))
                    if 200 <= statuses[-1] < 300:
                        break
                    await asyncio.sleep(0.05 * 2**attempt)
        finally:
            with self.changed:
                self._underway -= 1
                self.posted.append(Posted(body, tuple(statuses)))
                self.changed.notify_all()

    async def _start(self) -> None:
        application = web.Application(client_max_size=64 * 1024 * 1024)
        application.add_routes(self.routes())
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _stop(self) -> None:
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._runner.cleanup()


async def _status(session: ClientSession, url: str, body: bytes, headers: dict[str, str]) -> int:
    try:
        async with session.post(url, data=body, headers=headers) as answer:
            await answer.read()
            return answer.status
    except (ClientError, TimeoutError):
        return 0
