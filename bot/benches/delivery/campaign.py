"""What a large campaign costs those who are answered meanwhile: replies' latency with it and without it."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

from bot.benches.delivery.crowd import Crowd, address_of, crowd_on
from bot.benches.delivery.line import service_of
from bot.benches.delivery.local_platform import LocalPlatform, platform_running
from bot.service import Service
from referrals.inbound import Content, Inbound

REPLIES_A_SECOND = 5.0
GREETING = "السلام عليكم"
STRANGERS = 5_000_000  # their numbers begin behind those of the crowd
SETTLING = 20.0  # seconds after the last greeting in which answers still come
LOOK_EVERY = 0.25
WARM_UP = 10
FIRST = 3  # greetings of a service that just began: its connections are opened by them, so they are not counted
REALISTIC_MS = {"telegram": 60.0, "whatsapp": 200.0}
AIMS = {"campaign_telegram_added_p99_ms": 100.0, "campaign_whatsapp_added_p99_ms": 100.0}
LIMITS: dict[str, dict[str, float]] = {
    "telegram": {},
    "whatsapp": {"per_second": 80, "chat_per_second": 1 / 6, "chat_burst": 45},
}


def measure_campaign(seconds: float, waiting: int) -> dict[str, Any]:
    """Milliseconds from stored to arrived, of replies to people who write for the first time, at the median and the
    99th percentile: `seconds` with the campaign and as many without it, on each channel, on a platform without latency
    and on one with it."""
    return {**measure_beside(seconds, waiting, "telegram"), **measure_beside(seconds, waiting, "whatsapp")}


def measure_beside(seconds: float, waiting: int, channel: str) -> dict[str, Any]:
    """The same on one channel."""
    with platform_running(channel) as platform, crowd_on(channel) as crowd:
        scene = _Scene(crowd, platform)
        scene.held(WARM_UP / REPLIES_A_SECOND)
        before = [scene.held(seconds), scene.held(seconds, REALISTIC_MS[channel])]
        crowd.gather(waiting)
        crowd.owe_each("campaign", crowd.people, lane="campaign")
        during = [scene.held(seconds), scene.held(seconds, REALISTIC_MS[channel])]
    found: dict[str, Any] = {}
    late = f"{REALISTIC_MS[channel]:.0f}ms_"
    for name, without, beside in zip(("", late), before, during, strict=True):
        of = f"campaign_{channel}_{name}"
        found |= {
            f"{of}p99_without_ms": _percentile(without["waits"], 0.99),
            f"{of}p99_with_ms": _percentile(beside["waits"], 0.99),
            f"{of}added_p50_ms": _percentile(beside["waits"], 0.5) - _percentile(without["waits"], 0.5),
            f"{of}added_p99_ms": _percentile(beside["waits"], 0.99) - _percentile(without["waits"], 0.99),
            f"{of}unanswered": without["unanswered"] + beside["unanswered"],
            f"{of}messages_a_second": beside["rate"],
            f"{of}refused": without["refused"] + beside["refused"],
        }
    return found


class _Scene:
    """People who write for the first time, at a steady pace, while the service runs."""

    def __init__(self, crowd: Crowd, platform: LocalPlatform) -> None:
        self.crowd, self.platform = crowd, platform
        self.strangers: Iterator[int] = count(STRANGERS)
        self.dice = Random("sanad-campaign")

    def held(self, seconds: float, latency_ms: float = 0.0) -> dict[str, Any]:
        """How long each waited for the first answer, and what the platform counted."""
        self.platform.begin(latency_ms=latency_ms, **LIMITS[self.crowd.channel])
        stored = asyncio.run(self._write(max(FIRST + 1, math.ceil(seconds * REPLIES_A_SECOND))))
        told = self.platform.counted(arrivals=True)
        answered: dict[str, float] = {}
        for chat, at in told["arrivals"]:
            answered.setdefault(chat, at)
        for chat in list(stored)[:FIRST]:
            del stored[chat]
        waits = [max(0.0, answered[chat] - at) * 1e3 for chat, at in stored.items() if chat in answered]
        return {**told, "waits": waits, "unanswered": len(stored) - len(waits)}

    async def _write(self, greetings: int) -> dict[str, float]:
        """When each greeting was stored, by chat."""
        service = service_of(self.crowd, self.platform.url)
        running = asyncio.ensure_future(service.run())
        stored: dict[str, float] = {}
        writing = []
        for _ in range(greetings):
            await asyncio.sleep(self.dice.uniform(0.5, 1.5) / REPLIES_A_SECOND)
            writing.append(asyncio.ensure_future(self._greet(service, next(self.strangers), stored)))
        await asyncio.gather(*writing)
        await self._settle(stored)
        await service.stop(running)
        return stored

    async def _settle(self, stored: dict[str, float]) -> None:
        until = time.monotonic() + SETTLING
        while time.monotonic() < until:
            told = await asyncio.to_thread(self.platform.counted, arrivals=True)
            if stored.keys() <= {chat for chat, _ in told["arrivals"]}:
                return
            await asyncio.sleep(LOOK_EVERY)

    async def _greet(self, service: Service, number: int, stored: dict[str, float]) -> None:
        address = address_of(self.crowd.channel, number)
        said = Inbound("message", f"bench-{number}", address, Content(text=GREETING))
        await service.inbox.take(self.crowd.sender_id, [said])
        stored[address.value.removeprefix("+")] = time.monotonic()


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[math.ceil(len(values) * share) - 1] if values else math.nan
