"""Finds centres for an application: fetches what the rules ask for, lets them decide, keeps what they said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from referrals.applications.applicants import GENERAL
from referrals.applications.filing import facts_of
from referrals.applications.records import Application, ApplicationNeed, MatchRun
from referrals.appointments.times.slots_at import earliest_starts, free_slots
from referrals.definitions.in_force import settings_of
from referrals.definitions.settings import Settings
from referrals.families.identities import data_key_of
from referrals.matching.family import need_of, refused_at
from referrals.matching.indexing import index_new
from referrals.matching.rules.access import by_the_clock, over_the_river, there_and_back
from referrals.matching.rules.nearest import Asked, decide
from referrals.matching.rules.reasons import explanation
from referrals.matching.rules.values import Candidate, CandidateId, Match, Need, Outcome, Travel
from referrals.matching.supplying import Search
from referrals.matching.telling import with_sentences
from referrals.matching.ways import travel_of
from referrals.referral.answering import response_rates
from referrals.store.unit_of_work import UnitOfWork

OUTCOME = "match_run.outcome"


@dataclass(frozen=True)
class Found:
    """What matching found for one need of an application, and under which number it is kept."""

    run_id: int
    need_code: str
    service_term: str
    outcome: Outcome


def find_centres(
    uow: UnitOfWork,
    application_id: int,
    at: datetime,
    *,
    need_code: str | None = None,
    excluding: frozenset[int] = frozenset(),
) -> Found:
    """Up to three centres for a need, the most pressing where none is named; none of the `excluding` organizations.

    When nobody gives that service, those that take any family in. Raises LookupError for a need that it does not have.
    """
    application = uow.session.get_one(Application, application_id)
    settings = settings_of(uow, application.programme_id)
    wanted = _need(uow, application_id, need_code)
    need = need_of(uow, application, facts_of(uow, application), wanted, frozenset[CandidateId](excluding))
    search = _search(uow, settings, need, at, refused_at(uow, application.person_id, wanted.code, at))
    term, outcome = _first_found(search, wanted.service_term, application.number)
    told = {**told_of(uow, settings.id, outcome), "need_code": wanted.code, "service_term": term}
    run = MatchRun(
        application_id=application_id,
        rules_id=application.rules_id,
        need_code=wanted.code,
        outcome_sealed=uow.vault.seal_json(data_key_of(uow, application.person_id), told, OUTCOME),
        at=at,
    )
    uow.session.add(run)
    uow.flush()
    return Found(run.id, wanted.code, term, outcome)


def reasons_of(match: Match) -> dict[str, Any]:
    """Why this centre, as JSON values, to be stored with the referral."""
    whole = explanation(Outcome("matched", (match,)))
    found: dict[str, Any] = whole["matches"][0]
    return found


def told_of(uow: UnitOfWork, programme_id: str, outcome: Outcome) -> dict[str, Any]:
    """An outcome as plain JSON values, with a sentence in Arabic and English beside each code."""
    return with_sentences(uow, programme_id, explanation(outcome))


def last_run(uow: UnitOfWork, application: Application) -> dict[str, Any] | None:
    """What was found for an application the last time, and when; None when nobody looked. Raises `Erased`."""
    newest = select(MatchRun).filter_by(application_id=application.id).order_by(MatchRun.id.desc()).limit(1)
    run = uow.session.scalar(newest)
    if run is None:
        return None
    told: dict[str, Any] = uow.vault.open_json(run.outcome_sealed, OUTCOME)
    return {"at": run.at.isoformat(), **told}


def explain_application(uow: UnitOfWork, application: Application, at: datetime) -> dict[str, Any]:
    """What matching says now for its most pressing need, with everybody who was considered; nothing is kept.

    Where nobody gives that service, those that take any family in, and behind them why the others do not.
    """
    settings = settings_of(uow, application.programme_id)
    wanted = _need(uow, application.id, None)
    need = need_of(uow, application, facts_of(uow, application), wanted, frozenset())
    search = _search(uow, settings, need, at, refused_at(uow, application.person_id, wanted.code, at))
    term, outcome = _first_found(replace(search, everyone=True), wanted.service_term, application.number)
    told = told_of(uow, settings.id, outcome)
    return {"at": at.isoformat(), "need_code": wanted.code, "service_term": term, **told}


def search_for(uow: UnitOfWork, settings: Settings, need: Need, at: datetime, *, everyone: bool = False) -> Search:
    """A search for a need that nobody has filed: a place and a kind of service, to see what matching says."""
    return replace(_search(uow, settings, need, at, frozenset()), everyone=everyone)


def look(search: Search, seed: int | str | None = None) -> Outcome:
    """What the rules say about what a search fetches; everybody is judged where it asks for everyone."""
    index_new(search.uow)
    asked = Asked(search.need, search.travel, search.at, seed, search.everyone)
    return decide(asked, search.supply())


def _first_found(search: Search, wanted: str, number: str) -> tuple[str, Outcome]:
    """The kind of service that somebody gives, and who: the one wanted, else taking a family in for anything."""
    first = _for_term(search, wanted, number)
    if first.code != "none" or wanted == GENERAL:
        return wanted, first
    found = _for_term(search, GENERAL, number)
    seen = {each.candidate_id for each in found.considered}
    both = [*found.considered, *(each for each in first.considered if each.candidate_id not in seen)]
    nearest_first = sorted(both, key=lambda each: float("inf") if each.access_minutes is None else each.access_minutes)
    return GENERAL, replace(found, considered=tuple(nearest_first))


def _for_term(search: Search, term: str, number: str) -> Outcome:
    return look(replace(search, term=term, need=replace(search.need, service_terms=(term,))), seed=number)


def _search(uow: UnitOfWork, settings: Settings, need: Need, at: datetime, refused: frozenset[CandidateId]) -> Search:
    travel = travel_of(uow, settings, (need.area, *need.ancestors))
    completed = partial(_completed, uow, need, travel, at)
    return Search(uow, settings.id, need.service_terms[0], need, travel, at, refused, completed)


def _need(uow: UnitOfWork, application_id: int, code: str | None) -> ApplicationNeed:
    needs = select(ApplicationNeed).filter_by(application_id=application_id).order_by(ApplicationNeed.rank)
    found = uow.session.scalar((needs if code is None else needs.filter_by(code=code)).limit(1))
    if found is None:
        raise LookupError(f"application {application_id} has no need {code or 'at all'}")
    return found


def _completed(
    uow: UnitOfWork, need: Need, travel: Travel, at: datetime, candidates: Sequence[Candidate]
) -> list[Candidate]:
    """The same with the earliest slot and the response rate: only for those few that are near."""
    places = {int(each.location_id) for each in candidates if each.earliest_slot is None}
    slots = earliest_starts(uow, places, at, travel.zone) if places else {}
    rates = response_rates(uow, [int(each.id) for each in candidates], at)
    found = []
    for each in candidates:
        slot = each.earliest_slot or slots.get(int(each.location_id))
        if slot is not None and over_the_river(need, each) and by_the_clock(travel, at):
            slot = _first_reachable(uow, int(each.location_id), slot, travel, at)
        found.append(each._replace(earliest_slot=slot, response_rate=rates.get(int(each.id))))
    return found


def _first_reachable(uow: UnitOfWork, location_id: int, first: datetime, travel: Travel, at: datetime) -> datetime:
    """The first free slot to which one can cross and from which one can get back; `first` where there is none."""
    later = (slot.starts_at for slot in free_slots(uow, location_id, at, travel.zone) if slot.starts_at >= first)
    crossings, zone = travel.crossings, travel.zone
    return next((start for start in later if any(there_and_back(each, start, zone) for each in crossings)), first)
