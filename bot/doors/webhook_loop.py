"""Looks whether anything is owed to partners' systems; only then is what speaks HTTP to them loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.clock import Clock
from bot.doors.side_by_side import SideBySide
from bot.settings import is_loopback
from referrals.partners.delivering import partners_due
from referrals.partners.managing import partners
from referrals.partners.owing import ACTIVE
from referrals.store.unit_of_work import Store

LOOK_EVERY = 1.0  # seconds between looks when nothing was owed


def make_webhook_loop(store: Store, clock: Clock, networks: str = "") -> Callable[[], Awaitable[None]]:
    """A loop's step for the service: everything that is owed now, then a rest."""
    deliverers: list[Callable[[int], Awaitable[int]]] = []
    lines = SideBySide()

    def due() -> list[int]:
        with store.reading() as uow:
            return partners_due(uow, clock())

    def deliver_to(partner_id: int) -> Awaitable[int]:
        if not deliverers:
            from bot.doors.webhook_addresses import read_networks
            from bot.doors.webhooks import Deliverer  # loads aiohttp: most installations have no partner

            deliverers.append(Deliverer(store, clock, read_networks(networks)).deliver_to)
        return deliverers[0](partner_id)

    async def step() -> None:
        if not await lines.go_on(await asyncio.to_thread(due), deliver_to):
            await asyncio.sleep(LOOK_EVERY)

    return step


def partners_stay_here(store: Store) -> bool:
    """Whether every partner is on this machine: only then may a demonstration's clock move."""
    with store.reading() as uow:
        addresses = [each.url for each in partners(uow) if each.state == ACTIVE and each.url]
    return all(is_loopback(url) for url in addresses)
