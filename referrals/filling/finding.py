"""Finds the form that a family began on its phone: by its six digits; by number, phone or id for who may know those."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, or_, select

from dialogs.understanding import fold_letters, read_national_id, read_phone
from referrals.applications.records import Application
from referrals.conversations.interviews.sessions import UNFINISHED
from referrals.conversations.records import Conversation, InterviewSession
from referrals.conversations.stages.moving import DIGITS, code_row
from referrals.definitions.records import Definition
from referrals.definitions.settings import Settings
from referrals.families.identities import identities_at
from referrals.families.records import ContactPoint, Identifier, Person
from referrals.filling.ending import tell_of_the_desk
from referrals.filling.records import DeskFilling, DeskSearch
from referrals.filling.starting import OPEN, add_filling
from referrals.filling.working import open_filling, retell
from referrals.protection.audit import audit
from referrals.staff.agenda import number_of
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

By = Literal["code", "number", "phone", "id"]
WRONG_AN_HOUR = 10  # a desk that mistypes, and nobody who tries them all: six digits live for a quarter of an hour


class TooManySearches(RuntimeError):
    """So many searches in an hour found nothing that this one is not made; wait an hour, or ask a supervisor."""


@dataclass(frozen=True)
class _Begun:
    session_id: int
    person_id: int
    conversation_id: int | None


def find_begun(
    uow: UnitOfWork, member: Member, settings: Settings, by: By, typed: str, at: datetime
) -> DeskFilling | None:
    """The family's unfinished application, at this desk from now on; None when nothing was found, whatever the reason.

    Every search is audited. Raises `TooManySearches`.
    """
    if _too_many(uow, member, at):
        raise TooManySearches(TooManySearches.__doc__)
    allowed = by == "code" or member.may(Permission.READ_IDENTITY)
    begun = _look(uow, settings, by, typed, at) if allowed else None
    uow.session.add(DeskSearch(staff_id=member.staff_id, by=by, found=begun is not None, at=at))
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action="filling.searched",
        object_kind="person",
        object_id=begun.person_id if begun else "",
        details={"by": by},
    )
    uow.flush()
    return _at_this_desk(uow, member, settings, begun, by, at) if begun else None


def _look(uow: UnitOfWork, settings: Settings, by: By, typed: str, at: datetime) -> _Begun | None:
    if by == "code":
        return _by_code(uow, settings.id, typed, at)
    people = {"number": _with_number, "phone": _with_phone, "id": _with_id}[by](uow, settings, typed)
    return _newest(uow, settings.id, _and_merged(uow, people))


def _too_many(uow: UnitOfWork, member: Member, at: datetime) -> bool:
    recent = select(func.count()).where(
        DeskSearch.staff_id == member.staff_id, DeskSearch.found.is_(False), DeskSearch.at > at - timedelta(hours=1)
    )
    return (uow.session.scalar(recent) or 0) >= WRONG_AN_HOUR


def _by_code(uow: UnitOfWork, programme_id: str, typed: str, at: datetime) -> _Begun | None:
    """The conversation that the code stands for, when its interview is under way; the code works once."""
    code = "".join(sign for sign in fold_letters(typed) if sign.isdigit())
    if len(code) != DIGITS:
        return None
    row = code_row(uow, code, at)
    if row is None:
        return None
    begun = uow.session.execute(
        select(Conversation.id, InterviewSession.id, InterviewSession.person_id)
        .join(InterviewSession, InterviewSession.id == Conversation.session_id)
        .where(
            Conversation.id == row.conversation_id,
            InterviewSession.programme_id == programme_id,
            InterviewSession.status.in_(UNFINISHED),
        )
    ).one_or_none()
    if begun is None:
        return None
    row.used_at = at
    conversation_id, session_id, person_id = begun
    return _Begun(session_id, person_id, conversation_id)


def _with_number(uow: UnitOfWork, settings: Settings, typed: str) -> list[int]:
    number = number_of(typed)
    if number is None:
        return []
    return list(uow.session.scalars(select(Application.person_id).filter_by(number=number, programme_id=settings.id)))


def _with_phone(uow: UnitOfWork, settings: Settings, typed: str) -> list[int]:
    phone = read_phone(typed, settings.country)
    if not phone.sure or not phone.value:
        return []
    given = select(ContactPoint.person_id).filter_by(value_index=uow.vault.index("phone", phone.value))
    speaking = identities_at(uow, "phone", phone.value)
    writing = select(Conversation.person_id).where(Conversation.identity_id.in_(speaking))
    return [*uow.session.scalars(given), *uow.session.scalars(writing)]


def _with_id(uow: UnitOfWork, settings: Settings, typed: str) -> list[int]:
    found = read_national_id(typed, settings.country)
    if not found.value:
        return []
    index = uow.vault.index("national_id", str(found.value))
    return list(uow.session.scalars(select(Identifier.person_id).filter_by(value_index=index)))


def _and_merged(uow: UnitOfWork, people: Iterable[int]) -> list[int]:
    """These people, and those who turned out to be one of them."""
    found = list(dict.fromkeys(people))
    rows = uow.session.execute(
        select(Person.id, Person.merged_into_id).where(or_(Person.id.in_(found), Person.merged_into_id.in_(found)))
    ).all()
    return list(dict.fromkeys(each for row in rows for each in row if each is not None))


def _newest(uow: UnitOfWork, programme_id: str, people: list[int]) -> _Begun | None:
    """Their intake that is under way, the one touched last."""
    row = uow.session.execute(
        select(InterviewSession.id, InterviewSession.person_id, Conversation.id)
        .join(Definition, Definition.id == InterviewSession.form_id)
        .outerjoin(Conversation, Conversation.session_id == InterviewSession.id)
        .where(
            InterviewSession.person_id.in_(people),
            InterviewSession.programme_id == programme_id,
            InterviewSession.status.in_(UNFINISHED),
            Definition.name == "intake",
        )
        .order_by(InterviewSession.updated_at.desc(), InterviewSession.id.desc())
        .limit(1)
    ).first()
    return _Begun(*row) if row else None


def _at_this_desk(
    uow: UnitOfWork, member: Member, settings: Settings, begun: _Begun, by: By, at: datetime
) -> DeskFilling:
    """The filling that is open at this desk already, else a new one; one that is open elsewhere ends there."""
    same = select(DeskFilling).where(DeskFilling.session_id == begun.session_id, DeskFilling.state == OPEN)
    here = uow.session.scalar(visible_to(member, same, DeskFilling, Permission.FILL_FORM))
    if here is not None:
        return here
    for elsewhere in uow.session.scalars(same):
        elsewhere.state, elsewhere.ended_at = "moved", at
    filling = add_filling(
        uow,
        member,
        settings.id,
        "intake",
        (begun.session_id, begun.person_id),
        at,
        origin="phone",
        found_by=by,
        conversation_id=begun.conversation_id,
    )
    at_desk = open_filling(uow, member, filling.id)
    if at_desk is not None:
        retell(uow, at_desk, at)
    tell_of_the_desk(uow, filling, at)
    return filling
