"""Says something to a family outside a turn of theirs, where they can be reached; else staff are asked to call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from referrals.conversations.desk import Desk, open_desk
from referrals.conversations.records import Conversation, HelpRequest
from referrals.families.records import Identity
from referrals.store.unit_of_work import UnitOfWork


def reach(
    uow: UnitOfWork, person_id: int, programme_id: str, at: datetime, *, reason: str, compose: Callable[[Desk], None]
) -> bool:
    """Lets `compose` speak at the person's desk; False when they may not be written to, and staff are told to call."""
    found = uow.connection.execute(
        select(Identity.id, Identity.may_message, Identity.silent_until_written, Identity.blocked_at)
        .join(Conversation, Conversation.identity_id == Identity.id)
        .where(Identity.person_id == person_id)
        .order_by(Identity.last_inbound_at.desc(), Identity.id.desc())
    ).all()
    open_ones = [row for row in found if row.may_message and not row.silent_until_written and row.blocked_at is None]
    if not open_ones:
        _ask_staff_to_call(uow, found[0].id if found else None, person_id, programme_id, at)
        return False
    desk = open_desk(uow, open_ones[0].id, at, reason=reason)
    if desk.programme_id is None:
        desk.enter_programme(programme_id)
    compose(desk)
    desk.save()
    return True


def _ask_staff_to_call(
    uow: UnitOfWork, identity_id: int | None, person_id: int, programme_id: str, at: datetime
) -> None:
    """Once while it is open; who applied at a desk has no thread at all, and is called like the others."""
    thread = uow.session.scalar(select(Conversation.id).filter_by(identity_id=identity_id))
    standing = uow.session.scalar(
        select(HelpRequest.id).filter_by(person_id=person_id, kind="call", state="open", programme_id=programme_id)
    )
    if standing is not None:
        return
    uow.session.add(
        HelpRequest(
            programme_id=programme_id,
            conversation_id=thread,
            person_id=person_id,
            kind="call",
            state="open",
            created_at=at,
            due_at=at,
        )
    )
    uow.flush()
