"""The opening hours of a location, or of one service there, as they stand in the database, for the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from referrals.directory.hours.opening_hours import WeeklyHours, weekly_hours
from referrals.directory.hours.recurring import Recurrence, read_recurrence
from referrals.directory.records import CalendarDay, Location, Schedule
from referrals.store.unit_of_work import UnitOfWork

WOMEN, RAMADAN = "women", "ramadan"


@dataclass(frozen=True)
class Hours:
    """A location's hours, its zone, the days on which it stays shut, and the days of Ramadan as its calendar has them.

    `weekly` are the hours for everyone, `all_hours` those for women alone as well. `given_id` is the service there
    whose own hours they are, 0 for the location's.
    """

    weekly: tuple[WeeklyHours, ...]
    zone: ZoneInfo
    closed: frozenset[date]
    all_hours: tuple[WeeklyHours, ...] = ()
    ramadan: frozenset[date] = frozenset()
    given_id: int = 0


def hours_of(uow: UnitOfWork, locations: Iterable[int], zone: str) -> dict[int, Hours]:
    """Hours by location; `zone` is the programme's, for a location that names none."""
    wanted = sorted(set(locations))
    rows = _schedules(uow, wanted)
    shut, ramadan = _days(uow, wanted)
    found = {}
    for location in wanted:
        own = [row for row in rows[location] if row.service_at_location_id is None]
        found[location] = _hours(own or rows[location], zone, shut[location], ramadan[location], 0)
    return found


def hours_at(uow: UnitOfWork, location_id: int, zone: str, given_id: int = 0) -> Hours:
    """The hours of one service at a location (a row of service_at_location): its own where it has some, else the
    location's."""
    rows = _schedules(uow, [location_id])[location_id]
    own = [row for row in rows if given_id and row.service_at_location_id == given_id]
    if not own:
        return hours_of(uow, [location_id], zone)[location_id]
    shut, ramadan = _days(uow, [location_id])
    return _hours(own, zone, shut[location_id], ramadan[location_id], given_id)


def _schedules(uow: UnitOfWork, locations: list[int]) -> dict[int, list[Schedule]]:
    found: dict[int, list[Schedule]] = defaultdict(list)
    for row in uow.session.scalars(select(Schedule).where(Schedule.location_id.in_(locations)).order_by(Schedule.id)):
        found[row.location_id].append(row)
    return found


def _days(uow: UnitOfWork, locations: list[int]) -> tuple[dict[int, set[date]], dict[int, set[date]]]:
    """The days on which each location stays shut, and the days of Ramadan."""
    shut: dict[int, set[date]] = defaultdict(set)
    ramadan: dict[int, set[date]] = defaultdict(set)
    query = (
        select(Location.id, CalendarDay.day, CalendarDay.kind)
        .join(CalendarDay, CalendarDay.programme_id == Location.programme_id)
        .where(
            Location.id.in_(locations), or_(CalendarDay.location_id.is_(None), CalendarDay.location_id == Location.id)
        )
    )
    for location, day, kind in uow.session.execute(query):
        (ramadan if kind == RAMADAN else shut)[location].add(day)
    return shut, ramadan


def _hours(rows: list[Schedule], zone: str, shut: set[date], ramadan: set[date], given_id: int) -> Hours:
    every = tuple(hours_in(row) for row in rows)
    return Hours(
        tuple(each for each in every if not each.for_women),
        ZoneInfo(next((row.zone for row in rows if row.zone), zone)),
        frozenset(shut),
        every,
        frozenset(ramadan),
        given_id,
    )


def hours_in(row: Schedule) -> WeeklyHours:
    """The hours of one stored row, with its rule where they do not simply come back every week."""
    rule = _rule(row)
    weekly = weekly_hours("" if rule else row.byday, row.opens_at, row.closes_at, row.valid_from, row.valid_to)
    days = frozenset(day for day, _ in rule.weekdays) if rule else weekly.days
    return WeeklyHours(
        days, weekly.opens, weekly.closes, weekly.valid_from, weekly.valid_to, rule, row.for_whom == WOMEN
    )


def _rule(row: Schedule) -> Recurrence | None:
    plain = row.freq in ("", "WEEKLY") and row.interval in (None, 0, 1) and not row.bymonthday
    if plain and row.byday and row.count is None and row.until is None and row.dtstart is None:
        return None
    return read_recurrence(
        row.freq,
        row.byday,
        interval=row.interval,
        bymonthday=row.bymonthday,
        starts_on=row.dtstart or (row.valid_from if row.count is not None or row.interval > 1 else None),
        until=row.until,
        count=row.count,
        wkst=row.wkst,
    )
