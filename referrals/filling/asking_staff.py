"""What a desk leaves for other staff: a question or a danger of somebody who may have no thread with us."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from referrals.conversations.records import HelpRequest
from referrals.conversations.stages.helping import TEXT
from referrals.conversations.stages.safety import RESPOND_WITHIN
from referrals.definitions.in_force import settings_of
from referrals.filling.records import DeskFilling
from referrals.filling.starting import note, person_of
from referrals.staff.scope import Member
from referrals.store.unit_of_work import UnitOfWork


def leave_for_staff(
    uow: UnitOfWork, filling: DeskFilling, kind: str, at: datetime, words: str = "", within: timedelta | None = None
) -> HelpRequest:
    """A line in the programme's help queue, once of each kind while it is open.

    It is due `within` that time, else within the programme's own time to answer.
    """
    standing = uow.session.scalar(
        select(HelpRequest).filter_by(
            person_id=filling.person_id, programme_id=filling.programme_id, kind=kind, state="open"
        )
    )
    if standing is not None:
        return standing
    _, key = person_of(uow, filling)
    if within is None:
        within = timedelta(hours=settings_of(uow, filling.programme_id).answer_within_hours)
    request = HelpRequest(
        programme_id=filling.programme_id,
        conversation_id=filling.conversation_id,
        person_id=filling.person_id,
        kind=kind,
        restricted=kind == "danger",
        text_sealed=uow.vault.seal_text(key, words, TEXT) if words else None,
        state="open",
        created_at=at,
        due_at=at + within,
    )
    uow.session.add(request)
    uow.flush()
    return request


def report_danger(uow: UnitOfWork, member: Member, filling: DeskFilling, words: str, at: datetime) -> None:
    """The restricted queue learns of it at once; told twice is told once."""
    leave_for_staff(uow, filling, "danger", at, words, RESPOND_WITHIN)
    filling.danger = True
    note(uow, member, filling, "danger_reported", at)
