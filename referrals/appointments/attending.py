"""What the desk sees on the day: they came, they were received, or they did not come."""

from __future__ import annotations

from datetime import datetime

from referrals.appointments.moving import drop_offer
from referrals.appointments.records import Appointment
from referrals.appointments.reminders.planning import let_go
from referrals.lifecycles import APPOINTMENT, advance
from referrals.protection.audit import audit
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork


def arrive(uow: UnitOfWork, appointment: Appointment, at: datetime, staff_id: int) -> None:
    """The desk saw the family's card or heard its number."""
    appointment.state = advance(APPOINTMENT, appointment.state, "arrive", "desk")
    appointment.updated_at = at
    drop_offer(uow, appointment.referral_id, at, "arrived", "desk")
    let_go(uow, appointment.id, "cancel", "arrived", at, "desk")
    audit(
        uow,
        at=at,
        actor=f"staff:{staff_id}",
        action="appointment.arrived",
        object_kind="appointment",
        object_id=appointment.id,
    )


def fulfil(uow: UnitOfWork, appointment: Appointment, at: datetime, staff_id: int) -> None:
    """They were received."""
    appointment.state = advance(APPOINTMENT, appointment.state, "fulfil", "desk")
    appointment.updated_at = at
    audit(
        uow,
        at=at,
        actor=f"staff:{staff_id}",
        action="appointment.fulfilled",
        object_kind="appointment",
        object_id=appointment.id,
    )


def miss(uow: UnitOfWork, appointment: Appointment, at: datetime, actor: str) -> None:
    """They did not come; nobody is blamed, they are asked."""
    appointment.state = advance(APPOINTMENT, appointment.state, "noshow", actor)
    appointment.updated_at = at
    drop_offer(uow, appointment.referral_id, at, "missed", actor)
    let_go(uow, appointment.id, "cancel", "missed", at, actor)
    referral = uow.session.get_one(Referral, appointment.referral_id)
    referral.business_status = "family-no-show"
    uow.flush()
