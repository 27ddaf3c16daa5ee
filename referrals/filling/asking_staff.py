"""What a desk or a phone in the field leaves for staff: about somebody who may have no thread with us."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from referrals.conversations.records import HelpRequest
from referrals.conversations.stages.helping import TEXT
from referrals.conversations.stages.safety import RESPOND_WITHIN
from referrals.definitions.in_force import settings_of
from referrals.families.owed import cancel_unasked
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
    person = person_of(uow, filling)
    return ask_staff(uow, filling.programme_id, person, kind, at, words, within, filling.conversation_id)


def ask_staff(
    uow: UnitOfWork,
    programme_id: str,
    person: tuple[int, int],
    kind: str,
    at: datetime,
    words: str = "",
    within: timedelta | None = None,
    conversation_id: int | None = None,
) -> HelpRequest:
    """The same about a person (id and data key) whose form was at no desk."""
    person_id, key = person
    standing = uow.session.scalar(
        select(HelpRequest).filter_by(person_id=person_id, programme_id=programme_id, kind=kind, state="open")
    )
    if standing is not None:
        return standing
    if within is None:
        within = timedelta(hours=settings_of(uow, programme_id).answer_within_hours)
    request = HelpRequest(
        programme_id=programme_id,
        conversation_id=conversation_id,
        person_id=person_id,
        kind=kind,
        restricted=kind == "danger",
        text_sealed=uow.vault.seal_text(key, words, TEXT) if words else None,
        state="open",
        created_at=at,
        due_at=at + within,
    )
    uow.session.add(request)
    uow.flush()
    if request.restricted:
        cancel_unasked(uow, person_id)
    return request


def report_danger(uow: UnitOfWork, member: Member, filling: DeskFilling, words: str, at: datetime) -> None:
    """The restricted queue learns of it at once; told twice is told once."""
    leave_for_staff(uow, filling, "danger", at, words, RESPOND_WITHIN)
    filling.danger = True
    note(uow, member, filling, "asked_staff", at)
