"""Nearest eligible: can this family get there and be served; the band of the best minutes first, then who has room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from referrals.matching.access import access, geodesic_km
from referrals.matching.filters import excluded_by, is_full, unknown_fields
from referrals.matching.ranking import Rank, behind, in_order, load_ratio, rank_of
from referrals.matching.reasons import Shown, reasons_for
from referrals.matching.values import Access, Candidate, Exclusion, Match, Need, Outcome, PassedOver, Travel

BAND_MINUTES = {"normal": 15.0, "urgent": 15.0, "emergency": 5.0}
FAR_MINUTES = 60.0
SHOWN = 3
RERANKED = 40  # nearest by the sphere, measured again on the ellipsoid: the two differ in 9 of 500 top fives
NOT_WORTH_NAMING = ("inactive", "wrong_service")


@dataclass(frozen=True)
class Placed:
    """A candidate with the way to it, its rank beside the others, and what speaks against it."""

    candidate: Candidate
    access: Access
    rank: Rank
    exclusion: Exclusion | None = None

    @property
    def excluded(self) -> str:
        """The code that excludes it; "" when it may be offered."""
        return self.exclusion.code if self.exclusion else ""

    @property
    def minutes(self) -> float:
        """Minutes on the way; infinite when they are unknown."""
        return float("inf") if self.access.minutes is None else self.access.minutes

    @property
    def far(self) -> bool:
        """Whether one cannot go there, or only in more than an hour."""
        return not self.access.reachable or FAR_MINUTES < self.minutes < float("inf")


def nearest_eligible(
    need: Need, candidates: Iterable[Candidate], travel: Travel, at: datetime, seed: int | str | None = None
) -> Outcome:
    """Up to three matches, best first, none twice at one location; whoever is not among them is listed with a code.

    `at` (aware) is the hour of travel where a candidate names no earliest slot. Among those within the band of
    the shortest way, the lightest load wins, then the earliest slot, then the response rate; a tie goes to the
    lower id, or to a draw weighted by free capacity when a seed is given. A safety flag ends it: a person decides.
    """
    band = BAND_MINUTES[need.priority]
    if need.safety_flag:
        return Outcome("human_only", band_minutes=band, notes=("human_only",))
    everyone = _placed(need, candidates, travel, at, seed)
    in_band = _band(need, [place for place in everyone if not place.excluded], band)
    chosen = _choose(in_band, [])
    if all(place.far for place in chosen):
        chosen = _choose([place for place in everyone if _serves_from_afar(place)], chosen)
    return Outcome(
        code="matched" if chosen else "none",
        matches=_matches(need, chosen, everyone),
        excluded=tuple(_left_out(place, in_band) for place in everyone if place not in chosen),
        band_minutes=band,
        notes=_notes(chosen),
    )


def _placed(
    need: Need, candidates: Iterable[Candidate], travel: Travel, at: datetime, seed: int | str | None
) -> list[Placed]:
    """Every candidate by its id, with its way and what excludes it; a waitlist counts only if nobody is free."""
    today = at.astimezone(ZoneInfo(travel.zone)).date()
    places = []
    for candidate in sorted(candidates, key=lambda each: in_order(each.id)):
        way = access(need, candidate, travel, at)
        exclusion = excluded_by(need, candidate, today)
        if exclusion is None and not way.reachable:
            exclusion = Exclusion(candidate.id, "unreachable")
        places.append(Placed(candidate, way, rank_of(candidate, seed), exclusion))
    if any(not place.excluded and not is_full(place.candidate) for place in places):
        places = [_without_waitlist(place) for place in places]
    return _measured_again(need, places, travel, at)


def _without_waitlist(place: Placed) -> Placed:
    if place.excluded or not is_full(place.candidate):
        return place
    return replace(place, exclusion=Exclusion(place.candidate.id, "full", "waitlist"))


def _measured_again(need: Need, places: list[Placed], travel: Travel, at: datetime) -> list[Placed]:
    eligible = [place for place in places if not place.excluded]
    nearest = {place.candidate.id for place in sorted(eligible, key=lambda place: place.minutes)[:RERANKED]}
    return [
        replace(place, access=access(need, place.candidate, travel, at, distance=geodesic_km))
        if place.candidate.id in nearest
        else place
        for place in places
    ]


def _band(need: Need, eligible: Sequence[Placed], band: float) -> list[Placed]:
    """Those within the band of the shortest way; where no way is known, those that serve the smallest area."""
    best = min((place.minutes for place in eligible), default=float("inf"))
    if best < float("inf"):
        return [place for place in eligible if place.minutes <= best + band]
    areas = [need.area, *need.ancestors]
    depths = [
        next((depth for depth, area in enumerate(areas) if area in place.candidate.catchment), len(areas))
        for place in eligible
    ]
    return [place for place, depth in zip(eligible, depths, strict=True) if depth == min(depths)]


def _choose(places: Sequence[Placed], chosen: Sequence[Placed]) -> list[Placed]:
    """`chosen` filled up to three by rank: other organizations first, the same location never."""
    added: list[Placed] = []
    for other_organizations_only in (True, False):
        for place in sorted(places, key=lambda place: place.rank):
            taken = [each.candidate for each in (*chosen, *added)]
            if len(taken) == SHOWN or place.candidate.location_id in [each.location_id for each in taken]:
                continue
            known = place.candidate.organization_id in [each.organization_id for each in taken]
            if not (other_organizations_only and known):
                added.append(place)
    return [*chosen, *sorted(added, key=lambda place: place.rank)]


def _serves_from_afar(place: Placed) -> bool:
    return bool(place.candidate.remote) and place.excluded in ("", "unreachable")


def _left_out(place: Placed, in_band: Sequence[Placed]) -> Exclusion:
    if place.exclusion:
        return place.exclusion
    if place in in_band:
        return Exclusion(place.candidate.id, "not_among_three")
    detail = "way_unknown" if place.access.minutes is None else f"{place.minutes:.1f}"
    return Exclusion(place.candidate.id, "beyond_band", detail)


def _matches(need: Need, chosen: Sequence[Placed], everyone: Sequence[Placed]) -> tuple[Match, ...]:
    shortest = min((place.minutes for place in everyone if not place.excluded), default=None)
    river = any(place.access.crossing for place in chosen) or any(place.excluded == "unreachable" for place in everyone)
    shown = [
        Shown(each.candidate, each.access, load_ratio(each.candidate), is_full(each.candidate), each.far)
        for each in chosen
    ]
    reasons = reasons_for(need, shown, shortest_minutes=shortest, river_between=river)
    return tuple(
        Match(
            candidate_id=place.candidate.id,
            organization_id=place.candidate.organization_id,
            location_id=place.candidate.location_id,
            names=dict(place.candidate.names),
            access_minutes=_rounded(place.access.minutes),
            distance_km=_rounded(place.access.distance_km),
            access_source=place.access.source,
            crossing=place.access.crossing,
            load_ratio=load_ratio(place.candidate),
            earliest_slot=place.candidate.earliest_slot,
            reasons=why,
            why_not_nearer=_passed_over(place, chosen[:position], everyone),
            to_be_assessed=unknown_fields(need, place.candidate),
            far=place.far,
            waitlisted=is_full(place.candidate),
            remote=tuple(sorted(place.candidate.remote)),
        )
        for position, (place, why) in enumerate(zip(chosen, reasons, strict=True))
    )


def _passed_over(match: Placed, before: Sequence[Placed], everyone: Sequence[Placed]) -> tuple[PassedOver, ...]:
    """Up to three places with a shorter way that stand behind this match, nearest first."""
    if match.access.minutes is None:
        return ()
    nearer = [
        place
        for place in everyone
        if place.minutes < match.minutes and place.excluded not in NOT_WORTH_NAMING and place not in before
    ]
    return tuple(
        PassedOver(
            place.candidate.id,
            place.excluded or behind(place.rank, match.rank) or "same_organization",
            round(place.minutes, 1),
        )
        for place in sorted(nearer, key=lambda place: place.minutes)[:SHOWN]
    )


def _notes(chosen: Sequence[Placed]) -> tuple[str, ...]:
    notes = {
        "none_eligible": not chosen,
        "beyond_60_minutes": bool(chosen) and all(place.far for place in chosen),
        "offer_remote": any(place.far and place.candidate.remote for place in chosen),
        "waitlist_only": any(is_full(place.candidate) for place in chosen),
        "way_unknown": any(place.access.minutes is None and place.access.reachable for place in chosen),
    }
    return tuple(note for note, holds in notes.items() if holds)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
