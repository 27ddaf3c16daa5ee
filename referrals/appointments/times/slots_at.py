"""Times at a centre that are still free: its opening hours cut into slots, less what is booked, held or closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from heapq import merge

from sqlalchemy import or_, select

from referrals.appointments.booking_rules import Rule, rule_of, rules_of
from referrals.appointments.centre_records import Closure
from referrals.appointments.records import Appointment
from referrals.appointments.records import Slot as SlotRow
from referrals.appointments.times.slots import Interval, Slot, overlaps, slots_within
from referrals.directory.hours.hours_of import Hours, hours_at, hours_of
from referrals.directory.hours.opening_hours import openings
from referrals.directory.records import Location
from referrals.store.unit_of_work import UnitOfWork

AHEAD = timedelta(days=14)
NOTICE_HOURS = 24.0  # a family needs a day to arrange children and the way
APART = timedelta(hours=2)  # a time so near to one that did not suit will not suit either
DAY = timedelta(days=1)
LONGEST_OPEN = timedelta(hours=50)  # hours of one day end with the next one, also where a day has twenty-five
FOR_GOOD = timedelta(days=3660)
SHUT = ("telling", "closed")


@dataclass(frozen=True)
class Taken:
    """What stands against times of a place: seats taken (by day), slots with seats of their own, closures."""

    booked: dict[date, list[Interval]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[datetime, tuple[datetime, int]] = field(default_factory=dict)
    closed: list[Interval] = field(default_factory=list)


def free_slots(
    uow: UnitOfWork,
    location_id: int,
    at: datetime,
    zone: str,
    *,
    given_id: int = 0,
    woman: bool | None = False,
    ahead: timedelta = AHEAD,
) -> tuple[Slot, ...]:
    """Slots with a free seat in the next two weeks, earliest first; with `woman` also those for women alone.

    `given_id` is a service there (service_at_location): where it has hours of its own, those and its own seats count.
    """
    hours = hours_at(uow, location_id, zone, given_id)
    taken = _taken(uow, [location_id], at, hours.given_id)[location_id]
    rule = rule_of(uow, location_id)
    everyone = list(_free(hours, rule, taken, at, ahead))
    if woman is False:
        return tuple(everyone)
    known = [(slot.starts_at, slot.ends_at) for slot in everyone]
    women = [
        slot
        for slot in _free(hours, rule, taken, at, ahead, women=True)
        if not any(overlaps((slot.starts_at, slot.ends_at), each) for each in known)
    ]
    return tuple(merge(everyone, women, key=lambda slot: slot.starts_at))


def earliest_starts(uow: UnitOfWork, locations: Iterable[int], at: datetime, zone: str) -> dict[int, datetime | None]:
    """The first free start at each location after the notice; None where nothing is free."""
    wanted = list(locations)
    hours, taken, rules = hours_of(uow, wanted, zone), _taken(uow, wanted, at), rules_of(uow, wanted)
    first_after = at + timedelta(hours=NOTICE_HOURS)
    return {
        location: next(
            (
                slot.starts_at
                for slot in _free(hours[location], rules[location], taken[location], at, AHEAD)
                if slot.starts_at >= first_after
            ),
            None,
        )
        for location in wanted
    }


def _free(
    hours: Hours, rule: Rule, taken: Taken, at: datetime, ahead: timedelta, *, women: bool = False
) -> Iterator[Slot]:
    """Slots with a seat left, one by one: whoever wants the first stops there. Times are counted from when the door
    opens, also today; those after midnight are of the day that they are on, which may be a holiday."""
    every = (hours.all_hours or hours.weekly) if women else hours.weekly
    for opening in openings(every, at - LONGEST_OPEN, at + ahead, hours.zone, hours.closed, women=women):
        if opening.ends_at <= at:
            continue
        for slot in slots_within([(opening.starts_at, opening.ends_at)], rule.minutes):
            day = slot.starts_at.astimezone(hours.zone).date()
            if slot.starts_at <= at or day in hours.closed:
                continue
            left = _left(replace(slot, seats=rule.seats_on(day, hours.ramadan), for_women=women), taken)
            if left is not None:
                yield left


def _left(slot: Slot, taken: Taken) -> Slot | None:
    """The slot with the seats that are left; None where there is none. A slot that stands keeps its own length."""
    starts_at = slot.starts_at
    ends_at, seats = taken.rows.get(starts_at, (slot.ends_at, slot.seats))
    if any(starts_at < ends and starts < ends_at for starts, ends in taken.closed):
        return None
    days = {starts_at.date() - DAY, starts_at.date(), ends_at.date()}
    near = [each for day in days for each in taken.booked.get(day, ())]
    left = seats - sum(starts_at < ends and starts < ends_at for starts, ends in near)
    return replace(slot, ends_at=ends_at, seats=left) if left > 0 else None


def _taken(uow: UnitOfWork, locations: Iterable[int], at: datetime, given_id: int = 0) -> dict[int, Taken]:
    """What stands against the times ahead, by location; of one service's own desks, or of the place's."""
    wanted = list(locations)
    found = {location: Taken() for location in wanted}
    query = (
        select(SlotRow.location_id, SlotRow.starts_at, SlotRow.ends_at)
        .join(Appointment, Appointment.slot_id == SlotRow.id)
        .where(SlotRow.location_id.in_(wanted), SlotRow.given_id == given_id, SlotRow.ends_at > at)
        .where(Appointment.seat.is_not(None))
    )
    for row in uow.session.execute(query):
        found[row.location_id].booked[row.starts_at.date()].append((row.starts_at, row.ends_at))
    rows = select(SlotRow.location_id, SlotRow.starts_at, SlotRow.ends_at, SlotRow.seats).where(
        SlotRow.location_id.in_(wanted), SlotRow.given_id == given_id, SlotRow.starts_at > at
    )
    for location, starts_at, ends_at, seats in uow.session.execute(rows):
        found[location].rows[starts_at] = (ends_at, seats)
    for location, span in closures_ahead(uow, wanted, at):
        found[location].closed.append(span)
    return found


def closures_ahead(uow: UnitOfWork, locations: Iterable[int], at: datetime) -> list[tuple[int, Interval]]:
    """The hours ahead in which each location receives nobody after all; all of them where it is no longer there."""
    query = (
        select(Location.id, Closure.starts_at, Closure.ends_at)
        .join(Closure, Closure.programme_id == Location.programme_id)
        .where(
            Location.id.in_(list(locations)),
            or_(Closure.location_id == Location.id, Closure.location_id.is_(None)),
            Closure.ends_at > at,
            Closure.state.in_(SHUT),
        )
    )
    shut = [(location, (starts_at, ends_at)) for location, starts_at, ends_at in uow.session.execute(query)]
    gone = select(Location.id).where(Location.id.in_(list(locations)), Location.gone_at.is_not(None))
    return [*shut, *((location, (at, at + FOR_GOOD)) for location in uow.session.scalars(gone))]
