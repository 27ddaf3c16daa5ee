"""A referral that ended is visited at home no longer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from referrals.appointments.visits.records import HomeVisit
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
