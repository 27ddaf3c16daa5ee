"""Whether a place received nobody at the time of a booking, looked at when that time is over."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from referrals.appointments.centre_records import Closure
from referrals.appointments.records import Appointment
from referrals.definitions.in_force import settings_of
from referrals.directory.records import CalendarDay, Location
from referrals.seasonal_hours import RAMADAN
from referrals.store.unit_of_work import UnitOfWork

HOLIDAY, GONE = "closed:holiday", "closed:gone"


def shut_then(uow: UnitOfWork, appointment: Appointment, programme_id: str) -> str:
    """Why nobody was received there then, as a booking keeps it («closed:12»); blank where the place was open.

    A closing counts whenever it was declared, as long as it stands; a holiday only where its day is sure.
    """
    assert appointment.starts_at is not None and appointment.ends_at is not None
    closing = select(Closure.id).where(  # ix_closure_of_place
        Closure.programme_id == programme_id,
        or_(Closure.location_id == appointment.location_id, Closure.location_id.is_(None)),
        Closure.state != "reopened",
        Closure.starts_at < appointment.ends_at,
        Closure.ends_at > appointment.starts_at,
    )
    closure_id = uow.session.scalar(closing.order_by(Closure.id).limit(1))
    if closure_id is not None:
        return f"closed:{closure_id}"
    zone = ZoneInfo(appointment.zone or settings_of(uow, programme_id).time_zone)
    holiday = select(CalendarDay.id).where(  # ix_calendar_day_of_programme
        CalendarDay.programme_id == programme_id,
        or_(CalendarDay.location_id == appointment.location_id, CalendarDay.location_id.is_(None)),
        CalendarDay.day == appointment.starts_at.astimezone(zone).date(),
        CalendarDay.kind != RAMADAN,
        CalendarDay.estimated.is_(False),
    )
    if uow.session.scalar(holiday.limit(1)) is not None:
        return HOLIDAY
    gone_at = uow.session.get_one(Location, appointment.location_id).gone_at
    return GONE if gone_at is not None and gone_at < appointment.ends_at else ""
