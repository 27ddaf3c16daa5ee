"""A day, or hours of it, on which a place receives nobody after all; and that it is open then again.

Who was booked is told by the clock: `referrals/appointments/closures/closed_to.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import InstrumentedAttribute

from referrals.appointments.centre_records import CalendarWord, Closure
from referrals.appointments.records import Appointment
from referrals.appointments.reminders.due import COMING
from referrals.appointments.reminders.planning import plan_again
from referrals.appointments.times.place_time import zone_of
from referrals.appointments.times.seats import alone_at
from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.visits.visiting import AGREED, plan_reminder
from referrals.appointments.waking import wake
from referrals.definitions.in_force import settings_of
from referrals.directory.hours.opening_hours import at_wall_time
from referrals.directory.records import CalendarDay, Location
from referrals.protection.audit import audit
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork

REASONS = ("storm", "building", "staff", "holiday", "other")
DAY = timedelta(days=1)


class ClosureRefused(ValueError):
    """Choose a day from today on, hours that end after they begin, and a reason of the list."""


@dataclass(frozen=True)
class Span:
    """What is to be closed: a whole local day, or from one wall time to another."""

    day: date
    starts: time | None = None
    ends: time | None = None

    def between(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The two moments, in UTC. Raises `ClosureRefused`."""
        if (self.starts is None) != (self.ends is None):
            raise ClosureRefused(ClosureRefused.__doc__)
        if self.starts is None or self.ends is None:
            return at_wall_time(self.day, time(), zone), at_wall_time(self.day + DAY, time(), zone)
        if self.starts >= self.ends:
            raise ClosureRefused(ClosureRefused.__doc__)
        return at_wall_time(self.day, self.starts, zone), at_wall_time(self.day, self.ends, zone, last=True)


def affected(
    uow: UnitOfWork, programme_id: str, location_id: int | None, between: tuple[datetime, datetime]
) -> list[Appointment]:
    """The bookings that stand in that time, at a place or (None) at all of a programme's, earliest first."""
    query = (
        select(Appointment)
        .join(Referral, Referral.id == Appointment.referral_id)
        .where(Referral.programme_id == programme_id)
        .where(COMING, Appointment.starts_at < between[1])
        .where(Appointment.ends_at > between[0], Appointment.ends_at < between[1] + DAY)  # none is longer than a day
        .order_by(Appointment.starts_at, Appointment.id)
    )
    if location_id is not None:
        query = query.where(Appointment.location_id == location_id)
    return list(uow.session.scalars(query))


def close(
    uow: UnitOfWork,
    programme_id: str,
    location_id: int | None,
    span: Span,
    reason: str,
    at: datetime,
    staff_id: int | None = None,
) -> Closure:
    """The place receives nobody then; from now on nobody can book it, and the clock tells those who had.

    The same closing twice is one. Raises `ClosureRefused` for a time that is over, and for an unknown reason.
    """
    if location_id is not None:  # who books there at this moment is first, and then told; or finds it closed
        alone_at(uow, [location_id])
    starts_at, ends_at = span.between(zone_of_closing(uow, programme_id, location_id))
    if reason not in REASONS or ends_at <= at:
        raise ClosureRefused(ClosureRefused.__doc__)
    same = select(Closure).where(
        Closure.programme_id == programme_id,
        same_place(Closure.location_id, location_id),
        Closure.starts_at == starts_at,
        Closure.ends_at == ends_at,
        Closure.state != "reopened",
    )
    standing = uow.session.scalar(same.limit(1))
    if standing is not None:
        return standing
    closure = Closure(
        programme_id=programme_id,
        location_id=location_id,
        day=span.day,
        starts_at=starts_at,
        ends_at=ends_at,
        whole_day=span.starts is None,
        reason=reason,
        state="telling",
        told=0,
        next_at=at,
        staff_id=staff_id,
        created_at=at,
    )
    uow.session.add(closure)
    if closure.whole_day and reason != "holiday":
        _mark_day(uow, closure, at)
    uow.flush()
    audit(
        uow,
        at=at,
        actor=f"staff:{staff_id}" if staff_id else "system",
        action="closure.declared",
        object_kind="closure",
        object_id=closure.id,
        details={"day": span.day.isoformat(), "reason": reason, "location": location_id or 0},
    )
    return closure


def reopen(uow: UnitOfWork, closure: Closure, at: datetime, staff_id: int) -> None:
    """It is open then after all; who waits may get a time. Who chose another one keeps that."""
    if closure.state == "reopened":
        return
    closure.state, closure.next_at, closure.reopened_at = "reopened", None, at
    mine = delete(CalendarDay).where(
        CalendarDay.programme_id == closure.programme_id,
        same_place(CalendarDay.location_id, closure.location_id),
        CalendarDay.day == closure.day,
        CalendarDay.kind == "closure",
        CalendarDay.source == "staff",
    )
    uow.session.execute(mine)
    if closure.whole_day:
        _say(uow, closure, at, stands=False)
    uow.flush()
    kept_after_all(uow, closure, at)
    places = [closure.location_id] if closure.location_id is not None else _places(uow, closure.programme_id)
    for place in places:
        wake(uow, place, at)
    audit(
        uow,
        at=at,
        actor=f"staff:{staff_id}",
        action="closure.reopened",
        object_kind="closure",
        object_id=closure.id,
    )


def kept_after_all(uow: UnitOfWork, closure: Closure, at: datetime) -> None:
    """Bookings and visits about which a person was still to decide stand as they did, and are reminded of."""
    left = select(Appointment).where(COMING, Appointment.reason == closed_reason(closure), Appointment.starts_at > at)
    for appointment in uow.session.scalars(left).all():
        appointment.reason, appointment.updated_at = "", at
        plan_again(uow, appointment, closure.programme_id, closed_reason(closure), at)
    visits = select(HomeVisit).where(
        HomeVisit.reason == closed_reason(closure), HomeVisit.state.in_(AGREED), HomeVisit.starts_at > at
    )
    for visit in uow.session.scalars(visits).all():
        visit.reason, visit.updated_at = "", at
        plan_reminder(uow, visit, at)


def closed_reason(closure: Closure) -> str:
    """How a booking names the closing that it fell to."""
    return f"closed:{closure.id}"


def _mark_day(uow: UnitOfWork, closure: Closure, at: datetime) -> None:
    uow.session.add(
        CalendarDay(
            programme_id=closure.programme_id,
            location_id=closure.location_id,
            day=closure.day,
            kind="closure",
            source="staff",
        )
    )
    _say(uow, closure, at, stands=True)


def _say(uow: UnitOfWork, closure: Closure, at: datetime, *, stands: bool) -> None:
    uow.session.add(
        CalendarWord(
            programme_id=closure.programme_id,
            location_id=closure.location_id,
            day=closure.day,
            kind="closure",
            stands=stands,
            staff_id=closure.staff_id,
            at=at,
        )
    )


def zone_of_closing(uow: UnitOfWork, programme_id: str, location_id: int | None) -> ZoneInfo:
    """By whose clock a day begins and ends there; the programme's for all of its places."""
    if location_id is None:
        return ZoneInfo(settings_of(uow, programme_id).time_zone)
    return ZoneInfo(zone_of(uow, location_id, programme_id))


def same_place(column: InstrumentedAttribute[int | None], location_id: int | None) -> ColumnElement[bool]:
    """Of this place; or, without one, of no place but of all."""
    return column.is_(None) if location_id is None else column == location_id


def _places(uow: UnitOfWork, programme_id: str) -> list[int]:
    return list(uow.session.scalars(select(Location.id).filter_by(programme_id=programme_id)))
