"""Takes in what channels read: stored first, answered afterwards; then somebody wakes the turns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select

from referrals.conversations.inbox import park_unreadable, receive
from referrals.conversations.records import InboxMessage
from referrals.inbound import Inbound
from referrals.store.unit_of_work import Store, UnitOfWork

LOOK_AGAIN = 0.03  # seconds between looks whether a turn is done


class Inbox:
    """The way in. `take` returns once everything is on disk: only then may a platform be told 200."""

    def __init__(self, store: Store, clock: Callable[[], datetime], wake: Callable[[], None] = lambda: None) -> None:
        self.store, self.clock, self.wake = store, clock, wake

    async def take(self, sender_id: int, events: Sequence[Inbound]) -> list[int]:
        """Stores events; returns the ids of those that were new."""
        at = self.clock()
        fresh = await asyncio.to_thread(self.store.transact, lambda uow: receive(uow, sender_id, events, at))
        if fresh:
            self.wake()
        return fresh

    async def park(self, sender_id: int, name: str, piece: bytes, reason: str) -> None:
        """Keeps what nobody could read, where staff see it."""
        at = self.clock()

        def work(uow: UnitOfWork) -> None:
            park_unreadable(uow, sender_id, name, piece, reason, at)

        await asyncio.to_thread(self.store.transact, work)

    async def until_answered(self, ids: Sequence[int], seconds: float) -> bool:
        """Waits until the turns of these rows are over; False when that takes longer."""
        until = asyncio.get_running_loop().time() + seconds
        while ids:
            if await asyncio.to_thread(self._answered, ids):
                return True
            if asyncio.get_running_loop().time() > until:
                return False
            await asyncio.sleep(LOOK_AGAIN)
        return True

    def _answered(self, ids: Sequence[int]) -> bool:
        with self.store.reading() as uow:
            waiting = select(InboxMessage.id).where(InboxMessage.id.in_(ids), InboxMessage.state == "waiting").limit(1)
            return uow.connection.execute(waiting).first() is None
