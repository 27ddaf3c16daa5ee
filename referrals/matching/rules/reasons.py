"""Why a place is offered: codes in the order they were applied, the family's line for each, and all of it as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from referrals.matching.rules.values import Access, Candidate, Match, Need, Outcome, Parameters, Reason

EXPLANATION_VERSION = 1
NEAREST_FIVE = 5  # minutes are said in fives: nobody travels by the minute
REMOTE_CODES = ("home_visit", "mobile", "phone")
PLURAL_KEYS = ("match.reason.nearest", "match.reason.minutes")
FAMILY_KEYS = {
    "nearest": "match.reason.nearest",
    "nearest_far": "match.reason.nearest_far",
    "least_wait": "match.reason.least_wait",
    "earliest": "match.reason.earliest",
    "same_bank": "match.reason.same_bank",
    "women_staff": "match.reason.women_staff",
    "women_day": "match.reason.women_day",
    "wheelchair": "match.reason.wheelchair",
    "open_evening": "match.reason.open_evening",
    "waitlist": "match.reason.waitlist",
    "home_visit": "match.reason.home_visit",
    "mobile": "match.reason.mobile",
    "phone": "match.reason.phone",
    "minutes": "match.reason.minutes",
    "far": "match.reason.far",
    "serves_area": "match.reason.serves_area",
}


@dataclass(frozen=True)
class Shown:
    """One of the places to be shown, as far as its reasons depend on it."""

    candidate: Candidate
    access: Access
    load: float | None
    full: bool
    far: bool


@dataclass(frozen=True)
class ReasonText:
    """A catalogue key with its values. `count` is the number that chooses the plural form, None where there is none.

    `{minutes}` is an int to be written in the programme's digits, `{day}` an aware datetime to be worded as a day.
    """

    key: str
    values: Mapping[str, int | datetime]
    count: int | None = None


def reasons_for(
    need: Need, shown: Sequence[Shown], *, shortest_minutes: float | None, river_between: bool
) -> tuple[tuple[Reason, ...], ...]:
    """The reasons of each shown place, never empty: what sets it apart first, then what the family asked for."""
    loads = [place.load for place in shown]
    quietest = None if None in loads else _only_least(loads)  # whose load is unknown may wait less
    first = _only_least([_stamp(place.candidate.earliest_slot) for place in shown])
    ways = [place.access.minutes for place in shown]
    nearest = ways.index(shortest_minutes) if shortest_minutes in ways else None
    told = []
    for position, place in enumerate(shown):
        reasons = []
        if place.full:
            reasons.append(Reason("waitlist"))
        if position == nearest and place.access.minutes is not None:
            reasons.append(_minutes("nearest_far" if place.far else "nearest", place.access.minutes))
        if position == quietest:
            reasons.append(Reason("least_wait", {"load_ratio": round(place.load or 0.0, 3)}))
        if position == first and place.candidate.earliest_slot:
            reasons.append(Reason("earliest", {"day": place.candidate.earliest_slot.isoformat()}))
        reasons += _of_the_place(need, place, river_between=river_between)
        told.append(tuple(reasons) or _plain(place))
    return tuple(told)


def family_text(match: Match) -> ReasonText:
    """The one line that a family hears about this place."""
    reason = match.reasons[0]
    return reason_text(reason.code, reason.parameters)


def reason_text(code: str, parameters: Parameters) -> ReasonText:
    """The catalogue text of one reason, also of one out of a stored explanation. KeyError for an unknown code."""
    values: dict[str, int | datetime] = {}
    count = None
    key = FAMILY_KEYS[code]
    if "day" in parameters:
        values["day"] = datetime.fromisoformat(str(parameters["day"]))
    if key in PLURAL_KEYS:
        count = spoken_minutes(float(parameters["minutes"]))
        values["minutes"] = count
    return ReasonText(key, values, count)


def spoken_minutes(minutes: float) -> int:
    """Minutes as they are said: in fives, at least five."""
    return max(NEAREST_FIVE, NEAREST_FIVE * round(minutes / NEAREST_FIVE))


def explanation(outcome: Outcome) -> dict[str, Any]:
    """The whole outcome as plain JSON values, to be stored with the referral. It holds no answer of the family."""
    told = {
        "version": EXPLANATION_VERSION,
        "code": outcome.code,
        "band_minutes": outcome.band_minutes,
        "notes": list(outcome.notes),
        "matches": [_match_to_json(match) for match in outcome.matches],
        "excluded": [
            {"candidate_id": each.candidate_id, "code": each.code, "detail": each.detail} for each in outcome.excluded
        ],
    }
    if outcome.considered:
        told["considered"] = [
            {**asdict(each), "earliest_slot": each.earliest_slot.isoformat() if each.earliest_slot else None}
            for each in outcome.considered
        ]
    return told


def _match_to_json(match: Match) -> dict[str, Any]:
    slot = match.earliest_slot
    return {
        "candidate_id": match.candidate_id,
        "organization_id": match.organization_id,
        "location_id": match.location_id,
        "names": dict(match.names),
        "access_minutes": match.access_minutes,
        "distance_km": match.distance_km,
        "access_source": match.access_source,
        "crossing": match.crossing,
        "load_ratio": match.load_ratio,
        "earliest_slot": slot.isoformat() if slot else None,
        "reasons": [{"code": reason.code, "parameters": dict(reason.parameters)} for reason in match.reasons],
        "why_not_nearer": [
            {
                "candidate_id": each.candidate_id,
                "code": each.code,
                "access_minutes": each.access_minutes,
                "names": dict(each.names),
            }
            for each in match.why_not_nearer
        ],
        "to_be_assessed": list(match.to_be_assessed),
        "far": match.far,
        "waitlisted": match.waitlisted,
        "remote": list(match.remote),
    }


def _of_the_place(need: Need, place: Shown, *, river_between: bool) -> list[Reason]:
    """What the place has that this family asked for, and the ways to be served from afar."""
    candidate = place.candidate
    reasons = []
    if river_between and need.bank and candidate.bank == need.bank:
        reasons.append(Reason("same_bank"))
    if need.staff_gender == "female" and "female" in candidate.staff_genders:
        reasons.append(Reason("women_staff"))
    if candidate.women_days and "female" in (need.staff_gender, need.gender):
        reasons.append(Reason("women_day"))
    if "wheelchair" in need.accessibility and "wheelchair" in (candidate.accessibility or ()):
        reasons.append(Reason("wheelchair"))
    if need.after_asr and candidate.open_after_asr:
        reasons.append(Reason("open_evening"))
    if place.far:
        reasons = [Reason(code) for code in REMOTE_CODES if code in candidate.remote] + reasons
    return reasons


def _plain(place: Shown) -> tuple[Reason, ...]:
    """What is left to say of a place that nothing sets apart."""
    if place.candidate.open_after_asr:
        return (Reason("open_evening"),)
    if place.access.minutes is None:
        return (Reason("serves_area"),)
    return (_minutes("far" if place.far else "minutes", place.access.minutes),)


def _minutes(code: str, minutes: float) -> Reason:
    return Reason(code, {"minutes": round(minutes, 1)})


def _only_least(values: Sequence[float | None]) -> int | None:
    """The position of the one smallest of at least two known values; None where two share it."""
    known = [value for value in values if value is not None]
    if len(known) < 2 or known.count(min(known)) > 1:
        return None
    return values.index(min(known))


def _stamp(at: datetime | None) -> float | None:
    return at.timestamp() if at else None
