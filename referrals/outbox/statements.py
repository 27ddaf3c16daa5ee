"""The statements that lease what is owed, in Core: they run for every message, among millions of rows.

A state that an index is made for is written into the statement, not bound: only then does SQLite see it may use it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, exists, literal_column, or_, select, update
from sqlalchemy.orm import aliased

from referrals.families.records import Identity, Person
from referrals.outbox.batches import DIALECTS, ids_of
from referrals.outbox.records import ChatBucket, OutboxMessage
from referrals.protection.records import DataKey
from referrals.store.compiled import Ready

_AT: Any = bindparam("at")
_OF_SENDER: Any = OutboxMessage.sender_id == bindparam("sender")
_OPEN_STATES: Any = [literal_column("'leased'"), literal_column("'uncertain'")]


def _waiting(record: Any) -> Any:
    return record.state == literal_column("'waiting'")


def _first(moment: Any, *where: Any) -> Any:
    """The earliest such moment of what waits."""
    waits = select(moment).where(_OF_SENDER, _waiting(OutboxMessage), *where, moment.is_not(None))
    return waits.order_by(moment).limit(1).scalar_subquery()


def _in_the_way() -> Any:
    """Another message of the same person: one that is under way, or an earlier one of the lane whose turn had come.

    Three questions, so that each is one range of ix_outbox_message_in_order.
    """
    return or_(
        exists().where(*_theirs(other := aliased(OutboxMessage), "leased")),
        exists().where(*_theirs(other := aliased(OutboxMessage), "uncertain"), *_earlier(other)),
        exists().where(
            *_theirs(other := aliased(OutboxMessage), "waiting"),
            *_earlier(other),
            or_(other.due_at <= _AT, other.attempts > 0, other.deferred),
        ),
    )


def _theirs(other: Any, state: str) -> tuple[Any, ...]:
    return other.identity_id == OutboxMessage.identity_id, other.state == literal_column(f"'{state}'")


def _earlier(other: Any) -> tuple[Any, ...]:
    in_time = or_(other.expires_at.is_(None), other.expires_at > _AT)
    return other.id < OutboxMessage.id, other.lane == OutboxMessage.lane, in_time


def _owed(dialect: str) -> Any:
    at = _AT
    query = (
        select(
            OutboxMessage.id,
            OutboxMessage.key,
            OutboxMessage.identity_id,
            OutboxMessage.body_sealed,
            OutboxMessage.attempts,
            OutboxMessage.reason,
            OutboxMessage.lane,
            OutboxMessage.gone,
            Identity.kind,
            Identity.value_sealed,
            Identity.last_inbound_at,
            Identity.blocked_at,
            ChatBucket.full_at,
            Person.data_key_id,
            DataKey.wrapped,
            DataKey.master_key_id,
        )
        .join(Identity, Identity.id == OutboxMessage.identity_id)
        .join(Person, Person.id == Identity.person_id)
        .join(DataKey, DataKey.id == Person.data_key_id)
        .outerjoin(ChatBucket, ChatBucket.identity_id == OutboxMessage.identity_id)
        .where(
            OutboxMessage.sender_id == bindparam("sender"),
            _waiting(OutboxMessage),
            OutboxMessage.lane == bindparam("of_lane"),
            OutboxMessage.due_at <= at,
            or_(OutboxMessage.expires_at.is_(None), OutboxMessage.expires_at > at),
            ~_in_the_way(),
        )
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(bindparam("most"))
    )
    # whoever has locked the bucket leases alone; turns may hold a row that they cancel just now
    return query.with_for_update(skip_locked=True, of=OutboxMessage) if dialect == "postgresql" else query


def _lease(dialect: str) -> Any:
    return (
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(ids_of(dialect)))
        .values(
            state="leased",
            leased_by=bindparam("worker"),
            leased_until=bindparam("until"),
            attempts=OutboxMessage.attempts + 1,
            deferred=False,
        )
    )


# One lane, in the order of ix_outbox_message_due; who is in the way is found by ix_outbox_message_in_order.
OWED = Ready({dialect: _owed(dialect) for dialect in DIALECTS})
LEASE = Ready({dialect: _lease(dialect) for dialect in DIALECTS})
# The chat has no token: everything that is due there waits for it, out of the way of others.
PUT_OFF = Ready(
    update(OutboxMessage)
    .where(
        OutboxMessage.identity_id == bindparam("identity"),
        _waiting(OutboxMessage),
        OutboxMessage.due_at <= bindparam("at"),
    )
    .values(due_at=bindparam("new_due"), deferred=True)
)
# Whether there is anything at all to do for a sender: when the first of each lane is due, when the first is past its
# time, and whether one is under way or uncertain. One row, five probes of ix_outbox_message_due, _expiring, _leased.
LOOK = Ready(
    select(
        *(_first(OutboxMessage.due_at, OutboxMessage.lane == lane).label(f"lane_{lane}") for lane in (0, 1, 2)),
        _first(OutboxMessage.expires_at).label("expires"),
        exists().where(_OF_SENDER, OutboxMessage.state.in_(_OPEN_STATES)).label("is_open"),
    )
)
# When to look again, by the same index.
NEXT = Ready(
    select(OutboxMessage.due_at)
    .where(
        OutboxMessage.sender_id == bindparam("sender"),
        _waiting(OutboxMessage),
        OutboxMessage.lane == bindparam("of_lane"),
        OutboxMessage.due_at > bindparam("at"),
    )
    .order_by(OutboxMessage.due_at)
    .limit(1)
)
