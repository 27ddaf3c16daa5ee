"""The hours of a visit at home stay what the wall there shows, also when a government changes its clocks."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import select

from referrals.appointments.times.place_time import moment_shown, wall_time_of
from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.visits.visiting import AGREED, plan_reminder
from referrals.store.unit_of_work import Store, UnitOfWork


def keep_agreed_hours(store: Store, at: datetime) -> int:
    """Moves the visits ahead whose moment no longer shows the wall time that was agreed; how many there were."""
    with store.reading() as uow:
        ahead = select(HomeVisit.id, HomeVisit.starts_at, HomeVisit.wall_time, HomeVisit.zone).where(
            HomeVisit.state.in_(AGREED), HomeVisit.starts_at > at, HomeVisit.wall_time != ""
        )
        rows = uow.connection.execute(ahead.order_by(HomeVisit.id)).all()
    wrong = [row.id for row in rows if wall_time_of(row.starts_at, row.zone) != row.wall_time]
    return sum(store.transact(partial(_move, number=number, at=at)) for number in wrong)


def _move(uow: UnitOfWork, number: int, at: datetime) -> int:
    visit = uow.session.scalar(select(HomeVisit).where(HomeVisit.id == number).with_for_update())
    if visit is None or visit.state not in AGREED or visit.starts_at is None or visit.ends_at is None:
        return 0
    by = moment_shown(visit.wall_time, visit.zone) - visit.starts_at
    if not by:
        return 0  # the other pass of an hour that comes twice: the visit meant this one
    visit.starts_at, visit.ends_at, visit.updated_at = visit.starts_at + by, visit.ends_at + by, at
    if visit.remind_at is not None:  # else it was said already, and by the wall it is as it was
        plan_reminder(uow, visit, at)
    return 1
