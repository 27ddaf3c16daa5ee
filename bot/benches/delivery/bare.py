"""The bare client library: aiohttp posting JSON made beforehand, as fast as the limit allows."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import aiohttp

from bot.benches.delivery.crowd import Somebody, message_number
from bot.benches.delivery.line import PHONE_ID, TOKEN
from bot.channels.fitting import fit
from bot.channels.whatsapp_bodies import message_body
from bot.channels.whatsapp_graph import GRAPH_VERSION
from referrals.messages import WHATSAPP

AT_ONCE = 64


def send_bare(url: str, people: list[Somebody], each: int, pace: float) -> None:
    """Posts everybody's messages, `pace` a second at most; returns when the last was answered."""
    asyncio.run(_post_all(f"{url}/{GRAPH_VERSION}/{PHONE_ID}/messages", _bodies(people, each), pace))


@dataclass
class _Slots:
    """A simple limiter: one slot after the other, and none that was missed is made up for."""

    pace: float
    last: float = 0.0

    def next(self) -> float:
        """When the next one may go."""
        self.last = max(time.perf_counter(), self.last + 1 / self.pace)
        return self.last


def _bodies(people: list[Somebody], each: int) -> list[bytes]:
    made = []
    for number in range(1, each + 1):
        [piece] = fit(message_number(number), WHATSAPP)
        made += [json.dumps(message_body(one.address, piece)).encode() for one in people]
    return made


async def _post_all(address: str, bodies: list[bytes], pace: float) -> None:
    left, slots = iter(bodies), _Slots(pace)
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:
        await asyncio.gather(*(_post(session, address, left, slots) for _ in range(AT_ONCE)))


async def _post(session: aiohttp.ClientSession, address: str, left: Iterator[bytes], slots: _Slots) -> None:
    for body in left:
        await asyncio.sleep(slots.next() - time.perf_counter())
        async with session.post(address, data=body) as answer:
            await answer.read()
