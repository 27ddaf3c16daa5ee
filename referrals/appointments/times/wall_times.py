"""Keeps what was agreed, the time on the wall of the place, when a government changes its clocks after the booking.

An appointment stands in the database as a moment and as wall time with zone. As long as the rules of the zone stay,
both say the same. With new rules (a newer `tzdata`) the wall time holds: ten o'clock stays ten o'clock, and the moment,
the slot and the reminders move.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select, update

from referrals.appointments.records import Appointment, Slot
from referrals.appointments.reminders.due import COMING
from referrals.appointments.reminders.planning import move_planned
from referrals.appointments.times.place_time import moment_shown, wall_time_of
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork

IN_A_LOOK = 2000  # appointments
A_DAY = timedelta(days=1)

# When the round that is under way or over began, and how far it has come; None where it is through.
_rounds: WeakKeyDictionary[Store, tuple[datetime | None, datetime | None]] = WeakKeyDictionary()


def keep_wall_times(store: Store, at: datetime) -> int:
    """Moves the appointments ahead whose moment no longer shows their wall time; how many there were.

    Some thousand are looked at with every call: all of them once, and again after a day. Nothing is written where the
    rules stayed.
    """
    began, after = _rounds.get(store, (None, None))
    if after is None:
        if began is not None and abs(at - began) < A_DAY:
            return 0
        began, after = at, at
    with store.reading() as uow:
        coming = select(Appointment.ends_at).where(COMING, Appointment.ends_at > after).order_by(Appointment.ends_at)
        until = uow.connection.execute(coming.offset(IN_A_LOOK).limit(1)).scalar()
        wrong = _moved(uow, after, until)
    _rounds[store] = (began, until)
    return sum(store.transact(partial(_move, row=row, at=at)) for row in wrong)


def _moved(uow: UnitOfWork, after: datetime, until: datetime | None = None) -> list[Any]:
    """The booked times within that stretch whose moment no longer shows their wall time. ix_appointment_current"""
    query = select(Appointment.starts_at, Appointment.ends_at, Appointment.wall_time, Appointment.zone).where(
        COMING, Appointment.ends_at > after, Appointment.zone != ""
    )
    if until is not None:
        query = query.where(Appointment.ends_at <= until)
    rows = uow.connection.execute(query.distinct()).all()
    return [row for row in rows if wall_time_of(row.starts_at, row.zone) != row.wall_time]


def _move(uow: UnitOfWork, row: Any, at: datetime) -> int:
    """All appointments of one wall time in one zone."""
    by = moment_shown(row.wall_time, row.zone) - row.starts_at
    if not by:
        return 0  # the other pass of an hour that comes twice: the booking meant this one
    found = uow.session.execute(
        select(Appointment, Referral.programme_id)
        .join(Referral, Referral.id == Appointment.referral_id)
        .where(
            COMING,
            Appointment.starts_at == row.starts_at,
            Appointment.wall_time == row.wall_time,
            Appointment.zone == row.zone,
        )
    ).all()
    slots = {appointment.slot_id for appointment, _ in found}
    for appointment, programme_id in found:
        assert appointment.starts_at is not None and appointment.ends_at is not None
        appointment.starts_at, appointment.ends_at = appointment.starts_at + by, appointment.ends_at + by
        appointment.updated_at = at
        uow.flush()
        move_planned(uow, appointment, programme_id, at)
    for slot in uow.session.scalars(select(Slot).where(Slot.id.in_([each for each in slots if each is not None]))):
        _move_slot(uow, slot, slot.starts_at + by, slot.ends_at + by)
    return len(found)


def _move_slot(uow: UnitOfWork, slot: Slot, starts_at: datetime, ends_at: datetime) -> None:
    """The slot goes along, unless that time of the place is a slot already: seats are counted by appointment."""
    taken = select(Slot.id).where(Slot.location_id == slot.location_id, Slot.starts_at == starts_at)
    if uow.connection.execute(taken).first() is None:
        uow.connection.execute(update(Slot).where(Slot.id == slot.id).values(starts_at=starts_at, ends_at=ends_at))
