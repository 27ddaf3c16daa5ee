"""What an application asks of matching: where the family lives, what it told us, whom it was sent to before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from referrals.applications.records import Application, ApplicationNeed
from referrals.directory import records as directory
from referrals.families.people import whole_person
from referrals.matching.rules.profile import bank_of
from referrals.matching.rules.values import Bank, CandidateId, Fact, Gender, Need, Point, Priority
from referrals.protection.danger import in_danger
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork

REFUSED_DAYS = 90
GENDERS: Mapping[str, Gender] = {
    **dict.fromkeys(("woman", "women", "female"), "female"),
    **dict.fromkeys(("man", "men", "male"), "male"),
}
PRIORITIES: Mapping[str, Priority] = {"urgent": "urgent", "emergency": "emergency"}
MOVES_ON_WHEELS = ("yes", "wheelchair")


@dataclass(frozen=True)
class Home:
    """Where a place lies and what it belongs to, as far as the directory knows it."""

    ancestors: tuple[str, ...] = ()
    point: Point | None = None
    bank: Bank | None = None


def need_of(
    uow: UnitOfWork,
    application: Application,
    facts: Mapping[str, Any],
    need: ApplicationNeed,
    excluding: frozenset[CandidateId],
) -> Need:
    """One need of an application as the rules take it; the kind of service is the need's own."""
    home = home_of(uow, application.programme_id, application.area_code)
    return replace(
        need_told(home, application.area_code, need.service_term, application.priority, facts),
        safety_flag=in_danger(uow, application.person_id),
        asked_organizations=asked_for(uow, application.id, need.code) | excluding,
    )


def need_told(home: Home, area_code: str, term: str, priority: str, facts: Mapping[str, Any]) -> Need:
    """A need of a family that lives there and says so much of itself; `location` among the facts is its pin."""
    return Need(
        service_terms=(term,),
        priority=PRIORITIES.get(priority, "normal"),
        target_groups=tuple(facts.get("target_groups") or ()),
        facts=known_facts(facts),
        area=area_code,
        ancestors=home.ancestors,
        point=_pin(str(facts.get("location") or "")) or home.point,
        bank=home.bank,
        language=str(facts.get("service_language") or ""),
        accessibility=("wheelchair",) if str(facts.get("accessibility") or "") in MOVES_ON_WHEELS else (),
        gender=GENDERS.get(str(facts.get("gender") or "")),
        staff_gender=GENDERS.get(str(facts.get("prefers_staff") or "")),
        after_asr=str(facts.get("suits") or "") == "after_asr",
        safety_flag=str(facts.get("danger") or "") == "yes",
    )


def known_facts(facts: Mapping[str, Any]) -> dict[str, Fact]:
    """The facts of an application as eligibility rules read them."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}


def asked_for(uow: UnitOfWork, application_id: int, need_code: str) -> frozenset[CandidateId]:
    """Organizations that were asked for this need already."""
    asked = select(Referral.to_organization_id).where(
        Referral.application_id == application_id,
        Referral.need_code == need_code,
        Referral.state != "entered-in-error",
    )
    return frozenset(uow.session.scalars(asked))


def refused_at(uow: UnitOfWork, person_id: int, need_code: str, at: datetime) -> frozenset[CandidateId]:
    """Locations that refused this person for this need in the last 90 days."""
    refused = select(Referral.to_location_id).where(
        Referral.person_id.in_(whole_person(uow, person_id)),
        Referral.need_code == need_code,
        Referral.state == "rejected",
        Referral.closed_at >= at - timedelta(days=REFUSED_DAYS),
    )
    return frozenset(uow.session.scalars(refused))


def home_of(uow: UnitOfWork, programme_id: str, area_code: str) -> Home:
    """A place with those above it, read one by one: never all places of a country for one family."""
    chain: list[directory.AdminArea] = []
    while area_code and area_code not in [area.code for area in chain]:
        area = uow.session.get(directory.AdminArea, (programme_id, area_code))
        if area is None:
            break
        chain.append(area)
        area_code = area.parent
    placed = ((area.lat, area.lon) for area in chain)
    return Home(
        tuple(area.code for area in chain[1:]),
        next((Point(lat, lon) for lat, lon in placed if lat is not None and lon is not None), None),
        bank_of(next((area.bank for area in chain if area.bank), "")),
    )


def _pin(text: str) -> Point | None:
    parts = text.split()
    try:
        return Point(float(parts[0]), float(parts[1])) if len(parts) >= 2 else None
    except ValueError:
        return None
