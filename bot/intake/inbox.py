"""Takes in what channels read: stored first, answered afterwards; then somebody wakes the turns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select

from bot.intake.writer import InboxUnavailable, InboxWriter
from referrals.conversations.inbox.taking_in import Arrived, Piece
from referrals.conversations.records import InboxMessage
from referrals.inbound import Inbound
from referrals.store.unit_of_work import Store

__all__ = ["Inbox", "InboxUnavailable"]

LOOK_AGAIN = 0.03  # seconds between looks whether a turn is done


class Inbox:
    """The way in. `take` returns once everything is on disk: only then may a platform be told 200.

    Each of its ways raises `InboxUnavailable` when that cannot be said: whoever delivered must deliver again.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime], wake: Callable[[], None] = lambda: None) -> None:
        self.store, self.clock, self.wake = store, clock, wake
        self.writer = InboxWriter(store, clock, lambda: self.wake())

    async def take(self, sender_id: int, events: Sequence[Inbound]) -> list[int]:
        """Stores events; returns the ids of those that were new."""
        return await self.take_all([Arrived(sender_id, event) for event in events])

    async def take_all(self, pieces: Sequence[Piece], size: int = 0) -> list[int]:
        """Stores all pieces of one delivery in one transaction; returns the ids of those that were new.

        `size` is how many bytes they came in: what waits to be stored is bounded by it.
        """
        return [row_id for row_id in await self.writer.write(pieces, size) if row_id is not None] if pieces else []

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
