"""The waiting list of a place: who came first is offered the first time that becomes free, held for a few hours."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select, update

from referrals.appointments.booking import ACTIVE, slot_at, withdraw
from referrals.appointments.calling import ask_to_call
from referrals.appointments.centre_records import OFFERED, WAITING, WaitlistEntry
from referrals.appointments.holding import held_until
from referrals.appointments.records import Appointment, OfferedSlot
from referrals.appointments.times.looking import Wish, busy_times, refused_by, wish_of
from referrals.appointments.times.place_time import decent_hours
from referrals.appointments.times.seats import alone_at, free_seat
from referrals.appointments.times.slots_at import free_slots
from referrals.conversations.outreach.reaching import reach
from referrals.definitions.in_force import settings_of
from referrals.directory.records import Location
from referrals.lifecycles import APPOINTMENT
from referrals.protection.audit import audit
from referrals.protection.danger import in_danger
from referrals.quiet_hours import is_quiet, next_decent
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork

log = logging.getLogger("sanad")

HOLD_HOURS = 4.0  # waking hours in which a family may answer before the next one is asked
ON_THE_WAY = timedelta(hours=3)  # between the end of the hold and the appointment: they still have to come
LOOK_EVERY = timedelta(hours=1)  # a new day comes within reach, hours change: nobody has to say so
PASSES = 3  # so often unanswered, and a person calls instead
AT_A_TIME = 20
STANDS = ("requested", "received", "accepted", "in-progress", "on-hold")


def join(uow: UnitOfWork, referral: Referral, at: datetime) -> WaitlistEntry:
    """The family waits for a time at the place of its referral; the same place in the row when it waits already."""
    standing = waiting_of(uow, referral.id)
    if standing is not None:
        return standing
    wish = wish_of(uow, referral)
    entry = WaitlistEntry(
        referral_id=referral.id,
        person_id=referral.person_id,
        programme_id=referral.programme_id,
        location_id=wish.location_id,
        given_id=wish.given_id,
        state="waiting",
        since=at,
        look_at=at,
    )
    uow.session.add(entry)
    uow.flush()
    audit(uow, at=at, actor="family", action="waitlist.joined", object_kind="waitlist_entry", object_id=entry.id)
    return entry


def waiting_of(uow: UnitOfWork, referral_id: int) -> WaitlistEntry | None:
    """The place of a referral on a waiting list, while it stands."""
    query = select(WaitlistEntry).where(
        WaitlistEntry.referral_id == referral_id, WaitlistEntry.state.in_(("waiting", "offered"))
    )
    return uow.session.scalar(query.execution_options(populate_existing=True))


def families_before(uow: UnitOfWork, entry: WaitlistEntry) -> int:
    """How many families are before this one, those who are asked just now among them: the honest number."""
    before = (
        select(func.count())
        .select_from(WaitlistEntry)
        .where(
            WaitlistEntry.location_id == entry.location_id,
            WaitlistEntry.given_id == entry.given_id,
            WaitlistEntry.state.in_(("waiting", "offered")),
            or_(
                WaitlistEntry.since < entry.since,
                and_(WaitlistEntry.since == entry.since, WaitlistEntry.id < entry.id),
            ),
        )
    )
    return int(uow.session.scalar(before) or 0)


def pass_on(
    uow: UnitOfWork, appointment: Appointment, at: datetime, reason: str = "does-not-suit", actor: str = "family"
) -> WaitlistEntry | None:
    """The time that is held does not suit: the next family is asked, and this one keeps its place in the row."""
    entry = uow.session.scalar(select(WaitlistEntry).filter_by(appointment_id=appointment.id, state="offered"))
    withdraw(uow, appointment, at, reason, actor)
    if entry is not None:
        entry.state, entry.appointment_id, entry.held_until, entry.look_at = "waiting", None, None, at
        uow.flush()
    return entry


# -- the clock


# The first entries of ix_waitlist_entry_held and ix_waitlist_entry_look.
FIRST = (
    select(func.min(WaitlistEntry.held_until)).where(OFFERED),
    select(func.min(WaitlistEntry.look_at)).where(WAITING),
)


def give_freed_times(store: Store, at: datetime) -> int:
    """What became free goes to those who wait, in their order; holds that nobody answered end. How many moved on."""
    from referrals.conversations.stages import waiting  # the words; it asks here who waits

    with store.reading() as uow:
        ended = _held_too_long(uow, at)
        places = _places_to_look_at(uow, at)
    done = 0
    for entry_id in ended:
        done += _once(store, partial(_end_hold, entry_id=entry_id, at=at, say=waiting.HoldEnded()))
    for location_id, given_id in places:
        done += _once(store, partial(_offer_at, location_id=location_id, given_id=given_id, at=at, held=waiting.Held))
    return done


def _once(store: Store, work: Callable[[UnitOfWork], int]) -> int:
    """One family's or place's part by itself; what fails is told, and tried again with the next tick."""
    try:
        return store.transact(work)
    except Exception:  # whatever one place's list raises keeps nothing from the others
        log.exception("a waiting list could not be looked at; trying again")
        return 0


def _held_too_long(uow: UnitOfWork, at: datetime) -> list[int]:
    query = select(WaitlistEntry.id).where(OFFERED, WaitlistEntry.held_until <= at)
    return list(uow.connection.execute(query.order_by(WaitlistEntry.held_until).limit(AT_A_TIME)).scalars())


def _places_to_look_at(uow: UnitOfWork, at: datetime) -> list[tuple[int, int]]:
    query = (
        select(WaitlistEntry.location_id, WaitlistEntry.given_id)
        .where(WAITING, WaitlistEntry.look_at <= at)
        .group_by(WaitlistEntry.location_id, WaitlistEntry.given_id)
        .limit(AT_A_TIME)
    )
    return [(row.location_id, row.given_id) for row in uow.connection.execute(query)]


def _end_hold(uow: UnitOfWork, entry_id: int, at: datetime, say: Callable[[Any], None]) -> int:
    """Nobody answered: the seat is free for the next, and they wait on behind those who wait already."""
    mine = select(WaitlistEntry).where(WaitlistEntry.id == entry_id)
    alone_at(uow, [uow.session.scalars(mine).one().location_id])
    entry = uow.session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if entry is None or entry.state != "offered" or entry.held_until is None or entry.held_until > at:
        return 0
    if _decent_from(uow, entry, at) > at:  # a clock that stood still: they keep it until they may hear that it ended
        return 0
    appointment = uow.session.get(Appointment, entry.appointment_id) if entry.appointment_id else None
    entry.appointment_id, entry.held_until, entry.passes = None, None, entry.passes + 1
    gives_up = entry.passes >= PASSES
    entry.state, entry.since, entry.look_at = ("left", entry.since, None) if gives_up else ("waiting", at, at)
    if gives_up:
        entry.settled_at = at
    uow.flush()
    if appointment is not None:
        withdraw(uow, appointment, at, "hold-ended", "system")
    if gives_up:
        ask_to_call(uow, entry.person_id, entry.programme_id, at, kind="other_time", location_id=entry.location_id)
    elif appointment is not None:
        reason = f"hold-ended:{appointment.id}"
        reach(uow, entry.person_id, entry.programme_id, at, reason=reason, compose=say)
    return 1


def _offer_at(
    uow: UnitOfWork, location_id: int, given_id: int, at: datetime, held: Callable[[Appointment, datetime], Any]
) -> int:
    """All free times of one place to those who wait for it, the first one first; one worker at a place at a time."""
    mine = select(Location.id).where(Location.id == location_id)
    if uow.session.scalar(mine.with_for_update(key_share=True, skip_locked=True)) is None:
        return 0
    entries = list(
        uow.session.scalars(
            select(WaitlistEntry)
            .filter_by(location_id=location_id, given_id=given_id, state="waiting")
            .order_by(WaitlistEntry.since, WaitlistEntry.id)
            .limit(AT_A_TIME)
        )
    )
    done, look_again = 0, at + LOOK_EVERY
    for entry in entries:
        decent = _decent_from(uow, entry, at)
        if decent > at:
            look_again = min(decent, look_again) if done else decent
            break
        done += _offer_to(uow, entry, at, held)
    for entry in entries:
        if entry.state == "waiting":
            entry.look_at = look_again
    uow.flush()
    later = update(WaitlistEntry).where(
        WaitlistEntry.location_id == location_id,
        WaitlistEntry.given_id == given_id,
        WaitlistEntry.state == "waiting",
        WaitlistEntry.look_at <= at,
    )
    uow.connection.execute(later.values(look_at=look_again).execution_options(synchronize_session=False))
    return done


def _decent_from(uow: UnitOfWork, entry: WaitlistEntry, at: datetime) -> datetime:
    zone = ZoneInfo(settings_of(uow, entry.programme_id).time_zone)
    hours = decent_hours(uow, entry.programme_id)
    if not is_quiet(at, zone, hours):
        return at
    return next_decent(at, zone, hours) or at + timedelta(days=1)


def _offer_to(uow: UnitOfWork, entry: WaitlistEntry, at: datetime, held: Callable[[Appointment, datetime], Any]) -> int:
    """Holds the first time that suits this family and asks it; 0 when there is none, or nobody may ask."""
    referral = uow.session.get_one(Referral, entry.referral_id)
    if referral.state not in STANDS or _has_one(uow, referral.id):
        entry.state, entry.settled_at, entry.look_at = "left", at, None
        return 0
    if in_danger(uow, entry.person_id):  # a person decides what is said to them
        return 0
    wish = wish_of(uow, referral)
    until = held_until(at, HOLD_HOURS, ZoneInfo(wish.zone), decent_hours(uow, entry.programme_id))
    appointment = _hold_first(uow, wish, at, until)
    if appointment is None:
        return 0
    entry.state, entry.appointment_id, entry.held_until, entry.look_at = "offered", appointment.id, until, None
    uow.flush()
    word = held(appointment, until)
    reason = f"held:{appointment.id}"
    if not reach(uow, entry.person_id, entry.programme_id, at, reason=reason, compose=word) or word.withheld:
        ask_to_call(
            uow,
            entry.person_id,
            entry.programme_id,
            at,
            kind="call" if word.withheld else "other_time",
            restricted=word.withheld,
            location_id=None if word.withheld else entry.location_id,
        )
    return 1


def _has_one(uow: UnitOfWork, referral_id: int) -> bool:
    standing = select(Appointment.id).where(
        Appointment.referral_id == referral_id,
        or_(Appointment.state.in_(ACTIVE[1:]), Appointment.seat.is_not(None) & (Appointment.state == "proposed")),
    )
    return uow.session.scalar(standing.limit(1)) is not None


def _hold_first(uow: UnitOfWork, wish: Wish, at: datetime, until: datetime) -> Appointment | None:
    """A proposed appointment that holds a seat at the first time they did not refuse before; None: nothing is free."""
    free = free_slots(uow, wish.location_id, at, wish.zone, given_id=wish.given_id, woman=wish.woman is True)
    refused, busy = set(refused_by(uow, wish.referral_id)), busy_times(uow, wish.person_id, at)
    alone_at(uow, [wish.location_id], wish.person_id)
    for found in free:
        clashes = any(found.starts_at < ends and starts < found.ends_at for starts, ends in busy)
        if clashes or found.starts_at in refused or found.starts_at < until + ON_THE_WAY:
            continue
        slot = slot_at(uow, wish.location_id, found.starts_at, wish.given_id)
        seat = free_seat(uow, slot)
        if seat is None:
            continue
        appointment = Appointment(
            referral_id=wish.referral_id,
            person_id=wish.person_id,
            location_id=wish.location_id,
            state=APPOINTMENT.initial,
            slot_id=slot.id,
            seat=seat,
            held_until=until,
            created_at=at,
            updated_at=at,
        )
        uow.session.add(appointment)
        uow.flush()
        uow.session.add(OfferedSlot(appointment_id=appointment.id, slot_id=slot.id, position=0))
        uow.flush()
        audit(
            uow, at=at, actor="system", action="appointment.held", object_kind="appointment", object_id=appointment.id
        )
        return appointment
    return None
