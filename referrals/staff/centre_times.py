"""A centre's week for its staff: how many are booked, held and free in each time; counts alone, nobody's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from referrals.appointments.booking_rules import Rule, rule_of
from referrals.appointments.centre_records import Closure, WaitlistEntry
from referrals.appointments.records import Appointment, Slot
from referrals.appointments.times.slots_at import free_slots
from referrals.directory.hours.hours_of import hours_of
from referrals.directory.hours.opening_hours import at_wall_time
from referrals.directory.records import Location
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

DAYS = 7
SATURDAY = 5
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cell:
    """One time of a day: families booked, seats held for somebody, seats free, and whether it is for women alone."""

    starts_at: datetime
    booked: int
    held: int
    free: int
    for_women: bool


@dataclass(frozen=True)
class DayOfWeek:
    """One day of the week, with its times by what the wall shows; `closed` where nothing opens."""

    day: date
    closed: bool
    cells: dict[time, Cell]
    closures: tuple[Closure, ...]


@dataclass(frozen=True)
class Week:
    """A centre's week from Saturday, the rows its times make, and how many families wait there for one."""

    place: Location
    days: tuple[DayOfWeek, ...]
    rows: tuple[time, ...]
    rule: Rule
    waiting: int


def places_of(uow: UnitOfWork, member: Member, permission: Permission) -> list[Location]:
    """The centres whose times the member may see or keep, by name."""
    return list(uow.session.scalars(visible_to(member, select(Location), Location, permission).order_by(Location.name)))


def place_of(uow: UnitOfWork, member: Member, location_id: int, permission: Permission) -> Location | None:
    """One of them; None when it is not the member's."""
    query = select(Location).where(Location.id == location_id)
    return uow.session.scalar(visible_to(member, query, Location, permission))


def first_day(day: date) -> date:
    """The Saturday with which the week of a day begins."""
    return day - timedelta(days=(day.weekday() - SATURDAY) % 7)


def week_of(uow: UnitOfWork, place: Location, day: date, at: datetime, zone_name: str) -> Week:
    """The week in which the day lies."""
    hours = hours_of(uow, [place.id], zone_name)[place.id]
    zone, first = hours.zone, first_day(day)
    begins, ends = (at_wall_time(each, time(), zone) for each in (first, first + DAYS * DAY))
    cells: dict[date, dict[time, Cell]] = {first + n * DAY: {} for n in range(DAYS)}
    for cell in _cells(uow, place, begins, ends, at, zone_name):
        wall = cell.starts_at.astimezone(zone)
        if wall.date() in cells:
            cells[wall.date()][wall.time().replace(tzinfo=None)] = cell
    closures = closures_of(uow, place, first)
    days = tuple(
        DayOfWeek(each, each in hours.closed, found, tuple(one for one in closures if one.day == each))
        for each, found in cells.items()
    )
    rows = tuple(sorted({wall for found in cells.values() for wall in found}))
    return Week(place, days, rows, rule_of(uow, place.id), how_many_wait(uow, place.id))


def closures_of(uow: UnitOfWork, place: Location, after: date) -> Sequence[Closure]:
    """What is closed there from a day on, earliest first."""
    query = select(Closure).where(
        Closure.programme_id == place.programme_id,
        (Closure.location_id == place.id) | Closure.location_id.is_(None),
        Closure.day >= after,
        Closure.state != "reopened",
    )
    return uow.session.scalars(query.order_by(Closure.starts_at)).all()


def how_many_wait(uow: UnitOfWork, location_id: int) -> int:
    """Families that wait for a time there."""
    waiting = select(func.count()).select_from(WaitlistEntry)
    mine = waiting.where(WaitlistEntry.location_id == location_id, WaitlistEntry.state.in_(("waiting", "offered")))
    return int(uow.session.scalar(mine) or 0)


def _cells(uow: UnitOfWork, place: Location, begins: datetime, ends: datetime, at: datetime, zone: str) -> list[Cell]:
    """Every time of the week at which somebody is received, or could be."""
    free = free_slots(uow, place.id, max(at, begins), zone, woman=True, ahead=max(ends - max(at, begins), timedelta()))
    seats = {slot.starts_at: (slot.seats, slot.for_women) for slot in free if slot.starts_at < ends}
    query = (
        select(Slot.starts_at, Slot.for_women, Appointment.state, func.count())
        .join(Appointment, Appointment.slot_id == Slot.id)
        .where(Slot.location_id == place.id, Slot.starts_at >= begins, Slot.starts_at < ends)
        .where(Appointment.seat.is_not(None))
        .group_by(Slot.starts_at, Slot.for_women, Appointment.state)
    )
    booked, held, women = Counter[datetime](), Counter[datetime](), dict[datetime, bool]()
    for starts_at, for_women, state, count in uow.session.execute(query):
        (held if state == "proposed" else booked)[starts_at] += count
        women[starts_at] = for_women
    starts = sorted({*seats, *booked, *held})
    return [
        Cell(
            each,
            booked[each],
            held[each],
            seats.get(each, (0, False))[0],
            seats[each][1] if each in seats else women[each],
        )
        for each in starts
    ]


def zone_at(uow: UnitOfWork, place: Location, zone: str) -> ZoneInfo:
    """The clock on the wall of a centre."""
    return hours_of(uow, [place.id], zone)[place.id].zone
