"""Sends a referral: the family chose a centre and agreed to what it will see; those fields are frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from referrals.applications.filing import FACTS
from referrals.applications.records import Application
from referrals.definitions.in_force import settings_of
from referrals.definitions.settings import Settings
from referrals.directory.places.stored import stored_places
from referrals.directory.records import Location, ServiceAtLocation
from referrals.families.consents import stands_until_then
from referrals.families.identities import data_key_of
from referrals.families.people import now_known_as
from referrals.families.records import Consent, Person
from referrals.lifecycles import referral as life
from referrals.lifecycles.table import advance
from referrals.media.records import Media
from referrals.referral.deadlines import WAITLISTED, start_clock
from referrals.referral.holding import hold_application
from referrals.referral.noting import note_event
from referrals.referral.records import Referral
from referrals.referral.waiting import PlaceGone, take_place
from referrals.store.unit_of_work import UnitOfWork

__all__ = ["OPEN", "ConsentMissing", "PlaceGone", "note_event"]

DISCLOSED, EXPLANATION = "referral.disclosed", "referral.explanation"
IN_A_FILE = {"audio": "تسجيل صوتي", "video": "فيديو", "image": "صورة", "file": "ملف"}
OPEN = ("requested", "received", "accepted", "in-progress", "on-hold")


class ConsentMissing(ValueError):
    """Nothing is sent without a consent that names this very recipient and the fields it will see. Ask for it first."""


@dataclass(frozen=True)
class Chosen:
    """A centre that a family chose: where, for what, and why it was proposed."""

    service_at_location_id: int
    need_code: str
    service_term: str
    match_run_id: int
    explanation: Mapping[str, Any]
    consent_id: int
    parent_id: int | None = None
    """The referral that came to nothing, or gets no answer, and that this one goes on from."""


def send_referral(
    uow: UnitOfWork,
    application_id: int,
    chosen: Chosen,
    at: datetime,
    *,
    by: str = "family",
    staff_id: int | None = None,
) -> Referral:
    """The referral, standing in the centre's queue with a place of its own, or on its waiting list.

    One that is open already for this need at the same organization is returned. Raises `PlaceGone`, with nothing
    written, where no place is left and nobody is kept waiting; `ConsentMissing` where the consent names somebody else.
    """
    application = uow.session.get_one(Application, application_id)
    given = uow.session.get_one(ServiceAtLocation, chosen.service_at_location_id)
    place = uow.session.get_one(Location, given.location_id)
    standing = standing_at(uow, application_id, chosen.need_code, place.organization_id)
    if standing is not None:
        return standing
    settings = settings_of(uow, application.programme_id)
    fields = disclosed_fields(uow, settings, application)
    _agreed(uow, chosen.consent_id, application.person_id, place.id, fields, at)
    held = take_place(uow, given.id, at)
    key = data_key_of(uow, application.person_id)
    parent = uow.session.get(Referral, chosen.parent_id) if chosen.parent_id else None
    referral = Referral(
        application_id=application_id,
        programme_id=application.programme_id,
        person_id=application.person_id,
        need_code=chosen.need_code,
        service_term=chosen.service_term,
        to_service_at_location_id=given.id,
        to_location_id=place.id,
        to_organization_id=place.organization_id,
        priority=application.priority,
        state=advance(life.REFERRAL, "draft", "send", by),
        business_status="awaiting-ack" if held else WAITLISTED,
        holds_place=held,
        consent_id=chosen.consent_id,
        disclosed_sealed=uow.vault.seal_json(key, fields, DISCLOSED),
        explanation_sealed=uow.vault.seal_json(key, dict(chosen.explanation), EXPLANATION),
        match_run_id=chosen.match_run_id or None,
        ack_due=at,
        respond_due=at,
        requested_at=at,
        parent_id=parent.id if parent is not None else None,
        attempt=parent.attempt + 1 if parent is not None else 1,
        rung=0,
    )
    start_clock(uow, referral, at)
    uow.session.add(referral)
    uow.flush()
    note_event(uow, referral, "send", "draft", by, at, staff_id=staff_id)
    if parent is not None:
        leave_parent(uow, parent, by, at, staff_id)
    return referral


def standing_at(uow: UnitOfWork, application_id: int, need_code: str, organization_id: int) -> Referral | None:
    """The open referral of this application and need at an organization; there is never a second one."""
    hold_application(uow, application_id)
    query = select(Referral).where(
        Referral.application_id == application_id,
        Referral.need_code == need_code,
        Referral.to_organization_id == organization_id,
        Referral.state.in_(OPEN),
    )
    return uow.session.scalar(query.limit(1))


def leave_parent(uow: UnitOfWork, parent: Referral, by: str, at: datetime, staff_id: int | None) -> None:
    """The one it goes on from says so; where it still waits for an answer, the first of the two to accept has it."""
    parent.business_status = "rerouted"
    if parent.state == "rejected":
        note_event(uow, parent, "reroute", parent.state, by, at, staff_id=staff_id)
    elif parent.state in ("requested", "received"):  # the last rung of the ladder: another centre is asked as well
        note_event(uow, parent, "overdue", parent.state, "system", at, staff_id=staff_id, reason="sent_elsewhere")
    uow.flush()


def _agreed(
    uow: UnitOfWork,
    consent_id: int,
    person_id: int,
    location_id: int,
    fields: Sequence[Mapping[str, str]],
    at: datetime,
) -> None:
    """The consent holds now, for a referral, and names this recipient and every field that it will see.

    Raises `ConsentMissing`.
    """
    consent = uow.session.get(Consent, consent_id)
    erased = select(Person.id).where(
        Person.id == person_id, Person.erased_at.is_not(None)
    )  # just now, by another process
    if uow.connection.execute(erased).first() is not None:
        raise ConsentMissing(ConsentMissing.__doc__)
    if consent is None or consent.purpose != "referral" or not stands_until_then(uow, consent_id, at):
        raise ConsentMissing(ConsentMissing.__doc__)
    named = set(filter(None, consent.data_categories.split(",")))
    known = now_known_as(uow, consent.person_id) == now_known_as(uow, person_id)
    if not known or consent.recipient_location_id != location_id or {each["code"] for each in fields} - named:
        raise ConsentMissing(ConsentMissing.__doc__)


def disclosed_fields(uow: UnitOfWork, settings: Settings, application: Application) -> list[dict[str, str]]:
    """All that a centre will see, in the programme's order: code, the words for a page, the value.

    What nobody has written down yet has its file under `recording`: the centre hears it as the family sent it.
    """
    facts = uow.vault.open_json(application.facts_sealed, FACTS)
    shown = []
    told = dict(each.split(":", 1) for each in facts.get("recordings", ()))
    for field in settings.disclosure:
        value = _spoken(uow, settings, field.code, facts.get(field.code))
        named = {"code": field.code, "name_ar": field.name_ar, "name_en": field.name_en}
        if value:
            shown.append({**named, "value": value})
        elif field.code in told:
            shown.append({**named, "value": _kind_of_file(uow, told[field.code]), "recording": told[field.code]})
    return shown


def _kind_of_file(uow: UnitOfWork, media_id: str) -> str:
    kind = uow.connection.execute(select(Media.kind).where(Media.id == int(media_id))).scalar()
    return IN_A_FILE.get(kind or "", IN_A_FILE["audio"])


def _spoken(uow: UnitOfWork, settings: Settings, code: str, value: Any) -> str:
    """A fact in words: a place by its name, needs and groups by theirs."""
    if not value:
        return ""
    if code == "area":
        places = stored_places(uow, settings.id)
        return places.path_ar(str(value)) if str(value) in places else str(value)
    if code == "needs":
        named = [need.name_ar for each in value if (need := settings.need(each))]
        return "، ".join(named)
    if isinstance(value, list):
        return "، ".join(map(str, value))
    return str(value)
