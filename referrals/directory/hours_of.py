"""The opening hours of a location as it stands in the database, as the rules take them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from referrals.directory.opening_hours import WeeklyHours, weekly_hours
from referrals.directory.records import CalendarDay, Location, Schedule
from referrals.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Hours:
    """A location's hours for everyone, its zone and the days on which it stays shut."""

    weekly: tuple[WeeklyHours, ...]
    zone: ZoneInfo
    closed: frozenset[date]


def hours_of(uow: UnitOfWork, locations: Iterable[int], zone: str) -> dict[int, Hours]:
    """Hours by location; `zone` is the programme's, for a location that names none."""
    wanted = sorted(set(locations))
    schedules = list(
        uow.session.scalars(select(Schedule).where(Schedule.location_id.in_(wanted), Schedule.for_whom == "everyone"))
    )
    shut = uow.session.execute(
        select(Location.id, CalendarDay.day)
        .join(CalendarDay, CalendarDay.programme_id == Location.programme_id)
        .where(
            Location.id.in_(wanted),
            CalendarDay.kind != "ramadan",
            or_(CalendarDay.location_id.is_(None), CalendarDay.location_id == Location.id),
        )
    ).all()
    found = {}
    for location in wanted:
        rows = [row for row in schedules if row.location_id == location and row.service_at_location_id is None]
        rows = rows or [row for row in schedules if row.location_id == location]
        found[location] = Hours(
            tuple(weekly_hours(row.byday, row.opens_at, row.closes_at, row.valid_from, row.valid_to) for row in rows),
            ZoneInfo(rows[0].zone if rows and rows[0].zone else zone),
            frozenset(day for of, day in shut if of == location),
        )
    return found
