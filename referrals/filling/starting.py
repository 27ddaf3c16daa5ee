"""Begins a form at a desk: for a family that sits there, with its consent read aloud, or for a visit to one we know."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from dialogs.interview import begin
from referrals.definitions.in_force import definition_id, form_by_id, settings_of, text_of
from referrals.definitions.settings import Settings
from referrals.directory.records import Location
from referrals.families.consents import record_consent
from referrals.families.identities import data_key_of, new_person
from referrals.families.records import Consent
from referrals.filling.records import DeskFilling
from referrals.filling.sessions import insert_session
from referrals.protection.audit import audit
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, Membership
from referrals.store.unit_of_work import UnitOfWork

READ_ALOUD = "oral"  # how the consent was asked: a clerk read the text to them
OPEN = "open"


class NoSuchForm(LookupError):
    """The programme has no form of this name in force; `sanad programme import` brings one in."""


@dataclass(frozen=True)
class Notice:
    """What a clerk reads aloud before the first question, each with the id of its version."""

    notice: str
    consent: str
    consent_id: int | None
    more: str


def notice_of(uow: UnitOfWork, programme_id: str, language: str) -> Notice:
    """The programme's notice (the one for a desk, where nobody reads a message), its question and what it says to who
    asks more, in that language."""
    settings = settings_of(uow, programme_id)
    at_a_desk = consent_text(uow, programme_id, "notice_desk", language)[1]
    told = (at_a_desk or consent_text(uow, programme_id, "notice", language)[1]).format(
        programme=settings.name(language), owner=settings.owner(language), retention=settings.retention(language)
    )
    consent_id, consent = consent_text(uow, programme_id, "intake", language)
    more = consent_text(uow, programme_id, "more_desk", language)[1]
    return Notice(told, consent, consent_id, more or consent_text(uow, programme_id, "more", language)[1])


def start_at_desk(uow: UnitOfWork, member: Member, settings: Settings, language: str, at: datetime) -> DeskFilling:
    """A new person who agreed, and the programme's intake, not yet asked. Raises `NoSuchForm`."""
    person = new_person(uow, at)
    consent_id = record_consent(
        uow,
        person_id=person[0],
        programme_id=settings.id,
        purpose="intake",
        text_id=notice_of(uow, settings.id, language).consent_id,
        language=language,
        at=at,
        method=READ_ALOUD,
        actor=f"staff:{member.staff_id}",
    )
    filling = begin_form(uow, member, settings, "intake", person, language, at)
    filling.consent_id = consent_id
    uow.session.get_one(Consent, consent_id).evidence_filling_id = filling.id
    uow.flush()
    return filling


def begin_form(
    uow: UnitOfWork,
    member: Member,
    settings: Settings,
    form_name: str,
    person: tuple[int, int],
    language: str,
    at: datetime,
    known: dict[str, str] | None = None,
) -> DeskFilling:
    """A form of the programme for a person (id and data key), at this member's desk. Raises `NoSuchForm`."""
    form_id = definition_id(uow, settings.id, "form", form_name)
    if form_id is None:
        raise NoSuchForm(NoSuchForm.__doc__)
    session, _ = begin(
        form_by_id(uow, form_id),
        id=str(uuid.uuid4()),
        now=at,
        time_zone=settings.time_zone,
        language=language,
        country=settings.country,
        known=known or {},
    )
    session_id = insert_session(uow, person, settings.id, form_id, session, at)
    return add_filling(uow, member, settings.id, form_name, (session_id, person[0]), at, origin="desk")


def add_filling(
    uow: UnitOfWork,
    member: Member,
    programme_id: str,
    form_name: str,
    whose: tuple[int, int],
    at: datetime,
    *,
    origin: str,
    found_by: str = "",
    conversation_id: int | None = None,
) -> DeskFilling:
    """The row that says whose desk it is at; `whose` is the interview's id and the person's."""
    session_id, person_id = whose
    organization_id, location_id = _desk_of(uow, member)
    filling = DeskFilling(
        programme_id=programme_id,
        organization_id=organization_id,
        location_id=location_id,
        staff_id=member.staff_id,
        form_name=form_name,
        session_id=session_id,
        person_id=person_id,
        conversation_id=conversation_id,
        origin=origin,
        found_by=found_by,
        state=OPEN,
        danger=False,
        settled=0,
        asked=0,
        created_at=at,
        updated_at=at,
    )
    uow.session.add(filling)
    uow.flush()
    note(uow, member, filling, "begun" if origin == "desk" else "taken_over", at)
    return filling


def note(uow: UnitOfWork, member: Member, filling: DeskFilling, what: str, at: datetime, **details: str | int) -> None:
    """Says in the audit what a member did with a person's form: reading is one of the things that are done."""
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action=f"filling.{what}",
        object_kind="person",
        object_id=filling.person_id,
        details={"filling": filling.id, **details},
    )


def person_of(uow: UnitOfWork, filling: DeskFilling) -> tuple[int, int]:
    """The person's id and data key."""
    return filling.person_id, data_key_of(uow, filling.person_id)


def _desk_of(uow: UnitOfWork, member: Member) -> tuple[int | None, int | None]:
    """The organization and the centre that the member sits at; neither for who works for a whole programme."""
    membership: Membership = member.holding(Permission.FILL_FORM)[0]
    organization_id = membership.organization_id
    if organization_id is None and membership.location_id is not None:
        organization_id = uow.session.scalar(
            select(Location.organization_id).where(Location.id == membership.location_id)
        )
    return organization_id, membership.location_id


def consent_text(uow: UnitOfWork, programme_id: str, name: str, language: str) -> tuple[int | None, str]:
    """A consent's words in force in that language, in Arabic where there are none, and the id of their version."""
    found, words = text_of(uow, programme_id, "consent", f"{name}.{language}")
    return (found, words) if words else text_of(uow, programme_id, "consent", f"{name}.ar")
