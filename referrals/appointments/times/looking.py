"""Times that suit one family at the place it was referred to: open to it, free, and not beside what it has already."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from referrals.applications.filing import FACTS
from referrals.applications.records import Application
from referrals.appointments.centre_records import WaitlistEntry
from referrals.appointments.records import Appointment, OfferedSlot
from referrals.appointments.records import Slot as SlotRow
from referrals.appointments.times.crossing_hours import NONE, River, river_between
from referrals.appointments.times.seats import STANDING
from referrals.appointments.times.slots import Slot, Spread, offer_three
from referrals.appointments.times.slots_at import AHEAD, APART, NOTICE_HOURS, free_slots
from referrals.definitions.in_force import settings_of
from referrals.directory.records import Schedule
from referrals.families.identities import data_key_of
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from referrals.women_times import AGREED, KNOWN, LIKELY, NOT, why_for_women

BY_DAY = timedelta(days=21)  # how far a family may look by itself


@dataclass(frozen=True)
class Wish:
    """Whose time is looked for and where. `for_women`: why times for women alone are for them, as `women_times.py` says
    it; blank where nobody knows. `river`: what lies between, whose hours decide when they can come."""

    referral_id: int
    person_id: int
    location_id: int
    given_id: int
    zone: str
    for_women: str = ""
    river: River = NONE

    @property
    def woman(self) -> bool | None:
        """Whether such times are for them; None where nobody knows, and it is asked before one is booked."""
        return True if self.for_women in KNOWN else False if self.for_women == NOT else None


def wish_of(uow: UnitOfWork, referral: Referral) -> Wish:
    """What a referral's appointment is looked for with."""
    settings = settings_of(uow, referral.programme_id)
    facts = facts_of(uow, referral)
    return Wish(
        referral.id,
        referral.person_id,
        referral.to_location_id,
        own_desk(uow, referral.to_location_id, referral.to_service_at_location_id),
        settings.time_zone,
        why_for_women(settings.women, facts, settings.country),
        river_between(uow, referral, settings),
    )


def facts_of(uow: UnitOfWork, referral: Referral) -> Mapping[str, Any]:
    """What the application of a referral says."""
    application = uow.session.get_one(Application, referral.application_id)
    found: Mapping[str, Any] = uow.vault.open_json(application.facts_sealed, FACTS)
    return found


def times_for_women_suit(uow: UnitOfWork, referral: Referral) -> None:
    """They said that times for women alone suit them: kept with what their application says, and not asked again."""
    application = uow.session.get_one(Application, referral.application_id)
    known = uow.vault.open_json(application.facts_sealed, FACTS)
    key = data_key_of(uow, application.person_id)
    application.facts_sealed = uow.vault.seal_json(key, {**known, AGREED: "yes"}, FACTS)
    uow.flush()


def own_desk(uow: UnitOfWork, location_id: int, given_id: int | None) -> int:
    """The service's own row where it has hours of its own at the place, and so its own desks; else 0: the place's."""
    own = select(Schedule.id).where(Schedule.location_id == location_id, Schedule.service_at_location_id == given_id)
    return int(given_id) if given_id and uow.session.scalar(own.limit(1)) is not None else 0


def free_for(
    uow: UnitOfWork, wish: Wish, at: datetime, ahead: timedelta = AHEAD, moving: Collection[int] = ()
) -> tuple[Slot, ...]:
    """The free times that the family could come to, earliest first: not where it has to be elsewhere, and without as
    many of the earliest seats as other families wait there for. What stands for this referral gives way to another
    time, and so does what stands for those that are `moving` with it."""
    free = free_slots(uow, wish.location_id, at, wish.zone, given_id=wish.given_id, woman=wish.woman, ahead=ahead)
    busy = busy_times(uow, wish.person_id, at, {wish.referral_id, *moving})
    theirs = _starts_of(uow, wish.referral_id)
    suits = [
        slot
        for slot in free
        if slot.starts_at not in theirs
        and not any(slot.starts_at < ends and starts < slot.ends_at for starts, ends in busy)
    ]
    before = _waiting_before(uow, wish)
    earliest = at + timedelta(hours=NOTICE_HOURS)
    left = []
    for slot in suits:
        if slot.starts_at < earliest:
            continue
        if before >= slot.seats:
            before -= slot.seats
            continue
        left.append(slot)
        before = 0
    return tuple(left)


def three_for(uow: UnitOfWork, wish: Wish, at: datetime, refused: Collection[datetime] = ()) -> tuple[Slot, ...]:
    """Three of them on different days and at different times of day; none near a time that was `refused` while others
    are free, nor one to which no ferry goes while there are such. For women alone only where the applicant is known to
    be one, or likely to."""
    free = [slot for slot in free_for(uow, wish, at) if not slot.for_women or wish.woman or wish.for_women == LIKELY]
    free = [slot for slot in free if wish.river.lets(slot.starts_at, slot.ends_at)] or free
    for apart in (APART, timedelta(minutes=1)):
        others = [slot for slot in free if all(abs(slot.starts_at - each) >= apart for each in refused)]
        if found := offer_three(others, at, Spread(zone=wish.zone, notice_hours=NOTICE_HOURS)):
            return found
    return ()


def busy_times(
    uow: UnitOfWork, person_id: int, at: datetime, but: Collection[int] = ()
) -> list[tuple[datetime, datetime]]:
    """When a person has to be somewhere already, for another referral than those."""
    query = select(Appointment.starts_at, Appointment.ends_at).where(
        Appointment.person_id == person_id,
        Appointment.state.in_(STANDING),
        Appointment.ends_at > at,
        Appointment.referral_id.not_in(list(but)),
    )
    return [(row.starts_at, row.ends_at) for row in uow.session.execute(query)]


def _starts_of(uow: UnitOfWork, referral_id: int) -> set[datetime]:
    """When the appointment of a referral that stands begins: that is no other time."""
    mine = select(Appointment.starts_at).where(Appointment.referral_id == referral_id, Appointment.state.in_(STANDING))
    return {starts for starts in uow.session.scalars(mine) if starts is not None}


def refused_by(uow: UnitOfWork, referral_id: int) -> list[datetime]:
    """The times that this family was offered before and did not want."""
    seen = (
        select(SlotRow.starts_at)
        .join(OfferedSlot, OfferedSlot.slot_id == SlotRow.id)
        .join(Appointment, Appointment.id == OfferedSlot.appointment_id)
        .where(Appointment.referral_id == referral_id)
    )
    return list(uow.session.scalars(seen))


def _waiting_before(uow: UnitOfWork, wish: Wish) -> int:
    """How many other families wait for a time there."""
    others = (
        select(func.count())
        .select_from(WaitlistEntry)
        .where(WaitlistEntry.location_id == wish.location_id, WaitlistEntry.given_id == wish.given_id)
        .where(WaitlistEntry.state == "waiting", WaitlistEntry.referral_id != wish.referral_id)
    )
    return int(uow.session.scalar(others) or 0)
