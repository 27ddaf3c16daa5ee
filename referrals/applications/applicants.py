"""What an application says about its people: the household, the needs, and how they are known and reached."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialogs.understanding import read_national_id, read_phone
from referrals.applications.records import Application, ApplicationNeed
from referrals.definitions.settings import Settings
from referrals.families.records import ContactPoint, Household, HouseholdTargetGroup, Identifier, Membership, Person
from referrals.store.unit_of_work import UnitOfWork

GENERAL = "general-intake"


@dataclass(frozen=True)
class Case:
    """Whose application is filed, and what it says."""

    uow: UnitOfWork
    settings: Settings
    person_id: int
    data_key_id: int
    at: datetime
    facts: Mapping[str, Any]


def household_of(case: Case) -> Household:
    """A new household with its applicant and the target groups that its answers put it in."""
    uow, facts = case.uow, case.facts
    household = Household(
        programme_id=case.settings.id,
        size=_whole(facts.get("household_size")),
        area_code=str(facts.get("area") or ""),
        created_at=case.at,
    )
    uow.session.add(household)
    uow.flush()
    uow.session.add(
        Membership(household_id=household.id, person_id=case.person_id, relation="applicant", since=case.at)
    )
    for code in dict.fromkeys(facts.get("target_groups") or []):
        uow.session.add(HouseholdTargetGroup(household_id=household.id, code=code, since=case.at))
    return household


def keep_needs(case: Case, application: Application) -> None:
    """The needs in their order; «general» where none was named."""
    rank = 0
    for code in dict.fromkeys(case.facts.get("needs") or []):
        need = case.settings.need(code)
        if need is None:
            continue
        rank += 1
        case.uow.session.add(
            ApplicationNeed(
                application_id=application.id, code=code, domain=need.domain, service_term=need.service_term, rank=rank
            )
        )
    if not rank:  # nothing named, or "I would rather not say": somebody has to ask
        case.uow.session.add(
            ApplicationNeed(application_id=application.id, code="general", domain="", service_term=GENERAL, rank=1)
        )
    case.uow.flush()


def keep_contact(case: Case) -> None:
    """The person's name, phone and id into their own sealed places, where they are looked up by."""
    uow, key, country, facts = case.uow, case.data_key_id, case.settings.country, case.facts
    person = uow.session.get_one(Person, case.person_id)
    if facts.get("applicant_name"):
        person.name_sealed = uow.vault.seal_text(key, str(facts["applicant_name"]), "person.name")
    phone = read_phone(str(facts.get("phone") or ""), country).value
    if phone:
        uow.session.add(
            ContactPoint(
                person_id=case.person_id,
                kind="phone",
                value_sealed=uow.vault.seal_text(key, phone, "contact_point.value"),
                value_index=uow.vault.index("phone", phone),
                safe_to_message={"yes": True, "no": False}.get(str(facts.get("phone_safe") or "")),
                created_at=case.at,
            )
        )
    civil_id = read_national_id(str(facts.get("civil_id") or ""), country).value
    if civil_id:
        digits = str(civil_id)
        uow.session.add(
            Identifier(
                person_id=case.person_id,
                kind="civil_id" if country == "KW" else "national_id",
                value_sealed=uow.vault.seal_text(key, digits, "identifier.value"),
                value_index=uow.vault.index("national_id", digits),
                last2=digits[-2:],
                created_at=case.at,
            )
        )
    uow.flush()


def _whole(value: Any) -> int | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if math.isfinite(number) else None
