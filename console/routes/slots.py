"""The times that a desk can offer: three proposed ones, and every other free one by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console.signed_in import SignedIn
from console.wording import by_day
from referrals.appointments.booking import NothingOffered
from referrals.appointments.looking import BY_DAY, three_for, wish_of
from referrals.appointments.slots import Slot
from referrals.appointments.slots_at import free_slots
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork

MOST_OFFERED = 3


@dataclass(frozen=True)
class SlotChoice:
    """One time to tick."""

    value: str
    time: str
    part: str
    chosen: bool = False


@dataclass(frozen=True)
class SlotDay:
    """The times of one day."""

    name: str
    choices: tuple[SlotChoice, ...]


@dataclass(frozen=True)
class SlotDays:
    """What is proposed, and what else is free."""

    proposed: tuple[SlotDay, ...]
    others: tuple[SlotDay, ...]


def slot_days(uow: UnitOfWork, visit: SignedIn, referral: Referral) -> SlotDays:
    """Three times on different days, ticked, and the other free ones of two weeks."""
    three = [slot.starts_at for slot in three_for(uow, wish_of(uow, referral), visit.at)]
    free = [slot.starts_at for slot in _free(uow, visit, referral)]
    others = [start for start in free if start not in three]
    return SlotDays(_days(visit, three, chosen=True), _days(visit, others, chosen=False))


def chosen_times(uow: UnitOfWork, visit: SignedIn, referral: Referral, values: Sequence[str]) -> list[datetime]:
    """The ticked times that are still free, one to three. Raises `NothingOffered`."""
    free = {_value(slot.starts_at): slot.starts_at for slot in _free(uow, visit, referral)}
    ticked = [free[value] for value in dict.fromkeys(values) if value in free]
    if not 1 <= len(ticked) <= MOST_OFFERED:
        raise NothingOffered(NothingOffered.__doc__)
    return ticked


def _free(uow: UnitOfWork, visit: SignedIn, referral: Referral) -> Sequence[Slot]:
    """Every time of three weeks that the place has for this family, also what is near and what others wait for: a
    person decides."""
    wish = wish_of(uow, referral)
    return free_slots(
        uow, wish.location_id, visit.at, wish.zone, given_id=wish.given_id, woman=wish.woman, ahead=BY_DAY
    )


def _days(visit: SignedIn, starts: Sequence[datetime], *, chosen: bool) -> tuple[SlotDay, ...]:
    days = by_day(sorted(starts), visit.time_zone)
    return tuple(
        SlotDay(visit.voice.day(each[0]), tuple(_choice(visit, start, chosen=chosen) for start in each))
        for each in days.values()
    )


def _choice(visit: SignedIn, start: datetime, *, chosen: bool) -> SlotChoice:
    time, _, part = visit.voice.hour(start).partition(" ")
    return SlotChoice(_value(start), time, part, chosen)


def _value(start: datetime) -> str:
    return str(int(start.timestamp()))
