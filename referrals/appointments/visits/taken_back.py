"""What ended with a step that was a mistake stands again: visits at home as agreed, and times that were offered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from referrals.appointments.booking import active_appointments
from referrals.appointments.records import Appointment
from referrals.appointments.times.slots import overlaps
from referrals.appointments.times.slots_at import closures_ahead
from referrals.appointments.visits.endings import OPEN
from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.visits.visiting import plan_reminder, put_off
from referrals.lifecycles import APPOINTMENT, VISIT, advance
from referrals.protection.audit import audit
from referrals.store.unit_of_work import UnitOfWork

TIME_GONE = "time-gone"
WAY_BACK = {  # the state it had -> the steps that lead there anew
    "planned": (),
    "assigned": (("assign", "system"),),
    "confirmed": (("assign", "system"), ("confirm", "family")),
    "attempted": (("assign", "system"), ("not_home", "researcher")),
}


def standing_before(uow: UnitOfWork, referral_id: int) -> list[tuple[int, str]]:
    """The visits of a referral that stand, with their state."""
    mine = select(HomeVisit.id, HomeVisit.state).where(HomeVisit.referral_id == referral_id, HomeVisit.state.in_(OPEN))
    return [(row.id, row.state) for row in uow.connection.execute(mine.order_by(HomeVisit.id))]


def offered_before(uow: UnitOfWork, referral_id: int) -> list[int]:
    """The appointments of a referral for which times are offered. A time that is held for those who wait is none."""
    mine = select(Appointment.id).where(
        Appointment.referral_id == referral_id, Appointment.state == APPOINTMENT.initial, Appointment.seat.is_(None)
    )
    return list(uow.connection.execute(mine.order_by(Appointment.id)).scalars())


def visits_after_all(uow: UnitOfWork, before: Sequence[tuple[int, str]], at: datetime) -> bool:
    """The visits stand as they did. True where the agreed hours of one are no more: another day is to be chosen."""
    gone = False
    for visit_id, state in before:
        visit = uow.session.get_one(HomeVisit, visit_id, populate_existing=True)
        if visit.state != "refused":
            continue
        visit.state = advance(VISIT, visit.state, "take_back", "desk")
        for event, actor in WAY_BACK[state]:
            visit.state = advance(VISIT, visit.state, event, actor)
        visit.reason, visit.updated_at = "", at
        if visit.starts_at is not None and state != "attempted":
            if _possible(uow, visit, at):
                plan_reminder(uow, visit, at)
            else:
                gone = True
                put_off(uow, visit, at, TIME_GONE)
        uow.flush()
        audit(uow, at=at, actor="desk", action="visit.stands_again", object_kind="visit", object_id=visit.id)
    return gone


def offers_after_all(uow: UnitOfWork, referral_id: int, before: Sequence[int], at: datetime) -> None:
    """The times are offered again by the very buttons that the family has; who booked meanwhile has them alone."""
    for appointment_id in before if not active_appointments(uow, referral_id) else ():
        offer = uow.session.get_one(Appointment, appointment_id, populate_existing=True)
        if offer.state != "cancelled":
            continue
        offer.state = advance(APPOINTMENT, offer.state, "offer_again", "desk")
        offer.reason, offer.updated_at = "", at
        uow.flush()
        audit(uow, at=at, actor="desk", action="appointment.offered", object_kind="appointment", object_id=offer.id)


def _possible(uow: UnitOfWork, visit: HomeVisit, at: datetime) -> bool:
    """Whether somebody can still come in the hours that were agreed."""
    if visit.starts_at is None or visit.ends_at is None or visit.starts_at <= at:
        return False
    agreed = visit.starts_at, visit.ends_at
    return not any(overlaps(agreed, shut) for _, shut in closures_ahead(uow, [visit.location_id], at))
