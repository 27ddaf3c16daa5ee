"""Writes what is owed to a family, in the same transaction as its reason; writing it twice is a no-op."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, update
from sqlalchemy.dialects import postgresql, sqlite

from referrals.messages import Choice, Lane, MediaIntent, Message, OpensScreens
from referrals.outbox.records import OutboxMessage
from referrals.outbox.waking import tell_owed
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

BODY = "outbox.body"
LANES: Mapping[Lane, int] = {"reply": 0, "reminder": 1, "campaign": 2}
ROW = """
key sender_id identity_id programme_id lane purpose body_sealed state due_at expires_at leased_by attempts deferred
gone external_id delivery reason created_at
"""
MANY = 500  # rows of one statement of `owe_many`


def _owe(insert: Any) -> Any:
    table = OutboxMessage.__table__
    assert isinstance(table, Table)
    return insert(table).on_conflict_do_nothing(index_elements=["key"]).returning(table.c.id)


_OWE = Ready({"sqlite": _owe(sqlite.insert), "postgresql": _owe(postgresql.insert)}, ROW.split())


def owe(
    uow: UnitOfWork,
    message: Message,
    *,
    key: str,
    sender_id: int,
    identity_id: int,
    data_key_id: int,
    at: datetime,
    programme_id: str | None = None,
    lane: Lane = "reply",
    due_at: datetime | None = None,
) -> int | None:
    """The new row's id, or None when this very thing was owed already."""
    owed = Owed(message, key, sender_id, identity_id, data_key_id, programme_id, lane, due_at)
    tell_owed(uow)
    return _OWE.value(uow.connection, **_row(uow, owed, at))


@dataclass(frozen=True)
class Owed:
    """One message to owe, as `owe` takes it."""

    message: Message
    key: str
    sender_id: int
    identity_id: int
    data_key_id: int
    programme_id: str | None = None
    lane: Lane = "campaign"
    due_at: datetime | None = None


def owe_many(uow: UnitOfWork, owed: Sequence[Owed], at: datetime) -> int:
    """Owes all of them; returns how many were new. A campaign calls it with a few hundred a transaction."""
    table = OutboxMessage.__table__
    assert isinstance(table, Table)
    on = postgresql.insert if uow.connection.dialect.name == "postgresql" else sqlite.insert
    new = on(table).on_conflict_do_nothing(index_elements=["key"]).returning(table.c.id)
    count = 0
    tell_owed(uow)
    for start in range(0, len(owed), MANY):
        rows = [_row(uow, each, at) for each in owed[start : start + MANY]]
        count += len(uow.connection.execute(new, rows).all())
    return count


def _row(uow: UnitOfWork, owed: Owed, at: datetime) -> dict[str, Any]:
    return {
        "key": owed.key,
        "sender_id": owed.sender_id,
        "identity_id": owed.identity_id,
        "programme_id": owed.programme_id,
        "lane": LANES[owed.lane],
        "purpose": owed.message.purpose,
        "body_sealed": uow.vault.seal_json(owed.data_key_id, to_json(owed.message), BODY),
        "state": "waiting",
        "due_at": owed.due_at or at,
        "expires_at": owed.message.expires_at,
        "leased_by": "",
        "attempts": 0,
        "deferred": False,
        "gone": 0,
        "external_id": "",
        "delivery": "",
        "reason": "",
        "created_at": at,
    }


def cancel_owed(uow: UnitOfWork, identity_id: int, *, purposes: tuple[str, ...], reason: str) -> None:
    """What waits for this identity and is of these purposes is not sent any more."""
    uow.connection.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.identity_id == identity_id,
            OutboxMessage.state == "waiting",
            OutboxMessage.purpose.in_(purposes),
        )
        .values(state="cancelled", reason=reason)
    )


def to_json(message: Message) -> dict[str, Any]:
    """The stored form of a message."""
    return {
        **vars(message),
        "choices": [vars(choice) for choice in message.choices],
        "media": [{"kind": intent.kind, "parameters": dict(intent.parameters)} for intent in message.media],
        "expires_at": message.expires_at.isoformat() if message.expires_at else None,
        "screens": vars(message.screens) if message.screens is not None else None,
    }


def from_json(stored: Mapping[str, Any]) -> Message:
    """The message of a stored form."""
    expires, screens = stored["expires_at"], stored.get("screens")
    return Message(
        **{
            **stored,
            "choices": tuple(Choice(**choice) for choice in stored["choices"]),
            "media": tuple(MediaIntent(**intent) for intent in stored["media"]),
            "parameters": tuple(stored["parameters"]),
            "expires_at": datetime.fromisoformat(expires) if expires else None,
            "screens": OpensScreens(**screens) if screens else None,
        }
    )
