"""What an application says about its people: the household, the needs, and how they are known and reached."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from dialogs.understanding import name_key, read_national_id, read_phone
from referrals.applications.records import Application, ApplicationNeed
from referrals.definitions.settings import Settings
from referrals.families.records import ContactPoint, Household, HouseholdTargetGroup, Identifier, Membership, Person
from referrals.store.unit_of_work import UnitOfWork

GENERAL = "general-intake"
NAME = "name"  # kind of an identifier: a name, found again under its match key
TELLING_WORDS = 3


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


def household_anew(case: Case, household_id: int) -> None:
    """The household as the answers put it now."""
    uow, facts = case.uow, case.facts
    household = uow.session.get_one(Household, household_id)
    household.size = _whole(facts.get("household_size"))
    household.area_code = str(facts.get("area") or "")
    standing = select(HouseholdTargetGroup).filter_by(household_id=household_id)
    groups = {group.code: group for group in uow.session.scalars(standing)}
    wanted = dict.fromkeys(facts.get("target_groups") or [])
    for code in groups.keys() - wanted.keys():
        uow.session.delete(groups[code])
    for code in wanted:
        if code not in groups:
            uow.session.add(HouseholdTargetGroup(household_id=household_id, code=code, since=case.at))
    uow.flush()


def contact_anew(case: Case, before: Mapping[str, Any]) -> None:
    """`keep_contact` of what was not known before."""
    new = {name: value for name, value in case.facts.items() if value and value != before.get(name)}
    if "phone" in new:
        new["phone_safe"] = case.facts.get("phone_safe")
    keep_contact(replace(case, facts=new))


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
    name = str(facts.get("applicant_name") or "")
    if name:
        person.name_sealed = uow.vault.seal_text(key, name, "person.name")
        _keep_name_key(case, name)
    for phone in _phones(str(facts.get("phone") or ""), country):
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
    civil_id = read_national_id(str(facts.get("civil_id") or ""), country)
    if civil_id.sure and civil_id.value:
        digits = civil_id.value
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


def _phones(text: str, country: str) -> tuple[str, ...]:
    """The number that was written for sure, or all of them where there are several; never one that is only likely."""
    reading = read_phone(text, country)
    if reading.ask == "phone_which":
        return reading.candidates
    return (reading.value,) if reading.sure and reading.value else ()


def _keep_name_key(case: Case, name: str) -> None:
    """The name under its match key, for whoever applies twice; one or two words are the name of too many."""
    vault, spelt = case.uow.vault, name_key(name)
    if len(spelt.split()) >= TELLING_WORDS:
        case.uow.session.add(
            Identifier(
                person_id=case.person_id,
                kind=NAME,
                value_sealed=vault.seal_text(case.data_key_id, name, "identifier.value"),
                value_index=vault.index(NAME, spelt),
                last2="",
                created_at=case.at,
            )
        )


def _whole(value: Any) -> int | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if math.isfinite(number) else None
