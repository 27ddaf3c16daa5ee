"""Times at a centre that are still free: its opening hours cut into slots, less what is booked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from referrals.appointments.records import Appointment
from referrals.appointments.records import Slot as SlotRow
from referrals.appointments.slots import Slot, Spread, less_taken, offer_three, slots_within
from referrals.directory.hours_of import Hours, hours_of
from referrals.directory.opening_hours import next_openings
from referrals.store.unit_of_work import UnitOfWork

SLOT_MINUTES = 30
SEATS = 2  # two desks receive families side by side until a centre says otherwise
AHEAD = timedelta(days=14)
NOTICE_HOURS = 24.0  # a family needs a day to arrange children and the way
APART = timedelta(hours=2)  # a time so near to one that did not suit will not suit either
HELD = ("booked", "confirmed", "arrived", "fulfilled", "noshow")


def free_slots(uow: UnitOfWork, location_id: int, at: datetime, zone: str) -> tuple[Slot, ...]:
    """Slots with a free seat in the next two weeks, earliest first."""
    return _free(
        hours_of(uow, [location_id], zone)[location_id], _taken(uow, [location_id], at).get(location_id, {}), at
    )


def earliest_starts(uow: UnitOfWork, locations: Iterable[int], at: datetime, zone: str) -> dict[int, datetime | None]:
    """The first free start at each location after the notice; None where nothing is free."""
    wanted = list(locations)
    hours, taken = hours_of(uow, wanted, zone), _taken(uow, wanted, at)
    first_after = at + timedelta(hours=NOTICE_HOURS)
    return {
        location: next(
            (
                slot.starts_at
                for slot in _free(hours[location], taken.get(location, {}), at)
                if slot.starts_at >= first_after
            ),
            None,
        )
        for location in wanted
    }


def three_slots(
    uow: UnitOfWork, location_id: int, at: datetime, zone: str, refused: Collection[datetime] = ()
) -> tuple[Slot, ...]:
    """What the desk is shown first: three free times on different days and at different times of day.

    None near a time that was `refused`; where nothing else is free, none of those themselves.
    """
    free = free_slots(uow, location_id, at, zone)
    spread = Spread(zone=zone, notice_hours=NOTICE_HOURS)
    for apart in (APART, timedelta(minutes=1)):
        others = [slot for slot in free if all(abs(slot.starts_at - each) >= apart for each in refused)]
        if found := offer_three(others, at, spread):
            return found
    return ()


def _free(hours: Hours, taken: dict[datetime, int], at: datetime) -> tuple[Slot, ...]:
    openings = next_openings(hours.weekly, at, at + AHEAD, hours.zone, hours.closed)
    slots = slots_within([(opening.starts_at, opening.ends_at) for opening in openings], SLOT_MINUTES, SEATS)
    return less_taken((slot for slot in slots if slot.starts_at > at), taken)


def _taken(uow: UnitOfWork, locations: Iterable[int], at: datetime) -> dict[int, dict[datetime, int]]:
    query = (
        select(SlotRow.location_id, SlotRow.starts_at, func.count())
        .join(Appointment, Appointment.slot_id == SlotRow.id)
        .where(SlotRow.location_id.in_(list(locations)), SlotRow.starts_at > at, Appointment.state.in_(HELD))
        .group_by(SlotRow.location_id, SlotRow.starts_at)
    )
    found: dict[int, dict[datetime, int]] = {}
    for location, starts_at, count in uow.session.execute(query):
        found.setdefault(location, {})[starts_at] = count
    return found
