"""The coverage report of a programme: its places, its doors, what families there asked for, and where nothing opens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from referrals.applications.records import Application, ApplicationNeed
from referrals.definitions.settings import Settings
from referrals.directory import records as directory
from referrals.directory.values import SERVICE_TERMS
from referrals.matching.indexing import index_new
from referrals.matching.rules.filters import excluded_by
from referrals.matching.rules.gaps import Gap, Lived, gaps_of
from referrals.matching.rules.profile import bank_of
from referrals.matching.rules.values import Candidate, Need, Point, Travel
from referrals.matching.supplying import Search
from referrals.matching.ways import all_travel_of
from referrals.store.unit_of_work import UnitOfWork

DEMAND = timedelta(days=365)
FEWEST_SHOWN = 5  # families; fewer could be recognised by who lives there
SHUT = ("inactive", "not_assured", "not_accepting", "restricted")


@dataclass(frozen=True)
class Place:
    """A place as a report names it."""

    code: str
    name_ar: str
    name_en: str
    level: str
    parent: str


@dataclass(frozen=True)
class Coverage:
    """What was looked at and where there are gaps. `demand`: families that asked there in a year, by place and term."""

    programme_id: str
    at: datetime
    places: Mapping[str, Place]
    terms: tuple[str, ...]
    doors: int
    gaps: tuple[Gap, ...]
    demand: Mapping[tuple[str, str], int]

    def asked(self, gap: Gap) -> int | None:
        """How many families asked; None where they are so few that they are not counted aloud."""
        count = self.demand.get((gap.place_code, gap.service_term), 0)
        return None if 0 < count < FEWEST_SHOWN else count


def coverage_of(uow: UnitOfWork, settings: Settings, at: datetime, terms: tuple[str, ...] = ()) -> Coverage:
    """The gaps of a programme, those most asked for first. `terms`: only these kinds of service."""
    index_new(uow)
    wanted = terms or served_terms(uow, settings)
    areas = list(uow.session.scalars(select(directory.AdminArea).filter_by(programme_id=settings.id)))
    travel = all_travel_of(uow, settings)
    doors = [door for term in wanted for door in _doors(uow, settings.id, term, travel, at)]
    demand = _demand(uow, settings.id, at)
    found = gaps_of(_lived(areas), doors, wanted, travel, at)
    return Coverage(
        settings.id,
        at,
        {area.code: Place(area.code, area.name_ar, area.name_en, area.level, area.parent) for area in areas},
        wanted,
        len(doors),
        tuple(sorted(found, key=lambda gap: _weight(gap, demand))),
        demand,
    )


def served_terms(uow: UnitOfWork, settings: Settings) -> tuple[str, ...]:
    """The kinds of service that the programme's needs lead to, and those that its directory gives."""
    asked = {need.service_term for need in settings.needs}
    service = directory.Service
    given = select(service.service_term).where(service.programme_id == settings.id).distinct()
    return tuple(sorted((asked | set(uow.session.scalars(given))) & (SERVICE_TERMS | asked) - {""}))


def _weight(gap: Gap, demand: Mapping[tuple[str, str], int]) -> tuple[Any, ...]:
    asked = demand.get((gap.place_code, gap.service_term), 0)
    return -(asked if asked >= FEWEST_SHOWN else 0), gap.service_term, gap.place_code


def _lived(areas: list[directory.AdminArea]) -> list[Lived]:
    """The smallest places: those that no other belongs to."""
    by_code = {area.code: area for area in areas}
    above = {area.parent for area in areas}
    found = []
    for area in areas:
        if area.code in above:
            continue
        chain, code = list[str](), area.parent
        while code in by_code and code not in chain:
            chain.append(code)
            code = by_code[code].parent
        point = Point(area.lat, area.lon) if area.lat is not None and area.lon is not None else None
        found.append(Lived(area.code, tuple(chain), point, bank_of(area.bank)))
    return found


def _doors(uow: UnitOfWork, programme_id: str, term: str, travel: Travel, at: datetime) -> list[Candidate]:
    anybody = Need((term,))
    today = at.astimezone(ZoneInfo(travel.zone)).date()
    everybody = Search(uow, programme_id, term, anybody, travel, at, everyone=True).supply().nearest_first
    doors = [door for _, door in everybody if door is not None]
    shut = {door.id for door in doors if (out := excluded_by(anybody, door, today)) and out.code in SHUT}
    return [door for door in doors if door.id not in shut]


def _demand(uow: UnitOfWork, programme_id: str, at: datetime) -> Mapping[tuple[str, str], int]:
    query = (
        select(Application.area_code, ApplicationNeed.service_term, func.count(func.distinct(Application.household_id)))
        .join(ApplicationNeed, ApplicationNeed.application_id == Application.id)
        .where(Application.programme_id == programme_id, Application.submitted_at > at - DEMAND)
        .group_by(Application.area_code, ApplicationNeed.service_term)
    )
    counts = defaultdict[tuple[str, str], int](int)
    for area, term, families in uow.connection.execute(query):
        counts[area, term] += families
    return counts
