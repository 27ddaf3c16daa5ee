"""After filing at a desk: up to three centres with a reason each, the family's choice, its consent read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from referrals.applications.filing import facts_of
from referrals.applications.records import Application
from referrals.conversations.speaking import voice_of
from referrals.definitions.settings import Settings
from referrals.directory.records import Location
from referrals.families.consents import guardian_agreed, record_consent, who_agrees
from referrals.filling.asking_staff import leave_for_staff
from referrals.filling.from_the_field import settle_request
from referrals.filling.records import DeskFilling
from referrals.filling.starting import READ_ALOUD, consent_text, note, person_of
from referrals.matching.finding import find_centres, reasons_of
from referrals.matching.rules.reasons import ReasonText, family_text
from referrals.matching.rules.values import Match
from referrals.protection.danger import in_danger
from referrals.referral.records import Referral
from referrals.referral.sending import Chosen, disclosed_fields, send_referral
from referrals.staff.scope import Member
from referrals.store.unit_of_work import UnitOfWork
from referrals.texts import Voice

OFFERS = "desk_filling.offers"
STAFF_FIRST = "staff_first"  # somebody who may know why decides; this desk is not told


@dataclass(frozen=True)
class Centre:
    """One of the centres found, as a family hears it."""

    number: int
    location_id: int
    name: str
    reason: str
    needs: Mapping[str, Any]


@dataclass(frozen=True)
class Offers:
    """What was found: centres to choose from, or why a member of staff looks first.

    `instead` is `minor`, `ask_them_first`, `staff_first` or `no_match`; blank when there are centres.
    """

    centres: tuple[Centre, ...] = ()
    instead: str = ""


@dataclass(frozen=True)
class Agreement:
    """The second consent, to be read aloud: to whom, and exactly what."""

    text: str
    text_id: int | None
    fields: tuple[str, ...]


def look_for_centres(uow: UnitOfWork, settings: Settings, filling: DeskFilling, at: datetime) -> Offers:
    """Matches once and keeps what was found with the filling; when nobody fits, staff are asked to look."""
    assert filling.application_id is not None
    application = uow.session.get_one(Application, filling.application_id)
    instead = _somebody_first(uow, application, at)
    found = None if instead else find_centres(uow, application.id, at)
    if found is not None and found.outcome.code != "matched":
        instead = "no_match"
    voice = voice_of(uow, settings.id, "ar")
    centres = [] if found is None or instead else [_option(voice, found, match) for match in found.outcome.matches]
    if instead and instead != STAFF_FIRST:  # those who may know of it know already
        leave_for_staff(uow, filling, instead, at)
    stored = {"instead": instead, "centres": centres}
    filling.offers_sealed = uow.vault.seal_json(person_of(uow, filling)[1], stored, OFFERS)
    uow.flush()
    return offers_of(uow, filling)


def offers_of(uow: UnitOfWork, filling: DeskFilling) -> Offers:
    """What was found when the application was filed; nothing once one was chosen."""
    if filling.offers_sealed is None:
        return Offers()
    stored = uow.vault.open_json(filling.offers_sealed, OFFERS)
    centres = tuple(
        Centre(number, each["place"], uow.session.get_one(Location, each["place"]).name, each["reason"], each)
        for number, each in enumerate(stored["centres"], 1)
    )
    return Offers(centres, stored["instead"])


def agreement(uow: UnitOfWork, settings: Settings, filling: DeskFilling, centre: Centre) -> Agreement:
    """The programme's words about this centre."""
    assert filling.application_id is not None
    application = uow.session.get_one(Application, filling.application_id)
    fields = disclosed_fields(uow, settings, application)
    text_id, words = consent_text(uow, settings.id, "referral", "ar")
    told = words.format(centre=centre.name, fields="، ".join(field["name_ar"] for field in fields))
    return Agreement(told, text_id, tuple(field["code"] for field in fields))


def refer(
    uow: UnitOfWork, member: Member, settings: Settings, filling: DeskFilling, centre: Centre, at: datetime
) -> Referral:
    """The family chose this centre and agreed to what it will see: the referral stands in the centre's queue."""
    assert filling.application_id is not None
    asked = agreement(uow, settings, filling, centre)
    facts = facts_of(uow, uow.session.get_one(Application, filling.application_id))
    given_by, relation = who_agrees(uow, facts, filling.person_id, settings.id, at)
    consent_id = record_consent(
        uow,
        person_id=filling.person_id,
        programme_id=settings.id,
        purpose="referral",
        text_id=asked.text_id,
        language="ar",
        at=at,
        method=READ_ALOUD,
        given_by=given_by,
        on_behalf_relation=relation,
        evidence_filling_id=filling.id,
        actor=f"staff:{member.staff_id}",
        recipient_location_id=centre.location_id,
        data_categories=asked.fields,
    )
    option = centre.needs
    chosen = Chosen(option["given"], option["need"], option["term"], option["run"], option["why"], consent_id)
    referral = send_referral(uow, filling.application_id, chosen, at)
    filling.referral_id, filling.offers_sealed = referral.id, None
    settle_request(uow, member, filling, at)
    note(uow, member, filling, "referred", at, referral=referral.id)
    uow.flush()
    return referral


def none_suits(uow: UnitOfWork, member: Member, filling: DeskFilling, at: datetime) -> None:
    """No centre of these: staff look for another one."""
    leave_for_staff(uow, filling, "none_suits", at)
    settle_request(uow, member, filling, at)
    filling.offers_sealed = None
    note(uow, member, filling, "none_suits", at)


def _somebody_first(uow: UnitOfWork, application: Application, at: datetime) -> str:
    """A helper whose people have not agreed, a child for whom no guardian has, and whoever may be in danger: staff look
    before anything is sent."""
    if in_danger(uow, application.person_id):
        return STAFF_FIRST
    facts = facts_of(uow, application)
    if facts.get("on_behalf") == "yes" and facts.get("helper_agrees") != "yes":
        return "ask_them_first"
    alone = facts.get("minor") == "yes" and not guardian_agreed(
        uow, application.person_id, application.programme_id, at
    )
    return "minor" if alone else ""


def _option(voice: Voice, found: Any, match: Match) -> dict[str, Any]:
    return {
        "given": match.candidate_id,
        "place": match.location_id,
        "why": reasons_of(match),
        "reason": _line(voice, family_text(match)),
        "run": found.run_id,
        "need": found.need_code,
        "term": found.service_term,
    }


def _line(voice: Voice, reason: ReasonText) -> str:
    values = {
        name: voice.weekday(value) if isinstance(value, datetime) else value for name, value in reason.values.items()
    }
    return voice.say(reason.key, **values) if reason.count is None else voice.count(reason.key, reason.count, **values)
