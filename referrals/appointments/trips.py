"""Several appointments of one household in one way: back to back on one day, at one place or at near ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import permutations
from math import asin, cos, radians, sin, sqrt
from zoneinfo import ZoneInfo

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.appointments.booking import SlotTaken, book, give_way, slot_at
from referrals.appointments.moving import standing_of
from referrals.appointments.records import Appointment
from referrals.appointments.times.looking import Wish, free_for, wish_of
from referrals.appointments.times.seats import alone_at
from referrals.appointments.times.slots import Slot, Spread, offer_three
from referrals.appointments.times.slots_at import NOTICE_HOURS
from referrals.directory.records import Location
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork

MOST_TOGETHER = 4
NEAR_KM = 2.0  # to walk with children
WALK = timedelta(minutes=30)  # between two places that are near
WAIT = timedelta(minutes=60)  # longer than this between two appointments is no longer one visit
STANDS = ("requested", "received", "accepted", "in-progress", "on-hold")
EARTH_KM = 6371.0


@dataclass(frozen=True)
class Way:
    """One day's appointments, in their order: which one is when."""

    stops: tuple[tuple[int, Slot], ...]
    """(id of the appointment, its time)"""

    @property
    def starts_at(self) -> datetime:
        return self.stops[0][1].starts_at

    @property
    def ends_at(self) -> datetime:
        return self.stops[-1][1].ends_at


def open_together(uow: UnitOfWork, appointment: Appointment) -> list[Appointment]:
    """The appointments that still need a time and are near this one, itself among them, oldest first.

    An application speaks for a household: whatever it asks for any of its members may be one way. What somebody else
    of that household applied for is not told to this one; and who writes for neighbours too takes each by themselves.
    """
    mine = uow.session.get_one(Referral, appointment.referral_id)
    home = select(Application.household_id).where(Application.id == mine.application_id).scalar_subquery()
    query = (
        select(Appointment)
        .join(Referral, Referral.id == Appointment.referral_id)
        .join(Application, Application.id == Referral.application_id)
        .where(Appointment.person_id == appointment.person_id, Appointment.state == "proposed")
        .where(Application.person_id == appointment.person_id, Application.household_id == home)
        .where(Appointment.seat.is_(None), Referral.state.in_(STANDS))
        .order_by(Appointment.id)
    )
    here = uow.session.get_one(Location, appointment.location_id)
    moves = {each.referral_id for each in standing_of(uow, {each.referral_id for each in uow.session.scalars(query)})}
    found = [  # what has a time until another is taken is moved with others like it, never along with a first time
        each for each in uow.session.scalars(query) if (each.referral_id in moves) == (mine.id in moves)
    ]
    return [each for each in found if _near(uow.session.get_one(Location, each.location_id), here)][:MOST_TOGETHER]


def ways(uow: UnitOfWork, appointments: Sequence[Appointment], at: datetime) -> tuple[Way, ...]:
    """Up to three ways to do all of them in one, on different days and at different times of day; none where there is
    none."""
    zone, found = _all_ways(uow, appointments, at)
    by_start = {way.starts_at: way for way in sorted(found, key=lambda way: (way.ends_at, way.starts_at), reverse=True)}
    spans = [Slot(way.starts_at, way.ends_at) for way in by_start.values()]
    chosen = offer_three(spans, at, Spread(zone=zone, notice_hours=NOTICE_HOURS))
    return tuple(by_start[span.starts_at] for span in chosen)


def way_at(uow: UnitOfWork, appointments: Sequence[Appointment], start: datetime, at: datetime) -> Way | None:
    """The shortest way that begins then; None when it is free no longer."""
    _, found = _all_ways(uow, appointments, at)
    return min((way for way in found if way.starts_at == start), key=lambda way: way.ends_at, default=None)


def every_way(uow: UnitOfWork, appointments: Sequence[Appointment], at: datetime) -> list[Way]:
    """All ways to do all of them in one, the shortest for each beginning; earliest first."""
    found = sorted(_all_ways(uow, appointments, at)[1], key=lambda way: way.ends_at, reverse=True)
    return sorted({way.starts_at: way for way in found}.values(), key=lambda way: way.starts_at)


def book_way(uow: UnitOfWork, way: Way, at: datetime, actor: str) -> list[Appointment]:
    """Books all of them or none, and raises `SlotTaken`; they know each other from now on."""
    mine = [uow.session.get_one(Appointment, number) for number, _ in way.stops]
    ids, moving = [each.id for each in mine], {each.referral_id for each in mine}
    stood = standing_of(uow, moving, ids)
    alone_at(uow, {each.location_id for each in (*mine, *stood)}, mine[0].person_id)
    try:
        with uow.session.begin_nested():
            give_way(uow, moving, at, actor, but=ids)
            for appointment, (_, found) in zip(mine, way.stops, strict=True):
                wish = wish_of(uow, uow.session.get_one(Referral, appointment.referral_id))
                book(uow, appointment, slot_at(uow, appointment.location_id, found.starts_at, wish.given_id), at, actor)
                appointment.trip_id = mine[0].id
            uow.session.flush()
    except SlotTaken:
        for appointment in mine:
            uow.session.refresh(appointment)
        raise
    return mine


def of_one_way(appointments: Collection[Appointment]) -> dict[int, list[Appointment]]:
    """What still stands of each way that holds at least two, earliest first."""
    found: dict[int, list[Appointment]] = {}
    for each in appointments:
        if each.trip_id is not None and each.state in ("booked", "confirmed"):
            found.setdefault(each.trip_id, []).append(each)
    return {trip: sorted(some, key=_start) for trip, some in found.items() if len(some) > 1}


def _start(appointment: Appointment) -> datetime:
    assert appointment.starts_at is not None
    return appointment.starts_at


def _all_ways(uow: UnitOfWork, appointments: Sequence[Appointment], at: datetime) -> tuple[str, list[Way]]:
    wishes = {each.id: wish_of(uow, uow.session.get_one(Referral, each.referral_id)) for each in appointments}
    moving = {each.referral_id for each in appointments}
    free = {
        number: tuple(slot for slot in free_for(uow, wish, at, moving=moving) if not slot.for_women or wish.woman)
        for number, wish in wishes.items()
    }
    zone = next(iter(wishes.values())).zone
    found = []
    for order in permutations(wishes):
        for first in free[order[0]]:
            way = _chain(order, first, wishes, free, ZoneInfo(zone))
            if way is not None:
                found.append(way)
    rivers = {wish.river for wish in wishes.values()}
    crossed = [way for way in found if all(river.lets(way.starts_at, way.ends_at) for river in rivers)]
    return zone, crossed or found


def _chain(
    order: Sequence[int], first: Slot, wishes: dict[int, Wish], free: dict[int, tuple[Slot, ...]], zone: ZoneInfo
) -> Way | None:
    """From the first appointment to the next one as soon as it can be; None where one of them finds no time."""
    stops = [(order[0], first)]
    day = first.starts_at.astimezone(zone).date()
    for number in order[1:]:
        before, last = wishes[stops[-1][0]], stops[-1][1]
        walk = timedelta() if before.location_id == wishes[number].location_id else WALK
        after = last.ends_at + walk
        fits = (slot for slot in free[number] if after <= slot.starts_at <= after + WAIT)
        found = next((slot for slot in fits if slot.starts_at.astimezone(zone).date() == day), None)
        if found is None:
            return None
        stops.append((number, found))
    return Way(tuple(stops))


def _near(one: Location, other: Location) -> bool:
    if one.id == other.id:
        return True
    if one.confidential or other.confidential:
        return False
    if one.bank and other.bank and one.bank != other.bank:  # the river lies between them
        return False
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return False
    return _km(one.lat, one.lon, other.lat, other.lon) <= NEAR_KM


def _km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    a, b = radians(lat), radians(other_lat)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
