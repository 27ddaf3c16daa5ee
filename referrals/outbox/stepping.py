"""When the clock is set back, what was set relative to it moves along: leases, backoffs, buckets, bans.

Wall-clock things stay where they are: an appointment's reminder, a message's last useful moment. What a clock that ran
ahead ended because its hour was over, while it is not, stands again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Update, and_, func, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from referrals.appointments.centre_records import WAITING, WaitlistEntry
from referrals.appointments.taking_back import take_back
from referrals.conversations.records import InboxMessage
from referrals.media.records import Media
from referrals.outbox import pace
from referrals.outbox.blocked import ASIDE
from referrals.outbox.buckets import keep_level, read_level
from referrals.outbox.records import Bucket, ChatBucket, ClockMark, OutboxMessage
from referrals.partners.records import WebhookDelivery
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.submissions.records import OutgoingSubmission

log = logging.getLogger("sanad")

TOLERANCE = timedelta(seconds=5)  # clocks of several machines differ by less; so do two looks at one of them
# How old the mark may grow. The one process of SQLite remembers what it saw itself, and spares its disk; of several on
# PostgreSQL each must find what the others saw.
OLD_MARK, OLD_AMONG_OTHERS = timedelta(seconds=60), timedelta(seconds=4)


class StepWatch:
    """Looks at every tick whether the clock was set back; it writes only where it was, or where the mark is old."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._old = OLD_MARK if store.is_sqlite else OLD_AMONG_OTHERS
        self._seen: datetime | None = None

    def look(self, at: datetime) -> timedelta:
        """How far the clock was set back since the last look, zero as a rule."""
        with self.store.reading() as uow:
            marked: datetime | None = uow.connection.execute(select(ClockMark.at)).scalar()
        seen = self._seen or at
        back = timedelta()
        if marked is None or max(marked, seen) - at > TOLERANCE or at - marked >= self._old:
            back = self.store.transact(lambda uow: after_step(uow, at, seen))
        if self.store.is_sqlite:
            self._seen = at if back else max(seen, at)
        return back


def after_step(uow: UnitOfWork, at: datetime, seen: datetime | None = None) -> timedelta:
    """Called by the ticks of the clock; returns how far it was set back since the last one, zero as a rule.

    `seen` is the latest time that this process saw, where it is the only one. How far is known as exactly as ticks are
    frequent: what is due may come that much later, never twice.
    """
    mark = uow.session.get(ClockMark, 1, with_for_update=True)
    if mark is None:
        uow.session.add(ClockMark(id=1, at=at))
        return timedelta()
    back = max(mark.at, seen or mark.at) - at
    if back <= TOLERANCE:
        mark.at = max(mark.at, at)
        return timedelta()
    mark.at = at
    log.warning("the clock was set back by %.0f seconds: what was set relative to it moves along", back.total_seconds())
    _move_outbox(uow, back, at)
    _move_buckets(uow, back)
    _move_others(uow, back, at)
    _look_anew(uow, at)
    _not_expired(uow, at)
    take_back(uow, at)
    return back


def _move_outbox(uow: UnitOfWork, back: timedelta, at: datetime) -> None:
    waiting = OutboxMessage.state == "waiting"
    put_off = or_(OutboxMessage.attempts > 0, OutboxMessage.deferred, OutboxMessage.reason == ASIDE)
    _run(uow, update(OutboxMessage).where(waiting, put_off, OutboxMessage.due_at > at), OutboxMessage.due_at, back)
    # what was owed at once, by a clock that ran ahead, is due at once by this one too
    written = OutboxMessage.created_at
    at_once = and_(waiting, ~put_off, written > at, OutboxMessage.due_at > at, OutboxMessage.due_at <= written)
    uow.connection.execute(update(OutboxMessage).where(at_once).values(due_at=at))
    open_ones = OutboxMessage.state.in_(("leased", "uncertain"))
    _run(uow, update(OutboxMessage).where(open_ones), OutboxMessage.leased_until, back)


def _not_expired(uow: UnitOfWork, at: datetime) -> None:
    """Their last useful moment is still ahead: they wait again, due at once."""
    early = update(OutboxMessage).where(OutboxMessage.state == "expired", OutboxMessage.expires_at > at)
    uow.connection.execute(early.values(state="waiting", reason="", due_at=at))


def _move_buckets(uow: UnitOfWork, back: timedelta) -> None:
    seconds = back.total_seconds()
    uow.connection.execute(update(ChatBucket).values(full_at=ChatBucket.full_at - seconds))
    for row in uow.connection.execute(select(Bucket.key, Bucket.full_at, Bucket.recent)).all():
        sender_id = int(row.key.partition(":")[2])
        keep_level(uow, sender_id, pace.earlier(read_level(row.full_at, row.recent), seconds))
    _run(uow, update(Bucket).where(Bucket.blocked_until.is_not(None)), Bucket.blocked_until, back)


def _move_others(uow: UnitOfWork, back: timedelta, at: datetime) -> None:
    waits = and_(InboxMessage.state == "waiting", InboxMessage.due_at > at)
    _run(uow, update(InboxMessage).where(waits), InboxMessage.due_at, back)
    _run(uow, update(Media).where(Media.state == "owed", Media.due_at > at), Media.due_at, back)
    for record in (OutgoingSubmission, WebhookDelivery):  # to other servers: a retry, and the lease of who may be dead
        _run(uow, update(record).where(record.state == "waiting", record.due_at > at), record.due_at, back)
        _run(uow, update(record).where(record.state == "leased"), record.leased_until, back)


def _look_anew(uow: UnitOfWork, at: datetime) -> None:
    """Who waits for a time is looked at by the clock as it is now, not an hour after what it showed."""
    waits = update(WaitlistEntry).where(WAITING, WaitlistEntry.look_at > at).values(look_at=at)
    uow.connection.execute(waits.execution_options(synchronize_session=False))


def _run(uow: UnitOfWork, rows: Update, column: Any, back: timedelta) -> None:
    uow.connection.execute(rows.values({column.key: _minus(uow, column, back)}))


def _minus(uow: UnitOfWork, column: Column[Any] | Any, back: timedelta) -> ColumnElement[Any]:
    """The moment in that column, so much earlier; SQLite keeps moments as text with six decimals."""
    seconds = back.total_seconds()
    if uow.connection.dialect.name == "postgresql":
        return column - func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    earlier = func.strftime("%Y-%m-%d %H:%M:%f", column, f"-{seconds:.3f} seconds")
    return earlier.concat("000")
