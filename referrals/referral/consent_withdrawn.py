"""A consent that is taken back: what stands on it ends at that moment, and who had it is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from referrals.families.records import Consent
from referrals.protection.audit import audit
from referrals.referral.handling import cancel_by_family
from referrals.referral.holding import hold_referrals, hold_services
from referrals.referral.noting import note_event
from referrals.referral.records import Referral
from referrals.referral.sending import OPEN
from referrals.store.unit_of_work import UnitOfWork


def withdraw_one(uow: UnitOfWork, consent_id: int, at: datetime, actor: str = "") -> bool:
    """Takes one consent back: what stands on it ends now, and who had it is told. False when it stands no more."""
    _hold_what_stands_on(uow, [consent_id])
    consent = uow.session.get(Consent, consent_id, with_for_update=True)
    if consent is None or consent.withdrawn_at is not None or consent.refused:
        return False
    consent.withdrawn_at, consent.withdrawn_by = at, actor or f"person:{consent.person_id}"
    uow.flush()
    _end_what_stands_on(uow, consent_id, at)
    audit(
        uow,
        at=at,
        actor=consent.withdrawn_by,
        action="consent.withdrawn",
        object_kind="consent",
        object_id=consent_id,
        people=(consent.person_id,),
    )
    return True


def withdraw_consents(uow: UnitOfWork, person_id: int, programme_id: str, at: datetime, actor: str = "") -> None:
    """Every consent of a person in a programme ends now, and everything that stands on one."""
    mine = select(Consent.id).where(
        Consent.person_id == person_id,
        Consent.programme_id == programme_id,
        Consent.withdrawn_at.is_(None),
        Consent.refused.is_(False),
    )
    standing = uow.connection.execute(mine.order_by(Consent.id)).scalars().all()
    _hold_what_stands_on(uow, standing)
    for consent_id in standing:
        withdraw_one(uow, consent_id, at, actor)
    audit(
        uow,
        at=at,
        actor=actor or f"person:{person_id}",
        action="consent.withdrawn",
        object_kind="person",
        object_id=person_id,
    )


def _hold_what_stands_on(uow: UnitOfWork, consents: Sequence[int]) -> None:
    """Every referral and place that ends with one of them, before the first one ends."""
    query = select(Referral.id).where(Referral.consent_id.in_(consents), Referral.state.in_(OPEN))
    held = hold_referrals(uow, uow.connection.execute(query).scalars().all())
    hold_services(uow, [each.to_service_at_location_id for each in held])


def _end_what_stands_on(uow: UnitOfWork, consent_id: int, at: datetime) -> None:
    """Open referrals are cancelled as the family's own word; of those that had ended the centre learns it too."""
    query = (
        select(Referral).filter_by(consent_id=consent_id).where(Referral.state.not_in(("draft", "entered-in-error")))
    )
    held = query.order_by(Referral.id).with_for_update().execution_options(populate_existing=True)
    for referral in uow.session.scalars(held).all():
        if referral.state in OPEN:
            cancel_by_family(uow, referral, at)
        elif referral.state != "cancelled":
            note_event(uow, referral, "consent-withdrawn", referral.state, "family", at)
