"""A platform's word on messages that we sent: many at once; it only moves forward, and a failure is acted upon."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, literal_column, select, update

from referrals.families.records import Identity
from referrals.inbound import Status
from referrals.outbox.acting import Tried, act, refused
from referrals.outbox.batches import DIALECTS, rows_of
from referrals.outbox.noting import UNSETTLED, note_attempt
from referrals.outbox.outcomes import outcome_of
from referrals.outbox.owe import BODY
from referrals.outbox.records import ARRIVED, OutboxMessage
from referrals.protection.external_ids import kept_id
from referrals.protection.vault import Erased
from referrals.senders.trouble import tell_staff
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

PIECE = re.compile(r"#\d+$")  # «turn:17:0#1»: the first of several pieces of a message; the last has the key itself
FORWARD = {"": 0, "accepted": 1, "sent": 2, "delivered": 3, "read": 4, "failed": 5}

Told = tuple[str, Status, str, str]
"""The platform's id of our message, its status, the reason where it failed, and our own key that came back with it."""


def key_of_piece(key: str, number: int) -> str:
    """What the statuses of an earlier piece of a message bring back."""
    return f"{key}#{number}"


@dataclass
class _Message:
    """A message as it stands, and as the statuses of this batch move it."""

    row: Any
    external_id: str
    delivery: str
    moved: bool = False
    failed: str | None = None

    def hear(self, external_id: str, status: str, reason: str) -> bool:
        """Takes one status; False where it is too early to say anything of it."""
        others = bool(self.external_id) and self.external_id != external_id
        if status == "failed":
            if self.row.state == "leased":
                return False  # its answer is on the way to us: first that is noted, then this
            if not others and self.delivery not in (*ARRIVED, "failed"):
                self.failed, self.external_id = reason, external_id
            return True
        if not self.external_id:
            self.external_id, self.moved = external_id, True
        if FORWARD.get(status, 0) > FORWARD[self.delivery]:
            self.delivery, self.moved = status, True
            self.failed = None if status in ARRIVED else self.failed
        return True


def note_deliveries(uow: UnitOfWork, sender_id: int, told: Sequence[Told], at: datetime) -> list[bool]:
    """Statuses of one sender, the oldest first; tells of each whether we know that message.

    A key finds a send whose answer was lost: it was sent after all. What failed later is put where the same refusal
    would have put it at once.
    """
    found = _found(uow, sender_id, told)
    known = []
    for external_id, status, reason, key in told:
        kept = kept_id(uow, external_id)
        if PIECE.search(key):
            known.append(_hear_of_piece(uow, found.get(f"key {_whole(key)}"), status, reason, at))
            continue
        message = found.get(kept) or (found.get(f"key {key}") if key else None)
        known.append(message is not None and message.hear(kept, status, reason))
    messages = {message.row.id: message for message in found.values()}
    _move(uow, [message for message in messages.values() if message.moved], at)
    for message in messages.values():
        if message.failed is not None:
            act(uow, _tried(uow, message.row), refused(message.failed), at)
    return known


def _whole(key: str) -> str:
    """The key of the message that a piece is of."""
    return PIECE.sub("", key)


def _hear_of_piece(uow: UnitOfWork, message: _Message | None, status: str, reason: str, at: datetime) -> bool:
    """News of an earlier piece says nothing of the whole; staff are told when one got lost that the last did not
    share."""
    if message is not None and status == "failed":
        note_attempt(uow, message.row.id, "piece", reason, at, "")
        if outcome_of(reason).then in ("retry", "staff"):
            tell_staff(uow, message.row.sender_id, reason, at)
    return message is not None


def _found(uow: UnitOfWork, sender_id: int, told: Iterable[Told]) -> dict[str, _Message]:
    """The messages, by the platform's id and by our key: one object each, however it was found."""
    names = [{"external": kept_id(uow, external_id), "key": _whole(key)} for external_id, _, _, key in told]
    by_id: dict[int, _Message] = {}
    found: dict[str, _Message] = {}
    for row in _BY_EXTERNAL.all(uow.connection, sender=sender_id, rows=json.dumps(names)):
        message = by_id.setdefault(row.id, _Message(row, row.external_id, row.delivery))
        found[row.external_id] = message
    for row in _BY_KEY.all(uow.connection, sender=sender_id, rows=json.dumps([each for each in names if each["key"]])):
        found[f"key {row.key}"] = by_id.setdefault(row.id, _Message(row, row.external_id, row.delivery))
    return found


def _move(uow: UnitOfWork, messages: Iterable[_Message], at: datetime) -> None:
    rows = [{"row_id": each.row.id, "external": each.external_id, "news": each.delivery} for each in messages]
    if rows:
        _MOVE.all(uow.connection, rows=json.dumps(rows), at=at)


def _tried(uow: UnitOfWork, row: Any) -> Tried:
    try:
        has_template = bool(uow.vault.open_json(row.body_sealed, BODY)["template"])
    except Erased:
        has_template = False
    of = ("sent", *UNSETTLED)
    return Tried(row.id, row.sender_id, row.identity_id, row.attempts, has_template, row.last_inbound_at, of)


def _look(dialect: str, column: Any, name: str) -> Any:
    given = rows_of(dialect, "rows", **{name: str})
    wanted = select(given.c[name])
    query = (
        select(
            OutboxMessage.id,
            OutboxMessage.key,
            OutboxMessage.sender_id,
            OutboxMessage.identity_id,
            OutboxMessage.state,
            OutboxMessage.delivery,
            OutboxMessage.external_id,
            OutboxMessage.attempts,
            OutboxMessage.body_sealed,
            Identity.last_inbound_at,
        )
        .join(Identity, Identity.id == OutboxMessage.identity_id)
        .where(OutboxMessage.sender_id == bindparam("sender"), column.in_(wanted))
        .order_by(OutboxMessage.id)
    )
    return query.with_for_update(of=OutboxMessage) if dialect == "postgresql" else query


def _moves(dialect: str) -> Any:
    given = rows_of(dialect, row_id=int, external=str, news=str)
    unsettled = OutboxMessage.state.in_([literal_column(f"'{state}'") for state in UNSETTLED])
    arrived = given.c.news != ""
    return (
        update(OutboxMessage)
        .where(OutboxMessage.id == given.c.row_id)
        .values(
            external_id=given.c.external,
            delivery=given.c.news,
            state=case((unsettled & arrived, "sent"), else_=OutboxMessage.state),
            reason=case((unsettled & arrived, ""), else_=OutboxMessage.reason),
            leased_until=case((unsettled & arrived, None), else_=OutboxMessage.leased_until),
            sent_at=func.coalesce(OutboxMessage.sent_at, bindparam("at", type_=OutboxMessage.sent_at.type)),
        )
    )


_BY_EXTERNAL = Ready({dialect: _look(dialect, OutboxMessage.external_id, "external") for dialect in DIALECTS})
_BY_KEY = Ready({dialect: _look(dialect, OutboxMessage.key, "key") for dialect in DIALECTS})
_MOVE = Ready({dialect: _moves(dialect) for dialect in DIALECTS})
