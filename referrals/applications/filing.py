"""Files an application: what the form's answers mean to the casework, under a number that can be said aloud."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from dialogs.interview import Answers, answers, submission
from dialogs.understanding import read_national_id, read_phone
from referrals.applications.records import Application, ApplicationEvent, ApplicationNeed
from referrals.definitions.in_force import definition_id
from referrals.definitions.settings import Settings
from referrals.families.records import ContactPoint, Household, HouseholdTargetGroup, Identifier, Membership, Person
from referrals.lifecycles import application as life
from referrals.lifecycles.table import advance
from referrals.protection.audit import audit
from referrals.spoken_numbers import new_number, shown

if TYPE_CHECKING:
    from referrals.conversations.desk import Desk
    from referrals.conversations.sessions import StoredSession

FACTS, SUBMISSION = "application.facts", "application.submission"
WEEKEND = (4, 5)  # Friday and Saturday, in both countries
GENERAL = "general-intake"
LIST_FACTS = ("needs", "target_groups")


@dataclass(frozen=True)
class Filed:
    """What the family is told: the number and the day by which they hear from us."""

    application_id: int
    number: str
    shown_number: str
    answer_due: datetime
    priority: str


def file_application(desk: Desk, stored: StoredSession) -> Filed:
    """Files a completed interview; a second call for the same session returns the first application."""
    uow, settings = desk.uow, desk.settings
    known = uow.session.scalar(select(Application).filter_by(session_id=stored.id))
    if known is not None:
        return _filed(known, settings)
    facts = read_facts(settings, answers(stored.form, stored.session, now=desk.at))
    household = _household(desk, facts)
    application = Application(
        number=_next_number(desk),
        programme_id=settings.id,
        person_id=desk.person_id,
        household_id=household.id,
        session_id=stored.id,
        form_id=stored.form_id,
        rules_id=definition_id(uow, settings.id, "rules", "rules"),
        channel=desk.channel,
        submitted_by="family",
        state=advance(life.APPLICATION, life.APPLICATION.initial, "submit", "family"),
        priority=str(facts.get("priority") or "normal"),
        area_code=str(facts.get("area") or ""),
        facts_sealed=uow.vault.seal_json(desk.data_key_id, facts, FACTS),
        submission_sealed=uow.vault.seal_text(
            desk.data_key_id, submission(stored.form, stored.session, now=desk.at), SUBMISSION
        ),
        submitted_at=desk.at,
        answer_due=answer_due(desk.at, settings),
    )
    uow.session.add(application)
    uow.flush()
    _keep_needs(desk, application, facts)
    _keep_contact(desk, facts)
    uow.session.add(
        ApplicationEvent(
            application_id=application.id,
            event="submit",
            from_state="draft",
            to_state=application.state,
            actor="family",
            at=desk.at,
        )
    )
    uow.flush()
    audit(
        uow,
        at=desk.at,
        actor=f"person:{desk.person_id}",
        action="application.submitted",
        object_kind="application",
        object_id=application.id,
    )
    return _filed(application, settings)


def others_applied(desk: Desk) -> bool:
    """Whether somebody else with this telephone or id applied here. Only staff learn of it: telling one parent of
    the other's application can be a danger."""
    for kind in (ContactPoint, Identifier):
        mine = select(kind.value_index).where(kind.person_id == desk.person_id)
        other = (
            select(Application.id)
            .join(kind, kind.person_id == Application.person_id)
            .where(
                Application.programme_id == desk.programme_id,
                Application.person_id != desk.person_id,
                kind.value_index.in_(mine),
            )
        )
        if desk.uow.session.scalar(other.limit(1)) is not None:
            return True
    return False


def read_facts(settings: Settings, given: Answers) -> dict[str, Any]:
    """What `reads` of the programme names, from the answers: the first of its questions that was answered."""
    facts: dict[str, Any] = {}
    for fact, names in settings.reads.items():
        value = next((found for name in names if (found := given.by_name(name))), "")
        facts[fact] = value.split() if fact in LIST_FACTS else value
    return facts


def answer_due(submitted_at: datetime, settings: Settings) -> datetime:
    """The end of the working day by which a family hears from us; Friday and Saturday do not count."""
    zone = ZoneInfo(settings.time_zone)
    day = submitted_at.astimezone(zone).date()
    left = settings.first_answer_working_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() not in WEEKEND
    return datetime(day.year, day.month, day.day, 20, tzinfo=zone)


def facts_of(desk_or_uow: Any, application: Application) -> Mapping[str, Any]:
    """The facts of a filed application, opened."""
    uow = getattr(desk_or_uow, "uow", desk_or_uow)
    facts: dict[str, Any] = uow.vault.open_json(application.facts_sealed, FACTS)
    return facts


def _filed(application: Application, settings: Settings) -> Filed:
    spoken = shown(application.number, "arab" if settings.digits == "arab" else "latn")
    return Filed(application.id, application.number, spoken, application.answer_due, application.priority)


def _next_number(desk: Desk) -> str:
    """The next number of this database; the order cannot be read off it."""
    sequence = desk.uow.session.scalar(select(func.count()).select_from(Application)) or 0
    seed = desk.uow.vault.system_key("numbers")
    while True:
        number = new_number(sequence, seed)
        taken = desk.uow.session.scalar(select(Application.id).filter_by(number=number))
        if taken is None:
            return number
        sequence += 1


def _household(desk: Desk, facts: Mapping[str, Any]) -> Household:
    uow = desk.uow
    household = Household(
        programme_id=str(desk.programme_id),
        size=_whole(facts.get("household_size")),
        area_code=str(facts.get("area") or ""),
        created_at=desk.at,
    )
    uow.session.add(household)
    uow.flush()
    uow.session.add(
        Membership(household_id=household.id, person_id=desk.person_id, relation="applicant", since=desk.at)
    )
    for code in dict.fromkeys(facts.get("target_groups") or []):
        uow.session.add(HouseholdTargetGroup(household_id=household.id, code=code, since=desk.at))
    return household


def _keep_needs(desk: Desk, application: Application, facts: Mapping[str, Any]) -> None:
    rank = 0
    for code in dict.fromkeys(facts.get("needs") or []):
        need = desk.settings.need(code)
        if need is None:
            continue
        rank += 1
        desk.uow.session.add(
            ApplicationNeed(
                application_id=application.id, code=code, domain=need.domain, service_term=need.service_term, rank=rank
            )
        )
    if not rank:  # nothing named, or "I would rather not say": somebody has to ask
        desk.uow.session.add(
            ApplicationNeed(application_id=application.id, code="general", domain="", service_term=GENERAL, rank=1)
        )
    desk.uow.flush()


def _keep_contact(desk: Desk, facts: Mapping[str, Any]) -> None:
    """The person's name, phone and id into their own sealed places, where they are looked up by."""
    uow, key, country = desk.uow, desk.data_key_id, desk.settings.country
    person = uow.session.get_one(Person, desk.person_id)
    if facts.get("applicant_name"):
        person.name_sealed = uow.vault.seal_text(key, str(facts["applicant_name"]), "person.name")
    phone = read_phone(str(facts.get("phone") or ""), country).value
    if phone:
        uow.session.add(
            ContactPoint(
                person_id=desk.person_id,
                kind="phone",
                value_sealed=uow.vault.seal_text(key, phone, "contact_point.value"),
                value_index=uow.vault.index("phone", phone),
                safe_to_message={"yes": True, "no": False}.get(str(facts.get("phone_safe") or "")),
                created_at=desk.at,
            )
        )
    civil_id = read_national_id(str(facts.get("civil_id") or ""), country).value
    if civil_id:
        digits = str(civil_id)
        uow.session.add(
            Identifier(
                person_id=desk.person_id,
                kind="civil_id" if country == "KW" else "national_id",
                value_sealed=uow.vault.seal_text(key, digits, "identifier.value"),
                value_index=uow.vault.index("national_id", digits),
                last2=digits[-2:],
                created_at=desk.at,
            )
        )
    uow.flush()


def _whole(value: Any) -> int | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if math.isfinite(number) else None
