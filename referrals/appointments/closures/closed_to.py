"""Those to whom a place closed: who was booked then, or was to be visited, is told and asked for another time.

Nothing is decided for a family: its booking is given up with the closing, and it chooses among new times itself. They
are told a few to a commit; who may be in danger, and whom no message reaches, is left to people.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from referrals.appointments.booking import NothingOffered, cancel, offer_times
from referrals.appointments.calling import ask_to_call
from referrals.appointments.centre_records import TELLING, Closure
from referrals.appointments.closures.closing import affected, closed_reason
from referrals.appointments.closures.visits_then import close_for_visit, put_off_by
from referrals.appointments.records import Appointment, Slot
from referrals.appointments.reminders.nudging import quiet_now
from referrals.appointments.reminders.planning import let_go
from referrals.appointments.times.looking import refused_by, three_for, wish_of
from referrals.appointments.times.place_time import decent_hours
from referrals.appointments.times.seats import alone_at
from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.waitlist import pass_on
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.stages import closed_day
from referrals.definitions.in_force import settings_of
from referrals.directory.records import Location
from referrals.lifecycles import APPOINTMENT
from referrals.protection.danger import in_danger, in_danger_of
from referrals.quiet_hours import next_decent
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork

log = logging.getLogger("sanad")

IN_A_COMMIT = 5  # some 0.1 s a family: whoever writes meanwhile waits no longer than that for SQLite
CLOSURES_AT_A_TIME = 10
AGAIN = timedelta(minutes=5)  # after a fault
BEFORE_THEY_LEAVE = timedelta(hours=3)  # so near, they are told in quiet hours too: nobody goes there for nothing
DAY = timedelta(days=1)
Planned = Appointment | HomeVisit

# ix_closure_telling: its first entry.
FIRST = select(func.min(Closure.next_at)).where(TELLING)


def tell_closures(store: Store, at: datetime) -> int:
    """Gives up the bookings of what is closed and asks those families for another time; how many were told."""
    with store.reading() as uow:
        due = select(Closure.id).where(TELLING, Closure.next_at <= at)
        ids = uow.connection.execute(due.order_by(Closure.next_at).limit(CLOSURES_AT_A_TIME)).scalars().all()
    done, failed = 0, set[tuple[type, int]]()
    for number in ids:
        while tried := store.transact(partial(_tell_some, number=number, at=at, failed=failed)):
            done += tried
    return done - len(failed)


def _tell_some(uow: UnitOfWork, number: int, at: datetime, failed: set[tuple[type, int]]) -> int:
    """A commit's worth: how many were tried; 0 when nobody is left who may be told now. `failed` are kept for later."""
    locked = select(Closure).where(Closure.id == number).with_for_update(skip_locked=True)
    closure = uow.session.scalar(locked)
    if closure is None or closure.state != "telling" or closure.next_at is None or closure.next_at > at:
        return 0
    if closure.location_id is not None:
        alone_at(uow, [closure.location_id])
    left = _left(uow, closure, at)
    quiet_until = _quiet_until(uow, closure, at)
    to_tell = [each for each in left if (type(each), each.id) not in failed]
    at_any_hour = in_danger_of(uow, [each.person_id for each in to_tell])  # a person is told, and not the family
    now = [
        each
        for each in to_tell
        if quiet_until is None or each.person_id in at_any_hour or _soon(uow, each, quiet_until, at)
    ][:IN_A_COMMIT]
    for each in now:
        if _tell_one(uow, each, closure, at):
            closure.told += 1
        else:
            failed.add((type(each), each.id))
    if not left:
        closure.state, closure.next_at = "closed", None
    elif not now:
        closure.next_at = quiet_until if to_tell and quiet_until is not None else at + AGAIN
    return len(now)


def _left(uow: UnitOfWork, closure: Closure, at: datetime) -> list[Planned]:
    """Whom a word about it is owed still: who is booked then, for whom a seat is held, and who is visited then.

    Also those whose time went by since it was declared, while no clock told them. Whose time was over by then may have
    been received, and is looked at in the evening (`missing.note_missed`).
    """
    span = (max(closure.starts_at, closure.created_at), closure.ends_at)
    booked = affected(uow, closure.programme_id, closure.location_id, span)
    visits = uow.session.scalars(put_off_by(closure))
    return [*(each for each in booked if not _asked(each, closure)), *_held(uow, closure, at), *visits]


def _asked(appointment: Appointment, closure: Closure) -> bool:
    """Whether people were asked already to decide about this booking, which stands until they do."""
    return appointment.reason == closed_reason(closure)


def _soon(uow: UnitOfWork, planned: Planned, quiet_until: datetime, at: datetime) -> bool:
    """Whether they hear it in quiet hours too. Who is visited sets out nowhere, and is not woken for a later hour; nor
    is anybody for a time that is over."""
    if planned.ends_at is not None and planned.ends_at <= at:
        return False
    if isinstance(planned, HomeVisit):
        return planned.starts_at is not None and planned.starts_at < quiet_until
    starts_at = planned.starts_at or uow.session.get_one(Slot, planned.slot_id).starts_at
    return starts_at - BEFORE_THEY_LEAVE < quiet_until


def _quiet_until(uow: UnitOfWork, closure: Closure, at: datetime) -> datetime | None:
    """When families may be written to again; None when they may be now."""
    if not quiet_now(uow, closure.programme_id, at):
        return None
    zone = ZoneInfo(settings_of(uow, closure.programme_id).time_zone)
    return next_decent(at, zone, decent_hours(uow, closure.programme_id)) or at + DAY


def _tell_one(uow: UnitOfWork, planned: Planned, closure: Closure, at: datetime) -> bool:
    """One family; False when that failed, which keeps nothing from the others and is tried again."""
    kind, number, noted = type(planned).__name__, planned.id, len(uow.noted)
    try:
        with uow.session.begin_nested():
            if isinstance(planned, HomeVisit):
                close_for_visit(uow, planned, closure, at)
            else:
                close_for(uow, planned, closed_reason(closure), at)
            uow.session.flush()
    except Exception:  # whatever one family's booking raises is told and tried again; the others go on
        del uow.noted[noted:]  # what was undone is not in the audit
        log.exception("%s %s of a closed day could not be told; trying again later", kind, number)
        return False
    return True


def close_for(uow: UnitOfWork, appointment: Appointment, reason: str, at: datetime) -> None:
    """The booking is given up with the closing that it names, and its family asked for another time, also when the
    time is over; a person decides where a word could bring danger."""
    referral = uow.session.get_one(Referral, appointment.referral_id)
    person_id, programme_id = appointment.person_id, referral.programme_id
    if appointment.state == APPOINTMENT.initial:
        _hold_no_longer(uow, appointment, programme_id, reason, at)
        return
    if in_danger(uow, person_id):  # a person decides whether and how they hear of it
        appointment.reason, appointment.updated_at = reason, at
        let_go(uow, appointment.id, "cancel", reason, at, "system")
        ask_to_call(uow, person_id, programme_id, at, kind="closed_day", restricted=True)
        return
    cancel(uow, appointment, at, reason, "desk")
    again = _other_times(uow, referral, at)
    word = closed_day.Closed(appointment, again)
    said = reach(uow, person_id, programme_id, at, reason=f"{reason}:{appointment.id}", compose=word)
    if word.withheld:
        ask_to_call(uow, person_id, programme_id, at, kind="closed_day", restricted=True)
    elif not said or again is None:
        place = uow.session.get_one(Location, appointment.location_id)
        desk = place.id if place.gone_at is None else None  # nobody is there to call: the programme does
        ask_to_call(uow, person_id, programme_id, at, kind="closed_day", location_id=desk)


def _other_times(uow: UnitOfWork, referral: Referral, at: datetime) -> Appointment | None:
    """Three new times to choose from, which are no move of theirs; None where nothing is free."""
    free = three_for(uow, wish_of(uow, referral), at, refused_by(uow, referral.id))
    try:
        return offer_times(uow, referral, [slot.starts_at for slot in free], at, None)
    except NothingOffered:
        return None


def _hold_no_longer(uow: UnitOfWork, appointment: Appointment, programme_id: str, reason: str, at: datetime) -> None:
    """The time that was held for somebody of the waiting list is none; they keep their place in it, and hear so."""
    slot_id = appointment.slot_id
    assert slot_id is not None
    pass_on(uow, appointment, at, reason, "desk")
    if not in_danger(uow, appointment.person_id):
        word = closed_day.HeldClosed(appointment, uow.session.get_one(Slot, slot_id).starts_at)
        reach(uow, appointment.person_id, programme_id, at, reason=f"{reason}:{appointment.id}", compose=word)


def _held(uow: UnitOfWork, closure: Closure, at: datetime) -> list[Appointment]:
    """The seats in that time that are held for somebody."""
    held = (
        select(Appointment)
        .join(Slot, Slot.id == Appointment.slot_id)
        .join(Location, Location.id == Appointment.location_id)
        .where(Appointment.state == "proposed", Appointment.seat.is_not(None))
        .where(Slot.starts_at < closure.ends_at, Slot.ends_at > max(closure.starts_at, at))
        .where(Location.programme_id == closure.programme_id)
        .order_by(Slot.starts_at, Appointment.id)
    )
    if closure.location_id is not None:
        held = held.where(Appointment.location_id == closure.location_id)
    return list(uow.session.scalars(held))
