"""A day, or hours of it, on which a place receives nobody after all: who was booked is told and asked for another time.

Nothing is decided for a family: its booking is given up with the closing, and it chooses among new times itself. They
are told a few to a commit; who may be in danger, and whom no message reaches, is left to people.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute

from referrals.appointments.booking import NothingOffered, cancel, offer_times, withdraw
from referrals.appointments.calling import ask_to_call
from referrals.appointments.centre_records import TELLING, CalendarWord, Closure
from referrals.appointments.looking import refused_by, three_for, wish_of
from referrals.appointments.nudging import quiet_now
from referrals.appointments.place_time import decent_hours
from referrals.appointments.records import Appointment
from referrals.appointments.waking import wake
from referrals.conversations.outreach.reaching import reach
from referrals.definitions.in_force import settings_of
from referrals.directory.opening_hours import at_wall_time
from referrals.directory.records import CalendarDay, Location
from referrals.protection.audit import audit
from referrals.protection.danger import in_danger
from referrals.quiet_hours import next_decent
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork

log = logging.getLogger("sanad")

REASONS = ("storm", "building", "staff", "holiday", "other")
IN_A_COMMIT = 20
CLOSURES_AT_A_TIME = 10
AGAIN = timedelta(minutes=5)  # after a fault
BEFORE_THEY_LEAVE = timedelta(hours=3)  # so near, they are told in quiet hours too: nobody goes there for nothing
HOLIDAYS_AHEAD = timedelta(days=60)
CURRENT = ("booked", "confirmed")
DAY = timedelta(days=1)


class ClosureRefused(ValueError):
    """Choose a day from today on, hours that end after they begin, and a reason of the list."""


@dataclass(frozen=True)
class Span:
    """What is to be closed: a whole local day, or from one wall time to another."""

    day: date
    starts: time | None = None
    ends: time | None = None

    def between(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The two moments, in UTC. Raises `ClosureRefused`."""
        if (self.starts is None) != (self.ends is None):
            raise ClosureRefused(ClosureRefused.__doc__)
        if self.starts is None or self.ends is None:
            return at_wall_time(self.day, time(), zone), at_wall_time(self.day + DAY, time(), zone)
        if self.starts >= self.ends:
            raise ClosureRefused(ClosureRefused.__doc__)
        return at_wall_time(self.day, self.starts, zone), at_wall_time(self.day, self.ends, zone, last=True)


def affected(
    uow: UnitOfWork, programme_id: str, location_id: int | None, between: tuple[datetime, datetime]
) -> list[Appointment]:
    """The bookings that stand in that time, at a place or (None) at all of a programme's, earliest first."""
    query = (
        select(Appointment)
        .join(Referral, Referral.id == Appointment.referral_id)
        .where(Referral.programme_id == programme_id)
        .where(COMING, Appointment.starts_at < between[1])
        .where(Appointment.ends_at > between[0], Appointment.ends_at < between[1] + DAY)  # none is longer than a day
        .order_by(Appointment.starts_at, Appointment.id)
    )
    if location_id is not None:
        query = query.where(Appointment.location_id == location_id)
    return list(uow.session.scalars(query))


def close(
    uow: UnitOfWork,
    programme_id: str,
    location_id: int | None,
    span: Span,
    reason: str,
    at: datetime,
    staff_id: int | None = None,
) -> Closure:
    """The place receives nobody then; from now on nobody can book it, and the clock tells those who had.

    The same closing twice is one. Raises `ClosureRefused` for a time that is over, and for an unknown reason.
    """
    if location_id is not None:  # who books there at this moment is first, and then told; or finds it closed
        mine = select(Location.id).where(Location.id == location_id)
        uow.session.execute(mine.with_for_update(key_share=True))
    starts_at, ends_at = span.between(_zone(uow, programme_id, location_id))
    if reason not in REASONS or ends_at <= at:
        raise ClosureRefused(ClosureRefused.__doc__)
    same = select(Closure).where(
        Closure.programme_id == programme_id,
        _same(Closure.location_id, location_id),
        Closure.starts_at == starts_at,
        Closure.ends_at == ends_at,
        Closure.state != "reopened",
    )
    standing = uow.session.scalar(same.limit(1))
    if standing is not None:
        return standing
    closure = Closure(
        programme_id=programme_id,
        location_id=location_id,
        day=span.day,
        starts_at=starts_at,
        ends_at=ends_at,
        whole_day=span.starts is None,
        reason=reason,
        state="telling",
        told=0,
        next_at=at,
        staff_id=staff_id,
        created_at=at,
    )
    uow.session.add(closure)
    if closure.whole_day and reason != "holiday":
        _mark_day(uow, closure, at)
    uow.flush()
    audit(
        uow,
        at=at,
        actor=f"staff:{staff_id}" if staff_id else "system",
        action="closure.declared",
        object_kind="closure",
        object_id=closure.id,
        details={"day": span.day.isoformat(), "reason": reason, "location": location_id or 0},
    )
    return closure


def reopen(uow: UnitOfWork, closure: Closure, at: datetime, staff_id: int) -> None:
    """It is open then after all; who waits may get a time. Who chose another one keeps that."""
    if closure.state == "reopened":
        return
    closure.state, closure.next_at, closure.reopened_at = "reopened", None, at
    mine = delete(CalendarDay).where(
        CalendarDay.programme_id == closure.programme_id,
        _same(CalendarDay.location_id, closure.location_id),
        CalendarDay.day == closure.day,
        CalendarDay.kind == "closure",
        CalendarDay.source == "staff",
    )
    uow.session.execute(mine)
    if closure.whole_day:
        _say(uow, closure, at, stands=False)
    uow.flush()
    places = [closure.location_id] if closure.location_id is not None else _places(uow, closure.programme_id)
    for place in places:
        wake(uow, place, at)
    audit(
        uow,
        at=at,
        actor=f"staff:{staff_id}",
        action="closure.reopened",
        object_kind="closure",
        object_id=closure.id,
    )


def _mark_day(uow: UnitOfWork, closure: Closure, at: datetime) -> None:
    uow.session.add(
        CalendarDay(
            programme_id=closure.programme_id,
            location_id=closure.location_id,
            day=closure.day,
            kind="closure",
            source="staff",
        )
    )
    _say(uow, closure, at, stands=True)


def _say(uow: UnitOfWork, closure: Closure, at: datetime, *, stands: bool) -> None:
    uow.session.add(
        CalendarWord(
            programme_id=closure.programme_id,
            location_id=closure.location_id,
            day=closure.day,
            kind="closure",
            stands=stands,
            staff_id=closure.staff_id,
            at=at,
        )
    )


# -- the clock


def notice_holidays(store: Store, at: datetime) -> int:
    """Days that became holidays while families are booked on them: they are closed, and the families asked again.

    A day whose moon is yet to be sighted is left until somebody confirms it. Returns how many days were closed.
    """
    with store.reading() as uow:
        found = [(each.programme_id, each.location_id, each.day) for each in _holidays(uow, at)]
    closed = 0
    for programme_id, location_id, day in found:
        work = partial(_close_holiday, programme_id=programme_id, location_id=location_id, day=day, at=at)
        closed += store.transact(work)
    return closed


def _holidays(uow: UnitOfWork, at: datetime) -> Sequence[CalendarDay]:
    today = at.date()
    query = select(CalendarDay).where(
        CalendarDay.kind != "ramadan",
        CalendarDay.estimated.is_(False),
        CalendarDay.day >= today - DAY,
        CalendarDay.day <= today + HOLIDAYS_AHEAD,
    )
    return uow.session.scalars(query.order_by(CalendarDay.day)).all()


def _close_holiday(uow: UnitOfWork, programme_id: str, location_id: int | None, day: date, at: datetime) -> int:
    between = Span(day).between(_zone(uow, programme_id, location_id))
    if between[1] <= at or not affected(uow, programme_id, location_id, (max(at, between[0]), between[1])):
        return 0
    known = select(Closure).where(
        Closure.programme_id == programme_id,
        _same(Closure.location_id, location_id),
        Closure.day == day,
        Closure.whole_day,
    )
    standing = uow.session.scalar(known.where(Closure.state != "reopened").limit(1))
    if standing is None:
        close(uow, programme_id, location_id, Span(day), "holiday", at)
        return 1
    if standing.state == "closed" and standing.next_at is None:
        standing.state, standing.next_at = "telling", at  # somebody was booked on it all the same
        return 1
    return 0


# ix_closure_telling: its first entry.
FIRST = select(func.min(Closure.next_at)).where(TELLING)


def tell_closures(store: Store, at: datetime) -> int:
    """Gives up the bookings of what is closed and asks those families for another time; how many were told."""
    with store.reading() as uow:
        due = select(Closure.id).where(TELLING, Closure.next_at <= at)
        ids = uow.connection.execute(due.order_by(Closure.next_at).limit(CLOSURES_AT_A_TIME)).scalars().all()
    done = 0
    for number in ids:
        while told := store.transact(partial(_tell_some, number=number, at=at)):
            done += told
    return done


def _tell_some(uow: UnitOfWork, number: int, at: datetime) -> int:
    """A commit's worth; 0 when nobody is left who may be told now."""
    locked = select(Closure).where(Closure.id == number).with_for_update(skip_locked=True)
    closure = uow.session.scalar(locked)
    if closure is None or closure.state != "telling" or closure.next_at is None or closure.next_at > at:
        return 0
    span = (max(closure.starts_at, at), closure.ends_at)
    left = [
        each for each in affected(uow, closure.programme_id, closure.location_id, span) if not _asked(each, closure)
    ]
    quiet_until = _quiet_until(uow, closure, at)
    now = [each for each in left if quiet_until is None or _soon(each, quiet_until)][:IN_A_COMMIT]
    for appointment in now:
        if not _tell_one(uow, appointment, closure, at):
            closure.next_at = at + AGAIN
    closure.told += len(now)
    if not left:
        closure.state, closure.next_at = "closed", None
        _withdraw_offers(uow, closure, at)
    elif not now:
        closure.next_at = quiet_until
    return len(now) if closure.next_at is not None and closure.next_at <= at else 0


def _asked(appointment: Appointment, closure: Closure) -> bool:
    """Whether people were asked already to decide about this booking, which stands until they do."""
    return appointment.reason == f"closed:{closure.id}"


def _soon(appointment: Appointment, quiet_until: datetime) -> bool:
    assert appointment.starts_at is not None
    return appointment.starts_at - BEFORE_THEY_LEAVE < quiet_until


def _quiet_until(uow: UnitOfWork, closure: Closure, at: datetime) -> datetime | None:
    """When families may be written to again; None when they may be now."""
    if not quiet_now(uow, closure.programme_id, at):
        return None
    zone = ZoneInfo(settings_of(uow, closure.programme_id).time_zone)
    return next_decent(at, zone, decent_hours(uow, closure.programme_id)) or at + DAY


def _tell_one(uow: UnitOfWork, appointment: Appointment, closure: Closure, at: datetime) -> bool:
    """One family; False when that failed, which keeps nothing from the others and is tried again."""
    number = appointment.id
    try:
        with uow.session.begin_nested():
            _close_for(uow, appointment, closure, at)
            uow.session.flush()
    except Exception:  # whatever one family's booking raises is told and tried again; the others go on
        log.exception("appointment %s of a closed day could not be told; trying again later", number)
        return False
    return True


def _close_for(uow: UnitOfWork, appointment: Appointment, closure: Closure, at: datetime) -> None:
    from referrals.conversations.stages import closed_day  # the words

    reason = f"closed:{closure.id}"
    referral = uow.session.get_one(Referral, appointment.referral_id)
    person_id, programme_id = appointment.person_id, referral.programme_id
    if in_danger(uow, person_id):  # a person decides whether and how they hear of it
        appointment.reason, appointment.updated_at = reason, at
        ask_to_call(uow, person_id, programme_id, at, restricted=True)
        return
    cancel(uow, appointment, at, reason, "desk")
    again = _other_times(uow, referral, at)
    word = closed_day.Closed(appointment, again)
    said = reach(uow, person_id, programme_id, at, reason=f"{reason}:{appointment.id}", compose=word)
    if word.withheld:
        ask_to_call(uow, person_id, programme_id, at, restricted=True)
    elif not said or again is None:
        ask_to_call(uow, person_id, programme_id, at, kind="closed_day", location_id=appointment.location_id)


def _other_times(uow: UnitOfWork, referral: Referral, at: datetime) -> Appointment | None:
    """Three new times to choose from, which are no move of theirs; None where nothing is free."""
    free = three_for(uow, wish_of(uow, referral), at, refused_by(uow, referral.id))
    try:
        return offer_times(uow, referral, [slot.starts_at for slot in free], at, None)
    except NothingOffered:
        return None


def _withdraw_offers(uow: UnitOfWork, closure: Closure, at: datetime) -> None:
    """A seat that was held for somebody in that time is held no longer."""
    from referrals.appointments.records import Slot

    held = (
        select(Appointment)
        .join(Slot, Slot.id == Appointment.slot_id)
        .join(Location, Location.id == Appointment.location_id)
        .where(Appointment.state == "proposed", Appointment.seat.is_not(None))
        .where(Slot.starts_at < closure.ends_at, Slot.ends_at > closure.starts_at)
        .where(Location.programme_id == closure.programme_id)
    )
    if closure.location_id is not None:
        held = held.where(Appointment.location_id == closure.location_id)
    for appointment in uow.session.scalars(held).all():
        withdraw(uow, appointment, at, f"closed:{closure.id}", "desk")


def _zone(uow: UnitOfWork, programme_id: str, location_id: int | None) -> ZoneInfo:
    from referrals.appointments.place_time import zone_of

    if location_id is None:
        return ZoneInfo(settings_of(uow, programme_id).time_zone)
    return ZoneInfo(zone_of(uow, location_id, programme_id))


def _same(column: InstrumentedAttribute[int | None], location_id: int | None) -> ColumnElement[bool]:
    return column.is_(None) if location_id is None else column == location_id


def _places(uow: UnitOfWork, programme_id: str) -> list[int]:
    return list(uow.session.scalars(select(Location.id).filter_by(programme_id=programme_id)))
