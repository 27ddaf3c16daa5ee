"""Fetches the files that families sent, outside any transaction, and seals them; a lost one is tried again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from bot.channels.failures import FetchFailed
from bot.channels.sender import Sender as ChannelSender
from referrals.conversations.faults import reason_of
from referrals.families.identities import data_key_of
from referrals.media.keeping import REMOTE, TooLarge, store_content
from referrals.media.records import Media
from referrals.protection.vault import Erased
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.transcribing.writing import never_came

log = logging.getLogger("sanad")

AT_A_TIME = 5
TRIES = 8
LEASE = timedelta(seconds=60)


async def fetch_owed(store: Store, clock: Callable[[], datetime], sender_id: int, sender: ChannelSender) -> int:
    """Fetches what is due for one sender; returns how many files were looked at. One that fails keeps no other back."""
    if not await asyncio.to_thread(_is_due, store, sender_id, clock()):
        return 0
    owed = await asyncio.to_thread(store.transact, lambda uow: _lease(uow, sender_id, clock()))
    for media_id, sealed in owed:
        await _fetch(store, clock, sender, media_id, sealed)
    return len(owed)


async def _fetch(
    store: Store, clock: Callable[[], datetime], sender: ChannelSender, media_id: int, sealed: bytes | None
) -> None:
    def note(uow: UnitOfWork, final: bool, why: str, after: float | None = None) -> None:
        _note(uow, media_id, final, why, clock(), after)

    try:
        with store.reading() as uow:
            remote = uow.vault.open_text(sealed, REMOTE)
        content = await sender.fetch_file(remote)
        await asyncio.to_thread(store.transact, lambda uow: _keep(uow, media_id, content))
    except (FetchFailed, TooLarge) as failure:
        final = isinstance(failure, TooLarge) or failure.permanent
        after = None if isinstance(failure, TooLarge) else failure.retry_after
        why = str(failure)
        await asyncio.to_thread(store.transact, lambda uow: note(uow, final, why, after))
    except Erased:  # they asked us to forget them while it was on its way: nothing of it is kept, nobody is told
        await asyncio.to_thread(store.transact, lambda uow: note(uow, True, "erased"))
    except Exception as fault:  # our own fault with one file: it is tried again, then given up; others go on
        log.error("fetching file %s failed", media_id, exc_info=fault)
        reason = reason_of(fault)
        await asyncio.to_thread(store.transact, lambda uow: note(uow, False, reason))


def _is_due(store: Store, sender_id: int, at: datetime) -> bool:
    """A look that locks nothing: most have nothing to fetch."""
    with store.reading() as uow:
        return uow.connection.execute(_due(select(Media.id), sender_id, at).limit(1)).first() is not None


def _due(query: Select[Any], sender_id: int, at: datetime) -> Select[Any]:
    return query.where(Media.sender_id == sender_id, Media.state == "owed", Media.due_at <= at)


def _lease(uow: UnitOfWork, sender_id: int, at: datetime) -> list[tuple[int, bytes | None]]:
    rows = uow.session.scalars(
        _due(select(Media), sender_id, at).order_by(Media.id).limit(AT_A_TIME).with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.attempts += 1
        row.due_at = at + LEASE * row.attempts
    uow.flush()
    return [(row.id, row.remote_sealed) for row in rows]


def _keep(uow: UnitOfWork, media_id: int, content: bytes) -> None:
    row = uow.connection.execute(select(Media.person_id, Media.state).where(Media.id == media_id)).one_or_none()
    if row is not None and row.state == "owed":  # another worker may have been faster, or they were erased meanwhile
        store_content(uow, media_id, data_key_of(uow, row.person_id), content)


def _note(uow: UnitOfWork, media_id: int, final: bool, why: str, at: datetime, after: float | None) -> None:
    row = uow.session.get(Media, media_id)
    if row is None or row.state != "owed":
        return
    row.reason = why[:200]
    if after is not None:
        row.due_at = at + timedelta(seconds=after)
    if final or row.attempts >= TRIES:
        row.state = "failed"
        uow.flush()
        never_came(uow, media_id, at)
