"""A move: the appointment that stands keeps its seat and its reminders beside the times that are offered instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from referrals.appointments.records import Appointment
from referrals.appointments.times.seats import STANDING
from referrals.lifecycles import APPOINTMENT, advance
from referrals.store.unit_of_work import UnitOfWork


def standing_of(uow: UnitOfWork, referrals: Collection[int], but: Collection[int] = ()) -> list[Appointment]:
    """What is booked or confirmed for these referrals, as the database has it now, without those ids; oldest first."""
    query = select(Appointment).where(
        Appointment.referral_id.in_(list(referrals)),
        Appointment.state.in_(STANDING),
        Appointment.id.not_in(list(but)),
    )
    found = uow.session.scalars(query.order_by(Appointment.id).execution_options(populate_existing=True))
    return list(found)


def stands_beside(uow: UnitOfWork, offered: Appointment) -> Appointment | None:
    """The appointment that stands until one of the times that are offered is taken; None where there is none."""
    if offered.state != APPOINTMENT.initial:
        return None
    return next(iter(standing_of(uow, [offered.referral_id])), None)


def offered_beside(uow: UnitOfWork, referral_id: int) -> Appointment | None:
    """The times that are offered for a referral, as long as none is held and none was taken."""
    query = select(Appointment).where(
        Appointment.referral_id == referral_id,
        Appointment.state == APPOINTMENT.initial,
        Appointment.seat.is_(None),
    )
    return uow.session.scalar(query.order_by(Appointment.id.desc()).limit(1))


def drop_offer(uow: UnitOfWork, referral_id: int, at: datetime, reason: str, actor: str) -> None:
    """What was offered instead is offered no longer: the appointment itself was kept, given up, or is over."""
    while (offered := offered_beside(uow, referral_id)) is not None:
        offered.state = advance(APPOINTMENT, offered.state, "withdraw", actor)
        offered.reason, offered.updated_at = reason, at
        uow.flush()
