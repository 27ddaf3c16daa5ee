"""Nearest eligible: can this family get there and be served; the band of the best minutes first, then who has room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from referrals.matching.rules.access import access, by_the_clock, known_minutes, minutes_by_road, over_the_river
from referrals.matching.rules.distance import AT_LEAST, Distance, geodesic_km, haversine_km
from referrals.matching.rules.explaining import considered, left_out, matches_of, notes_of
from referrals.matching.rules.filters import excluded_by, is_full
from referrals.matching.rules.ranking import in_order, rank_of
from referrals.matching.rules.values import Candidate, Exclusion, Need, Outcome, Placed, Travel

BAND_MINUTES = {"normal": 15.0, "urgent": 15.0, "emergency": 5.0}
SHOWN = 3
NEVER = float("inf")


class Supply(NamedTuple):
    """Candidates as they come, nearest first, each with the fewest minutes that its way can take.

    Nobody after one of `m` minutes takes less than `m`; None in the place of a candidate says just that. `remote` are
    those who serve from afar, wherever they are; `completed` fills in what costs a query: slot and response rate.
    """

    nearest_first: Iterable[tuple[float, Candidate | None]]
    remote: Callable[[], Iterable[Candidate]] = tuple
    completed: Callable[[Sequence[Candidate]], Sequence[Candidate]] = tuple


@dataclass(frozen=True)
class Asked:
    """What is asked, by whom, when, and how places are told apart that are equal in all else."""

    need: Need
    travel: Travel
    at: datetime
    seed: int | str | None = None
    everyone: bool = False
    """Judge every candidate, not only those that can come into question: for an explanation."""
    distance: Distance = geodesic_km

    @property
    def band(self) -> float:
        """Minutes beyond the best that still count as near."""
        return BAND_MINUTES[self.need.priority]


def nearest_eligible(
    need: Need,
    candidates: Iterable[Candidate],
    travel: Travel,
    at: datetime,
    seed: int | str | None = None,
    distance: Distance = geodesic_km,
) -> Outcome:
    """Up to three matches, best first, none twice at one location; whoever is not among them is listed with a code.

    `at` (aware) is the hour of travel where a candidate names no earliest slot. Among those within the band of
    the shortest way, the lightest load wins, then the earliest slot, then the response rate; a tie goes to the
    lower id, or to a draw weighted by free capacity when a seed is given. A safety flag ends it: a person decides.
    """
    everyone = sorted(candidates, key=lambda each: in_order(each.id))
    ways = sorted(((fewest_minutes(need, each, travel), each) for each in everyone), key=lambda way: way[0])
    remote = tuple(each for each in everyone if each.remote)
    return decide(Asked(need, travel, at, seed, True, distance), Supply(ways, lambda: remote))


def fewest_minutes(need: Need, candidate: Candidate, travel: Travel) -> float:
    """What the way takes at the very least, from the distance on the sphere; 0 where no way is known."""
    known = known_minutes(need, candidate, travel) if travel.known_minutes else None
    if known is not None:
        return known
    if need.point is None or candidate.point is None:
        return 0.0
    return fewest_by_road(haversine_km(need.point, candidate.point), travel)


def fewest_by_road(sphere_km: float, travel: Travel) -> float:
    """The fewest minutes by road for a distance on the sphere; the ellipsoid's may be a little shorter."""
    return minutes_by_road(sphere_km * AT_LEAST, travel)


def decide(asked: Asked, supply: Supply) -> Outcome:
    """What `nearest_eligible` says, from candidates that are fetched only as far as they can come into question."""
    if asked.need.safety_flag:
        return Outcome("human_only", band_minutes=asked.band, notes=("human_only",))
    everyone = _judged(asked, supply)
    in_band = _completed(asked, supply, _band(asked, [place for place in everyone if not place.excluded]))
    chosen = _choose(in_band, [])
    if all(place.far for place in chosen):
        chosen = _choose(_from_afar(asked, supply, everyone), chosen)
    known = {place.candidate.id: place for place in (*everyone, *in_band, *chosen)}  # the later one knows more
    everyone = sorted(known.values(), key=lambda place: in_order(place.candidate.id))
    near, shown = {place.candidate.id for place in in_band}, {place.candidate.id for place in chosen}
    return Outcome(
        code="matched" if chosen else "none",
        matches=matches_of(asked.need, chosen, everyone, near),
        excluded=tuple(left_out(place, near, chosen) for place in everyone if place.candidate.id not in shown),
        band_minutes=asked.band,
        notes=notes_of(chosen),
        considered=considered(everyone, near, chosen) if asked.everyone else (),
    )


def _judged(asked: Asked, supply: Supply) -> list[Placed]:
    """Those who can come into question, with what excludes them; a waitlist counts only if nobody is free."""
    today = asked.at.astimezone(ZoneInfo(asked.travel.zone)).date()
    best, free = NEVER, False
    places = []
    for fewest, candidate in supply.nearest_first:
        if fewest > best + asked.band and not asked.everyone:
            break
        if candidate is None:
            continue
        exclusion = excluded_by(asked.need, candidate, today)
        place = _placed(asked, supply, candidate, exclusion)
        places.append(place)
        if not place.excluded and not is_full(candidate):
            free, best = True, min(best, place.minutes)
    return [_without_waitlist(place) for place in places] if free else places


def _placed(asked: Asked, supply: Supply, candidate: Candidate, exclusion: Exclusion | None) -> Placed:
    need, travel = asked.need, asked.travel
    crosses = exclusion is None and candidate.earliest_slot is None and over_the_river(need, candidate)
    if crosses and by_the_clock(travel, asked.at):
        (candidate,) = supply.completed([candidate])
    way = access(need, candidate, travel, asked.at, asked.distance)
    if exclusion is None and not way.reachable:
        exclusion = Exclusion(candidate.id, "unreachable")
    return Placed(candidate, way, rank_of(candidate, asked.seed), exclusion)


def _without_waitlist(place: Placed) -> Placed:
    if place.excluded or not is_full(place.candidate):
        return place
    return place._replace(exclusion=Exclusion(place.candidate.id, "full", "waitlist"))


def _band(asked: Asked, eligible: Sequence[Placed]) -> list[Placed]:
    """Those within the band of the shortest way, and those without a known way that serve the family's own area.

    Where no way at all is known: those that serve the smallest area.
    """
    best = min((place.minutes for place in eligible), default=NEVER)
    areas = [asked.need.area, *asked.need.ancestors]
    if best < NEVER:
        own = asked.need.area
        return [
            place
            for place in eligible
            if place.minutes <= best + asked.band
            or (place.access.minutes is None and own and own in place.candidate.catchment)
        ]
    depths = [
        next((depth for depth, area in enumerate(areas) if area in place.candidate.catchment), len(areas))
        for place in eligible
    ]
    return [place for place, depth in zip(eligible, depths, strict=True) if depth == min(depths)]


def _completed(asked: Asked, supply: Supply, places: Sequence[Placed]) -> list[Placed]:
    known = supply.completed([place.candidate for place in places])
    return [
        place
        if candidate is place.candidate
        else place._replace(candidate=candidate, rank=rank_of(candidate, asked.seed))
        for place, candidate in zip(places, known, strict=True)
    ]


def _choose(places: Sequence[Placed], chosen: Sequence[Placed]) -> list[Placed]:
    """`chosen` filled up to three by rank: other organizations first, the same location never."""
    added: list[Placed] = []
    ranked = sorted(places, key=lambda place: place.rank)
    locations = {each.candidate.location_id for each in chosen}
    organizations = {each.candidate.organization_id for each in chosen}
    for other_organizations_only in (True, False):
        for place in ranked:
            if len(chosen) + len(added) == SHOWN:
                break
            candidate = place.candidate
            if candidate.location_id in locations:
                continue
            if not (other_organizations_only and candidate.organization_id in organizations):
                added.append(place)
                locations.add(candidate.location_id)
                organizations.add(candidate.organization_id)
    return [*chosen, *sorted(added, key=lambda place: place.rank)]


def _from_afar(asked: Asked, supply: Supply, everyone: Sequence[Placed]) -> list[Placed]:
    """Who serves this family without its going there: by phone, at home, or by coming near."""
    today = asked.at.astimezone(ZoneInfo(asked.travel.zone)).date()
    judged = {place.candidate.id: place for place in everyone}
    free = any(not place.excluded and not is_full(place.candidate) for place in everyone)
    places = []
    for candidate in supply.remote():
        place = judged.get(candidate.id)
        if place is None:
            place = _placed(asked, supply, candidate, excluded_by(asked.need, candidate, today))
        if place.excluded in ("", "unreachable") and not (free and is_full(candidate)):
            places.append(place)
    return _completed(asked, supply, places)
