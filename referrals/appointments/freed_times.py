"""Times that became free go to those who wait: who came first is asked first, and a seat is held for a few hours."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, TextClause, func, select, update

from referrals.appointments.booking import withdraw
from referrals.appointments.calling import ask_to_call
from referrals.appointments.centre_records import OFFERED, WAITING, WaitlistEntry
from referrals.appointments.holding import held_until
from referrals.appointments.holding_seats import has_one, hold_first, never_heard, take_back_unheard
from referrals.appointments.records import Appointment
from referrals.appointments.times.looking import wish_of
from referrals.appointments.times.place_time import decent_hours
from referrals.appointments.times.seats import alone_at
from referrals.appointments.times.slots import Slot
from referrals.appointments.times.slots_at import free_slots
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.stages import waiting
from referrals.definitions.in_force import settings_of
from referrals.directory.records import Location
from referrals.protection.danger import in_danger
from referrals.quiet_hours import is_quiet, next_decent
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork

log = logging.getLogger("sanad")

HOLD_HOURS = 4.0  # waking hours in which a family may answer before the next one is asked
ON_THE_WAY = timedelta(hours=3)  # between the end of the hold and the appointment: they still have to come
LOOK_EVERY = timedelta(hours=1)  # a new day comes within reach, hours change: nobody has to say so
PASSES = 3  # so often unanswered, and a person calls instead
AT_A_TIME = 20  # families in a unit of work
MOST_A_TICK = 400  # families in all; who is left is first with the next tick
STANDS = ("requested", "received", "accepted", "in-progress", "on-hold")


# The first entries of ix_waitlist_entry_held and ix_waitlist_entry_look.
FIRST = (
    select(func.min(WaitlistEntry.held_until)).where(OFFERED),
    select(func.min(WaitlistEntry.look_at)).where(WAITING),
)


def give_freed_times(store: Store, at: datetime) -> int:
    """What became free goes to those who wait, in their order; holds that nobody answered end. How many moved on."""
    with store.reading() as uow:
        ended = _held_too_long(uow, at)
        places = _places_to_look_at(uow, at)
    done = 0
    for entry_id in ended:
        done += _once(store, partial(_end_hold, entry_id=entry_id, at=at, say=waiting.HoldEnded()))
    left = MOST_A_TICK
    for location_id, given_id in places:
        look = _Look(location_id, given_id, at, waiting.Held)
        while left > 0 and not look.through:
            before = look.looked_at
            done += _once(store, look.go_on)
            left -= max(1, look.looked_at - before)
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
        .order_by(func.min(WaitlistEntry.look_at), WaitlistEntry.location_id, WaitlistEntry.given_id)
        .limit(AT_A_TIME)
    )
    return [(row.location_id, row.given_id) for row in uow.connection.execute(query)]


def _end_hold(uow: UnitOfWork, entry_id: int, at: datetime, say: Callable[[Any], None]) -> int:
    """Nobody answered: the seat is free for the next, and they wait on behind those who wait already. Whom nothing
    reached while it was held keep their place in the row, and are asked again."""
    mine = select(WaitlistEntry).where(WaitlistEntry.id == entry_id)
    alone_at(uow, [uow.session.scalars(mine).one().location_id])
    entry = uow.session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if entry is None or entry.state != "offered" or entry.held_until is None or entry.held_until > at:
        return 0
    if _decent_from(uow, entry, at) > at:  # a clock that stood still: they keep it until they may hear that it ended
        return 0
    appointment = uow.session.get(Appointment, entry.appointment_id) if entry.appointment_id else None
    if appointment is not None and never_heard(uow, appointment):
        entry.state, entry.appointment_id, entry.held_until, entry.look_at = "waiting", None, None, at
        uow.flush()
        take_back_unheard(uow, appointment, at)
        return 1
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


@dataclass
class _Look:
    """One look through all who wait at a place, the first one first, some of them in each unit of work."""

    location_id: int
    given_id: int
    at: datetime
    held: Callable[[Appointment, datetime], Any]
    looked_at: int = 0
    through: bool = False

    def go_on(self, uow: UnitOfWork) -> int:
        """The next of them; how many were asked. One worker at a place at a time."""
        self.through = True  # unless there are more, also where this fails
        mine = select(Location.id).where(Location.id == self.location_id)
        if uow.session.scalar(mine.with_for_update(key_share=True, skip_locked=True)) is None:
            return 0
        entries = self._due(uow)
        if not entries:
            return 0
        decent = _decent_from(uow, entries[0], self.at)
        if decent > self.at:
            self._later(uow, decent)
            return 0
        free = self._free(uow, entries[0])
        if not free:
            self._later(uow, self.at + LOOK_EVERY)
            return 0
        done = sum(_offer_to(uow, entry, free, self.at, self.held) for entry in entries)
        for entry in entries:
            if entry.state == "waiting":
                entry.look_at = self.at + LOOK_EVERY
        uow.flush()
        self.looked_at += len(entries)
        self.through = len(entries) < AT_A_TIME
        return done

    def _due(self, uow: UnitOfWork) -> list[WaitlistEntry]:
        """Who is to be looked at still. Whatever makes a time free makes all of them due (`waking.wake`)."""
        due = select(WaitlistEntry).where(*self._mine(), WaitlistEntry.look_at <= self.at)
        return list(uow.session.scalars(due.order_by(WaitlistEntry.since, WaitlistEntry.id).limit(AT_A_TIME)))

    def _free(self, uow: UnitOfWork, entry: WaitlistEntry) -> tuple[Slot, ...]:
        """The free times that are far enough ahead to be held for anybody; also those for women alone."""
        zone = settings_of(uow, entry.programme_id).time_zone
        soonest = self._until(uow, entry) + ON_THE_WAY
        free = free_slots(uow, self.location_id, self.at, zone, given_id=self.given_id, woman=None)
        return tuple(slot for slot in free if slot.starts_at >= soonest)

    def _until(self, uow: UnitOfWork, entry: WaitlistEntry) -> datetime:
        zone = ZoneInfo(settings_of(uow, entry.programme_id).time_zone)
        return held_until(self.at, HOLD_HOURS, zone, decent_hours(uow, entry.programme_id))

    def _later(self, uow: UnitOfWork, look_at: datetime) -> None:
        """Nobody can be asked now: all of them at once are looked at again then."""
        later = update(WaitlistEntry).where(*self._mine(), WaitlistEntry.look_at <= self.at)
        uow.connection.execute(later.values(look_at=look_at).execution_options(synchronize_session=False))

    def _mine(self) -> tuple[ColumnElement[bool] | TextClause, ...]:
        at = WaitlistEntry.location_id == self.location_id, WaitlistEntry.given_id == self.given_id
        return (*at, WAITING)


def _decent_from(uow: UnitOfWork, entry: WaitlistEntry, at: datetime) -> datetime:
    zone = ZoneInfo(settings_of(uow, entry.programme_id).time_zone)
    hours = decent_hours(uow, entry.programme_id)
    if not is_quiet(at, zone, hours):
        return at
    return next_decent(at, zone, hours) or at + timedelta(days=1)


def _offer_to(
    uow: UnitOfWork,
    entry: WaitlistEntry,
    free: Sequence[Slot],
    at: datetime,
    held: Callable[[Appointment, datetime], Any],
) -> int:
    """Holds the first time that suits this family and asks it; 0 when there is none, or nobody may ask."""
    referral = uow.session.get_one(Referral, entry.referral_id, with_for_update=True)  # nobody ends it meanwhile
    uow.session.refresh(entry)
    if entry.state != "waiting":
        return 0
    if referral.state not in STANDS or has_one(uow, referral.id):
        entry.state, entry.settled_at, entry.look_at = "left", at, None
        return 0
    if in_danger(uow, entry.person_id):  # a person decides what is said to them
        return 0
    wish = wish_of(uow, referral)
    until = held_until(at, HOLD_HOURS, ZoneInfo(wish.zone), decent_hours(uow, entry.programme_id))
    appointment = hold_first(uow, wish, free, at, until)
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
