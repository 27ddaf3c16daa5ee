"""What came of a search, as values: matches with their reasons, those left out with a code, everybody considered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from referrals.matching.rules.filters import is_full, unknown_fields
from referrals.matching.rules.ranking import behind, load_ratio
from referrals.matching.rules.reasons import Shown, reasons_for
from referrals.matching.rules.values import CandidateId, Considered, Exclusion, Match, Need, PassedOver, Placed

NAMED = 3  # nearer places, of which a match says why they were passed over
NOT_WORTH_NAMING = ("inactive", "wrong_service")


def matches_of(
    need: Need, chosen: Sequence[Placed], everyone: Sequence[Placed], near: Collection[CandidateId]
) -> tuple[Match, ...]:
    """The places to offer, in their order, each with its reasons and with why not a nearer one.

    `near`: those within the band; whoever is chosen beside them serves from afar.
    """
    shortest = min((place.minutes for place in everyone if not place.excluded), default=None)
    farthest = max((place.minutes for place in chosen), default=0.0)
    reach = max((place.access.distance_km or 0.0 for place in chosen if place.minutes <= farthest), default=0.0)
    river = any(place.access.crossing for place in chosen) or any(
        place.excluded == "unreachable" and (place.access.distance_km or 0.0) <= reach for place in everyone
    )
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
            why_not_nearer=_passed_over(position, chosen, everyone, near),
            to_be_assessed=unknown_fields(need, place.candidate),
            far=place.far,
            waitlisted=is_full(place.candidate),
            remote=tuple(sorted(place.candidate.remote)),
        )
        for position, (place, why) in enumerate(zip(chosen, reasons, strict=True))
    )


def left_out(place: Placed, near: Collection[CandidateId], chosen: Sequence[Placed]) -> Exclusion:
    """Why a place is not among the chosen. `near`: those within the band."""
    if place.exclusion:
        return place.exclusion
    if place.candidate.id in near:
        return Exclusion(place.candidate.id, _beside(place, chosen) or "not_among_three")
    detail = "way_unknown" if place.access.minutes is None else f"{place.minutes:.1f}"
    return Exclusion(place.candidate.id, "beyond_band", detail)


def considered(
    everyone: Sequence[Placed], near: Collection[CandidateId], chosen: Sequence[Placed]
) -> tuple[Considered, ...]:
    """Everybody that was looked at, nearest first; those whose way is unknown come last."""
    return tuple(
        _considered(place, near, chosen) for place in sorted(everyone, key=lambda each: (each.minutes, each.rank))
    )


def notes_of(chosen: Sequence[Placed]) -> tuple[str, ...]:
    """What is to be said of the whole: nobody, all far, only a waitlist, a way that nobody knows."""
    notes = {
        "none_eligible": not chosen,
        "beyond_60_minutes": bool(chosen) and all(place.far for place in chosen),
        "offer_remote": any(place.far and place.candidate.remote for place in chosen),
        "waitlist_only": any(is_full(place.candidate) for place in chosen),
        "way_unknown": any(place.access.minutes is None and place.access.reachable for place in chosen),
    }
    return tuple(note for note, holds in notes.items() if holds)


def _considered(place: Placed, near: Collection[CandidateId], chosen: Sequence[Placed]) -> Considered:
    candidate = place.candidate
    out = None if any(each.candidate.id == candidate.id for each in chosen) else left_out(place, near, chosen)
    return Considered(
        candidate_id=candidate.id,
        location_id=candidate.location_id,
        names=dict(candidate.names),
        verdict="offered" if out is None else "excluded" if place.exclusion else _distance_verdict(place, near),
        code=out.code if out else "",
        detail=out.detail if out else "",
        access_minutes=_rounded(place.access.minutes),
        distance_km=_rounded(place.access.distance_km),
        access_source=place.access.source,
        crossing=place.access.crossing,
        load_ratio=load_ratio(candidate),
        earliest_slot=candidate.earliest_slot,
    )


def _distance_verdict(place: Placed, near: Collection[CandidateId]) -> Literal["near", "farther"]:
    return "near" if place.candidate.id in near else "farther"


def _beside(place: Placed, chosen: Sequence[Placed]) -> str:
    """What kept out a place where one of the chosen stands, or that ranks before one of them; "" for neither."""
    if any(each.candidate.location_id == place.candidate.location_id for each in chosen):
        return "same_location"
    ahead = any(place.rank < each.rank for each in chosen)
    owners = {each.candidate.organization_id for each in chosen}
    return "same_organization" if ahead and place.candidate.organization_id in owners else ""


def _passed_over(
    position: int, chosen: Sequence[Placed], everyone: Sequence[Placed], near: Collection[CandidateId]
) -> tuple[PassedOver, ...]:
    """Up to three places with a shorter way that stand behind this match, nearest first."""
    match, before = chosen[position], chosen[:position]
    if match.access.minutes is None:
        return ()
    nearer = [
        place
        for place in everyone
        if place.minutes < match.minutes and place.excluded not in NOT_WORTH_NAMING and place not in before
    ]
    named = (
        (place, _why_behind(place, match, chosen, near)) for place in sorted(nearer, key=lambda each: each.minutes)
    )
    told = [
        PassedOver(place.candidate.id, why, round(place.minutes, 1), dict(place.candidate.names))
        for place, why in named
        if why
    ]
    return tuple(told[:NAMED])


def _why_behind(place: Placed, match: Placed, chosen: Sequence[Placed], near: Collection[CandidateId]) -> str:
    if place.excluded:
        return place.excluded
    if match.candidate.id not in near and not place.candidate.remote:
        return "far_too"  # the match serves from afar: that is why it stands here
    shown = any(each.candidate.id == place.candidate.id for each in chosen)
    return behind(place, match) or ("" if shown else _beside(place, chosen))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
