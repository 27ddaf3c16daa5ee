"""What the strict platforms share: options, limits, faults and the counts, served beside the platform's own paths."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

from bot.benches.delivery.limits import AnySecond, EachChat
from bot.benches.delivery.tally import Tally

CONTROL = "/bench"
SETTLED_AFTER = 3.0  # seconds in which the pace is found: delivery begins with one message under way


@dataclass(frozen=True)
class Options:
    """How the platform behaves until it is told otherwise. Of `ban_every` and `lose_every` requests one is hit."""

    per_second: int = 30
    chat_per_second: float = 1.0
    chat_burst: float = 4.0
    latency_ms: float = 0.0
    ban_every: int = 0
    ban_seconds: int = 1
    lose_every: int = 0
    statuses: str = ""
    """The address that takes delivery statuses; none are posted where it is blank."""


class StrictPlatform(ABC):
    """One platform on loopback. `serve` answers everything; `/bench` sets options (POST) and tells counts (GET)."""

    def __init__(self) -> None:
        self.begin(Options())

    def begin(self, options: Options) -> None:
        """Forgets what was counted and behaves so from now on."""
        self.options = options
        self.tally = Tally()
        self.second = AnySecond(options.per_second)
        self.chats = EachChat(options.chat_per_second, options.chat_burst)
        self.requests = 0
        self.banned_until = 0.0

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """The control's answer or the platform's."""
        if request.path != CONTROL:
            return await self.answer(request)
        if request.method == "POST":
            self.begin(Options(**await request.json()))
        arrivals = self.tally.arrivals if request.query.get("arrivals") else []
        told = {
            **self.tally.told(SETTLED_AFTER),
            "peak": self.second.peak,
            "options": asdict(self.options),
            "arrivals": arrivals,
        }
        return web.json_response(told)

    @abstractmethod
    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """What the platform says to a request of its own."""

    @abstractmethod
    async def close(self) -> None:
        """Ends what it opened."""

    async def linger(self) -> None:
        """The way to the platform and back."""
        if self.options.latency_ms:
            await asyncio.sleep(self.options.latency_ms / 1000)

    def hits(self, every: int) -> bool:
        """Whether this request is one of those that a fault hits."""
        return every > 0 and self.requests % every == 0

    def lose(self, request: web.BaseRequest) -> web.StreamResponse:
        """The message was taken, and nobody hears of it."""
        self.tally.lost += 1
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


def now() -> float:
    """Seconds of a clock that every process of this machine shares."""
    return time.monotonic()


def json_of(value: Any, status: int = 200) -> web.Response:
    """The platform's JSON."""
    return web.json_response(value, status=status)
