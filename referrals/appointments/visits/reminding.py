"""The day before a visit at home its family is reminded, once; never by a machine who may be in danger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from referrals.appointments.calling import ask_to_call
from referrals.appointments.times.place_time import decent_hours
from referrals.appointments.visits.records import DUE, HomeVisit
from referrals.appointments.visits.visiting import STANDING
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.stages.at_home import VisitNear
from referrals.protection.danger import in_danger
from referrals.quiet_hours import next_decent
from referrals.store.unit_of_work import Store, UnitOfWork

AT_A_TIME = 50

# ix_visit_remind: its first entry.
FIRST = select(func.min(HomeVisit.remind_at)).where(DUE)


def remind_of_visits(store: Store, at: datetime) -> int:
    """Tells the families whose visit is near; each once, and by a clock that was away not in quiet hours either."""
    with store.reading() as uow:
        due = select(HomeVisit.id).where(HomeVisit.remind_at.is_not(None), HomeVisit.remind_at <= at)
        ids: Sequence[int] = uow.connection.execute(due.order_by(HomeVisit.remind_at).limit(AT_A_TIME)).scalars().all()
    return sum(store.transact(partial(_remind, number=number, at=at)) for number in ids)


def _remind(uow: UnitOfWork, number: int, at: datetime) -> int:
    visit = uow.session.scalar(select(HomeVisit).where(HomeVisit.id == number).with_for_update(skip_locked=True))
    if visit is None or visit.remind_at is None or visit.remind_at > at:
        return 0
    visit.remind_at = None
    if visit.starts_at is None or visit.state not in STANDING or at >= visit.starts_at:
        return 0
    decent = next_decent(at, ZoneInfo(visit.zone), decent_hours(uow, visit.programme_id))
    if decent != at:
        visit.remind_at = decent if decent is not None and decent < visit.starts_at else None
        return 0
    reason = f"visit:{visit.id}:{visit.starts_at.astimezone(ZoneInfo(visit.zone)):%Y%m%d%H}"
    said = VisitNear(visit)
    if in_danger(uow, visit.person_id):
        said.withheld = True
    else:
        reach(uow, visit.person_id, visit.programme_id, at, reason=reason, compose=said)
    if said.withheld:
        ask_to_call(uow, visit.person_id, visit.programme_id, at, restricted=True)
    return 1
