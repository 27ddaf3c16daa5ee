"""The waiting list of a place: who waits there, how many are before them, and that a time did not suit.

The clock offers what becomes free: `referrals/appointments/freed_times.py`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, or_, select

from referrals.appointments.booking import withdraw
from referrals.appointments.centre_records import WaitlistEntry
from referrals.appointments.records import Appointment
from referrals.appointments.times.looking import wish_of
from referrals.appointments.waking import wake
from referrals.protection.audit import audit
from referrals.referral.holding import hold_referral
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork


def join(uow: UnitOfWork, referral: Referral, at: datetime) -> WaitlistEntry:
    """The family waits for a time at the place of its referral; the same place in the row when it waits already.

    All who wait there are looked at with it, in their order: who comes is never asked before who was there.
    """
    hold_referral(uow, referral.id)  # a desk and the family may do it at one moment
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
    wake(uow, wish.location_id, at)
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
