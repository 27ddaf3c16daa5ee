"""Fetches candidates from the directory, nearest first and only as far as the rules ask: one indexed query a ring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from operator import itemgetter
from typing import Any

from sqlalchemy import Integer, String, and_, bindparam, cast, select, type_coerce

from referrals.directory import records as directory
from referrals.matching.reserving import LACK_DAYS
from referrals.matching.rules.access import minutes_by_road
from referrals.matching.rules.distance import (
    AT_LEAST,
    EARTH_RADIUS_KM,
    NOWHERE,
    WITHOUT_COORDINATES,
    Window,
    windows_within,
)
from referrals.matching.rules.nearest import Supply
from referrals.matching.rules.profile import read_profile
from referrals.matching.rules.values import Candidate, CandidateId, Need, Point, Travel
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

RINGS_KM = (
    6.0,
    10.0,
    16.0,
    26.0,
    42.0,
    68.0,
    110.0,
    180.0,
    300.0,
)  # then everybody: no family is without an answer because all are far
FIRST_FAR_AWAY = 2  # the ring to begin with where each question is a journey to a server
Completed = Callable[[Sequence[Candidate]], Sequence[Candidate]]
Waiting = tuple[float, int, Any]

GIVEN, SERVICE, LOCATION = directory.ServiceAtLocation, directory.Service, directory.Location


def _raw(column: Any, label: str) -> Any:
    """As the driver gives it: converting every cell of forty rows costs more than fetching them."""
    return type_coerce(column, String).label(label)


COLUMNS = (
    GIVEN.id,
    GIVEN.location_id,
    LOCATION.organization_id,
    GIVEN.lat_band,
    GIVEN.lat,
    GIVEN.lon,
    GIVEN.capacity,
    GIVEN.used,
    GIVEN.taken_elsewhere,
    _raw(GIVEN.waitlist, "waitlist"),
    _raw(GIVEN.paused, "paused"),
    _raw(GIVEN.lacking_since, "lacking_since"),
    GIVEN.profile,
    GIVEN.remote,
    SERVICE.status,
    _raw(SERVICE.assured_at, "service_assured_at"),
    LOCATION.name,
    LOCATION.name_en,
    _raw(LOCATION.accepting, "accepting"),
    _raw(LOCATION.assured_at, "assured_at"),
)
OFFERED = and_(
    SERVICE.restricted.is_(False),
    LOCATION.confidential.is_(False),
    GIVEN.gone_at.is_(None),
    SERVICE.gone_at.is_(None),
    LOCATION.gone_at.is_(None),
)
PROGRAMME, TERM = bindparam("programme", type_=String), bindparam("term", type_=String)


def _rows(of: Any) -> Any:
    return (
        select(*COLUMNS)
        .select_from(of.join(SERVICE, SERVICE.id == GIVEN.service_id).join(LOCATION, LOCATION.id == GIVEN.location_id))
        .where(OFFERED)
    )


def _near() -> Any:
    """Band by band along ix_service_at_location_near, each from west to east; the same text on both databases.

    Programme and term stand in each band, so that no planner begins with everybody who gives the service.
    """
    low, high = (cast(bindparam(name, type_=Integer), Integer) for name in ("low_band", "high_band"))
    first = select(low.label("band"), cast(PROGRAMME, String).label("programme"), cast(TERM, String).label("term"))
    bands = first.cte("bands", recursive=True)
    band = bands.c.band
    bands = bands.union_all(select(band + 1, bands.c.programme, bands.c.term).where(band < high))
    in_band = and_(
        GIVEN.programme_id == bands.c.programme, GIVEN.service_term == bands.c.term, GIVEN.lat_band == bands.c.band
    )
    return _rows(bands.join(GIVEN, in_band)).where(GIVEN.lon.between(bindparam("west"), bindparam("east")))


def _of_term() -> Any:
    return _rows(GIVEN.__table__).where(GIVEN.programme_id == PROGRAMME, GIVEN.service_term == TERM)


NEAR = Ready(_near())
OF_TERM = Ready(_of_term())
REMOTE = Ready(_of_term().where(GIVEN.remote > ""))  # ix_service_at_location_remote: the few


@dataclass
class Search:
    """Candidates of one kind of service in one programme, for one family."""

    uow: UnitOfWork
    programme_id: str
    term: str
    need: Need
    travel: Travel
    at: datetime
    refused_at: frozenset[CandidateId] = frozenset()
    """Locations that refused this family for the same reason lately."""
    completed: Completed = tuple
    everyone: bool = False
    """All of the programme, not only those that can come into question: for an explanation."""
    _seen: set[int] = field(default_factory=set)

    def supply(self) -> Supply:
        """The candidates as `decide` asks for them."""
        rings = self.need.point is not None and not self.everyone
        return Supply(self._rings() if rings else self._everybody(), self._remote, self.completed)

    def _rings(self) -> Iterator[tuple[float, Candidate | None]]:
        """Ring by ring; after each it says how far it has looked, so that nobody asks for the next without need."""
        assert self.need.point is not None
        waiting = self._measured([*self._within(WITHOUT_COORDINATES), *self._with_known_ways()])
        for km in RINGS_KM[0 if self.uow.on_sqlite else FIRST_FAR_AWAY :]:
            for window in windows_within(km, self.need.point):
                waiting += self._measured(self._within(window))
            horizon = minutes_by_road(km, self.travel)
            waiting.sort(key=itemgetter(0, 1))
            inside = sum(fewest <= horizon for fewest, _, _ in waiting)
            for fewest, _, row in waiting[:inside]:
                yield fewest, self._candidate(row)
            waiting = waiting[inside:]
            yield horizon, None
        waiting += self._measured(OF_TERM.all(self.uow.connection, programme=self.programme_id, term=self.term))
        for fewest, _, row in sorted(waiting, key=itemgetter(0, 1)):
            yield fewest, self._candidate(row)

    def _everybody(self) -> Iterator[tuple[float, Candidate | None]]:
        rows = self._measured(OF_TERM.all(self.uow.connection, programme=self.programme_id, term=self.term))
        for fewest, _, row in sorted(rows, key=itemgetter(0, 1)):
            yield fewest, self._candidate(row)

    def _within(self, window: Window) -> list[Any]:
        return NEAR.all(self.uow.connection, programme=self.programme_id, term=self.term, **window._asdict())

    def _with_known_ways(self) -> list[Any]:
        """Who is far as the crow flies may be near by a way that somebody measured."""
        known = {location for _, location in self.travel.known_minutes}
        if not known:
            return []
        found = _of_term().where(GIVEN.location_id.in_(known))
        return list(self.uow.connection.execute(found, {"programme": self.programme_id, "term": self.term}))

    def _remote(self) -> Iterable[Candidate]:
        rows = REMOTE.all(self.uow.connection, programme=self.programme_id, term=self.term)
        return [self._candidate(row) for row in rows]

    def _measured(self, rows: Iterable[Any]) -> list[Waiting]:
        """Rows not seen before, each with the fewest minutes that its way can take (see `fewest_minutes`)."""
        known, point, seen = self.travel.known_minutes, self.need.point, self._seen
        minutes_a_km = minutes_by_road(AT_LEAST, self.travel)
        lat, lon = (radians(point.lat), radians(point.lon)) if point else (0.0, 0.0)
        cos_lat = cos(lat)
        found: list[Waiting] = []
        for row in rows:
            if row.id in seen:
                continue
            seen.add(row.id)
            if known and (way := self._known(row.location_id)) is not None:
                found.append((way, row.id, row))
            elif point is None or row.lat_band == NOWHERE:
                found.append((0.0, row.id, row))
            else:
                there = radians(row.lat)
                half_chord = sin((there - lat) / 2) ** 2 + cos_lat * cos(there) * sin((radians(row.lon) - lon) / 2) ** 2
                km = 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half_chord)))
                found.append((km * minutes_a_km, row.id, row))
        return found

    def _known(self, location_id: int) -> float | None:
        for area in (self.need.area, *self.need.ancestors):
            known = self.travel.known_minutes.get((area, location_id))
            if known is not None:
                return known
        return None

    def _candidate(self, row: Any) -> Candidate:
        profile = read_profile(row.profile)
        location = row.location_id
        return Candidate(
            row.id,
            row.organization_id,
            location,
            {"ar": row.name, "en": row.name_en or row.name},
            None if row.lat_band == NOWHERE else Point(row.lat, row.lon),
            profile.bank,
            profile.vehicle_changes,
            (self.term,),
            profile.eligibility,
            profile.catchment,
            row.status == "active",
            bool(row.accepting),
            False,
            _latest(row.assured_at, row.service_assured_at),
            row.capacity,
            row.used,
            row.taken_elsewhere,
            row.lacking_since is not None and _is_recent(row.lacking_since, self.at),
            bool(row.paused),
            bool(row.waitlist),
            None,
            None,
            profile.accessibility,
            profile.serves_genders,
            profile.staff_genders,
            profile.women_days,
            profile.languages,
            profile.open_after_asr,
            location in self.refused_at,
            frozenset(row.remote.split()) if row.remote else frozenset(),
        )


def _is_recent(since: datetime | str, at: datetime) -> bool:
    moment = datetime.fromisoformat(since) if isinstance(since, str) else since
    if moment.tzinfo is None:  # SQLite stores UTC without saying so
        moment = moment.replace(tzinfo=at.tzinfo)
    return moment >= at - timedelta(days=LACK_DAYS)


def _latest(one: date | str | None, other: date | str | None) -> date | None:
    """The later of two days on which the entry was confirmed: of the place, of the service."""
    days = [_day(each) if isinstance(each, str) else each for each in (one, other) if each]
    return max(days, default=None)


@lru_cache(maxsize=1024)
def _day(text: str) -> date:
    return date.fromisoformat(text)
