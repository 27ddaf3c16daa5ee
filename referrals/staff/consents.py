"""A family's consents as staff see them, and what staff keep when somebody says it by telephone or on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.definitions.in_force import definition_id
from referrals.definitions.records import Definition
from referrals.definitions.settings import Settings
from referrals.directory.records import Location
from referrals.families.consents import GUARDIAN, record_consent
from referrals.families.people import whole_person
from referrals.families.records import Consent
from referrals.protection.audit import audit
from referrals.referral.consent_withdrawn import withdraw_consents, withdraw_one
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

RELATIONS = ("mother", "father", "grandparent", "sibling", "uncle_aunt", "legal_guardian", "institution")
ON_PAPER_OR_SAID = ("oral", "paper")


@dataclass(frozen=True)
class Kept:
    """One consent as a line; `fields` are the words for what it covers, `version` of the text that was agreed to."""

    id: int
    purpose: str
    centre: str
    fields: tuple[str, ...]
    version: str
    language: str
    given_by: str
    relation: str
    method: str
    given_at: datetime
    expires_at: datetime | None
    withdrawn_at: datetime | None
    refused: bool
    stands: bool


def application_by_number(uow: UnitOfWork, member: Member, number: str) -> Application | None:
    """The application of that number (Latin digits) where its family's consents are the member's to keep."""
    query = select(Application).where(Application.number == number)
    return uow.session.scalar(visible_to(member, query, Application, Permission.KEEP_CONSENT))


def one_application(uow: UnitOfWork, member: Member, application_id: int) -> Application | None:
    """The same by id; None as for one that never was."""
    query = select(Application).where(Application.id == application_id)
    return uow.session.scalar(visible_to(member, query, Application, Permission.KEEP_CONSENT))


def consents_of(uow: UnitOfWork, member: Member, application: Application, at: datetime) -> list[Kept]:
    """Every consent of whoever applied, in this programme, the newest first; the reading is audited."""
    people = whole_person(uow, application.person_id)
    query = (
        select(Consent, Location.name, Definition.version)
        .outerjoin(Location, Location.id == Consent.recipient_location_id)
        .outerjoin(Definition, Definition.id == Consent.text_definition_id)
        .where(Consent.person_id.in_(people), Consent.programme_id == application.programme_id)
        .order_by(Consent.id.desc())
    )
    rows = uow.session.execute(visible_to(member, query, Consent, Permission.KEEP_CONSENT)).all()
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action="consents.read",
        object_kind="person",
        object_id=application.person_id,
    )
    return [_kept(row, centre or "", version or "", at) for row, centre, version in rows]


def withdraw_for(
    uow: UnitOfWork, member: Member, application: Application, consent_id: int | None, at: datetime
) -> bool:
    """Takes one back, or all of them, as the family told the member to. False where that one is not theirs."""
    actor = f"staff:{member.staff_id}"
    people = whole_person(uow, application.person_id)
    if consent_id is None:
        for person_id in people:
            withdraw_consents(uow, person_id, application.programme_id, at, actor)
        return True
    theirs = select(Consent.id).where(
        Consent.id == consent_id, Consent.person_id.in_(people), Consent.programme_id == application.programme_id
    )
    return uow.session.scalar(theirs) is not None and withdraw_one(uow, consent_id, at, actor)


def keep_guardian(
    uow: UnitOfWork,
    member: Member,
    settings: Settings,
    application: Application,
    *,
    relation: str,
    method: str,
    at: datetime,
) -> int:
    """What a child's guardian agreed to, as it was read to them or signed; the id of the consent."""
    return record_consent(
        uow,
        person_id=application.person_id,
        programme_id=application.programme_id,
        purpose="intake",
        text_id=definition_id(uow, settings.id, "consent", f"intake.{settings.default_language}"),
        language=settings.default_language,
        at=at,
        method=method,
        given_by=GUARDIAN,
        on_behalf_relation=relation,
        actor=f"staff:{member.staff_id}",
    )


def words_of_fields(settings: Settings, codes: Sequence[str]) -> list[str]:
    """The programme's words for disclosed fields."""
    named: Mapping[str, str] = {each.code: each.name_ar for each in settings.disclosure}
    return [named.get(code, code) for code in codes]


def _kept(row: Consent, centre: str, version: str, at: datetime) -> Kept:
    in_time = row.expires_at is None or row.expires_at > at
    return Kept(
        id=row.id,
        purpose=row.purpose,
        centre=centre,
        fields=tuple(filter(None, row.data_categories.split(","))),
        version=version,
        language=row.language,
        given_by=row.given_by,
        relation=row.on_behalf_relation,
        method=row.method,
        given_at=row.given_at,
        expires_at=row.expires_at,
        withdrawn_at=row.withdrawn_at,
        refused=row.refused,
        stands=not row.refused and row.withdrawn_at is None and in_time,
    )
