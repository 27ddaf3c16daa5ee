"""Leases what is owed, paced by buckets that all workers share, and notes what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, or_, select, update
from sqlalchemy.orm import aliased

from referrals.families.identities import VALUE
from referrals.families.records import Identity
from referrals.inbound import Address, DeliveryStatus
from referrals.messages import Message
from referrals.outbox.buckets import PACES, may_send, take
from referrals.outbox.owe import BODY, LANES, from_json
from referrals.outbox.records import OutboxMessage
from referrals.protection.external_ids import kept_id
from referrals.protection.vault import Erased, WrongKey
from referrals.store.unit_of_work import UnitOfWork

LEASE_SECONDS = 60  # longer than any send may take; a worker that died gives its rows back after this
UNCERTAIN_SECONDS = 20  # a status tells within seconds whether a message arrived; then it is sent again
BACKOFF_SECONDS = (2, 10, 60, 300, 1800, 3600, 7200)
FORWARD = {"": 0, "accepted": 1, "sent": 2, "delivered": 3, "read": 4, "failed": 5}


@dataclass(frozen=True)
class Leased:
    """A message that this worker, and nobody else, may send now."""

    id: int
    key: str
    identity_id: int
    address: Address
    message: Message
    attempts: int
    last_inbound_at: datetime | None


def lease(uow: UnitOfWork, sender_id: int, channel: str, worker: str, at: datetime, most: int = 10) -> list[Leased]:
    """Up to `most` messages whose turn it is: replies, then reminders, then campaigns; in order for each person."""
    if not may_send(uow, PACES[channel], sender_id, at):
        return []
    rows = uow.connection.execute(_owed(uow, sender_id, at, most * 3)).all()
    leased: list[Leased] = []
    for row in rows:
        if len(leased) == most:
            break
        if not take(uow, PACES[channel], sender_id, row.identity_id, at):
            continue
        uow.connection.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == row.id)
            .values(
                state="leased",
                leased_by=worker,
                leased_until=at + timedelta(seconds=LEASE_SECONDS),
                attempts=row.attempts + 1,
            )
        )
        opened = _opened(uow, row)
        if opened is not None:
            leased.append(opened)
    return leased


def _opened(uow: UnitOfWork, row: Any) -> Leased | None:
    """The message, None when nobody can open it any more: it must not keep the others from being sent."""
    try:
        address = Address(row.kind, uow.vault.open_text(row.value_sealed, VALUE))
        message = from_json(uow.vault.open_json(row.body_sealed, BODY))
    except Erased:
        gone = update(OutboxMessage).where(OutboxMessage.id == row.id)
        uow.connection.execute(gone.values(state="cancelled", reason="erased", leased_until=None))
        return None
    except WrongKey:
        note_parked(uow, row.id, "sealed under a key that is not here")
        return None
    return Leased(row.id, row.key, row.identity_id, address, message, row.attempts + 1, row.last_inbound_at)


def _owed(uow: UnitOfWork, sender_id: int, at: datetime, most: int) -> Select[tuple[object, ...]]:
    earlier = aliased(OutboxMessage)
    in_the_way = exists().where(
        and_(
            earlier.identity_id == OutboxMessage.identity_id,
            earlier.state.in_(("waiting", "leased", "uncertain")),
            earlier.lane == OutboxMessage.lane,
            # one that was tried goes first even while it waits for its next try; one planned for later does not
            or_(earlier.due_at <= at, earlier.attempts > 0),
            or_(earlier.expires_at.is_(None), earlier.expires_at > at),
            earlier.id < OutboxMessage.id,
        )
    )
    query: Select[tuple[object, ...]] = (
        select(  # type: ignore[assignment]  # a row of many columns
            OutboxMessage.id,
            OutboxMessage.key,
            OutboxMessage.identity_id,
            OutboxMessage.body_sealed,
            OutboxMessage.attempts,
            Identity.kind,
            Identity.value_sealed,
            Identity.last_inbound_at,
        )
        .join(Identity, Identity.id == OutboxMessage.identity_id)
        .where(
            OutboxMessage.sender_id == sender_id,
            OutboxMessage.state == "waiting",
            OutboxMessage.due_at <= at,
            or_(OutboxMessage.expires_at.is_(None), OutboxMessage.expires_at > at),
            Identity.blocked_at.is_(None),
            ~in_the_way,
        )
        .order_by(OutboxMessage.lane, OutboxMessage.due_at, OutboxMessage.id)
        .limit(most)
    )
    if uow.connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True, of=OutboxMessage)
    return query


def note_sent(uow: UnitOfWork, row_id: int, external_id: str, at: datetime) -> None:
    """The platform took it."""
    uow.connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row_id, OutboxMessage.state.in_(("leased", "uncertain", "waiting")))
        .values(state="sent", external_id=kept_id(uow, external_id), delivery="accepted", sent_at=at, leased_until=None)
    )


def note_retry(uow: UnitOfWork, row_id: int, attempts: int, reason: str, at: datetime, after: float | None) -> None:
    """It did not go; again later, or parked when it was tried often enough. `after` is the platform's own word."""
    if after is None and attempts > len(BACKOFF_SECONDS):
        note_parked(uow, row_id, reason)
        return
    seconds = after if after is not None else BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS)) - 1]
    uow.connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row_id, OutboxMessage.state == "leased")
        .values(state="waiting", due_at=at + timedelta(seconds=seconds), reason=reason[:400], leased_until=None)
    )


def note_parked(uow: UnitOfWork, row_id: int, reason: str) -> None:
    """It can never go; staff see it with its reason."""
    uow.connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row_id, OutboxMessage.state == "leased")
        .values(state="parked", delivery="failed", reason=reason[:400], leased_until=None)
    )


def note_uncertain(uow: UnitOfWork, row_id: int, reason: str, at: datetime) -> None:
    """The answer was lost: a status webhook settles it, or `settle_uncertain` decides later."""
    uow.connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row_id, OutboxMessage.state == "leased")
        .values(state="uncertain", reason=reason[:400], leased_until=at + timedelta(seconds=UNCERTAIN_SECONDS))
    )


def take_back(uow: UnitOfWork, at: datetime) -> None:
    """Leases of workers that died and sends whose answer was lost, once their time is over.

    Replies and reminders are sent again (at worst twice); a campaign is not, it counts as sent.
    Messages past their time are expired.
    """
    over = OutboxMessage.leased_until < at
    uow.connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state.in_(("leased", "uncertain")), over, OutboxMessage.lane < LANES["campaign"])
        .values(state="waiting", due_at=at, leased_until=None)
    )
    uow.connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state.in_(("leased", "uncertain")), over, OutboxMessage.lane == LANES["campaign"])
        .values(state="sent", delivery="accepted", reason="answer lost; campaigns are not repeated", sent_at=at)
    )
    uow.connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state == "waiting", OutboxMessage.expires_at < at)
        .values(state="expired", reason="past its time")
    )


def note_delivery(
    uow: UnitOfWork,
    sender_id: int,
    external_id: str,
    status: DeliveryStatus,
    reason: str,
    at: datetime,
    *,
    key: str = "",
) -> bool:
    """A platform's word on one of our messages. It only moves forward; tells whether we know that message.

    `key` is our own name for it, which the platform gives back: it finds a send whose answer was lost.
    """
    row = _of_platform(uow, sender_id, external_id, key)
    if row is None:
        return False
    if not row.external_id:
        told = update(OutboxMessage).where(OutboxMessage.id == row.id)
        uow.connection.execute(told.values(external_id=kept_id(uow, external_id)))
    if FORWARD[status] <= FORWARD[row.delivery]:
        return True
    values: dict[str, object] = {"delivery": status}
    if status == "failed":
        if row.delivery in ("delivered", "read"):
            return True
        values |= {"state": "parked", "reason": reason[:400]}
    elif row.state in ("uncertain", "leased", "waiting"):
        values |= {"state": "sent", "sent_at": at, "leased_until": None}
    uow.connection.execute(update(OutboxMessage).where(OutboxMessage.id == row.id).values(**values))
    return True


def _of_platform(uow: UnitOfWork, sender_id: int, external_id: str, key: str) -> Any:
    query = select(OutboxMessage.id, OutboxMessage.delivery, OutboxMessage.state, OutboxMessage.external_id).where(
        OutboxMessage.sender_id == sender_id
    )
    found = uow.connection.execute(query.where(OutboxMessage.external_id == kept_id(uow, external_id))).first()
    if found is None and key:
        found = uow.connection.execute(query.where(OutboxMessage.key == key)).first()
    return found


def give_back(uow: UnitOfWork) -> None:
    """Leases of a process that is known to be gone, at the start of the only one: nobody waits for them to run out."""
    uow.connection.execute(
        update(OutboxMessage).where(OutboxMessage.state == "leased").values(state="waiting", leased_until=None)
    )
