"""How fast may be sent: token buckets that live in the database, so that every worker keeps the same limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from referrals.outbox.records import Bucket
from referrals.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Pace:
    """`per_second` tokens come back, up to `burst`."""

    per_second: float
    burst: float


@dataclass(frozen=True)
class Paces:
    sender: Pace
    chat: Pace


PACES: Mapping[str, Paces] = {
    # Telegram allows about 30 messages a second to different chats and 1 a second to one; 25 met no 429 in 500 sends.
    "telegram": Paces(Pace(25, 5), Pace(1, 3)),
    # WhatsApp: 80 a second for a number; to one person 1 in 6 seconds with a burst of 45 that is borrowed.
    "whatsapp": Paces(Pace(70, 10), Pace(1 / 6, 20)),
    "web": Paces(Pace(10_000, 10_000), Pace(10_000, 10_000)),
}


def take(uow: UnitOfWork, paces: Paces, sender_id: int, identity_id: int, at: datetime) -> bool:
    """Takes one token of the sender and one of the chat; False, and nothing taken, when either has none."""
    sender = _full(uow, f"sender:{sender_id}", paces.sender, at)
    if not _may(sender, at):
        return False
    chat = _full(uow, f"chat:{identity_id}", paces.chat, at)
    if not _may(chat, at):
        return False
    sender.tokens -= 1
    chat.tokens -= 1
    uow.flush()
    return True


def may_send(uow: UnitOfWork, paces: Paces, sender_id: int, at: datetime) -> bool:
    """Whether the sender has a token at all."""
    return _may(_full(uow, f"sender:{sender_id}", paces.sender, at), at)


def block(uow: UnitOfWork, sender_id: int, seconds: float, at: datetime) -> None:
    """The platform said to stay away for so long: nobody sends for this sender until then."""
    bucket = _full(uow, f"sender:{sender_id}", Pace(1, 1), at)
    until = at + timedelta(seconds=seconds)
    bucket.blocked_until = max(until, bucket.blocked_until or until)
    uow.flush()


def _may(bucket: Bucket, at: datetime) -> bool:
    return bucket.tokens >= 1 and (bucket.blocked_until is None or bucket.blocked_until <= at)


def _full(uow: UnitOfWork, key: str, pace: Pace, at: datetime) -> Bucket:
    query = select(Bucket).where(Bucket.key == key).with_for_update()
    bucket = uow.session.scalar(query)
    if bucket is None:
        on = postgresql.insert if uow.connection.dialect.name == "postgresql" else sqlite.insert
        new = on(Bucket).values(key=key, tokens=pace.burst, at=at)
        uow.session.execute(new.on_conflict_do_nothing())  # another worker may make it at the same moment
        bucket = uow.session.scalars(query).one()
    bucket.at = min(bucket.at, at)  # a demonstration's clock may have been set back
    bucket.tokens = min(pace.burst, bucket.tokens + (at - bucket.at).total_seconds() * pace.per_second)
    bucket.at = at
    return bucket
