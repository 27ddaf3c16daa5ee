"""What one of several people who share a telephone is owed there: told apart by the key that it is sealed under."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from referrals.conversations.outreach.knocking import HELD
from referrals.conversations.records import Conversation
from referrals.families.people import whole_person
from referrals.families.records import Identity
from referrals.outbox.records import OutboxMessage
from referrals.protection.records import DataKey
from referrals.protection.vault import sealed_under
from referrals.store.unit_of_work import UnitOfWork

WAITING = ("waiting",)


def keys_of(uow: UnitOfWork, person_id: int) -> frozenset[int]:
    """Every data key of a person, with those of who turned out to be them."""
    mine = select(DataKey.id).where(DataKey.person_id.in_(whole_person(uow, person_id)))
    return frozenset(uow.connection.execute(mine).scalars())


def keys_of_others(uow: UnitOfWork, identity_id: int) -> frozenset[int]:
    """The data keys of those who share a telephone, but for who speaks there now."""
    others = uow.connection.execute(
        select(Conversation.person_id)
        .join(Identity, Identity.id == Conversation.identity_id)
        .where(Identity.id == identity_id, Conversation.person_id != Identity.person_id)
    ).scalars()
    return frozenset[int]().union(*(keys_of(uow, each) for each in others.all()))


def whose_message(uow: UnitOfWork, row_id: int) -> int | None:
    """The person that a message was written for, also where others share the telephone; None where it is nobody's."""
    body = uow.connection.execute(select(OutboxMessage.body_sealed).where(OutboxMessage.id == row_id)).scalar()
    if body is None:
        return None
    return uow.connection.execute(select(DataKey.person_id).where(DataKey.id == sealed_under(body))).scalar()


def owed_to(uow: UnitOfWork, identity_id: int, keys: Collection[int], states: tuple[str, ...] = WAITING) -> list[int]:
    """The rows at an identity that were written for whoever holds these keys."""
    rows = uow.connection.execute(
        select(OutboxMessage.id, OutboxMessage.body_sealed).where(
            OutboxMessage.identity_id == identity_id, OutboxMessage.state.in_(states)
        )
    ).all()
    return [row.id for row in rows if sealed_under(row.body_sealed) in keys]


def cancel_owed_to(
    uow: UnitOfWork, identity_id: int, person_id: int, *, purposes: tuple[str, ...], reason: str
) -> None:
    """What waits for this person there and is of these purposes is not sent any more; the others' is."""
    rows = owed_to(uow, identity_id, keys_of(uow, person_id))
    if rows:
        mine = update(OutboxMessage).where(OutboxMessage.id.in_(rows), OutboxMessage.purpose.in_(purposes))
        uow.connection.execute(mine.values(state="cancelled", reason=reason))


def cancel_unasked(uow: UnitOfWork, person_id: int, reason: str = "stopped") -> None:
    """Whatever waits for this person anywhere and answers nothing that they wrote is not sent any more: a danger was
    told of, and a person decides from now on what they are written."""
    people = whole_person(uow, person_id)
    places = select(Conversation.identity_id).where(Conversation.person_id.in_(people)).distinct()
    keys = keys_of(uow, person_id)
    for identity_id in uow.connection.execute(places).scalars().all():
        rows = owed_to(uow, identity_id, keys)
        if rows:
            unasked = update(OutboxMessage).where(
                OutboxMessage.id.in_(rows), OutboxMessage.purpose != "safety", OutboxMessage.key.not_like("turn:%")
            )
            uow.connection.execute(unasked.values(state="cancelled", reason=reason))


def owed_elsewhere(uow: UnitOfWork, person_id: int, from_identity: int, to_identity: int, at: datetime) -> int:
    """What waits for a person at one identity is owed at another one, in its order; returns how much it was."""
    rows = owed_to(uow, from_identity, keys_of(uow, person_id))
    if rows:
        sender = select(Identity.sender_id).where(Identity.id == to_identity).scalar_subquery()
        moved = update(OutboxMessage).where(OutboxMessage.id.in_(rows))
        uow.connection.execute(moved.values(identity_id=to_identity, sender_id=sender))
        # What was held until they write, they may have now: they just did.
        held = update(OutboxMessage).where(OutboxMessage.id.in_(rows), OutboxMessage.reason == HELD)
        uow.connection.execute(held.values(due_at=at, reason=""))
    return len(rows)
