"""Sends a referral: the family chose a centre and agreed to what it will see; those fields are frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from referrals.applications.filing import FACTS
from referrals.applications.records import Application
from referrals.definitions.in_force import settings_of
from referrals.definitions.settings import Settings
from referrals.directory.hours_of import hours_of
from referrals.directory.importing import stored_places
from referrals.directory.opening_hours import NeverOpen, working_hours_after
from referrals.directory.records import Location, ServiceAtLocation
from referrals.families.identities import data_key_of
from referrals.lifecycles import referral as life
from referrals.lifecycles.table import advance
from referrals.media.records import Media
from referrals.protection.audit import audit
from referrals.referral.records import Referral, ReferralEvent
from referrals.store.unit_of_work import UnitOfWork

DISCLOSED, EXPLANATION = "referral.disclosed", "referral.explanation"
IN_A_FILE = {"audio": "تسجيل صوتي", "video": "فيديو", "image": "صورة", "file": "ملف"}
OPEN = ("requested", "received", "accepted", "in-progress", "on-hold")


@dataclass(frozen=True)
class Chosen:
    """A centre that a family chose: where, for what, and why it was proposed."""

    service_at_location_id: int
    need_code: str
    service_term: str
    match_run_id: int
    explanation: Mapping[str, Any]
    consent_id: int


def send_referral(uow: UnitOfWork, application_id: int, chosen: Chosen, at: datetime) -> Referral:
    """The referral, standing in the centre's queue. One that is open already at the same organization is returned."""
    application = uow.session.get_one(Application, application_id)
    given = uow.session.get_one(ServiceAtLocation, chosen.service_at_location_id)
    place = uow.session.get_one(Location, given.location_id)
    standing = uow.session.scalar(
        select(Referral).where(
            Referral.application_id == application_id,
            Referral.need_code == chosen.need_code,
            Referral.to_organization_id == place.organization_id,
            Referral.state.in_(OPEN),
        )
    )
    if standing is not None:
        return standing
    settings = settings_of(uow, application.programme_id)
    key = data_key_of(uow, application.person_id)
    ack_due, respond_due = due_times(uow, settings, place.id, application.priority, at)
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
        state=advance(life.REFERRAL, "draft", "send", "family"),
        business_status="awaiting-ack",
        consent_id=chosen.consent_id,
        disclosed_sealed=uow.vault.seal_json(key, disclosed_fields(uow, settings, application), DISCLOSED),
        explanation_sealed=uow.vault.seal_json(key, dict(chosen.explanation), EXPLANATION),
        match_run_id=chosen.match_run_id,
        ack_due=ack_due,
        respond_due=respond_due,
        requested_at=at,
    )
    uow.session.add(referral)
    uow.flush()
    note_event(uow, referral, "send", "draft", "family", at)
    return referral


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


def due_times(
    uow: UnitOfWork, settings: Settings, location_id: int, priority: str, at: datetime
) -> tuple[datetime, datetime]:
    """By when to acknowledge (the centre's working hours) and to answer (clock hours)."""
    deadlines = settings.deadlines.get(priority, settings.deadlines["normal"])
    hours = hours_of(uow, [location_id], settings.time_zone)[location_id]
    try:
        ack = working_hours_after(at, deadlines.acknowledge_working_hours, hours.weekly, hours.zone, hours.closed)
    except NeverOpen:  # a centre without hours still has to answer: count by the clock
        ack = at + timedelta(hours=deadlines.acknowledge_working_hours * 3)
    return ack, at + timedelta(hours=deadlines.respond_hours)


def note_event(
    uow: UnitOfWork,
    referral: Referral,
    event: str,
    from_state: str,
    actor: str,
    at: datetime,
    *,
    staff_id: int | None = None,
    reason: str = "",
    note: str = "",
) -> None:
    """Adds a step to a referral's history and to the audit chain."""
    key = data_key_of(uow, referral.person_id) if note else 0
    uow.session.add(
        ReferralEvent(
            referral_id=referral.id,
            event=event,
            from_state=from_state,
            to_state=referral.state,
            actor=actor,
            reason=reason,
            note_sealed=uow.vault.seal_text(key, note, "referral_event.note") if note else None,
            staff_id=staff_id,
            at=at,
        )
    )
    uow.flush()
    audit(
        uow,
        at=at,
        actor=f"staff:{staff_id}" if staff_id else actor,
        action=f"referral.{event}",
        object_kind="referral",
        object_id=referral.id,
        details={"from": from_state, "to": referral.state, "reason": reason},
    )


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
