"""What an application says about its people: the household, the needs, and how they are known and reached."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from dialogs.understanding import national_id_facts, read_national_id, read_phone
from referrals.applications.records import Application, ApplicationNeed
from referrals.definitions.settings import Settings
from referrals.families.households import begin_household, household_applied_in, move_to
from referrals.families.identifiers import file_under_names, forget_ids, keep_id, keep_name, keep_phone
from referrals.families.records import Household, HouseholdTargetGroup
from referrals.families.roster import birth_year, keep_birth_year, keep_roster, read_roster, roster_anew
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
    answers: Mapping[str, str] = field(default_factory=dict)
    """Every answer, by its ref: who lives in the house is told of in several of one name."""


def household_of(case: Case) -> Household:
    """The household with its applicant, the members they told us of and the target groups that its answers put it in.

    Who applied before and still lives there applies in the same one; it goes by what they say now. Who writes for
    somebody else begins a new one: it is not theirs.
    """
    uow = case.uow
    size, area = _whole(case.facts.get("household_size")), str(case.facts.get("area") or "")
    own = str(case.facts.get("on_behalf") or "no") == "no"
    known = household_applied_in(uow, case.person_id, case.settings.id) if own else None
    if known is not None:
        _as_told(case, known)
        keep_roster(uow, known.id, case.person_id, read_roster(case.settings, case.answers, case.at), case.at)
        return known
    household = begin_household(uow, case.settings.id, case.person_id, size, area, case.at)
    for code in dict.fromkeys(case.facts.get("target_groups") or []):
        uow.session.add(HouseholdTargetGroup(household_id=household.id, code=code, since=case.at))
    keep_roster(uow, household.id, case.person_id, read_roster(case.settings, case.answers, case.at), case.at)
    return household


def household_anew(case: Case, household_id: int) -> None:
    """The household as the answers put it now."""
    _as_told(case, case.uow.session.get_one(Household, household_id))
    roster_anew(case.uow, household_id, case.person_id, read_roster(case.settings, case.answers, case.at), case.at)


def _as_told(case: Case, household: Household) -> None:
    uow = case.uow
    household.size = _whole(case.facts.get("household_size")) or household.size
    move_to(uow, household, str(case.facts.get("area") or ""), case.at)
    standing = select(HouseholdTargetGroup).filter_by(household_id=household.id)
    groups = {group.code: group for group in uow.session.scalars(standing)}
    wanted = dict.fromkeys(case.facts.get("target_groups") or [])
    for code in groups.keys() - wanted.keys():
        uow.session.delete(groups[code])
    for code in wanted:
        if code not in groups:
            uow.session.add(HouseholdTargetGroup(household_id=household.id, code=code, since=case.at))
    uow.flush()


def contact_anew(case: Case, before: Mapping[str, Any]) -> None:
    """`keep_contact` of what was not known before."""
    new = {name: value for name, value in case.facts.items() if value and value != before.get(name)}
    if "phone" in new:
        new["phone_safe"] = case.facts.get("phone_safe")
    if before.get("civil_id") and "civil_id" in new:  # it was written wrong: nobody is found by that one any more
        forget_ids(case.uow, case.person_id)
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
    """The person's name, year of birth, phone and id into their own sealed places, where they are looked up by."""
    uow, person_id, country, facts = case.uow, case.person_id, case.settings.country, case.facts
    if name := str(facts.get("applicant_name") or ""):
        keep_name(uow, person_id, name, case.at)
    for phone in _phones(str(facts.get("phone") or ""), country):
        keep_phone(uow, person_id, phone, case.at, safe=str(facts.get("phone_safe") or ""))
    year = birth_year(str(facts.get("applicant_age") or ""), case.at)
    civil_id = read_national_id(str(facts.get("civil_id") or ""), country)
    if civil_id.sure and civil_id.value:
        keep_id(uow, person_id, id_kind(country), civil_id.value, case.at)
        told = national_id_facts(civil_id.value, country)
        year = told.birth.year if told is not None else year  # surer than an age
    keep_birth_year(uow, person_id, year)
    uow.flush()


def file_person(case: Case) -> None:
    """Files the applicant in the blocks of names in which they are looked for."""
    file_under_names(case.uow, case.person_id)


def id_kind(country: str) -> str:
    """What an id is called there."""
    return "civil_id" if country == "KW" else "national_id"


def _phones(text: str, country: str) -> tuple[str, ...]:
    """The number that was written for sure, or all of them where there are several; never one that is only likely."""
    reading = read_phone(text, country)
    if reading.ask == "phone_which":
        return reading.candidates
    return (reading.value,) if reading.sure and reading.value else ()


def _whole(value: Any) -> int | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if math.isfinite(number) else None
