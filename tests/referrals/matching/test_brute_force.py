"""The ladder of matching once more, written down plainly and apart from the rules: both say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import isclose
from typing import Any
from zoneinfo import ZoneInfo

from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.matching import Candidate, Crossing, EligibilityRule, Need, Outcome, Point, Travel, nearest_eligible
from tests.referrals.matching.sample import ASSURED

ZONE = ZoneInfo("Africa/Cairo")
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
AREAS = ("", "naqada", "qus", "qena")
TERMS = ("food", "cash-help")
NILE = Point(25.903, 32.735)
SPEED, DETOUR, CHANGE = 22, 1.4, 10


@dataclass(frozen=True)
class Case:
    need: Need
    places: list[Candidate]
    travel: Travel
    at: datetime


def points() -> st.SearchStrategy[Point | None]:
    """Around the Nile, at the edges of the map, one and the same place, or nowhere."""
    near = st.builds(lambda lat, lon: Point(25.9 + lat / 500, 32.73 + lon / 500), *2 * [st.integers(-40, 40)])
    edges = st.sampled_from([Point(25.9, 179.99), Point(25.9, -179.99), Point(25.9, 180.0), Point(89.99, 10.0)])
    return st.one_of(near, near, near, st.just(NILE), edges, st.none())


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


MOMENTS = st.integers(0, 14 * 48).map(lambda half: datetime(2026, 12, 6, tzinfo=UTC) + timedelta(minutes=30 * half))
HOURS: st.SearchStrategy[Any] = st.sampled_from(
    [
        (None, None),
        (time(6), time(17)),
        (time(17), time(6)),
        (time(8), time(8, 30)),
        (time(0), time(12)),
        (time(6), None),
    ]
)
RULES = st.sampled_from(
    [
        EligibilityRule("household_size", "ge", 3),
        EligibilityRule("household_size", "le", 2, "drop"),
        EligibilityRule("target_groups", "includes", "orphans widows"),
        EligibilityRule("income", "eq", "none", "exclude"),
    ]
)


@st.composite
def crossings(draw: st.DrawFn) -> Crossing:
    opens, closes = draw(HOURS)
    kinds: st.SearchStrategy[Any] = st.sampled_from(["bridge", "ferry"])
    return Crossing(
        draw(kinds),
        draw(points()) or NILE,
        opens=opens,
        closes=closes,
        active_from=draw(maybe(st.sampled_from([date(2020, 1, 1), date(2026, 12, 9)]))),
        active_to=draw(maybe(st.sampled_from([date(2026, 12, 8), date(2030, 1, 1)]))),
        wait_minutes=draw(st.integers(0, 30)),
        vehicle_changes=draw(st.integers(0, 1)),
    )


@st.composite
def candidates(draw: st.DrawFn, id: int) -> Candidate:
    genders: st.SearchStrategy[Any] = st.frozensets(st.sampled_from(["female", "male"]), max_size=2)
    odd = draw(st.integers(0, 9))  # one in ten is odd in each of these ways
    return Candidate(
        id,
        draw(st.integers(1, 5)),
        draw(st.integers(1, 7)),
        point=draw(points()),
        bank=draw(st.sampled_from([None, "east", "west"])),
        vehicle_changes=draw(st.integers(0, 2)),
        service_terms=draw(st.sampled_from([TERMS, TERMS[:1], TERMS[:1], TERMS[1:]])),
        eligibility=tuple(draw(st.lists(RULES, max_size=1))),
        catchment=draw(st.frozensets(st.sampled_from(AREAS[1:]), max_size=2)),
        active=odd != 1,
        accepts_referrals=odd != 2,
        restricted=odd == 3,
        paused=odd == 4,
        refused_recently=odd == 5,
        assured_at=draw(st.sampled_from([ASSURED, ASSURED, ASSURED, date(2020, 1, 1), None])),
        capacity=draw(maybe(st.integers(0, 6))),
        used=draw(st.integers(0, 6)),
        taken_elsewhere=draw(st.integers(0, 1)),
        lacking=draw(st.integers(0, 9)) == 0,
        waitlist=draw(st.booleans()),
        earliest_slot=draw(maybe(MOMENTS)),
        response_rate=draw(maybe(st.sampled_from([0.0, 0.5, 0.9]))),
        accessibility=draw(maybe(st.frozensets(st.just("wheelchair")))),
        serves_genders=draw(genders),
        staff_genders=draw(genders),
        women_days=draw(st.booleans()),
        languages=draw(st.frozensets(st.sampled_from(["ar", "en"]), max_size=1)),
        open_after_asr=draw(st.booleans()),
        remote=draw(st.frozensets(st.sampled_from(["phone", "home_visit"]), max_size=1)),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    area = draw(st.sampled_from(AREAS))
    family = Need(
        TERMS[:1],
        priority=draw(st.sampled_from(["normal", "urgent", "emergency"])),
        target_groups=draw(st.sampled_from([(), ("orphans",), ("debt",)])),
        facts=draw(st.sampled_from([{}, {"household_size": 5}, {"household_size": "2", "income": "none"}])),
        area=area,
        ancestors=("qena",) if area in ("naqada", "qus") else (),
        point=draw(points()),
        bank=draw(st.sampled_from([None, "east", "west"])),
        language=draw(st.sampled_from(["", "ar"])),
        accessibility=draw(st.sampled_from([(), ("wheelchair",)])),
        gender=draw(maybe(st.just("female"))),
        staff_gender=draw(maybe(st.just("female"))),
        after_asr=draw(st.booleans()),
        asked_organizations=draw(st.frozensets(st.integers(1, 5), max_size=1)),
        excluded_locations=draw(st.frozensets(st.integers(1, 7), max_size=1)),
    )
    places = [draw(candidates(id)) for id in range(1, draw(st.integers(0, 9)) + 1)]
    table: dict[Any, float] = draw(
        st.dictionaries(
            st.tuples(st.sampled_from(AREAS[1:]), st.integers(1, 7)), st.integers(0, 90).map(float), max_size=3
        )
    )
    ways = tuple(draw(st.lists(crossings(), max_size=2)))
    return Case(family, places, Travel(SPEED, DETOUR, table, ways, CHANGE, "Africa/Cairo"), draw(MOMENTS))


# ------------------------------------------------------------------------------------------------ the ladder, plainly


def km(one: Point, other: Point) -> float:
    return float(Geodesic.WGS84.Inverse(one.lat, one.lon, other.lat, other.lon)["s12"]) / 1000


def full(place: Candidate) -> bool:
    taken = place.used + place.taken_elsewhere
    return place.lacking or (place.capacity is not None and taken >= place.capacity)


def meets(rule: EligibilityRule, need: Need) -> bool | None:
    """The four rules above, by hand; None without an answer."""
    fact: Any = need.target_groups if rule.field == "target_groups" else need.facts.get(rule.field)
    if not fact:
        return None
    if rule.field == "household_size":
        return int(fact) >= 3 if rule.op == "ge" else int(fact) <= 2
    if rule.field == "target_groups":
        return "orphans" in fact or "widows" in fact
    return bool(fact == "none")


def refused(need: Need, place: Candidate, today: date) -> str:
    """The first hard filter that speaks against it."""
    home = {need.area, *need.ancestors} - {""}
    tests = (
        ("inactive", not place.active),
        ("not_assured", place.assured_at is None or (today - place.assured_at).days > 365),
        ("wrong_service", "food" not in place.service_terms),
        ("not_eligible", any(meets(rule, need) is False for rule in place.eligibility)),
        (
            "condition_unknown",
            any(meets(rule, need) is None and rule.on_unknown != "keep" for rule in place.eligibility),
        ),
        ("outside_catchment", bool(place.catchment) and bool(home) and not home & set(place.catchment)),
        ("not_accepting", place.paused or not place.accepts_referrals),
        ("restricted", place.restricted),
        ("full", full(place) and not place.waitlist),
        (
            "gender",
            (need.gender and place.serves_genders and need.gender not in place.serves_genders)
            or (need.staff_gender and place.staff_genders and need.staff_gender not in place.staff_genders),
        ),
        ("language", need.language and place.languages and need.language not in place.languages),
        (
            "accessibility",
            place.accessibility is not None and not set(need.accessibility) <= set(place.accessibility),
        ),
        ("refused_recently", place.refused_recently),
        (
            "already_asked",
            place.organization_id in need.asked_organizations or place.location_id in need.excluded_locations,
        ),
    )
    return next((code for code, holds in tests if holds), "")


def runs(way: Crossing, at: datetime) -> bool:
    local = at.astimezone(ZONE)
    days = (way.active_from or date.min) <= local.date() <= (way.active_to or date.max)
    minute = local.hour * 60 + local.minute
    opens = way.opens.hour * 60 + way.opens.minute if way.opens else 0
    closes = way.closes.hour * 60 + way.closes.minute if way.closes else 24 * 60
    return days and (opens <= minute < closes if opens <= closes else minute >= opens or minute < closes)


def minutes(case: Case, place: Candidate) -> tuple[float | None, bool]:
    """On the way, None where nobody knows; and whether one can get there and back at all."""
    need, travel = case.need, case.travel
    when = place.earliest_slot or case.at
    across = bool(need.bank and place.bank and need.bank != place.bank)
    measured = [
        travel.known_minutes[area, place.location_id]
        for area in (need.area, *need.ancestors)
        if (area, place.location_id) in travel.known_minutes
    ]
    if measured or need.point is None or place.point is None:
        passable = any(runs(way, when) and runs(way, when + timedelta(hours=1)) for way in travel.crossings)
        if across and travel.crossings and not passable:
            return None, False
        return (measured[0] if measured else None), True
    if not across:
        return km(need.point, place.point) * DETOUR / SPEED * 60 + place.vehicle_changes * CHANGE, True
    over = [
        (km(need.point, way.point) + km(way.point, place.point)) * DETOUR / SPEED * 60
        + way.wait_minutes
        + (way.vehicle_changes + place.vehicle_changes) * CHANGE
        for way in travel.crossings
        if runs(way, when) and runs(way, when + timedelta(hours=1))
    ]
    return (min(over), True) if over else (None, False)


def rank(place: Candidate) -> tuple[Any, ...]:
    taken = place.used + place.taken_elsewhere
    load = 0.5 if place.capacity is None else taken / place.capacity if place.capacity else max(1, taken)
    load = max(1, load) if place.lacking and place.capacity is not None else 1 if place.lacking else load
    rate = 0.5 if place.response_rate is None else place.response_rate
    return load, place.earliest_slot or LATEST, -rate, place.id


def three(places: list[Candidate], chosen: list[Candidate]) -> list[Candidate]:
    """Filled up to three by rank: each from another organization first, never twice one location."""
    added: list[Candidate] = []
    for strictly in (True, False):
        for place in sorted(places, key=rank):
            there = [*chosen, *added]
            if len(there) == 3 or place.location_id in {each.location_id for each in there}:
                continue
            if not strictly or place.organization_id not in {each.organization_id for each in there}:
                added.append(place)
    return [*chosen, *sorted(added, key=rank)]


def beside(place: Candidate, offered: list[Candidate]) -> str:
    """Why a near place is not among those offered."""
    if place.location_id in {each.location_id for each in offered}:
        return "same_location"
    better = rank(place) < max(rank(each) for each in offered)
    owners = {each.organization_id for each in offered}
    return "same_organization" if better and place.organization_id in owners else "not_among_three"


@dataclass
class Told:
    """What the plain ladder says: who is offered, and why each of the others is not."""

    offered: list[Candidate]
    why_not: dict[Any, str]
    shortest: float | None


def ladder(case: Case) -> Told:
    today = case.at.astimezone(ZONE).date()
    why = {place.id: refused(case.need, place, today) for place in case.places}
    way = {place.id: minutes(case, place) for place in case.places}
    for place in case.places:
        if not why[place.id] and not way[place.id][1]:
            why[place.id] = "unreachable"
    able = [place for place in case.places if not why[place.id]]
    if any(not full(place) for place in able):
        for place in able:
            why[place.id] = "full" if full(place) else ""
    able = [place for place in able if not why[place.id]]
    known = {place.id: found for place in able if (found := way[place.id][0]) is not None}
    if known:
        limit = min(known.values()) + (5 if case.need.priority == "emergency" else 15)
        home = case.need.area
        band = [
            place
            for place in able
            if known.get(place.id, 1e9) <= limit or (place.id not in known and home and home in place.catchment)
        ]
    else:
        lives = [case.need.area, *case.need.ancestors]
        depth = {
            place.id: next((n for n, area in enumerate(lives) if area in place.catchment), len(lives)) for place in able
        }
        band = [place for place in able if depth[place.id] == min(depth.values())]
    offered = three(band, [])
    if all(way[place.id][1] and (way[place.id][0] or 0) > 60 for place in offered):
        afar = [place for place in case.places if place.remote and why[place.id] in ("", "unreachable")]
        if any(not full(place) for place in able):
            afar = [place for place in afar if not full(place)]
        offered = three(afar, offered)
    shown = {place.id for place in offered}
    left = {
        place.id: why[place.id] or (beside(place, offered) if place in band else "beyond_band")
        for place in case.places
        if place.id not in shown
    }
    return Told(offered, left, min(known.values(), default=None))


COMPARED: dict[str, Callable[[Candidate], Any]] = {
    "busier": lambda place: None if place.capacity is None and not place.lacking else rank(place)[0],
    "later_slot": lambda place: place.earliest_slot,
    "slower_answers": lambda place: None if place.response_rate is None else -place.response_rate,
}


def assert_true_reasons(case: Case, outcome: Outcome, told: Told) -> None:
    """What a family reads of a place is so."""
    need, loads = case.need, [match.load_ratio for match in outcome.matches]
    slots = [match.earliest_slot for match in outcome.matches]
    for match, place in zip(outcome.matches, told.offered, strict=True):
        codes = {reason.code for reason in match.reasons}
        took, reachable = minutes(case, place)
        assert codes, "every place has its reason"
        assert ("waitlist" in codes) == full(place)
        if codes & {"nearest", "nearest_far"}:
            assert reachable and took is not None and told.shortest is not None and isclose(took, told.shortest)
        if "least_wait" in codes:
            assert None not in loads and loads.count(match.load_ratio) == 1
            assert match.load_ratio == min(load for load in loads if load is not None)
        if "earliest" in codes:
            assert match.earliest_slot == min(slot for slot in slots if slot) and slots.count(match.earliest_slot) == 1
        if "same_bank" in codes:
            assert need.bank is not None and need.bank == place.bank
        if "wheelchair" in codes:
            assert "wheelchair" in (place.accessibility or ())
        assert "women_staff" not in codes or "female" in place.staff_genders
        assert "women_day" not in codes or place.women_days
        assert "open_evening" not in codes or place.open_after_asr
        assert codes & {"phone", "home_visit"} <= set(place.remote)
        assert "serves_area" not in codes or took is None
        for passed in match.why_not_nearer:
            other = next(each for each in case.places if each.id == passed.candidate_id)
            assert (minutes(case, other)[0] or 0) < (took or 0), "it is nearer indeed"
            if passed.code in COMPARED:
                fact = COMPARED[passed.code]
                assert fact(other) is not None and fact(place) is not None and fact(other) > fact(place), passed.code
            excluded = refused(need, other, case.at.astimezone(ZONE).date())
            assert not excluded or passed.code == excluded


@given(cases())
@settings(max_examples=60, deadline=None)
def test_the_plain_ladder_offers_the_same_and_leaves_out_for_the_same_reason(case: Case) -> None:
    outcome = nearest_eligible(case.need, case.places, case.travel, case.at)
    told = ladder(case)
    assert [match.candidate_id for match in outcome.matches] == [place.id for place in told.offered]
    assert {each.candidate_id: each.code for each in outcome.excluded} == told.why_not
    assert_true_reasons(case, outcome, told)
