"""Days that became holidays, and places that are gone, while families are booked or visited: the clock closes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, bindparam, select

from referrals.appointments.centre_records import Closure
from referrals.appointments.closures.closing import Span, close, same_place, zone_of_closing
from referrals.appointments.closures.visits_then import agreed_between
from referrals.appointments.records import Appointment
from referrals.appointments.reminders.due import COMING
from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.visits.visiting import AGREED
from referrals.directory.records import CalendarDay, Location
from referrals.referral.records import Referral
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import Store, UnitOfWork

HOLIDAYS_AHEAD = timedelta(days=60)
DAY = timedelta(days=1)
AT_A_TIME = 50
ASKED = "closed:"  # people were asked about it already


def notice_holidays(store: Store, at: datetime) -> int:
    """Days that became holidays while families are booked or visited on them: closed, and the families asked again.

    A day whose moon is yet to be sighted is left until somebody confirms it. Returns how many days were closed.
    """
    with store.reading() as uow:
        days = [(each.programme_id, each.location_id, each.day) for each in _holidays(uow, at)]
        found = [each for each in days if _booked_on(uow, *each, at)]
        gone = _days_at_gone_places(uow, at)
    closed = 0
    for reason, some in (("holiday", found), ("other", gone)):
        for programme_id, location_id, day in some:
            work = partial(_close, programme_id=programme_id, location_id=location_id, day=day, at=at, reason=reason)
            closed += store.transact(work)
    return closed


def _days_at_gone_places(uow: UnitOfWork, at: datetime) -> list[tuple[str, int | None, date]]:
    """The next days on which families are booked at, or visited from, places that the directory no longer has.
    ix_location_gone"""
    booked = (
        select(Location.programme_id, Location.id, Appointment.starts_at)
        .join(Appointment, Appointment.location_id == Location.id)
        .where(Location.gone_at.is_not(None), COMING, Appointment.ends_at > at)
        .where(~Appointment.reason.startswith(ASKED))
        .order_by(Appointment.starts_at)
        .limit(AT_A_TIME)
    )
    visited = (
        select(Location.programme_id, Location.id, HomeVisit.starts_at)
        .join(HomeVisit, HomeVisit.location_id == Location.id)
        .where(Location.gone_at.is_not(None), HomeVisit.state.in_(AGREED), HomeVisit.ends_at > at)
        .where(~HomeVisit.reason.startswith(ASKED))
        .order_by(HomeVisit.starts_at)
        .limit(AT_A_TIME)
    )
    found = [*uow.connection.execute(booked).all(), *uow.connection.execute(visited).all()]
    zones = {row.id: zone_of_closing(uow, row.programme_id, row.id) for row in found}
    days = ((row.programme_id, row.id, row.starts_at.astimezone(zones[row.id]).date()) for row in found)
    return list(dict.fromkeys(days))


def _holidays(uow: UnitOfWork, at: datetime) -> Sequence[CalendarDay]:
    today = at.date()
    query = select(CalendarDay).where(
        CalendarDay.kind != "ramadan",
        CalendarDay.estimated.is_(False),
        CalendarDay.day >= today - DAY,
        CalendarDay.day <= today + HOLIDAYS_AHEAD,
    )
    return uow.session.scalars(query.order_by(CalendarDay.day)).all()


def _booked_on(uow: UnitOfWork, programme_id: str, location_id: int | None, day: date, at: datetime) -> bool:
    """Whether any family is still to come or to be visited that day. ix_appointment_current: what ends that day, or
    the next."""
    between = Span(day).between(zone_of_closing(uow, programme_id, location_id))
    if between[1] <= at:
        return False
    visited = agreed_between(programme_id, location_id, (max(at, between[0]), between[1]))
    if uow.session.scalar(select(HomeVisit.id).where(visited, ~HomeVisit.reason.startswith(ASKED)).limit(1)):
        return True
    span = {"begins": max(at, between[0]), "ends": between[1], "latest": between[1] + DAY}
    if location_id is None:
        return _ANY_OF_PROGRAMME.first(uow.connection, programme=programme_id, **span) is not None
    return _ANY_AT_PLACE.first(uow.connection, location=location_id, **span) is not None


def _any_booked() -> Select[Any]:
    moment = Appointment.ends_at.type
    return select(Appointment.id).where(
        COMING,
        Appointment.starts_at < bindparam("ends", type_=moment),
        Appointment.ends_at > bindparam("begins", type_=moment),
        Appointment.ends_at < bindparam("latest", type_=moment),
        ~Appointment.reason.startswith(ASKED),
    )


_ANY_AT_PLACE = Ready(_any_booked().where(Appointment.location_id == bindparam("location")).limit(1))
_ANY_OF_PROGRAMME = Ready(
    _any_booked()
    .join(Referral, Referral.id == Appointment.referral_id)
    .where(Referral.programme_id == bindparam("programme"))
    .limit(1)
)


def _close(uow: UnitOfWork, programme_id: str, location_id: int | None, day: date, at: datetime, reason: str) -> int:
    if not _booked_on(uow, programme_id, location_id, day, at):
        return 0
    known = select(Closure).where(
        Closure.programme_id == programme_id,
        same_place(Closure.location_id, location_id),
        Closure.day == day,
        Closure.whole_day,
    )
    standing = uow.session.scalar(known.where(Closure.state != "reopened").limit(1))
    if standing is None:
        close(uow, programme_id, location_id, Span(day), reason, at)
        return 1
    if standing.state == "closed" and standing.next_at is None:
        standing.state, standing.next_at = "telling", at  # somebody was booked on it all the same
        return 1
    return 0
