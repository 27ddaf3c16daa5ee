"""«قدّمنا من قبل», and nothing of ours fits: a line for staff who decide about applications, and for nobody else."""

from __future__ import annotations

from sqlalchemy import or_, select

from referrals.applications.filing import facts_of
from referrals.applications.records import Application
from referrals.families.households import as_one
from referrals.families.people import everyone_as
from referrals.families.records import DuplicatePair
from referrals.protection.vault import Erased
from referrals.store.unit_of_work import UnitOfWork

SAID, JUDGED_APART = "yes", "distinct"


def said_before_unmatched(uow: UnitOfWork, application: Application) -> bool:
    """Whether they said that somebody of their home applied before, and we know of no such application.

    Never for the family nor for the centre that receives it: that somebody else of a home applied is told to neither.
    """
    try:
        if facts_of(uow, application).get("applied_before") != SAID:
            return False
    except Erased:
        return False
    people = everyone_as(uow, application.person_id)
    return not _applied_before(uow, application, people) and not _resembled(uow, application, people)


def _applied_before(uow: UnitOfWork, application: Application, people: list[int]) -> bool:
    whose = [Application.person_id.in_(people)]
    if application.household_id is not None:
        whose.append(Application.household_id.in_(as_one(uow, application.household_id)))
    earlier = select(Application.id).where(
        Application.programme_id == application.programme_id, Application.id < application.id, or_(*whose)
    )
    return uow.session.scalar(earlier.limit(1)) is not None


def _resembled(uow: UnitOfWork, application: Application, people: list[int]) -> bool:
    """Whether a pair waits for a decision, or was decided to be one; what was judged apart is no match."""
    pair = select(DuplicatePair.id).where(
        DuplicatePair.programme_id == application.programme_id,
        DuplicatePair.state != JUDGED_APART,
        or_(DuplicatePair.one_id.in_(people), DuplicatePair.other_id.in_(people)),
    )
    return uow.session.scalar(pair.limit(1)) is not None
