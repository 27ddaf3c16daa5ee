"""Households: who lives on one purse, from when to when, who applied for it, who cares for whom, and where it lived."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from referrals.applications.records import Application
from referrals.conversations.records import Conversation, InterviewSession
from referrals.families.records import Household, HouseholdArea, Membership, Person
from referrals.store.unit_of_work import UnitOfWork

APPLICANT = "applicant"


@dataclass(frozen=True)
class HouseholdMember:
    """Somebody in a household, and who told us of them; `told_by` is None for who spoke to us themselves."""

    household_id: int
    person_id: int
    relation: str
    head: bool
    caregiver: bool
    since: datetime
    until: datetime | None
    left_because: str
    told_by: int | None


def begin_household(
    uow: UnitOfWork, programme_id: str, applicant_id: int, size: int | None, area_code: str, at: datetime
) -> Household:
    """A new household with whoever applies, who heads it."""
    household = Household(programme_id=programme_id, size=size, area_code="", created_at=at)
    uow.session.add(household)
    uow.flush()
    move_to(uow, household, area_code, at)
    join(uow, household.id, applicant_id, APPLICANT, at, head=True)
    return household


def household_applied_in(uow: UnitOfWork, person_id: int, programme_id: str) -> Household | None:
    """The household that a person applied in before and still lives in; the latest where there are several."""
    query = (
        select(Household)
        .join(Membership, Membership.household_id == Household.id)
        .where(
            Membership.person_id == person_id,
            Membership.relation == APPLICANT,
            Membership.until.is_(None),
            Household.programme_id == programme_id,
        )
        .order_by(Household.id.desc())
        .limit(1)
    )
    return uow.session.scalar(query)


def move_to(uow: UnitOfWork, household: Household, area_code: str, at: datetime) -> None:
    """The household lives there from now on; where it lived before stays known with its dates."""
    if area_code == household.area_code:
        return
    standing = select(HouseholdArea).filter_by(household_id=household.id, until=None)
    for area in uow.session.scalars(standing):
        area.until = at
    household.area_code = area_code
    if area_code:
        uow.session.add(HouseholdArea(household_id=household.id, area_code=area_code, since=at))
    uow.flush()


def join(
    uow: UnitOfWork,
    household_id: int,
    person_id: int,
    relation: str,
    at: datetime,
    *,
    head: bool = False,
    caregiver: bool = False,
    form_ref: str = "",
) -> Membership:
    """Somebody belongs to the household from now on; who does already stays as they are."""
    standing = uow.session.scalar(
        select(Membership).filter_by(household_id=household_id, person_id=person_id, until=None)
    )
    if standing is not None:
        return standing
    membership = Membership(
        household_id=household_id,
        person_id=person_id,
        relation=relation,
        head=head,
        caregiver=caregiver,
        form_ref=form_ref,
        since=at,
        left_because="",
    )
    uow.session.add(membership)
    uow.flush()
    return membership


def leave(uow: UnitOfWork, membership: Membership, at: datetime, because: str) -> None:
    """They no longer belong to it, since now; that they did stays. Who left already left then."""
    if membership.until is None:
        membership.until, membership.left_because = at, because
        uow.flush()


def as_one(uow: UnitOfWork, household_id: int) -> list[int]:
    """Every household that is one with this one, itself among them; first the one that the others turned out to be."""
    root = household_id
    while (into := uow.session.scalar(select(Household.merged_into_id).where(Household.id == root))) is not None:
        root = into
    found = [root]
    for each in found:
        found += uow.session.scalars(select(Household.id).where(Household.merged_into_id == each))
    return found


def members_of(uow: UnitOfWork, household_id: int, *, also_former: bool = False) -> list[HouseholdMember]:
    """Who belongs to a household and to those that turned out to be the same, by household and then as they came."""
    query = (
        select(Membership, Person.told_by_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.household_id.in_(as_one(uow, household_id)))
        .order_by(Membership.household_id, Membership.id)
    )
    if not also_former:
        query = query.where(Membership.until.is_(None))
    return [
        HouseholdMember(
            row.household_id,
            row.person_id,
            row.relation,
            row.head,
            row.caregiver,
            row.since,
            row.until,
            row.left_because,
            told_by,
        )
        for row, told_by in uow.session.execute(query)
    ]


def told_of_by(uow: UnitOfWork, people: Collection[int]) -> list[int]:
    """Whom these people told us of and who never spoke to us themselves: they are erased along with them."""
    themselves = [exists().where(each.person_id == Person.id) for each in (Application, InterviewSession, Conversation)]
    query = select(Person.id).where(Person.told_by_id.in_(people), ~themselves[0], ~themselves[1], ~themselves[2])
    return [each for each in uow.session.scalars(query.order_by(Person.id)) if each not in people]
