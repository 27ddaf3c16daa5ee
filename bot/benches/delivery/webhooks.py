"""Webhooks stored durably: requests a second and the slowest hundredth, beside an endpoint that stores nothing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from bot.benches.delivery.webhook_samples import SAMPLES, known_people
from bot.settings import ROOT

CONNECTIONS = 64  # kept open, each with one request under way
STRETCHES = 4
AIMS = {"webhooks_share": 0.5, "webhooks_p99_ms": 50.0}


def measure_webhooks(seconds: float) -> dict[str, Any]:
    """For each kind of webhook: requests a second and the 99th percentile in milliseconds, ours and the bare endpoint's
    under the same load in turns. `webhooks_share` and `webhooks_p99_ms` are those of the kind that does worst."""
    found: dict[str, Any] = {"webhooks_connections": CONNECTIONS}
    shares, slowest = [], []
    for kind, make in SAMPLES.items():
        bare, ours = _Measured(), _Measured()
        with _serving("bare") as theirs, _serving("sanad") as mine:
            asyncio.run(_warm(theirs, make))
            asyncio.run(_warm(mine, make))
            for _ in range(STRETCHES):  # in turns: whatever else the machine does meanwhile hits both
                bare.add(asyncio.run(_load(theirs, make, seconds / STRETCHES)))
                ours.add(asyncio.run(_load(mine, make, seconds / STRETCHES)))
        shares.append(ours.per_second / bare.per_second)
        slowest.append(ours.p99_ms)
        found |= {
            f"webhooks_{kind}_bare_requests_a_second": bare.per_second,
            f"webhooks_{kind}_requests_a_second": ours.per_second,
            f"webhooks_{kind}_share": shares[-1],
            f"webhooks_{kind}_bare_p99_ms": bare.p99_ms,
            f"webhooks_{kind}_p99_ms": ours.p99_ms,
            f"webhooks_{kind}_not_200": ours.refused,
        }
    return found | {"webhooks_share": min(shares), "webhooks_p99_ms": max(slowest)}


class _Measured:
    """What came of one or several stretches of load."""

    def __init__(self) -> None:
        self.took: list[float] = []
        self.spent, self.refused = 0.0, 0

    def add(self, other: _Measured) -> None:
        self.took += other.took
        self.spent += other.spent
        self.refused += other.refused

    @property
    def per_second(self) -> float:
        return len(self.took) / self.spent

    @property
    def p99_ms(self) -> float:
        return sorted(self.took)[int(len(self.took) * 0.99)] * 1000


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as the one before is answered, until there is none."""

    def __init__(self, requests: Iterator[bytes], measured: _Measured) -> None:
        self.requests, self.measured = requests, measured
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self.answer += data
        head, _, body = self.answer.partition(b"\r\n\r\n")
        if len(body) < _length(head):
            return
        self.measured.took.append(time.perf_counter() - self.sent)
        self.measured.refused += not head.startswith(b"HTTP/1.1 200")
        self.answer = b""
        self._next()

    def connection_lost(self, _why: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    def _next(self) -> None:
        request = next(self.requests, None)
        if request is None:
            self.transport.close()
        else:
            self.sent = time.perf_counter()
            self.transport.write(request)


def _length(head: bytes) -> int:
    lowered = head.lower()
    start = lowered.find(b"content-length:")
    return int(lowered[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 2**31


async def _warm(port: int, make: Callable[[int | None], bytes]) -> None:
    await _run(port, iter([make(who) for who in known_people()]))


async def _load(port: int, make: Callable[[int | None], bytes], seconds: float) -> _Measured:
    ready = [make(None) for _ in range(int(12_000 * seconds))]  # before the clock runs
    until = time.perf_counter() + seconds

    def requests() -> Iterator[bytes]:
        for request in ready:
            if time.perf_counter() > until:
                return
            yield request

    return await _run(port, requests())


async def _run(port: int, requests: Iterator[bytes]) -> _Measured:
    measured, began = _Measured(), time.perf_counter()
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: _Connection(requests, measured), "127.0.0.1", port)
        for _ in range(CONNECTIONS)
    ]
    await asyncio.gather(*(connection.ended for _, connection in made))
    measured.spent = time.perf_counter() - began
    return measured


@contextmanager
def _serving(kind: str, *more: str) -> Iterator[int]:
    """The port of a server in a process of its own, until the block ends."""
    with TemporaryDirectory(prefix="sanad-bench-") as folder:
        command = [sys.executable, "-m", "bot.benches.delivery.webhook_server", kind, folder, *more]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None and process.stdout is not None
            try:
                yield int(process.stdout.readline())
            finally:
                process.stdin.close()
                process.wait(30)
