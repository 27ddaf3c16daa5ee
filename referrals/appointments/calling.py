"""The call list: somebody whom no message of ours reaches, or should reach, is called by a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from referrals.conversations.records import Conversation, HelpRequest
from referrals.store.unit_of_work import UnitOfWork


def ask_to_call(
    uow: UnitOfWork,
    person_id: int,
    programme_id: str | None,
    at: datetime,
    *,
    kind: str = "call",
    restricted: bool = False,
    location_id: int | None = None,
) -> None:
    """A line for staff, once while it is open; a `restricted` one only for those who may read a danger."""
    standing = select(HelpRequest.id).filter_by(
        person_id=person_id, kind=kind, state="open", programme_id=programme_id, restricted=restricted
    )
    if uow.session.scalar(standing.limit(1)) is not None:
        return
    thread = select(Conversation.id).filter_by(person_id=person_id).order_by(Conversation.updated_at.desc())
    uow.session.add(
        HelpRequest(
            programme_id=programme_id,
            conversation_id=uow.session.scalar(thread.limit(1)),
            person_id=person_id,
            location_id=location_id,
            kind=kind,
            restricted=restricted,
            state="open",
            created_at=at,
            due_at=at,
        )
    )
    uow.flush()
