"""What nobody knows the outcome of: sends whose answer was lost, leases of the dead, messages past their time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, func, insert, literal, literal_column, or_, select, update

from referrals.outbox.batches import DIALECTS, ids_of
from referrals.outbox.noting import BACKOFF_SECONDS, STATUS_SECONDS
from referrals.outbox.owe import LANES
from referrals.outbox.records import OutboxAttempt, OutboxMessage
from referrals.senders.records import Sender
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

WITH_STATUSES = ("whatsapp",)  # channels that tell later what became of a message
NOT_REPEATED = "answer_lost: campaigns are not repeated"
LOST = "answer_lost: its process ended"
EXPIRED = "past its time"
AT_ONCE = 500  # rows past their time that one sweep marks: 200,000 at once would keep families waiting


def sweep(uow: UnitOfWork, sender_id: int, at: datetime) -> None:
    """Decides what was uncertain for long enough, and expires what is past its time."""
    settle_uncertain(uow, sender_id, at)
    _EXPIRE.all(uow.connection, sender=sender_id, at=at)


def settle_uncertain(uow: UnitOfWork, sender_id: int, at: datetime) -> None:
    """No status told of them in time: replies and reminders are sent again; a campaign is not, it counts as sent.

    What was tried too often is parked.
    """
    _SETTLE.all(uow.connection, sender=sender_id, at=at)


def overdue_leases(uow: UnitOfWork, sender_id: int, at: datetime) -> list[tuple[int, datetime]]:
    """Leases past their time, with it: their worker is dead, slow, or lives by another clock."""
    return [(row.id, row.leased_until) for row in _OVERDUE.all(uow.connection, sender=sender_id, at=at)]


def take_back(uow: UnitOfWork, ids: Iterable[int], at: datetime) -> None:
    """Messages whose worker is known to be gone, while it may have sent them."""
    wanted = list(ids)
    if wanted:
        _lost(uow, OutboxMessage.id.in_(wanted), at)


def give_back(uow: UnitOfWork, at: datetime) -> None:
    """Leases of a process that is known to be gone, at the start of the only one: nobody waits for them to run out."""
    _lost(uow, literal(True), at)


def renew(uow: UnitOfWork, ids: Iterable[int], worker: str, until: datetime) -> None:
    """A worker that lives and still sends says so."""
    _RENEW.all(uow.connection, ids=json.dumps(list(ids)), worker=worker, until=until)


def release_unbegun(uow: UnitOfWork, sender_id: int, worker: str, begun: Iterable[int], at: datetime) -> None:
    """Leases of this very worker that it knows nothing of: the answer to their commit was lost, so nobody sent them."""
    uow.connection.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.sender_id == sender_id,
            _open("leased"),
            OutboxMessage.leased_by == worker,
            OutboxMessage.id.not_in(list(begun)),
        )
        .values(state="waiting", due_at=at, deferred=True, attempts=OutboxMessage.attempts - 1, leased_until=None)
    )


def _lost(uow: UnitOfWork, which: Any, at: datetime) -> None:
    """A campaign is uncertain, and so is what a status may still tell of; the rest is sent again at once."""
    told_later = or_(
        OutboxMessage.lane == LANES["campaign"],
        OutboxMessage.sender_id.in_(select(Sender.id).where(Sender.channel.in_(WITH_STATUSES))),
    )
    mine = and_(which, OutboxMessage.state == "leased")
    uow.connection.execute(
        insert(OutboxAttempt).from_select(
            ["outbox_id", "number", "outcome", "reason", "at", "by"],
            select(
                OutboxMessage.id,
                _next_number(),
                literal("lost"),
                literal(LOST),
                literal(at, OutboxAttempt.at.type),
                OutboxMessage.leased_by,
            ).where(mine),
        )
    )
    uow.connection.execute(
        update(OutboxMessage)
        .where(mine)
        .values(
            state=case((told_later, "uncertain"), else_="waiting"),
            leased_until=case((told_later, at + timedelta(seconds=STATUS_SECONDS)), else_=None),
            due_at=case((told_later, OutboxMessage.due_at), else_=at),
            deferred=True,
            reason=LOST,
        )
    )


def _next_number() -> Any:
    return (
        select(func.count() + 1).where(OutboxAttempt.outbox_id == OutboxMessage.id).correlate(OutboxMessage)
    ).scalar_subquery()


def _open(state: str) -> Any:
    """That state, and both that the index of open ones holds: SQLite only uses an index whose condition it reads."""
    both = OutboxMessage.state.in_([literal_column("'leased'"), literal_column("'uncertain'")])
    return and_(both, OutboxMessage.state == literal_column(f"'{state}'"))


def _settle() -> Any:
    campaign = OutboxMessage.lane == LANES["campaign"]
    too_often = OutboxMessage.attempts > len(BACKOFF_SECONDS)
    moment = bindparam("at", type_=OutboxMessage.due_at.type)
    return (
        update(OutboxMessage)
        .where(
            OutboxMessage.sender_id == bindparam("sender"),
            _open("uncertain"),
            OutboxMessage.leased_until <= moment,
        )
        .values(
            state=case((campaign, "sent"), (too_often, "parked"), else_="waiting"),
            delivery=case((campaign, "accepted"), (too_often, "failed"), else_=OutboxMessage.delivery),
            reason=case((campaign, NOT_REPEATED), else_=OutboxMessage.reason),
            sent_at=case((campaign, moment), else_=OutboxMessage.sent_at),
            due_at=moment,
            deferred=True,
            leased_until=None,
        )
    )


def _expire() -> Any:
    past = (
        select(OutboxMessage.id)
        .where(
            OutboxMessage.sender_id == bindparam("sender"),
            OutboxMessage.state == literal_column("'waiting'"),
            OutboxMessage.expires_at <= bindparam("at"),
        )
        .limit(AT_ONCE)
    )
    return (
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(past), OutboxMessage.state == literal_column("'waiting'"))
        .values(state="expired", reason=EXPIRED)
    )


_SETTLE = Ready(_settle())
_EXPIRE = Ready(_expire())
_OVERDUE = Ready(
    select(OutboxMessage.id, OutboxMessage.leased_until).where(
        OutboxMessage.sender_id == bindparam("sender"),
        _open("leased"),
        OutboxMessage.leased_until < bindparam("at"),
    )
)


def _renew(dialect: str) -> Any:
    return (
        update(OutboxMessage)
        .where(
            OutboxMessage.id.in_(ids_of(dialect)),
            OutboxMessage.state == literal_column("'leased'"),
            OutboxMessage.leased_by == bindparam("worker"),
        )
        .values(leased_until=bindparam("until"))
    )


_RENEW = Ready({dialect: _renew(dialect) for dialect in DIALECTS})
