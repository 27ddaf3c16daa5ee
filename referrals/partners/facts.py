"""What a partner may know of a referral, read from the database: the family's fields only while its consent stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from referrals.definitions.in_force import settings_of
from referrals.directory.hsds.service_terms import term
from referrals.directory.publishing.public_ids import public_id
from referrals.directory.records import Location, Organization
from referrals.partners.labels import labelled
from referrals.partners.owing import latest_step
from referrals.partners.values import Agency, Coded, DisclosedField, ReferralFacts
from referrals.protection.vault import Erased
from referrals.referral.disclosed import access_ended
from referrals.referral.records import Referral, ReferralEvent
from referrals.referral.sending import DISCLOSED
from referrals.store.unit_of_work import UnitOfWork

REASONS = {"on-hold": "pause.reason", "failed": "fail.reason", "cancelled": "cancel.reason"}  # state -> its texts
UNSAID = {"cancelled": "family-withdrew"}  # a sender has to say why, a family has not


def facts_of(uow: UnitOfWork, referral: Referral, at: datetime, *, disclosed: bool = True) -> ReferralFacts:
    """The referral for its recipient; without the family's fields where `disclosed` is False or its access has ended.

    Whoever asks for the fields audits that they were read.
    """
    place = uow.session.get_one(Location, referral.to_location_id)
    owner = uow.session.get_one(Organization, referral.to_organization_id)
    settings = settings_of(uow, referral.programme_id)
    said = term(referral.service_term)
    fields = disclosed_to(uow, referral, at) if disclosed else None
    return ReferralFacts(
        id=referral.id,
        programme=Agency(f"programme-{settings.id.replace('_', '-')}", settings.owner_ar, settings.owner_en),
        owner=Agency(_public(owner.public_id, owner, "organization"), owner.name, owner.name_en),
        location_id=_public(place.public_id, place, "location"),
        location_name=place.name,
        person=pseudonym(uow, referral),
        service=Coded(said.code, said.name_ar, said.name_en),
        state=referral.state,
        priority=referral.priority,
        requested_at=referral.requested_at,
        changed_at=_changed_at(uow, referral),
        ack_due=referral.ack_due,
        respond_due=referral.respond_due,
        consent_id=referral.consent_id,
        step=latest_step(uow, referral.id),
        attempt=referral.attempt,
        parent_id=referral.parent_id,
        business_status=labelled("business", referral.business_status),
        reason=_reason(referral),
        outcome=labelled("outcome", referral.outcome),
        delivered=labelled("delivered", referral.delivered),
        answered_at=referral.answered_at,
        closed_at=referral.closed_at,
        disclosed=tuple(fields or ()),
        access=fields is not None,
    )


def _reason(referral: Referral) -> Coded | None:
    code = referral.status_reason or UNSAID.get(referral.state, "")
    return labelled(REASONS.get(referral.state, "reason"), code)


def disclosed_to(uow: UnitOfWork, referral: Referral, at: datetime) -> list[DisclosedField] | None:
    """The frozen fields, in the programme's order; None once the recipient may see the family no more."""
    if access_ended(uow, referral, at):
        return None
    try:
        shown: list[dict[str, str]] = uow.vault.open_json(referral.disclosed_sealed, DISCLOSED)
    except Erased:
        return None
    return [DisclosedField(each["code"], each["name_ar"], each["name_en"], each["value"]) for each in shown]


def pseudonym(uow: UnitOfWork, referral: Referral) -> str:
    """A name of the family for this organization alone, always the same: keyed, so that nobody can work it out."""
    return uow.vault.digest(f"partner person\0{referral.to_organization_id}\0{referral.person_id}".encode())[:32]


def _changed_at(uow: UnitOfWork, referral: Referral) -> datetime:
    last = select(func.max(ReferralEvent.at)).where(ReferralEvent.referral_id == referral.id)
    return uow.connection.execute(last).scalar() or referral.requested_at


def _public(given: str, row: Organization | Location, kind: str) -> str:
    return given or public_id(row.programme_id, kind, row.external_id)
