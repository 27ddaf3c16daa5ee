"""Fetches the files that families sent, outside any transaction, and seals them; a lost one is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.channels.failures import FetchFailed
from bot.channels.sender import Sender as ChannelSender
from referrals.families.identities import data_key_of
from referrals.media.keeping import REMOTE, TooLarge, store_content
from referrals.media.records import Media
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.transcribing.writing import never_came

AT_A_TIME = 5
TRIES = 8
LEASE = timedelta(seconds=60)


async def fetch_owed(store: Store, clock: Callable[[], datetime], sender_id: int, sender: ChannelSender) -> int:
    """Fetches what is due for one sender; returns how many files were looked at."""
    at = clock()
    owed = await asyncio.to_thread(store.transact, lambda uow: _lease(uow, sender_id, at))
    for media_id, remote in owed:
        try:
            content = await sender.fetch_file(remote)
            await asyncio.to_thread(store.transact, lambda uow, m=media_id, c=content: _keep(uow, m, c))
        except (FetchFailed, TooLarge) as failure:
            final = isinstance(failure, TooLarge) or failure.permanent
            await asyncio.to_thread(
                store.transact, lambda uow, m=media_id, f=final, why=str(failure): _note(uow, m, f, why, at)
            )
    return len(owed)


def _lease(uow: UnitOfWork, sender_id: int, at: datetime) -> list[tuple[int, str]]:
    rows = uow.session.scalars(
        select(Media)
        .where(Media.sender_id == sender_id, Media.state == "owed", Media.due_at <= at)
        .order_by(Media.id)
        .limit(AT_A_TIME)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.attempts += 1
        row.due_at = at + LEASE * row.attempts
    uow.flush()
    return [(row.id, uow.vault.open_text(row.remote_sealed, REMOTE)) for row in rows]


def _keep(uow: UnitOfWork, media_id: int, content: bytes) -> None:
    person_id = uow.connection.execute(select(Media.person_id).where(Media.id == media_id)).scalar_one()
    store_content(uow, media_id, data_key_of(uow, person_id), content)


def _note(uow: UnitOfWork, media_id: int, final: bool, why: str, at: datetime) -> None:
    row = uow.session.get_one(Media, media_id)
    row.reason = why[:200]
    if final or row.attempts >= TRIES:
        row.state = "failed"
        uow.flush()
        never_came(uow, media_id, at)
