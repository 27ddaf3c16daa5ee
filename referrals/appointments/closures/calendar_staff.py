"""The calendar as staff keep it: days added, taken out, confirmed when the moon was sighted; imports leave it so."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select

from referrals.appointments.booking_rules import refit_slots
from referrals.appointments.centre_records import CalendarWord, Closure
from referrals.appointments.closures.closing import kept_after_all
from referrals.appointments.waking import wake
from referrals.definitions.in_force import settings_of
from referrals.directory import records
from referrals.directory.hours.calendar_days import KINDS, CalendarDay
from referrals.protection.audit import audit
from referrals.seasonal_hours import RAMADAN
from referrals.store.unit_of_work import UnitOfWork

STAFF = "staff"
LONGEST_NAME = 200


class DayRefused(ValueError):
    """Choose a day from today on, up to three years ahead, and one of: holiday, ramadan, closure."""


def days_of(uow: UnitOfWork, programme_id: str, after: date, until: date) -> list[records.CalendarDay]:
    """The calendar of a programme between two days, both included; what is one place's alone stands with its place."""
    day = records.CalendarDay
    query = select(day).where(day.programme_id == programme_id, day.day >= after, day.day <= until)
    return list(uow.session.scalars(query.order_by(day.day, day.kind, day.id)))


def add_day(
    uow: UnitOfWork,
    programme_id: str,
    day: CalendarDay,
    at: datetime,
    staff_id: int,
    location_id: int | None = None,
) -> records.CalendarDay:
    """The day stands in the calendar, once, as staff say. Families who are booked on it are asked again by the clock.
    Raises `DayRefused`."""
    today = at.date() - timedelta(days=1)  # somewhere it is still yesterday
    if day.kind not in KINDS or not today <= day.day <= today + timedelta(days=3 * 366):
        raise DayRefused(DayRefused.__doc__)
    row = uow.session.scalar(select(records.CalendarDay).where(*_is(programme_id, location_id, day.day, day.kind)))
    if row is None:
        row = records.CalendarDay(
            programme_id=programme_id, location_id=location_id, day=day.day, kind=day.kind, name_ar=""
        )
        uow.session.add(row)
    row.name_ar = day.name_ar[:LONGEST_NAME] or row.name_ar
    row.estimated, row.source = day.estimated, STAFF
    _note(uow, row, at, staff_id, stands=True)
    return row


def confirm_day(uow: UnitOfWork, row: records.CalendarDay, at: datetime, staff_id: int) -> None:
    """The moon was sighted, or a decree was read: the day is sure."""
    row.estimated, row.source = False, STAFF
    _note(uow, row, at, staff_id, stands=True)


def move_day(uow: UnitOfWork, row: records.CalendarDay, day: date, at: datetime, staff_id: int) -> records.CalendarDay:
    """It is on another day after all, and sure there. Raises `DayRefused`."""
    moved = CalendarDay(day, row.kind, False, row.name_ar)
    new = add_day(uow, row.programme_id, moved, at, staff_id, row.location_id)
    if new.id != row.id:
        drop_day(uow, row, at, staff_id)
    return new


def drop_day(uow: UnitOfWork, row: records.CalendarDay, at: datetime, staff_id: int) -> None:
    """It is a day like the others; times on it are free again, also for those who wait."""
    _note(uow, row, at, staff_id, stands=False)
    for closure in _closed_by(uow, row):
        closure.state, closure.next_at, closure.reopened_at = "reopened", None, at
        kept_after_all(uow, closure, at)
    uow.session.delete(row)
    uow.flush()
    _fit(uow, row.programme_id, row.location_id, at)


def _closed_by(uow: UnitOfWork, row: records.CalendarDay) -> list[Closure]:
    """What was closed for that day: none for one of Ramadan."""
    if row.kind == RAMADAN:
        return []
    closed = select(Closure).where(
        Closure.programme_id == row.programme_id,
        Closure.day == row.day,
        Closure.reason == "holiday" if row.kind == "holiday" else Closure.whole_day,
        Closure.state != "reopened",
        Closure.location_id.is_(None) if row.location_id is None else Closure.location_id == row.location_id,
    )
    return list(uow.session.scalars(closed))


def said_by_staff(uow: UnitOfWork, programme_id: str) -> set[tuple[int | None, date, str]]:
    """The days (place, day, kind) of which staff said something: an import of the directory leaves those alone."""
    words = select(CalendarWord.location_id, CalendarWord.day, CalendarWord.kind).filter_by(programme_id=programme_id)
    return {(row.location_id, row.day, row.kind) for row in uow.session.execute(words)}


def _note(uow: UnitOfWork, row: records.CalendarDay, at: datetime, staff_id: int, *, stands: bool) -> None:
    uow.session.add(
        CalendarWord(
            programme_id=row.programme_id,
            location_id=row.location_id,
            day=row.day,
            kind=row.kind,
            stands=stands,
            staff_id=staff_id,
            at=at,
        )
    )
    uow.flush()
    audit(
        uow,
        at=at,
        actor=f"staff:{staff_id}",
        action="calendar.set" if stands else "calendar.dropped",
        object_kind="calendar_day",
        object_id=row.id,
        details={"day": row.day.isoformat(), "kind": row.kind, "estimated": row.estimated},
    )
    if stands and row.kind == RAMADAN:
        _fit(uow, row.programme_id, row.location_id, at)


def _fit(uow: UnitOfWork, programme_id: str, location_id: int | None, at: datetime) -> None:
    """Seats ahead by the calendar as it is now, and a look at the waiting lists."""
    zone = settings_of(uow, programme_id).time_zone
    place = records.Location
    mine = select(place.id).where(place.programme_id == programme_id)
    for each in uow.session.scalars(mine if location_id is None else mine.where(place.id == location_id)).all():
        refit_slots(uow, each, zone, at)
        wake(uow, each, at)


def _is(programme_id: str, location_id: int | None, day: date, kind: str) -> tuple[ColumnElement[bool], ...]:
    row = records.CalendarDay
    where = row.location_id.is_(None) if location_id is None else row.location_id == location_id
    return row.programme_id == programme_id, where, row.day == day, row.kind == kind
