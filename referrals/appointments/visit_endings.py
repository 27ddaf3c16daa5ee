"""A referral that ended is visited at home no longer; and what is forgotten of somebody who wants to be forgotten."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update

from referrals.appointments.centre_records import WaitlistEntry
from referrals.appointments.visit_records import HomeVisit
from referrals.lifecycles import VISIT, advance
from referrals.store.unit_of_work import UnitOfWork

OPEN = ("planned", "assigned", "confirmed", "attempted")


def end_visits(uow: UnitOfWork, referral_id: int, at: datetime, reason: str) -> None:
    """Nobody goes there any more."""
    standing = select(HomeVisit).where(HomeVisit.referral_id == referral_id, HomeVisit.state.in_(OPEN))
    for visit in uow.session.scalars(standing):
        visit.state = advance(VISIT, visit.state, "refuse", "family")
        visit.reason, visit.remind_at, visit.updated_at = reason[:80], None, at
    uow.flush()


def forget_person(uow: UnitOfWork, person_ids: Collection[int], at: datetime) -> None:
    """Erasure: their places in waiting lists go, and of their visits only how each ended stays."""
    uow.flush()
    mine = list(person_ids)
    open_ones = select(HomeVisit.referral_id).where(HomeVisit.person_id.in_(mine), HomeVisit.state.in_(OPEN))
    for referral_id in set(uow.session.scalars(open_ones)):
        end_visits(uow, referral_id, at, "erased")
    uow.connection.execute(delete(WaitlistEntry).where(WaitlistEntry.person_id.in_(mine)))
    blank = {"starts_at": None, "ends_at": None, "wall_time": "", "why": "", "reason": "", "remind_at": None}
    visits = update(HomeVisit).where(HomeVisit.person_id.in_(mine))
    uow.connection.execute(visits.values(**blank).execution_options(synchronize_session=False))
    uow.session.expire_all()
