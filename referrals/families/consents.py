"""What was agreed to: to whom, for which fields, in which words, said how and by whom, until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from referrals.definitions.in_force import definition_id, settings_of
from referrals.directory.records import Location
from referrals.families.records import Consent
from referrals.protection.audit import audit
from referrals.store.unit_of_work import UnitOfWork

HOLDS_DAYS = {"intake": 730, "referral": 365, "campaign": 1095}
"""How long a consent holds where `[consent]` of `programme.toml` says nothing: then they are asked again."""
BY_ITSELF = "self"
GUARDIAN, HELPER = "guardian", "helper"


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


def stands_until_then(uow: UnitOfWork, consent_id: int, at: datetime) -> bool:
    """The same, until this unit of work is over: whoever takes it back waits for that, and ends what was done on it."""
    query = select(Consent.id).where(Consent.id == consent_id, holds(at)).with_for_update(read=True)
    return uow.connection.execute(query).first() is not None


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
