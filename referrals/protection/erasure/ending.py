"""Everything that is open for a family ends: appointments, referrals, consents; centres lose sight of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from referrals.applications.ending import withdraw_applications
from referrals.appointments.booking import ACTIVE, cancel
from referrals.appointments.records import Appointment
from referrals.families.records import Consent
from referrals.referral.consent_withdrawn import withdraw_consents
from referrals.referral.handling import cancel_by_family
from referrals.referral.holding import hold_referrals, hold_services
from referrals.referral.records import Referral
from referrals.referral.sending import OPEN
from referrals.store.unit_of_work import UnitOfWork
from referrals.transcribing.following import let_go


def end_everything(uow: UnitOfWork, people: Sequence[int], at: datetime) -> None:
    """Releases appointments, withdraws open referrals and every consent that stands, in every programme."""
    open_ones = select(Referral.id).where(Referral.person_id.in_(people), Referral.state.in_(OPEN))
    # nobody takes a step on them meanwhile
    held = hold_referrals(uow, uow.connection.execute(open_ones).scalars().all())
    hold_services(uow, [each.to_service_at_location_id for each in held])
    for appointment in uow.session.scalars(
        select(Appointment).where(Appointment.person_id.in_(people), Appointment.state.in_(ACTIVE))
    ):
        cancel(uow, appointment, at, "withdrawn")
    for referral in held:
        if referral.state in OPEN:
            cancel_by_family(uow, referral, at)
    withdraw_applications(uow, people, at)
    uow.flush()
    standing = select(Consent.person_id, Consent.programme_id).where(
        Consent.person_id.in_(people), Consent.withdrawn_at.is_(None)
    )
    for row in uow.connection.execute(standing.distinct()).all():
        withdraw_consents(uow, row.person_id, row.programme_id, at)
    for person_id in people:
        let_go(uow, person_id)
