"""What was agreed to: to whom, for which fields, in which words, said how and by whom, until when; and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from referrals.definitions.in_force import definition_id, settings_of
from referrals.directory.records import Location
from referrals.families.records import Consent
from referrals.protection.audit import audit
from referrals.referral.noting import note_event
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork

HOLDS_DAYS = {"intake": 730, "referral": 365, "campaign": 1095}
"""How long a consent holds where `[consent]` of `programme.toml` says nothing: then they are asked again."""
BY_ITSELF = "self"
GUARDIAN, HELPER = "guardian", "helper"
METHODS = ("tap", "words", "oral", "paper", "form", "platform")


class NobodyToSay(ValueError):
    """A consent on somebody's behalf says who gave it: write down how they are related."""


def record_consent(
    uow: UnitOfWork,
    *,
    person_id: int,
    programme_id: str,
    purpose: str,
    text_id: int | None,
    language: str,
    at: datetime,
    agreed: bool = True,
    method: str = "tap",
    given_by: str = BY_ITSELF,
    on_behalf_relation: str = "",
    evidence_inbox_id: int | None = None,
    evidence_filling_id: int | None = None,
    evidence_submission_id: int | None = None,
    recipient_location_id: int | None = None,
    data_categories: tuple[str, ...] = (),
    actor: str = "",
) -> int:
    """The consent's id. A refusal is kept too: it says that we asked and may not go on.

    Raises `NobodyToSay` for a guardian of whom nobody knows whose.
    """
    if given_by == GUARDIAN and not on_behalf_relation:
        raise NobodyToSay(NobodyToSay.__doc__)
    consent = Consent(
        person_id=person_id,
        programme_id=programme_id,
        purpose=purpose,
        text_definition_id=text_id,
        language=language,
        recipient_organization_id=_owner_of(uow, recipient_location_id),
        recipient_location_id=recipient_location_id,
        data_categories=",".join(data_categories),
        given_by=given_by,
        on_behalf_relation=on_behalf_relation,
        method=method,
        evidence_inbox_id=evidence_inbox_id,
        evidence_filling_id=evidence_filling_id,
        evidence_submission_id=evidence_submission_id,
        given_at=at,
        refused=not agreed,
        expires_at=_expires(uow, programme_id, purpose, at) if agreed else None,
    )
    uow.session.add(consent)
    uow.flush()
    action = "consent.given" if agreed else "consent.refused"
    actor = actor or f"person:{person_id}"
    audit(uow, at=at, actor=actor, action=action, object_kind="consent", object_id=consent.id, people=(person_id,))
    return consent.id


def stands(uow: UnitOfWork, consent_id: int, at: datetime) -> bool:
    """Whether a consent holds at that moment: given, not taken back, not expired."""
    return bool(standing_of(uow, (consent_id,), at))


def standing_of(uow: UnitOfWork, consent_ids: Iterable[int], at: datetime) -> set[int]:
    """Those of the consents that hold, in one question for a whole page."""
    query = select(Consent.id).where(Consent.id.in_(set(consent_ids)), holds(at))
    return set(uow.connection.execute(query).scalars())


def holds(at: datetime) -> ColumnElement[bool]:
    """The same as a condition on rows."""
    in_time = or_(Consent.expires_at.is_(None), Consent.expires_at > at)
    return and_(Consent.refused.is_(False), Consent.withdrawn_at.is_(None), in_time)


def has_consent(uow: UnitOfWork, person_id: int, programme_id: str, purpose: str, at: datetime | None = None) -> bool:
    """Whether a consent to this purpose stands, at that moment or as far as the clock has noticed."""
    in_time = holds(at) if at is not None else Consent.expiry_noted_at.is_(None)
    query = select(Consent.id).where(
        Consent.person_id == person_id,
        Consent.programme_id == programme_id,
        Consent.purpose == purpose,
        Consent.refused.is_(False),
        Consent.withdrawn_at.is_(None),
        in_time,
    )
    return uow.connection.execute(query.limit(1)).first() is not None


def guardian_agreed(uow: UnitOfWork, person_id: int, programme_id: str, at: datetime) -> Consent | None:
    """The consent that a child's guardian gave to its application; None while there is none."""
    query = select(Consent).where(
        Consent.person_id == person_id,
        Consent.programme_id == programme_id,
        Consent.purpose == "intake",
        Consent.given_by == GUARDIAN,
        holds(at),
    )
    return uow.session.scalar(query.order_by(Consent.id.desc()).limit(1))


def who_agrees(
    uow: UnitOfWork, facts: Mapping[str, Any], person_id: int, programme_id: str, at: datetime
) -> tuple[str, str]:
    """Who says yes for an application, and how they are related: a child's guardian, a helper whose people agreed,
    else whoever applied."""
    if facts.get("minor") == "yes":
        guardian = guardian_agreed(uow, person_id, programme_id, at)
        return (GUARDIAN, guardian.on_behalf_relation) if guardian else (BY_ITSELF, "")
    if facts.get("on_behalf") == "yes":
        return HELPER, str(facts.get("for_whom") or "")
    return BY_ITSELF, ""


def withdraw_one(uow: UnitOfWork, consent_id: int, at: datetime, actor: str = "") -> bool:
    """Takes one consent back: what stands on it ends now, and who had it is told. False when it stands no more."""
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
    for consent_id in uow.connection.execute(mine.order_by(Consent.id)).scalars().all():
        withdraw_one(uow, consent_id, at, actor)
    audit(
        uow,
        at=at,
        actor=actor or f"person:{person_id}",
        action="consent.withdrawn",
        object_kind="person",
        object_id=person_id,
    )


def _end_what_stands_on(uow: UnitOfWork, consent_id: int, at: datetime) -> None:
    """Open referrals are cancelled as the family's own word; of those that had ended the centre learns it too."""
    from referrals.referral.handling import cancel_by_family
    from referrals.referral.sending import OPEN

    query = (
        select(Referral).filter_by(consent_id=consent_id).where(Referral.state.not_in(("draft", "entered-in-error")))
    )
    for referral in uow.session.scalars(query.order_by(Referral.id)).all():
        if referral.state in OPEN:
            cancel_by_family(uow, referral, at)
        elif referral.state != "cancelled":
            note_event(uow, referral, "consent-withdrawn", referral.state, "family", at)


def _owner_of(uow: UnitOfWork, location_id: int | None) -> int | None:
    if location_id is None:
        return None
    return uow.connection.execute(select(Location.organization_id).where(Location.id == location_id)).scalar()


def _expires(uow: UnitOfWork, programme_id: str, purpose: str, at: datetime) -> datetime | None:
    """None for a purpose that nobody gave an end, and for a programme that is not here."""
    if definition_id(uow, programme_id, "settings", "programme") is None:
        return None
    days = settings_of(uow, programme_id).raw.get("consent", {}).get(f"{purpose}_days", HOLDS_DAYS.get(purpose))
    return at + timedelta(days=float(days)) if days else None
