"""What was agreed to: stored with the version of the words that were read, and with the message that said so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from referrals.families.records import Consent
from referrals.protection.audit import audit
from referrals.store.unit_of_work import UnitOfWork


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
    given_by: str = "self",
    evidence_inbox_id: int | None = None,
    recipient_location_id: int | None = None,
    data_categories: tuple[str, ...] = (),
) -> int:
    """The consent's id. A refusal is kept too: it says that we asked and may not go on."""
    consent = Consent(
        person_id=person_id,
        programme_id=programme_id,
        purpose=purpose,
        text_definition_id=text_id,
        language=language,
        recipient_location_id=recipient_location_id,
        data_categories=",".join(data_categories),
        given_by=given_by,
        method=method,
        evidence_inbox_id=evidence_inbox_id,
        given_at=at,
        refused=not agreed,
    )
    uow.session.add(consent)
    uow.flush()
    action = "consent.given" if agreed else "consent.refused"
    audit(uow, at=at, actor=f"person:{person_id}", action=action, object_kind="consent", object_id=consent.id)
    return consent.id


def has_consent(uow: UnitOfWork, person_id: int, programme_id: str, purpose: str) -> bool:
    """Whether a consent to this purpose stands."""
    query = select(Consent.id).where(
        Consent.person_id == person_id,
        Consent.programme_id == programme_id,
        Consent.purpose == purpose,
        Consent.refused.is_(False),
        Consent.withdrawn_at.is_(None),
    )
    return uow.connection.execute(query.limit(1)).first() is not None


def withdraw_consents(uow: UnitOfWork, person_id: int, programme_id: str, at: datetime) -> None:
    """Every consent of a person in a programme ends now."""
    uow.connection.execute(
        update(Consent)
        .where(Consent.person_id == person_id, Consent.programme_id == programme_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )
    audit(
        uow, at=at, actor=f"person:{person_id}", action="consent.withdrawn", object_kind="person", object_id=person_id
    )
