"""The inbox: what a platform told us is stored, once, before it is acknowledged; then claimed turn by turn."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, and_, bindparam, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from referrals.conversations.invisible_marks import without_marks
from referrals.conversations.records import InboxMessage
from referrals.families.identities import identity_of
from referrals.inbound import Address, Content, Inbound, MediaRef
from referrals.protection.external_ids import kept_id
from referrals.senders.records import Sender
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

PAYLOAD = "inbox.payload"
BACKOFF_SECONDS = (1, 5, 30, 120, 600)  # a failing turn is tried again five times, then parked where staff see it


@dataclass(frozen=True)
class Claimed:
    """An inbox row whose turn it is."""

    id: int
    sender_id: int
    identity_id: int
    attempts: int
    received_at: datetime
    payload_sealed: bytes
    """Opened within the turn, so that a payload nobody can open is one failed turn and not the end of all."""


def receive(uow: UnitOfWork, sender_id: int, events: Iterable[Inbound], at: datetime) -> list[int]:
    """Stores events, without invisible marks; returns the ids of the new ones. A redelivered one changes nothing."""
    fresh: list[int] = []
    for event in map(without_marks, events):
        if event.kind == "status":
            identity_id, key = None, _sender_key(uow, sender_id)
        else:
            identity_id, key = _who(uow, sender_id, event, at)
        row = {
            "sender_id": sender_id,
            "kind": event.kind,
            "external_id": kept_id(uow, event.external_id),
            "status": event.status,
            "identity_id": identity_id,
            "payload_sealed": uow.vault.seal(key, to_json(event), PAYLOAD),
            "state": "waiting",
            "attempts": 0,
            "due_at": at,
            "reason": "",
            "received_at": at,
        }
        new_id = _insert_once(uow, row)
        if new_id is not None:
            fresh.append(new_id)
    return fresh


def park_unreadable(uow: UnitOfWork, sender_id: int, name: str, piece: bytes, reason: str, at: datetime) -> None:
    """Keeps a piece that no reader understood, with its reason, where staff see it."""
    _insert_once(
        uow,
        {
            "sender_id": sender_id,
            "kind": "unread",
            "external_id": name[:200],
            "status": "",
            "identity_id": None,
            "payload_sealed": uow.vault.seal(_sender_key(uow, sender_id), piece, PAYLOAD),
            "state": "parked",
            "attempts": 0,
            "due_at": at,
            "reason": reason[:400],
            "received_at": at,
        },
    )


def claim_next(uow: UnitOfWork, at: datetime) -> Claimed | None:
    """The oldest waiting row that is due and has no earlier unfinished one of the same identity.

    On PostgreSQL the row is locked until the turn commits; other workers skip it, and what the same family
    said later stays blocked behind it.
    """
    row = _CLAIM.first(uow.connection, at=at)
    if row is None:
        return None
    return Claimed(row.id, row.sender_id, row.identity_id or 0, row.attempts, row.received_at, row.payload_sealed)


def event_of(uow: UnitOfWork, claimed: Claimed) -> Inbound:
    """What was said. Raises `Erased` when the person was erased after saying it."""
    return from_json(uow.vault.open(claimed.payload_sealed, PAYLOAD))


def handled(uow: UnitOfWork, row_id: int, at: datetime, reason: str = "") -> None:
    """The turn's own transaction says so, or the turn never happened."""
    _HANDLED.all(uow.connection, row_id=row_id, at=at, why=reason)


def reseal_waiting(uow: UnitOfWork, identity_id: int, data_key_id: int, after: int) -> None:
    """What an identity said after row `after` goes under a new key: their old one is about to be destroyed."""
    rows = uow.connection.execute(
        select(InboxMessage.id, InboxMessage.payload_sealed).where(
            InboxMessage.identity_id == identity_id, InboxMessage.state == "waiting", InboxMessage.id > after
        )
    ).all()
    for row in rows:
        sealed = uow.vault.seal(data_key_id, uow.vault.open(row.payload_sealed, PAYLOAD), PAYLOAD)
        uow.connection.execute(update(InboxMessage).where(InboxMessage.id == row.id).values(payload_sealed=sealed))


def failed(uow: UnitOfWork, row_id: int, attempts: int, reason: str, at: datetime) -> bool:
    """Puts a failed turn back for later, or parks it after the last attempt; tells whether it was parked."""
    parked = attempts >= len(BACKOFF_SECONDS)
    later = at if parked else at + timedelta(seconds=BACKOFF_SECONDS[attempts])
    uow.connection.execute(
        update(InboxMessage)
        .where(InboxMessage.id == row_id)
        .values(state="parked" if parked else "waiting", attempts=attempts + 1, due_at=later, reason=reason[:400])
    )
    return parked


def to_json(event: Inbound) -> bytes:
    """The stored form of an event."""
    said = event.content
    stored = {
        **vars(event),
        "address": vars(event.address),
        "content": {**vars(said), "media": vars(said.media) if said.media else None},
        "also_known_as": [vars(other) for other in event.also_known_as],
    }
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":")).encode()


def from_json(stored: bytes) -> Inbound:
    """The event of a stored form."""
    values: dict[str, Any] = json.loads(stored)
    content = dict(values.pop("content"))
    media, point = content.pop("media"), content.pop("point")
    return Inbound(
        **{
            **values,
            "address": Address(**values["address"]),
            "content": Content(
                **content, media=MediaRef(**media) if media else None, point=tuple(point) if point else None
            ),
            "also_known_as": tuple(Address(**other) for other in values["also_known_as"]),
        }
    )


def _who(uow: UnitOfWork, sender_id: int, event: Inbound, at: datetime) -> tuple[int, int]:
    """The identity and the data key of who speaks; two processes may meet a new family at the same moment."""
    if uow.connection.dialect.name != "sqlite":
        try:
            with uow.nested():
                identity_id, _, key = identity_of(uow, sender_id, event.address, at, event.also_known_as)
                return identity_id, key
        except IntegrityError:  # the other process was faster: its identity is there now
            pass
    identity_id, _, key = identity_of(uow, sender_id, event.address, at, event.also_known_as)
    return identity_id, key


def _insert_once(uow: UnitOfWork, row: dict[str, Any]) -> int | None:
    """The new row's id, None when the event stood already: told by RETURNING, since rowcount may say -1."""
    return _TAKE_IN.value(uow.connection, **row)


def _waiting_in_order() -> Any:
    earlier = aliased(InboxMessage)
    blocked = exists().where(
        and_(earlier.identity_id == InboxMessage.identity_id, earlier.state == "waiting", earlier.id < InboxMessage.id)
    )
    return (
        select(
            InboxMessage.id,
            InboxMessage.sender_id,
            InboxMessage.identity_id,
            InboxMessage.attempts,
            InboxMessage.received_at,
            InboxMessage.payload_sealed,
        )
        .where(InboxMessage.state == "waiting", InboxMessage.due_at <= bindparam("at"), ~blocked)
        .order_by(InboxMessage.id)
        .limit(1)
    )


def _claims(dialect: str) -> Any:
    query = _waiting_in_order()
    return query.with_for_update(skip_locked=True, of=InboxMessage) if dialect == "postgresql" else query


def _take_in(insert: Any) -> Any:
    table = InboxMessage.__table__
    assert isinstance(table, Table)
    return insert(table).on_conflict_do_nothing().returning(table.c.id)


_ROW = """sender_id kind external_id status identity_id payload_sealed state attempts due_at reason received_at"""
_TAKE_IN = Ready({"sqlite": _take_in(sqlite.insert), "postgresql": _take_in(postgresql.insert)}, _ROW.split())
_CLAIM = Ready({dialect: _claims(dialect) for dialect in ("sqlite", "postgresql")})
_HANDLED = Ready(
    update(InboxMessage)
    .where(InboxMessage.id == bindparam("row_id"))
    .values(state="handled", handled_at=bindparam("at"), reason=bindparam("why"))
)


def _sender_key(uow: UnitOfWork, sender_id: int) -> int:
    return uow.connection.execute(select(Sender.data_key_id).where(Sender.id == sender_id)).scalar_one()
