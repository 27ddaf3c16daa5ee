"""Where no door opens: places and kinds of service without one within 60 minutes; pure, over doors given as values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import floor
from typing import Literal, NamedTuple

from referrals.matching.rules.access import access
from referrals.matching.rules.distance import AT_LEAST, Window, haversine_km, windows_within
from referrals.matching.rules.filters import is_full
from referrals.matching.rules.values import FAR_MINUTES, Access, Bank, Candidate, Need, Point, Travel

Kind = Literal["none", "full_only", "waitlist_only", "ferry_only"]
CELL = 0.1  # degrees: a good ten kilometres
OUTWARD = (1.0, 2.0, 4.0, 10.0)  # times an hour's way: how far the nearest door is looked for
BANDS_A_CELL = round(CELL * 20)


class Lived(NamedTuple):
    """A place where families live, with what it belongs to, nearest first."""

    code: str
    ancestors: tuple[str, ...] = ()
    point: Point | None = None
    bank: Bank | None = None


@dataclass(frozen=True)
class Gap:
    """A place and a kind of service. kind: `none` within the hour, or only a full door, a waitlist, or by ferry."""

    place_code: str
    service_term: str
    kind: Kind
    nearest_minutes: float | None = None
    """To the nearest door, whatever speaks against it; None where there is none far and wide."""
    nearest_location: int | str | None = None


@dataclass(frozen=True)
class _Way:
    door: Candidate
    access: Access

    @property
    def minutes(self) -> float:
        return float("inf") if self.access.minutes is None else self.access.minutes


def gaps_of(
    places: Iterable[Lived], doors: Iterable[Candidate], terms: Sequence[str], travel: Travel, at: datetime
) -> Iterator[Gap]:
    """The gaps, place by place and in the order of the terms. `doors` take families in; ferries count as running."""
    grid = _Grid(doors)
    always = replace(travel, crossings=tuple(replace(each, opens=None, closes=None) for each in travel.crossings))
    known = defaultdict[str, list[tuple[int | str, float]]](list)
    for (code, location), minutes in travel.known_minutes.items():
        known[code].append((location, minutes))
    for place in places:
        for term in terms:
            gap = _gap(place, term, grid, always, at, known)
            if gap is not None:
                yield gap


class _Grid:
    """Doors by kind of service and cell, by location, and those whose coordinates nobody knows."""

    def __init__(self, doors: Iterable[Candidate]) -> None:
        self._cells = defaultdict[tuple[str, int, int], list[Candidate]](list)
        self._nowhere = defaultdict[str, list[Candidate]](list)
        self._at = defaultdict[tuple[str, int | str], list[Candidate]](list)
        for door in doors:
            for term in door.service_terms:
                self._at[term, door.location_id].append(door)
                if door.point is None:
                    self._nowhere[term].append(door)
                else:
                    self._cells[term, floor(door.point.lat / CELL), floor(door.point.lon / CELL)].append(door)

    def near(self, term: str, point: Point, km: float) -> Iterator[Candidate]:
        """Every door in the cells that the circle touches."""
        for window in windows_within(km, point):
            yield from self._within(term, window)

    def declared(self, term: str, areas: Iterable[str]) -> list[Candidate]:
        """Doors without coordinates that name one of the areas."""
        wanted = set(areas)
        return [door for door in self._nowhere[term] if not wanted.isdisjoint(door.catchment)]

    def at(self, term: str, locations: Iterable[int | str]) -> list[Candidate]:
        """Doors at these locations."""
        return [door for location in locations for door in self._at.get((term, location), ())]

    def _within(self, term: str, window: Window) -> Iterator[Candidate]:
        for row in range(window.low_band // BANDS_A_CELL, window.high_band // BANDS_A_CELL + 1):
            for column in range(floor(window.west / CELL), floor(window.east / CELL) + 1):
                yield from self._cells.get((term, row, column), ())


def _gap(
    place: Lived,
    term: str,
    grid: _Grid,
    travel: Travel,
    at: datetime,
    known: Mapping[str, Sequence[tuple[int | str, float]]],
) -> Gap | None:
    areas = {place.code, *place.ancestors}
    measured = {location for area in areas for location, _ in known.get(area, ())}
    if grid.declared(term, areas):
        return None  # the place's own door: nobody knows how far, but it is theirs
    need = Need((term,), area=place.code, ancestors=place.ancestors, point=place.point, bank=place.bank)
    hour_km = FAR_MINUTES / 60 * travel.speed_kmh / travel.detour_factor
    for times in OUTWARD:
        doors = [*grid.at(term, measured), *(grid.near(term, place.point, hour_km * times) if place.point else ())]
        reached = []
        for door in doors:
            if door.catchment and areas.isdisjoint(door.catchment):
                continue
            if door.location_id not in measured and _is_beyond(place, door, hour_km * times):
                continue
            way = _Way(door, access(need, door, travel, at, haversine_km))
            if _opens(way):
                return None
            if way.access.minutes is not None:
                reached.append(way)
        if reached:
            nearest = min(reached, key=lambda way: way.minutes)
            kind = _kind([way for way in reached if way.minutes <= FAR_MINUTES])
            return Gap(place.code, term, kind, round(nearest.minutes, 1), nearest.door.location_id)
    return Gap(place.code, term, "none")


def _is_beyond(place: Lived, door: Candidate, km: float) -> bool:
    """Whether it lies outside the circle: the cells are wider."""
    return bool(place.point and door.point and haversine_km(place.point, door.point) * AT_LEAST > km)


def _opens(way: _Way) -> bool:
    """Whether a family gets there within the hour by a road that is always there, and finds a place."""
    return way.minutes <= FAR_MINUTES and way.access.crossing != "ferry" and not is_full(way.door)


def _kind(within: Sequence[_Way]) -> Kind:
    """What all doors within the hour have in common that keeps them shut."""
    if not within:
        return "none"
    if any(not is_full(way.door) for way in within):
        return "ferry_only"
    return "waitlist_only" if any(way.door.waitlist for way in within) else "full_only"
