"""Finds centres for an application: loads what the rules ask for, lets them decide, keeps what they said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from referrals.applications.applicants import GENERAL
from referrals.applications.filing import FACTS
from referrals.applications.records import Application, ApplicationNeed, MatchRun
from referrals.appointments.records import Appointment
from referrals.appointments.slots_at import earliest_starts
from referrals.definitions.in_force import settings_of
from referrals.definitions.settings import Settings
from referrals.directory import records as directory
from referrals.families.identities import data_key_of
from referrals.matching.nearest import nearest_eligible
from referrals.matching.reasons import explanation
from referrals.matching.values import (
    Bank,
    Candidate,
    Crossing,
    EligibilityRule,
    Match,
    Need,
    Outcome,
    Point,
    Travel,
)
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork

OUTCOME = "match_run.outcome"
OPEN = ("requested", "received", "accepted", "in-progress", "on-hold")
ASR_HOUR = 15
SEVERAL = ("any", "none", "in", "not_in")
PREFERRED_GENDER = {
    "woman": "female",
    "women": "female",
    "female": "female",
    "man": "male",
    "men": "male",
    "male": "male",
}


@dataclass(frozen=True)
class Found:
    """What matching found for one need of an application, and under which number it is kept."""

    run_id: int
    need_code: str
    service_term: str
    outcome: Outcome


def find_centres(uow: UnitOfWork, application_id: int, at: datetime) -> Found:
    """Up to three centres for the most pressing need; when nobody gives that service, those that take any family in."""
    application = uow.session.get_one(Application, application_id)
    needs = list(
        uow.session.scalars(
            select(ApplicationNeed).filter_by(application_id=application_id).order_by(ApplicationNeed.rank)
        )
    )
    settings = settings_of(uow, application.programme_id)
    facts = uow.vault.open_json(application.facts_sealed, FACTS)
    asked = frozenset(
        uow.session.scalars(select(Referral.to_organization_id).where(Referral.application_id == application_id))
    )
    first = needs[0]
    outcome, term = Outcome("none"), first.service_term
    for term in dict.fromkeys([first.service_term, GENERAL]):
        need = _need(uow, application, settings, facts, term, asked)
        outcome = nearest_eligible(
            need,
            candidates(uow, settings.id, [term], at, settings.time_zone),
            travel(uow, settings),
            at,
            seed=application.number,
        )
        if outcome.code != "none":
            break
    key = data_key_of(uow, application.person_id)
    run = MatchRun(
        application_id=application_id,
        rules_id=application.rules_id,
        outcome_sealed=uow.vault.seal_json(key, explanation(outcome), OUTCOME),
        at=at,
    )
    uow.session.add(run)
    uow.flush()
    return Found(run.id, first.code, term, outcome)


def reasons_of(match: Match) -> dict[str, Any]:
    """Why this centre, as JSON values, to be stored with the referral."""
    whole = explanation(Outcome("matched", (match,)))
    found: dict[str, Any] = whole["matches"][0]
    return found


def _need(
    uow: UnitOfWork,
    application: Application,
    settings: Settings,
    facts: Mapping[str, Any],
    term: str,
    asked: frozenset[Any],
) -> Need:
    areas = _areas(uow, settings.id)
    chain = _chain(areas, application.area_code)
    pin = _pin(str(facts.get("location") or ""))
    own = areas.get(application.area_code)
    home = next((area for code in chain if (area := areas[code]).lat is not None), None)
    middle = Point(home.lat, home.lon) if home is not None and home.lat is not None and home.lon is not None else None
    gender = PREFERRED_GENDER.get(str(facts.get("prefers_staff") or ""))
    bank = own.bank if own is not None else ""
    return Need(
        service_terms=(term,),
        priority=application.priority if application.priority in ("urgent", "emergency") else "normal",  # type: ignore[arg-type]  # one of the three
        target_groups=tuple(facts.get("target_groups") or ()),
        facts={name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()},
        area=application.area_code,
        ancestors=tuple(chain[1:]),
        point=pin or middle,
        bank=_bank(bank),
        accessibility=("wheelchair",) if str(facts.get("accessibility") or "") in ("yes", "wheelchair") else (),
        staff_gender=gender,  # type: ignore[arg-type]  # one of the two, or None
        asked_organizations=asked,
    )


def candidates(uow: UnitOfWork, programme_id: str, terms: Iterable[str], at: datetime, zone: str) -> list[Candidate]:
    """Every service at a location that gives one of the terms, as it stands now."""
    sal, service, location = directory.ServiceAtLocation, directory.Service, directory.Location
    rows = uow.session.execute(
        select(sal, service, location)
        .join(service, service.id == sal.service_id)
        .join(location, location.id == sal.location_id)
        .where(service.programme_id == programme_id, service.service_term.in_(list(terms)))
        .where(service.restricted.is_(False), location.confidential.is_(False))
    ).all()
    rules = _rules(uow, {row[1].id for row in rows})
    areas = _grouped(
        uow, directory.ServiceArea.location_id, directory.ServiceArea.place_code, {row[2].id for row in rows}
    )
    hours = _late_hours(uow, {row[2].id for row in rows})
    open_now = _open_referrals(uow, {row[0].id for row in rows})
    booked = _booked_this_week(uow, {row[2].id for row in rows}, at)
    slots = earliest_starts(uow, {row[2].id for row in rows}, at, zone)
    return [
        Candidate(
            id=given.id,
            organization_id=place.organization_id,
            location_id=place.id,
            names={"ar": place.name, "en": place.name_en or place.name},
            point=Point(place.lat, place.lon) if place.lat is not None and place.lon is not None else None,
            bank=_bank(place.bank),
            service_terms=(offered.service_term,),
            eligibility=tuple(rules[offered.id]),
            catchment=tuple(areas[place.id]),
            active=offered.status == "active",
            accepts_referrals=place.accepting,
            assured_at=place.assured_at,
            capacity_per_week=given.capacity_per_week,
            open_referrals=open_now.get(given.id, 0),
            booked=booked.get(place.id, 0),
            waitlist=given.waitlist,
            earliest_slot=slots[place.id],
            accessibility=frozenset({"wheelchair"}) if place.wheelchair else frozenset(),
            staff_genders=frozenset(place.staff_genders.split()),  # type: ignore[arg-type]  # female, male
            languages=frozenset(place.languages.split()),
            open_after_asr=place.id in hours,
        )
        for given, offered, place in rows
    ]


def travel(uow: UnitOfWork, settings: Settings) -> Travel:
    """How people get about in a programme, with its bridges and ferries."""
    crossings = uow.session.scalars(select(directory.Crossing).filter_by(programme_id=settings.id))
    return Travel(
        speed_kmh=settings.speed_kmh,
        detour_factor=settings.detour_factor,
        crossings=tuple(
            Crossing(
                kind="ferry" if row.kind == "ferry" else "bridge",
                point=Point(row.lat, row.lon),
                opens=time.fromisoformat(row.opens) if row.opens else None,
                closes=time.fromisoformat(row.closes) if row.closes else None,
                active_from=row.active_from,
                active_to=row.active_to,
                wait_minutes=row.wait_minutes,
                name=row.name,
            )
            for row in crossings
        ),
        zone=settings.time_zone,
    )


def _bank(text: str) -> Bank | None:
    return "east" if text == "east" else "west" if text == "west" else None


def _areas(uow: UnitOfWork, programme_id: str) -> dict[str, directory.AdminArea]:
    return {
        area.code: area
        for area in uow.session.scalars(select(directory.AdminArea).filter_by(programme_id=programme_id))
    }


def _chain(areas: Mapping[str, directory.AdminArea], code: str) -> list[str]:
    chain: list[str] = []
    while code in areas and code not in chain:
        chain.append(code)
        code = areas[code].parent
    return chain


def _pin(text: str) -> Point | None:
    parts = text.split()
    try:
        return Point(float(parts[0]), float(parts[1])) if len(parts) >= 2 else None
    except ValueError:
        return None


def _rules(uow: UnitOfWork, services: set[int]) -> dict[int, list[EligibilityRule]]:
    found: dict[int, list[EligibilityRule]] = defaultdict(list)
    rule = directory.EligibilityRule
    for row in uow.session.scalars(select(rule).where(rule.service_id.in_(services))):
        on_unknown = "exclude" if row.on_unknown in ("exclude", "drop") else "keep"
        value = tuple(row.value.replace("|", " ").split()) if row.op in SEVERAL else row.value
        found[row.service_id].append(EligibilityRule(row.field, row.op, value, on_unknown))  # type: ignore[arg-type]  # one of the two
    return found


def _grouped(uow: UnitOfWork, key: Any, value: Any, keys: set[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for of, code in uow.session.execute(select(key, value).where(key.in_(keys))):
        found[of].append(code)
    return found


def _late_hours(uow: UnitOfWork, locations: set[int]) -> set[int]:
    schedule = directory.Schedule
    late = select(schedule.location_id).where(
        schedule.location_id.in_(locations), schedule.closes_at > f"{ASR_HOUR + 1}:00", schedule.valid_from.is_(None)
    )
    return set(uow.session.scalars(late))


def _open_referrals(uow: UnitOfWork, given: set[int]) -> dict[int, int]:
    target = Referral.to_service_at_location_id
    query = select(target, func.count()).where(target.in_(given), Referral.state.in_(OPEN)).group_by(target)
    return {row[0]: row[1] for row in uow.session.execute(query)}


def _booked_this_week(uow: UnitOfWork, locations: set[int], at: datetime) -> dict[int, int]:
    query = (
        select(Appointment.location_id, func.count())
        .where(
            Appointment.location_id.in_(locations),
            Appointment.state.in_(("booked", "confirmed")),
            Appointment.starts_at.between(at, at + timedelta(days=7)),
        )
        .group_by(Appointment.location_id)
    )
    return {row[0]: row[1] for row in uow.session.execute(query)}
