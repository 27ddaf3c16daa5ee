"""Stores what platforms told us, many events in one transaction and few statements: each once, under its own key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from referrals.conversations.inbox.invisible_marks import without_marks
from referrals.conversations.inbox.speakers import Arrived, Speakers
from referrals.conversations.inbox.stored_events import PAYLOAD, to_json
from referrals.conversations.records import InboxMessage
from referrals.inbound import Inbound
from referrals.protection.external_ids import kept_id
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

__all__ = ["Arrived", "Piece", "Unread", "receive", "take_in"]

SIZES = (128, 64, 32, 16, 8, 4, 2, 1)  # rows of one statement: a few shapes, so that each is compiled once


@dataclass(frozen=True)
class Unread:
    """A piece that no reader understood, and why; `name` is the same whenever it is delivered."""

    sender_id: int
    name: str
    piece: bytes
    reason: str


Piece = Arrived | Unread


def take_in(uow: UnitOfWork, pieces: Sequence[Piece], at: datetime) -> list[int | None]:
    """Stores pieces in their order, without invisible marks; the new row's id for each, None where it stood already.

    Everybody's identity and key are looked up in the same transaction: neither an erasure nor another process can have
    changed them unseen.
    """
    cleaned = [_cleaned(each) for each in pieces]
    speakers = Speakers(uow, at)
    speakers.look_up(each for each in cleaned if isinstance(each, Arrived))
    rows = [
        _row_of_event(uow, each, speakers) if isinstance(each, Arrived) else _row_of_unread(uow, each, speakers)
        for each in cleaned
    ]
    return _insert_once(uow, rows, at)


def receive(uow: UnitOfWork, sender_id: int, events: Iterable[Inbound], at: datetime) -> list[int]:
    """Stores events of one sender; returns the ids of the new ones. A redelivered one changes nothing."""
    taken = take_in(uow, [Arrived(sender_id, event) for event in events], at)
    return [row_id for row_id in taken if row_id is not None]


def _cleaned(piece: Piece) -> Piece:
    return Arrived(piece.sender_id, without_marks(piece.event)) if isinstance(piece, Arrived) else piece


def _row_of_event(uow: UnitOfWork, arrived: Arrived, speakers: Speakers) -> dict[str, Any]:
    event = arrived.event
    identity_id, key = speakers.of(arrived)
    return {
        "sender_id": arrived.sender_id,
        "kind": event.kind,
        "external_id": kept_id(uow, event.external_id),
        "status": event.status,
        "identity_id": identity_id,
        "payload_sealed": uow.vault.seal(key, to_json(event), PAYLOAD),
        "state": "waiting",
        "reason": "",
    }


def _row_of_unread(uow: UnitOfWork, unread: Unread, speakers: Speakers) -> dict[str, Any]:
    return {
        "sender_id": unread.sender_id,
        "kind": "unread",
        "external_id": unread.name[:200],
        "status": "",
        "identity_id": None,
        "payload_sealed": uow.vault.seal(speakers.sender_key(unread.sender_id), unread.piece, PAYLOAD),
        "state": "parked",
        "reason": unread.reason[:400],
    }


def _insert_once(uow: UnitOfWork, rows: list[dict[str, Any]], at: datetime) -> list[int | None]:
    """The new rows' ids, None for one that stood already: told by the rows themselves, since rowcount may say -1."""
    new: dict[tuple[Any, ...], int] = {}
    connection = uow.connection
    if len(rows) == 1:
        return [_TAKE_ONE.value(connection, at=at, **{column: rows[0][name] for name, column in _COLUMNS[0]})]
    before = _NEWEST.value(connection) if uow.on_sqlite else None
    for some in _in_sizes(rows):
        named = {column: row[name] for columns, row in zip(_COLUMNS, some, strict=False) for name, column in columns}
        for made in _TAKE_IN[len(some)].all(connection, at=at, **named):
            new[tuple(made)[1:]] = made[0]
    if uow.on_sqlite:
        made_since = json.loads(_MADE_SINCE.value(connection, before=before or 0) or "[]")
        new = {tuple(made)[1:]: made[0] for made in made_since}
    return [new.pop((row["sender_id"], row["kind"], row["external_id"], row["status"]), None) for row in rows]


def _in_sizes(things: list[Any]) -> Iterator[list[Any]]:
    """All of them in their order, in the largest of `SIZES` that fit."""
    done = 0
    while done < len(things):
        size = next(size for size in SIZES if size <= len(things) - done)
        yield things[done : done + size]
        done += size


_ROW = ("sender_id", "kind", "external_id", "status", "identity_id", "payload_sealed", "state", "reason")
_COLUMNS = [[(name, f"{name}_{place}") for name in _ROW] for place in range(SIZES[0])]
_TABLE = InboxMessage.__table__
assert isinstance(_TABLE, Table)
_NAME = (_TABLE.c.id, _TABLE.c.sender_id, _TABLE.c.kind, _TABLE.c.external_id, _TABLE.c.status)


def _rows(insert: Any, size: int) -> Any:
    at = bindparam("at", type_=_TABLE.c.received_at.type)
    values = [
        {
            **{name: bindparam(f"{name}_{place}", type_=_TABLE.c[name].type) for name in _ROW},
            "attempts": 0,
            "due_at": at,
            "received_at": at,
        }
        for place in range(size)
    ]
    return insert(_TABLE).values(values).on_conflict_do_nothing()


# Python's driver lets other threads run at every row it fetches, and then waits for them: on SQLite, with its one
# writer, what many rows would say is asked for as one value of JSON.
_TAKE_IN = {
    size: Ready({"sqlite": _rows(sqlite.insert, size), "postgresql": _rows(postgresql.insert, size).returning(*_NAME)})
    for size in SIZES
}
_TAKE_ONE = Ready(
    {
        "sqlite": _rows(sqlite.insert, 1).returning(_TABLE.c.id),
        "postgresql": _rows(postgresql.insert, 1).returning(_TABLE.c.id),
    }
)
_NEWEST = Ready(select(func.max(_TABLE.c.id)))
_MADE_SINCE = Ready(select(func.json_group_array(func.json_array(*_NAME))).where(_TABLE.c.id > bindparam("before")))
