"""Looks whether anything is owed to other servers; only then is what speaks HTTP to them loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.clock import Clock
from bot.doors.side_by_side import SideBySide
from bot.settings import is_loopback
from referrals.store.unit_of_work import Store
from referrals.submissions.pushing import targets_due
from referrals.submissions.targets import targets

LOOK_EVERY = 2.0  # seconds between looks when nothing was owed


def make_push_loop(store: Store, clock: Clock) -> Callable[[], Awaitable[None]]:
    """A loop's step for the service: everything that is owed now, then a rest."""
    pushers: list[Callable[[int], Awaitable[int]]] = []
    lines = SideBySide()

    def due() -> list[int]:
        with store.reading() as uow:
            return targets_due(uow, clock())

    def push_to(target_id: int) -> Awaitable[int]:
        if not pushers:
            from bot.doors.pushing import Pusher  # loads aiohttp: most installations never push

            pushers.append(Pusher(store, clock).push_to)
        return pushers[0](target_id)

    async def step() -> None:
        if not await lines.go_on(await asyncio.to_thread(due), push_to):
            await asyncio.sleep(LOOK_EVERY)

    return step


def pushes_stay_here(store: Store) -> bool:
    """Whether every target is on this machine: only then may a demonstration's clock move."""
    with store.reading() as uow:
        addresses = [url for each in targets(uow) if each.ended_at is None for url in (each.url, each.submit_url)]
    return all(is_loopback(url) for url in addresses if url)
