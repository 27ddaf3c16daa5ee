"""How fast each channel takes messages, and the levels of the buckets, which live in the database: all workers share
them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from referrals.books.counting import count_one
from referrals.outbox.batches import rows_of
from referrals.outbox.pace import Level, Pace, took
from referrals.outbox.records import Bucket, ChatBucket
from referrals.senders.records import Sender
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

__all__ = ["PACES", "Pace", "Paces", "SenderLevel", "block", "level_of", "paces_of"]


@dataclass(frozen=True)
class Paces:
    """Of an account as a whole, and of one chat with it (on WhatsApp: one pair of number and person)."""

    sender: Pace
    chat: Pace


# Telegram: about 30 messages a second to different chats, and about 1 a second to one; 25 met no 429 in 500 sends.
TELEGRAM = Paces(Pace(25, 3, 29), Pace(1, 3))
# WhatsApp: 80 a second for a number (20 in coexistence, 1,000 at the upper tier: `sender.per_second`); to one person 1
# in 6 seconds, and up to 45 at once that are borrowed from the time after: an interview never comes near it.
WHATSAPP = Paces(Pace(80, 8, 80), Pace(1 / 6, 40))
# Our own page takes what it is given.
WEB = Paces(Pace(10_000, 10_000), Pace(10_000, 10_000))
PACES: Mapping[str, Paces] = {"telegram": TELEGRAM, "whatsapp": WHATSAPP, "web": WEB}


@dataclass(frozen=True)
class SenderLevel:
    """A sender's bucket, locked until the transaction ends: whoever holds it leases alone."""

    level: Level
    paces: Paces
    blocked_until: datetime | None


def paces_of(channel: str, per_second: float | None) -> Paces:
    """The channel's paces, with the sender's own where an officer gave it one (`sanad sender add --per-second`)."""
    paces = PACES[channel]
    return paces if per_second is None else Paces(paces.sender.at(per_second), paces.chat)


def level_of(uow: UnitOfWork, sender_id: int, channel: str) -> SenderLevel:
    """The sender's bucket, made where it has none."""
    key = f"sender:{sender_id}"
    found = _LOOK.first(uow.connection, key=key, sender=sender_id)
    if found is None:
        _MAKE.all(uow.connection, key=key, full_at=0.0, recent="[]", blocked_until=None)  # or another worker does
        found = _LOOK.first(uow.connection, key=key, sender=sender_id)
        assert found is not None, "it was just made"
    level = read_level(found.full_at, found.recent)
    return SenderLevel(level, paces_of(channel, found.per_second), found.blocked_until)


def read_level(full_at: float, recent: str) -> Level:
    """A level of its stored form."""
    return Level(full_at, tuple((slot, count) for slot, count in json.loads(recent)))


def keep_level(uow: UnitOfWork, sender_id: int, level: Level) -> None:
    """Writes a sender's level back."""
    recent = json.dumps(level.recent, separators=(",", ":"))
    _KEEP.all(uow.connection, of=f"sender:{sender_id}", new_full_at=level.full_at, new_recent=recent)


def keep_chats(uow: UnitOfWork, full_at: Mapping[int, float]) -> None:
    """Writes the levels of chats, by identity: all in one statement."""
    if full_at:
        rows = [{"identity_id": identity, "full_at": moment} for identity, moment in full_at.items()]
        _KEEP_CHATS.all(uow.connection, rows=json.dumps(rows))


def borrow_from_chats(uow: UnitOfWork, further: Mapping[int, int], chat: Pace, at: datetime) -> None:
    """Takes a token for each further piece of messages that were sent in several, by identity; it waits for none."""
    if further:
        known = select(ChatBucket.identity_id, ChatBucket.full_at).where(ChatBucket.identity_id.in_(further))
        levels = {row.identity_id: Level(row.full_at) for row in uow.connection.execute(known)}
        now = at.timestamp()
        keep_chats(uow, {of: took(levels.get(of, Level()), chat, count, now).full_at for of, count in further.items()})


def forget_full_chats(uow: UnitOfWork, at: datetime) -> None:
    """Removes chats whose tokens are all back: no row says the same."""
    uow.connection.execute(delete(ChatBucket).where(ChatBucket.full_at < at.timestamp()))


def block(uow: UnitOfWork, sender_id: int, seconds: float, at: datetime) -> None:
    """The platform said to stay away for so long: nobody begins a request for this sender until then."""
    key, until = f"sender:{sender_id}", at + timedelta(seconds=seconds)
    _MAKE.all(uow.connection, key=key, full_at=0.0, recent="[]", blocked_until=None)
    uow.connection.execute(
        update(Bucket)
        .where(Bucket.key == key, Bucket.blocked_until.is_(None) | (Bucket.blocked_until < until))
        .values(blocked_until=until)
    )
    count_one(uow, "ban", sender_id, "", at)


def blocked_seconds(uow: UnitOfWork, sender_id: int, at: datetime) -> float:
    """How long the account must still stay away, by what any worker was told; 0 when it need not."""
    until = uow.connection.execute(select(Bucket.blocked_until).where(Bucket.key == f"sender:{sender_id}")).scalar()
    return max(0.0, (until - at).total_seconds()) if until is not None else 0.0


def _look(dialect: str) -> Any:
    query = (
        select(Bucket.full_at, Bucket.recent, Bucket.blocked_until, Sender.per_second)
        .join(Sender, Sender.id == bindparam("sender"))
        .where(Bucket.key == bindparam("key"))
    )
    return query.with_for_update(of=Bucket) if dialect == "postgresql" else query


def _make(insert: Any) -> Any:
    return insert(_table(Bucket)).on_conflict_do_nothing()


def _keep_chats(dialect: str, insert: Any) -> Any:
    given = rows_of(dialect, identity_id=int, full_at=float)
    chat = _table(ChatBucket)
    new = insert(chat).from_select(
        ["identity_id", "full_at"], select(given.c.identity_id, given.c.full_at).where(given.c.identity_id > 0)
    )  # SQLite takes the conflict's ON for a join's where the select has no WHERE
    return new.on_conflict_do_update(index_elements=["identity_id"], set_={"full_at": new.excluded.full_at})


def _table(record: Any) -> Table:
    table = record.__table__
    assert isinstance(table, Table)
    return table


_LOOK = Ready({dialect: _look(dialect) for dialect in ("sqlite", "postgresql")})
_MAKE = Ready(
    {"sqlite": _make(sqlite.insert), "postgresql": _make(postgresql.insert)},
    ["key", "full_at", "recent", "blocked_until"],
)
_KEEP = Ready(
    update(Bucket)
    .where(Bucket.key == bindparam("of"))
    .values(full_at=bindparam("new_full_at"), recent=bindparam("new_recent"))
)
_KEEP_CHATS = Ready(
    {
        "sqlite": _keep_chats("sqlite", sqlite.insert),
        "postgresql": _keep_chats("postgresql", postgresql.insert),
    }
)
