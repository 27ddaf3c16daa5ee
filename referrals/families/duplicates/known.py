"""«أسرة معروفة»: all that another organization learns of an id that is known here; counted, audited, and soon enough.

No name, no programme, no number and nothing of what was asked for. Each search counts, found or not, so that nobody can
try ids one after another; who the person is stands in the audit, for who looks into it, and on no page.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from dialogs.understanding import read_national_id
from referrals.applications.records import Application
from referrals.definitions.settings import Settings
from referrals.families.identifiers import NAME
from referrals.families.records import Identifier, Person
from referrals.filling.finding import TooManySearches
from referrals.filling.records import DeskSearch
from referrals.protection.audit import audit
from referrals.staff.scope import Member
from referrals.store.unit_of_work import UnitOfWork

KNOWN = "known"
AN_HOUR, A_DAY = 10, 30  # a busy desk; who tries more than a family comes with is somebody who tries ids


class NoWholeId(ValueError):
    """What was typed is no whole id of this country; nothing was looked up, and it does not count."""


def is_known(uow: UnitOfWork, member: Member, settings: Settings, typed: str, at: datetime) -> bool:
    """Whether somebody with this id applied before, anywhere. Raises `NoWholeId` and `TooManySearches`."""
    digits = read_national_id(typed, settings.country)
    if not digits.sure or not digits.value:
        raise NoWholeId(NoWholeId.__doc__)
    if _too_many(uow, member, at):
        raise TooManySearches(TooManySearches.__doc__)
    people = _with_id(uow, str(digits.value))
    uow.session.add(DeskSearch(staff_id=member.staff_id, by=KNOWN, found=bool(people), at=at))
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action="family.asked_if_known",
        object_kind="person",
        object_id=min(people, default=""),
        people=people,
    )
    uow.flush()
    return bool(people)


def note_refused(uow: UnitOfWork, member: Member, at: datetime) -> None:
    """Somebody asked more often than a desk has to: whoever reads the audit sees it."""
    actor = f"staff:{member.staff_id}"
    audit(uow, at=at, actor=actor, action="family.asked_too_often", object_kind="staff", object_id=member.staff_id)


def _with_id(uow: UnitOfWork, digits: str) -> list[int]:
    index = uow.vault.index("national_id", digits)
    query = (
        select(Identifier.person_id)
        .join(Person, Person.id == Identifier.person_id)
        .where(
            Identifier.value_index == index,
            Identifier.kind != NAME,
            Person.erased_at.is_(None),
            Identifier.person_id.in_(
                select(Application.person_id).where(Application.person_id == Identifier.person_id)
            ),
        )
    )
    return sorted(set(uow.session.scalars(query)))


def _too_many(uow: UnitOfWork, member: Member, at: datetime) -> bool:
    mine = select(func.count()).where(DeskSearch.staff_id == member.staff_id, DeskSearch.by == KNOWN)
    return any(
        (uow.session.scalar(mine.where(DeskSearch.at > at - timedelta(hours=hours))) or 0) >= most
        for hours, most in ((1, AN_HOUR), (24, A_DAY))
    )
