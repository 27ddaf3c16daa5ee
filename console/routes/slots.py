"""The times that a desk can offer: three proposed ones, and every other free one by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other
from console.signed_in import SignedIn, may_do
from console.wording import by_day
from referrals.appointments.booking import NothingOffered
from referrals.appointments.times.looking import BY_DAY, three_for, wish_of
from referrals.appointments.times.slots import Slot
from referrals.appointments.times.slots_at import free_slots
from referrals.appointments.waitlist import join
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.stages.waiting import tell_place
from referrals.protection.danger import in_danger
from referrals.referral.in_sight import one_referral
from referrals.referral.records import Referral
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Offerer = Annotated[SignedIn, Depends(may_do(Permission.OFFER_APPOINTMENT))]
MOST_OFFERED = 3


@routes.post("/referrals/{referral_id}/waitlist")
def wait(visit: Offerer, referral_id: RowId) -> Response:
    """Nothing is free: the family waits for a time, and hears how many are before it."""

    def work(uow: UnitOfWork) -> bool:
        referral = one_referral(uow, visit.member, referral_id, Permission.OFFER_APPOINTMENT)
        if referral is None:
            raise NotHere
        join(uow, referral, visit.at)
        if in_danger(uow, referral.person_id):
            return False
        word = partial(tell_place, referral=referral)
        reason = f"waitlist:{referral.id}"
        return reach(uow, referral.person_id, referral.programme_id, visit.at, reason=reason, compose=word)

    reached = visit.console.store.transact(work)
    return see_other(f"/console/referrals/{referral_id}", "waits_for_time" if reached else "offered_unreached")


@dataclass(frozen=True)
class SlotChoice:
    """One time to tick."""

    value: str
    time: str
    part: str
    chosen: bool = False
    for_women: bool = False


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
    for_women: str = ""
    """`known`, `agreed` or `asked` where times for women alone are among them: why they may be offered here. What
    the family said of itself is not told by it."""


def slot_days(uow: UnitOfWork, visit: SignedIn, referral: Referral) -> SlotDays:
    """Three times on different days, ticked, and the other free ones of two weeks."""
    wish = wish_of(uow, referral)
    three = {slot.starts_at: slot for slot in three_for(uow, wish, visit.at)}
    free = [slot for slot in _free(uow, visit, referral) if slot.starts_at not in three]
    why = ""
    if any(slot.for_women for slot in (*three.values(), *free)):
        why = "agreed" if wish.for_women == "agreed" else "known" if wish.woman else "asked"
    return SlotDays(_days(visit, tuple(three.values()), chosen=True), _days(visit, free, chosen=False), why)


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


def _days(visit: SignedIn, slots: Sequence[Slot], *, chosen: bool) -> tuple[SlotDay, ...]:
    women = {slot.starts_at for slot in slots if slot.for_women}
    days = by_day(sorted(slot.starts_at for slot in slots), visit.time_zone)
    return tuple(
        SlotDay(
            visit.voice.day(each[0]),
            tuple(_choice(visit, start, chosen=chosen, for_women=start in women) for start in each),
        )
        for each in days.values()
    )


def _choice(visit: SignedIn, start: datetime, *, chosen: bool, for_women: bool) -> SlotChoice:
    time, _, part = visit.voice.hour(start).partition(" ")
    return SlotChoice(_value(start), time, part, chosen, for_women)


def _value(start: datetime) -> str:
    return str(int(start.timestamp()))
