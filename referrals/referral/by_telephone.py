"""Another place on the telephone: a member of staff proposes, the family agrees aloud, and what it hears is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from referrals.applications.records import Application
from referrals.definitions.in_force import settings_of, text_of
from referrals.directory.records import Location
from referrals.families.consents import record_consent
from referrals.matching.finding import find_centres, reasons_of
from referrals.referral.records import Referral, ReferralTransfer
from referrals.referral.rerouting import UNANSWERED, still_needed, went_on
from referrals.referral.sending import Chosen, disclosed_fields, send_referral
from referrals.referral.stepping import GuardFailed
from referrals.referral.transferring import agree
from referrals.store.unit_of_work import UnitOfWork

ORAL = "oral"
ENDED = ("rejected", "failed", "cancelled")


@dataclass(frozen=True)
class Proposal:
    """A place that fits, with the words that are read aloud before anything is sent there."""

    given_id: int
    location_id: int
    name: str
    phone: str
    why: Mapping[str, Any]
    run_id: int
    need_code: str
    service_term: str
    words: str


def may_go_on(uow: UnitOfWork, referral: Referral) -> bool:
    """Whether another place may be asked in its stead: it ended without help, or nobody answers."""
    return referral.state in (*ENDED, *UNANSWERED) and not went_on(uow, referral)


def places_elsewhere(uow: UnitOfWork, referral: Referral, at: datetime) -> list[Proposal]:
    """Up to three other places for the same need, each with the consent as it is read aloud."""
    if not still_needed(uow, referral):
        return []
    settings = settings_of(uow, referral.programme_id)
    application = uow.session.get_one(Application, referral.application_id)
    fields = "، ".join(field["name_ar"] for field in disclosed_fields(uow, settings, application))
    _, words = text_of(uow, referral.programme_id, "consent", "referral.ar")
    found = find_centres(uow, referral.application_id, at, need_code=referral.need_code)
    if found.outcome.code != "matched":
        return []
    proposals = []
    for match in found.outcome.matches:
        place = uow.session.get_one(Location, match.location_id)
        proposals.append(
            Proposal(
                int(match.candidate_id),
                place.id,
                place.name,
                place.phone,
                reasons_of(match),
                found.run_id,
                found.need_code,
                found.service_term,
                words.format(centre=place.name, fields=fields),
            )
        )
    return proposals


def send_elsewhere(
    uow: UnitOfWork, referral: Referral, given_id: int, at: datetime, *, staff_id: int, role: str
) -> Referral:
    """The family agreed aloud to one of the places: the new referral. Raises `GuardFailed`, `PlaceGone`."""
    if not may_go_on(uow, referral):
        raise GuardFailed("elsewhere", "Another place is asked already, or this one is at work.")
    chosen = next((each for each in places_elsewhere(uow, referral, at) if each.given_id == given_id), None)
    if chosen is None:
        raise GuardFailed("place", "Choose a place of the list.")
    settings = settings_of(uow, referral.programme_id)
    application = uow.session.get_one(Application, referral.application_id)
    text_id, _ = text_of(uow, referral.programme_id, "consent", "referral.ar")
    consent_id = record_consent(
        uow,
        person_id=referral.person_id,
        programme_id=referral.programme_id,
        purpose="referral",
        text_id=text_id,
        language="ar",
        at=at,
        method=ORAL,
        recipient_location_id=chosen.location_id,
        data_categories=tuple(field["code"] for field in disclosed_fields(uow, settings, application)),
        actor=f"staff:{staff_id}",
    )
    new = Chosen(
        chosen.given_id,
        chosen.need_code,
        chosen.service_term,
        chosen.run_id,
        chosen.why,
        consent_id,
        parent_id=referral.id,
    )
    return send_referral(uow, referral.application_id, new, at, by=role, staff_id=staff_id)


def agree_to_transfer(
    uow: UnitOfWork, transfer: ReferralTransfer, at: datetime, *, agreed: bool, staff_id: int
) -> None:
    """The family said yes or no to a transfer on the telephone."""
    if transfer.state != "asked":
        raise GuardFailed("transfer", "This transfer was decided already.")
    text_id, _ = text_of(uow, transfer.programme_id, "consent", "referral.ar")
    agree(
        uow,
        transfer,
        at,
        agreed=agreed,
        text_id=text_id,
        language="ar",
        method=ORAL,
        actor=f"staff:{staff_id}",
    )
