"""The inbox: what a platform told us is stored, once, before it is acknowledged; then claimed turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, literal_column, or_, select, update
from sqlalchemy.orm import aliased

from referrals.conversations.inbox.stored_events import PAYLOAD, from_json, to_json
from referrals.conversations.inbox.taking_in import receive
from referrals.conversations.records import InboxMessage
from referrals.inbound import Inbound
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

__all__ = [
    "PAYLOAD",
    "Claimed",
    "claim_next",
    "event_of",
    "failed",
    "from_json",
    "handled",
    "receive",
]
__all__ += ["claim_statuses", "handled_together", "put_back", "reseal_waiting", "to_json"]

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


def claim_next(uow: UnitOfWork, at: datetime) -> Claimed | None:
    """The oldest waiting row that is due and has no earlier unfinished one of the same identity.

    On PostgreSQL the row is locked until the turn commits; other workers skip it, and what the same family
    said later stays blocked behind it.
    """
    row = _CLAIM.first(uow.connection, at=at)
    return None if row is None else _claimed(row)


def is_any_due(uow: UnitOfWork, at: datetime) -> bool:
    """Whether a turn or a status is due: two probes of an index, and no lock."""
    return bool(_ANY_DUE.value(uow.connection, at=at))


def claim_statuses(uow: UnitOfWork, at: datetime, most: int) -> list[Claimed]:
    """So many statuses that are due, of any sender; on PostgreSQL locked as turns are."""
    return [_claimed(row) for row in _CLAIM_STATUSES.all(uow.connection, at=at, most=most)]


def _claimed(row: Any) -> Claimed:
    return Claimed(row.id, row.sender_id, row.identity_id or 0, row.attempts, row.received_at, row.payload_sealed)


def event_of(uow: UnitOfWork, claimed: Claimed) -> Inbound:
    """What was said. Raises `Erased` when the person was erased after saying it."""
    return from_json(uow.vault.open(claimed.payload_sealed, PAYLOAD))


def handled(uow: UnitOfWork, row_id: int, at: datetime, reason: str = "") -> None:
    """The turn's own transaction says so, or the turn never happened."""
    _HANDLED.all(uow.connection, row_id=row_id, at=at, why=reason)


def handled_together(uow: UnitOfWork, row_ids: Sequence[int], at: datetime, reason: str = "") -> None:
    """The same for several rows at once."""
    if row_ids:
        done = update(InboxMessage).where(InboxMessage.id.in_(row_ids))
        uow.connection.execute(done.values(state="handled", handled_at=at, reason=reason))


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
    if attempts < len(BACKOFF_SECONDS):
        put_back(uow, [row_id], attempts, reason, at)
        return False
    parked = update(InboxMessage).where(InboxMessage.id == row_id)
    uow.connection.execute(parked.values(state="parked", attempts=attempts + 1, due_at=at, reason=reason[:400]))
    return True


def put_back(uow: UnitOfWork, row_ids: Sequence[int], attempts: int, reason: str, at: datetime) -> None:
    """Rows that were tried so often before are looked at again later."""
    if row_ids:
        later = at + timedelta(seconds=BACKOFF_SECONDS[attempts])
        rows = update(InboxMessage).where(InboxMessage.id.in_(row_ids))
        uow.connection.execute(rows.values(attempts=attempts + 1, due_at=later, reason=reason[:400]))


def _waiting_in_order() -> Any:
    earlier = aliased(InboxMessage)
    blocked = exists().where(
        and_(earlier.identity_id == InboxMessage.identity_id, earlier.state == _WAITING, earlier.id < InboxMessage.id)
    )
    # Only a row that failed waits for its time: what was never tried is due, whatever a clock said when it was stored.
    due = or_(InboxMessage.attempts == 0, InboxMessage.due_at <= bindparam("at"))
    return (
        select(*_CLAIMED)
        .where(InboxMessage.state == _WAITING, InboxMessage.kind != _STATUS, due, ~blocked)
        .order_by(InboxMessage.id)
        .limit(1)
    )


def _statuses_due() -> Any:
    return (
        select(*_CLAIMED)
        .where(InboxMessage.state == _WAITING, InboxMessage.kind == _STATUS, InboxMessage.due_at <= bindparam("at"))
        .order_by(InboxMessage.due_at, InboxMessage.id)
        .limit(bindparam("most"))
    )


def _claims(query: Any) -> dict[str, Any]:
    return {"sqlite": query, "postgresql": query.with_for_update(skip_locked=True, of=InboxMessage)}


# Words, not values: a database uses a partial index only where it reads the index's own condition in the statement. And
# a state given as a value has SQLite prepare the statement anew at every execution: it looks whether the index fits it.
_WAITING: Any = literal_column("'waiting'")
_STATUS: Any = literal_column("'status'")
_CLAIMED = (
    InboxMessage.id,
    InboxMessage.sender_id,
    InboxMessage.identity_id,
    InboxMessage.attempts,
    InboxMessage.received_at,
    InboxMessage.payload_sealed,
)
_CLAIM = Ready(_claims(_waiting_in_order()))  # ix_inbox_message_turns
_CLAIM_STATUSES = Ready(_claims(_statuses_due()))  # ix_inbox_message_statuses
_ANY_DUE = Ready(
    select(
        case(
            (_waiting_in_order().with_only_columns(InboxMessage.id).exists(), 1),
            (_statuses_due().with_only_columns(InboxMessage.id).limit(1).exists(), 1),
            else_=0,
        )
    )
)
_HANDLED = Ready(
    update(InboxMessage)
    .where(InboxMessage.id == bindparam("row_id"))
    .values(state="handled", handled_at=bindparam("at"), reason=bindparam("why"))
)
