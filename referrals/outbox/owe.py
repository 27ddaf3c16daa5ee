"""Writes what is owed to a family, in the same transaction as its reason; writing it twice is a no-op."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, update
from sqlalchemy.dialects import postgresql, sqlite

from referrals.messages import Choice, Lane, MediaIntent, Message
from referrals.outbox.records import OutboxMessage
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

BODY = "outbox.body"
LANES: Mapping[Lane, int] = {"reply": 0, "reminder": 1, "campaign": 2}
ROW = """
key sender_id identity_id programme_id lane purpose body_sealed state due_at expires_at leased_by attempts external_id
delivery reason created_at
"""


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
    return _OWE.value(
        uow.connection,
        key=key,
        sender_id=sender_id,
        identity_id=identity_id,
        programme_id=programme_id,
        lane=LANES[lane],
        purpose=message.purpose,
        body_sealed=uow.vault.seal_json(data_key_id, to_json(message), BODY),
        state="waiting",
        due_at=due_at or at,
        expires_at=message.expires_at,
        leased_by="",
        attempts=0,
        external_id="",
        delivery="",
        reason="",
        created_at=at,
    )


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
    }


def from_json(stored: Mapping[str, Any]) -> Message:
    """The message of a stored form."""
    expires = stored["expires_at"]
    return Message(
        **{
            **stored,
            "choices": tuple(Choice(**choice) for choice in stored["choices"]),
            "media": tuple(MediaIntent(**intent) for intent in stored["media"]),
            "parameters": tuple(stored["parameters"]),
            "expires_at": datetime.fromisoformat(expires) if expires else None,
        }
    )
