"""Seats: the slot that begins at a moment, which of its seats is free, and who may take one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from referrals.appointments.booking_rules import rule_of
from referrals.appointments.centre_records import Closure
from referrals.appointments.records import Appointment, Slot
from referrals.appointments.times.place_time import zone_of
from referrals.definitions.in_force import settings_of
from referrals.directory.hours.hours_of import hours_at
from referrals.directory.hours.opening_hours import openings
from referrals.directory.records import CalendarDay, Location
from referrals.families.records import Person
from referrals.store.unit_of_work import UnitOfWork

STANDING = ("booked", "confirmed")


def slot_at(uow: UnitOfWork, location_id: int, start: datetime, given_id: int = 0) -> Slot:
    """The slot that begins then, at the place's desks or at those of a service there; made when first asked for."""
    query = select(Slot).filter_by(location_id=location_id, given_id=given_id, starts_at=start)
    slot = uow.session.scalar(query)
    if slot is None:
        rule = rule_of(uow, location_id)
        zone = settings_of(uow, uow.session.get_one(Location, location_id).programme_id).time_zone
        hours = hours_at(uow, location_id, zone, given_id)
        until = start + timedelta(minutes=rule.minutes)
        everyone = openings(hours.weekly, start, until, hours.zone, hours.closed)
        women = openings(hours.all_hours, start, until, hours.zone, hours.closed, women=True)
        on = postgresql.insert if uow.connection.dialect.name == "postgresql" else sqlite.insert
        new = on(Slot).values(
            location_id=location_id,
            given_id=given_id,
            starts_at=start,
            ends_at=until,
            seats=rule.seats_on(start.astimezone(hours.zone).date(), hours.ramadan),
            for_women=next(everyone, None) is None and next(women, None) is not None,
        )
        uow.session.execute(new.on_conflict_do_nothing())  # two desks may offer the same new time at once
        slot = uow.session.scalars(query).one()
    return slot


def free_seat(uow: UnitOfWork, slot: Slot) -> int | None:
    """The lowest free seat of a slot, None when it is full, or the place is closed then. The row is locked where the
    database can.

    Slots of another length that reach into its time count too: a centre may have changed how long a time is.
    """
    uow.session.execute(select(Slot.id).where(Slot.id == slot.id).with_for_update())
    if is_shut(uow, slot):
        return None
    taken = set(
        uow.session.scalars(
            select(Appointment.seat).where(Appointment.slot_id == slot.id, Appointment.seat.is_not(None))
        )
    )
    beside = (
        select(func.count())
        .select_from(Appointment)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(Slot.location_id == slot.location_id, Slot.given_id == slot.given_id, Slot.id != slot.id)
        .where(Slot.starts_at < slot.ends_at, Slot.ends_at > slot.starts_at, Appointment.seat.is_not(None))
    )
    if len(taken) + int(uow.session.scalar(beside) or 0) >= slot.seats:
        return None
    return next((seat for seat in range(1, slot.seats + 1) if seat not in taken), None)


def is_shut(uow: UnitOfWork, slot: Slot) -> bool:
    """Whether those hours are closed after all, the day turned out to be a holiday, or the place is no longer there."""
    place = uow.session.get_one(Location, slot.location_id)
    if place.gone_at is not None:
        return True
    closed = select(Closure.id).where(
        Closure.programme_id == place.programme_id,
        or_(Closure.location_id == place.id, Closure.location_id.is_(None)),
        Closure.state.in_(("telling", "closed")),
        Closure.starts_at < slot.ends_at,
        Closure.ends_at > slot.starts_at,
    )
    if uow.session.scalar(closed.limit(1)) is not None:
        return True
    day = slot.starts_at.astimezone(ZoneInfo(zone_of(uow, place.id, place.programme_id))).date()
    holiday = select(CalendarDay.id).where(
        CalendarDay.programme_id == place.programme_id,
        CalendarDay.day == day,
        CalendarDay.kind != "ramadan",
        or_(CalendarDay.location_id == place.id, CalendarDay.location_id.is_(None)),
    )
    return uow.session.scalar(holiday.limit(1)) is not None


def alone_at(uow: UnitOfWork, locations: Collection[int], person_id: int | None = None) -> None:
    """One at a time at these places, and one booking of a person: always the places first, in the order of their ids.

    Whoever is about to change what is booked, offered or waited for there asks for it before anything else.
    """
    for location_id in sorted(locations):
        uow.session.execute(select(Location.id).where(Location.id == location_id).with_for_update(key_share=True))
    if person_id is not None:
        uow.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def busy_then(uow: UnitOfWork, person_id: int, starts_at: datetime, ends_at: datetime, but: int) -> bool:
    """Whether the person has to be somewhere then: an appointment of theirs stands, of another referral than `but`."""
    query = (
        select(Appointment.id)
        .where(Appointment.person_id == person_id, Appointment.referral_id != but)
        .where(Appointment.starts_at < ends_at, Appointment.ends_at > starts_at)
        .where(Appointment.state.in_(STANDING))
    )
    return uow.session.scalar(query.limit(1)) is not None
