"""The loop that has the books compared, beside the others of the service."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.clock import Clock
from referrals.books.watching import watch_books
from referrals.store.unit_of_work import Store

LOOK_EVERY = 10.0  # seconds between looks whether a comparison is due


def make_book_watch(store: Store, clock: Clock) -> Callable[[], Awaitable[None]]:
    """A loop's step for the service: first a rest, then a look. Nothing is compared in a process's first seconds."""

    async def step() -> None:
        await asyncio.sleep(LOOK_EVERY)
        await asyncio.to_thread(watch_books, store, clock())

    return step
