"""Consents whose time is over: noticed by the clock, and asked for again where something still stands on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import func, select

from referrals.applications.records import Application
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.stages import renewing
from referrals.families.records import Consent, Person
from referrals.portions import by_itself
from referrals.protection.audit import audit
from referrals.referral.noting import note_event
from referrals.referral.records import Referral
from referrals.referral.sending import OPEN
from referrals.store.unit_of_work import UnitOfWork

AT_A_TIME = 100
UNDER_WAY = ("submitted", "duplicate_review", "under_review", "info_requested")  # an application that is being read


# ix_consent_expiring: its first entry.
FIRST = select(func.min(Consent.expires_at)).where(Consent.expires_at.is_not(None), Consent.expiry_noted_at.is_(None))


def note_expired(uow: UnitOfWork, at: datetime) -> int:
    """Those that ended by now, once each; returns how many. What recipients saw ended with the very moment."""
    due = (
        select(Consent)
        .where(Consent.expires_at.is_not(None), Consent.expiry_noted_at.is_(None), Consent.expires_at <= at)
        .order_by(Consent.expires_at)
        .limit(AT_A_TIME)
        .with_for_update(skip_locked=True)
    )
    done = 0
    for consent in uow.session.scalars(due).all():
        done += by_itself(uow, partial(_note, uow, consent.id, at), f"the end of consent {consent.id}")
    return done


def _note(uow: UnitOfWork, consent_id: int, at: datetime) -> None:
    consent = uow.session.get_one(Consent, consent_id)
    consent.expiry_noted_at = at
    uow.flush()
    if consent.withdrawn_at is not None or consent.refused:
        return
    audit(
        uow,
        at=at,
        actor="system",
        action="consent.expired",
        object_kind="consent",
        object_id=consent.id,
        people=(consent.person_id,),
    )
    compose = _question(uow, consent, at)
    if compose is not None:
        reach(uow, consent.person_id, consent.programme_id, at, reason=f"renew:{consent.id}", compose=compose)


def _question(uow: UnitOfWork, consent: Consent, at: datetime) -> Callable[..., None] | None:
    """What they are asked; None where nothing stands on it any more, or they are gone."""
    if uow.session.get_one(Person, consent.person_id).erased_at is not None:
        return None
    if consent.purpose == "referral":
        open_one = select(Referral).filter_by(consent_id=consent.id).where(Referral.state.in_(OPEN))
        referral = uow.session.scalar(open_one.limit(1))
        if referral is None:
            return None
        note_event(uow, referral, "consent-expired", referral.state, "system", at)
        return partial(renewing.ask, consent_id=consent.id, application_id=referral.application_id)
    under_way = select(Application.id).where(
        Application.person_id == consent.person_id,
        Application.programme_id == consent.programme_id,
        Application.state.in_(UNDER_WAY),
    )
    application_id = uow.session.scalar(under_way.order_by(Application.id.desc()).limit(1))
    if consent.purpose != "intake" or application_id is None:
        return None
    return partial(renewing.ask, consent_id=consent.id, application_id=application_id)
