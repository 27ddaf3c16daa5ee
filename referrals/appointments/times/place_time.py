"""The clock on the wall of the place, and the hours in which families of a programme may be written to there."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from referrals.definitions.in_force import settings_of
from referrals.directory.records import CalendarDay, Schedule
from referrals.seasonal_hours import RAMADAN, SeasonalHours
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork
from referrals.wall_clock import as_utc, moment_of

WALL = "%Y-%m-%dT%H:%M"

_ZONE = Ready(  # a location has a few schedules, found by its index
    select(Schedule.zone).where(Schedule.location_id == bindparam("location"), Schedule.zone != "").limit(1)
)
_RAMADAN = Ready(  # some thirty days a year
    select(CalendarDay.day).where(
        CalendarDay.programme_id == bindparam("programme"),
        CalendarDay.kind == RAMADAN,
    )
)


def zone_of(uow: UnitOfWork, location_id: int, programme_id: str) -> str:
    """The IANA zone that a location's opening hours are in; the programme's where they name none."""
    return _ZONE.value(uow.connection, location=location_id) or settings_of(uow, programme_id).time_zone


def decent_hours(uow: UnitOfWork, programme_id: str) -> SeasonalHours:
    """When families of a programme may be written to, with Ramadan as its calendar has it."""
    days = frozenset(row.day for row in _RAMADAN.all(uow.connection, programme=programme_id))
    return settings_of(uow, programme_id).hours.seen(days)


def wall_time_of(at: datetime, zone: str) -> str:
    """What the clock at the place shows at a moment: 2026-12-06T10:30."""
    return as_utc(at).astimezone(ZoneInfo(zone)).strftime(WALL)


def moment_shown(wall_time: str, zone: str) -> datetime:
    """The moment, in UTC, at which the clock at the place shows that, as `wall_time_of` wrote it."""
    return moment_of(datetime.fromisoformat(wall_time), ZoneInfo(zone))
