"""The nearest place that can serve a family: the promises of matching, on the two banks of the Nile."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.matching import Candidate, EligibilityRule, Outcome, Point, explanation, nearest_eligible
from referrals.matching.rules.filters import is_full
from tests.referrals.matching.sample import (
    BRIDGE,
    BY_ROAD,
    FERRY,
    NAQADA,
    NIGHT,
    NOON,
    QIFT,
    QUS,
    centre,
    east_of,
    need,
)

KM_15_MINUTES = 15 / 60 * 22 / 1.4


def ids(outcome: Outcome) -> list[int | str]:
    return [match.candidate_id for match in outcome.matches]


def codes(outcome: Outcome) -> dict[int | str, str]:
    return {exclusion.candidate_id: exclusion.code for exclusion in outcome.excluded}


def test_when_the_ferry_is_closed_a_family_in_naqada_is_offered_its_own_bank() -> None:
    far_on_the_same_bank = centre("west", east_of(NAQADA, -10), bank="west")
    near_across = centre("east", QUS, bank="east")
    travel = replace(BY_ROAD, crossings=(FERRY,))
    outcome = nearest_eligible(need(bank="west"), [near_across, far_on_the_same_bank], travel, NIGHT)
    assert ids(outcome) == ["west"]
    assert codes(outcome) == {"east": "unreachable"}
    assert [reason.code for reason in outcome.matches[0].reasons] == ["nearest", "same_bank"]


def test_over_the_bridge_the_nearer_centre_across_comes_first() -> None:
    far_on_the_same_bank = centre("west", east_of(NAQADA, -20), bank="west")
    near_across = centre("east", QUS, bank="east")
    travel = replace(BY_ROAD, crossings=(FERRY, BRIDGE))
    outcome = nearest_eligible(need(bank="west"), [near_across, far_on_the_same_bank], travel, NIGHT)
    assert ids(outcome) == ["east"]
    assert outcome.matches[0].crossing == "bridge"
    assert outcome.matches[0].distance_km == pytest.approx(4.2, abs=0.15)


def test_the_river_is_named_only_where_it_lies_between_the_places_shown() -> None:
    home = [centre(1, bank="west"), centre(2, bank="west")]
    across = centre(3, east_of(NAQADA, 2), bank="east")
    travel = replace(BY_ROAD, crossings=(BRIDGE,))
    alike = nearest_eligible(need(bank="west"), home, travel, NOON)
    mixed = nearest_eligible(need(bank="west"), [*home, across], travel, NOON)
    assert [[reason.code for reason in match.reasons] for match in alike.matches] == [["nearest"], ["minutes"]]
    assert [[reason.code for reason in match.reasons] for match in mixed.matches] == [
        ["nearest", "same_bank"],
        ["same_bank"],
        ["minutes"],
    ]


def test_within_the_band_the_lightest_load_wins_over_a_few_minutes() -> None:
    busy = centre(1, east_of(NAQADA, 1), used=8)
    free = centre(2, east_of(NAQADA, 1 + KM_15_MINUTES * 0.9), used=1)
    outcome = nearest_eligible(need(), [busy, free], BY_ROAD, NOON)
    assert ids(outcome) == [2, 1]
    assert [(passed.candidate_id, passed.code) for passed in outcome.matches[0].why_not_nearer] == [(1, "busier")]


def test_nobody_is_sent_past_the_band_for_a_lighter_load() -> None:
    # A weighted sum of 0.55 distance and 0.45 free share would prefer the second: it sent people 66 km.
    busy = centre(1, east_of(NAQADA, 1), used=9)
    empty = centre(2, east_of(NAQADA, 1 + KM_15_MINUTES * 1.1))
    outcome = nearest_eligible(need(), [busy, empty], BY_ROAD, NOON)
    assert ids(outcome) == [1]
    assert codes(outcome) == {2: "beyond_band"}


def test_in_an_emergency_the_band_is_five_minutes() -> None:
    near = centre(1, east_of(NAQADA, 1), used=8)
    ten_minutes_on = centre(2, east_of(NAQADA, 1 + KM_15_MINUTES * 2 / 3))
    family = need(priority="emergency")
    outcome = nearest_eligible(family, [near, ten_minutes_on], BY_ROAD, NOON)
    assert ids(outcome) == [1]
    assert outcome.band_minutes == 5


def test_of_two_equally_busy_the_earlier_slot_wins_then_the_better_answerer() -> None:
    late = centre(1, earliest_slot=NOON + timedelta(days=3))
    early = centre(2, earliest_slot=NOON + timedelta(days=1), response_rate=0.5)
    early_and_quick = centre(3, earliest_slot=NOON + timedelta(days=1), response_rate=0.9)
    unscheduled = centre(0)
    assert ids(nearest_eligible(need(), [unscheduled, late, early, early_and_quick], BY_ROAD, NOON)) == [3, 2, 1]


def test_a_tie_goes_to_the_lower_id() -> None:
    assert ids(nearest_eligible(need(), [centre(10), centre(9), centre("b"), centre("a")], BY_ROAD, NOON)) == [
        9,
        10,
        "a",
    ]


def test_with_a_seed_ties_are_drawn_and_the_same_seed_draws_the_same() -> None:
    places = [centre(id) for id in range(6)]
    drawn = {seed: ids(nearest_eligible(need(), places, BY_ROAD, NOON, seed)) for seed in range(30)}
    assert len({tuple(shown) for shown in drawn.values()}) > 10
    assert drawn[7] == ids(nearest_eligible(need(), places, BY_ROAD, NOON, 7))


def test_the_draw_follows_the_free_capacity() -> None:
    small, large = centre(1, capacity=10), centre(2, capacity=90)
    first = [ids(nearest_eligible(need(), [small, large], BY_ROAD, NOON, seed))[0] for seed in range(400)]
    assert 0.85 < first.count(2) / 400 < 0.95


def test_a_full_centre_is_passed_over_and_the_match_says_so() -> None:
    full = centre(1, east_of(NAQADA, 0.5), used=10)
    room = centre(2, east_of(NAQADA, 2))
    outcome = nearest_eligible(need(), [full, room], BY_ROAD, NOON)
    assert ids(outcome) == [2]
    assert [(passed.candidate_id, passed.code) for passed in outcome.matches[0].why_not_nearer] == [(1, "full")]


def test_a_waiting_list_is_offered_only_when_nobody_has_room() -> None:
    waiting = centre(1, used=12, waitlist=True)
    room = centre(2, QIFT)
    assert ids(nearest_eligible(need(), [waiting, room], BY_ROAD, NOON)) == [2]
    alone = nearest_eligible(need(), [waiting], BY_ROAD, NOON)
    assert alone.matches[0].waitlisted
    assert alone.matches[0].reasons[0].code == "waitlist"
    assert "waitlist_only" in alone.notes


def test_a_centre_for_other_areas_is_not_offered_however_near() -> None:
    outcome = nearest_eligible(need(), [centre(1, catchment=("qus",)), centre(2, QUS)], BY_ROAD, NOON)
    assert ids(outcome) == [2]
    assert codes(outcome) == {1: "outside_catchment"}


def test_an_unknown_condition_stays_and_is_marked() -> None:
    place = centre(1, eligibility=(EligibilityRule("income", "le", 3000),))
    outcome = nearest_eligible(need(), [place], BY_ROAD, NOON)
    assert outcome.matches[0].to_be_assessed == ("income",)


def test_a_wheelchair_goes_where_the_entrance_suits_it() -> None:
    steps = centre(1, accessibility=frozenset())
    ramp = centre(2, east_of(NAQADA, 2), accessibility=frozenset({"wheelchair"}))
    outcome = nearest_eligible(need(accessibility=("wheelchair",)), [steps, ramp], BY_ROAD, NOON)
    assert ids(outcome) == [2]
    assert "wheelchair" in [reason.code for reason in outcome.matches[0].reasons]


def test_who_asks_for_women_is_sent_where_women_work() -> None:
    men = centre(1, staff_genders=frozenset({"male"}))
    women = centre(2, east_of(NAQADA, 2), staff_genders=frozenset({"male", "female"}))
    outcome = nearest_eligible(need(staff_gender="female"), [men, women], BY_ROAD, NOON)
    assert ids(outcome) == [2]
    assert "women_staff" in [reason.code for reason in outcome.matches[0].reasons]


def test_three_different_organizations_are_preferred_and_one_location_never_comes_twice() -> None:
    places = [
        centre(1, organization_id="one", location_id="a"),
        centre(2, organization_id="one", location_id="a"),
        centre(3, organization_id="one", location_id="b", used=1),
        centre(4, organization_id="two", location_id="c", used=2),
        centre(5, organization_id="three", location_id="d", used=3),
    ]
    outcome = nearest_eligible(need(), places, BY_ROAD, NOON)
    assert ids(outcome) == [1, 4, 5]
    assert codes(outcome) == {2: "same_location", 3: "same_organization"}
    assert ids(nearest_eligible(need(), places[:3], BY_ROAD, NOON)) == [1, 3]


def test_beyond_an_hour_it_says_so_and_offers_what_comes_to_the_family() -> None:
    far = centre(1, east_of(NAQADA, 40))
    by_phone = centre(2, east_of(NAQADA, 90), remote=frozenset({"phone"}))
    outcome = nearest_eligible(need(), [far, by_phone], BY_ROAD, NOON)
    assert ids(outcome) == [1, 2]
    assert outcome.matches[0].far
    assert outcome.matches[1].reasons[0].code == "phone"
    assert outcome.notes == ("beyond_60_minutes", "offer_remote")


def test_whom_no_boat_takes_is_served_by_phone() -> None:
    across = centre(1, QUS, bank="east", remote=frozenset({"phone"}))
    outcome = nearest_eligible(need(bank="west"), [across], BY_ROAD, NOON)
    assert ids(outcome) == [1]
    assert outcome.excluded == ()


def test_a_safety_flag_leaves_it_to_a_person() -> None:
    outcome = nearest_eligible(need(safety_flag=True), [centre(1)], BY_ROAD, NOON)
    assert (outcome.code, outcome.matches, outcome.excluded) == ("human_only", (), ())


def test_nobody_eligible_is_an_answer_with_its_reasons() -> None:
    outcome = nearest_eligible(need(), [centre(1, active=False)], BY_ROAD, NOON)
    assert (outcome.code, codes(outcome), outcome.notes) == ("none", {1: "inactive"}, ("none_eligible",))
    assert nearest_eligible(need(), [], BY_ROAD, NOON).code == "none"


def test_where_no_way_is_known_the_centre_of_the_smallest_area_is_offered() -> None:
    places = [centre(1, None, catchment=("qena",)), centre(2, None, catchment=("naqada",)), centre(3, None)]
    outcome = nearest_eligible(need(point=None), places, BY_ROAD, NOON)
    assert ids(outcome) == [2]
    assert outcome.notes == ("way_unknown",)


OFFSETS = st.floats(-60, 60)
CENTRES = st.lists(
    st.tuples(OFFSETS, st.integers(0, 4), st.integers(0, 3), st.integers(0, 14), st.booleans()), max_size=12
).map(
    lambda rows: [
        centre(
            id,
            east_of(NAQADA, km),
            organization_id=organization,
            location_id=location,
            used=taken,
            waitlist=waitlist,
        )
        for id, (km, organization, location, taken, waitlist) in enumerate(rows)
    ]
)


@given(CENTRES, st.randoms(use_true_random=False), st.sampled_from([None, 5]))
@settings(max_examples=80)
def test_whatever_the_directory_the_promises_hold(places: list[Candidate], order: object, seed: int | None) -> None:
    outcome = nearest_eligible(need(), places, BY_ROAD, NOON, seed)
    shuffled = list(places)
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis names no type for it
    assert nearest_eligible(need(), shuffled, BY_ROAD, NOON, seed) == outcome
    assert len(outcome.matches) <= 3
    assert len({match.location_id for match in outcome.matches}) == len(outcome.matches)
    assert {*ids(outcome), *codes(outcome)} == {place.id for place in places}
    minutes = [match.access_minutes or 0 for match in outcome.matches]
    assert not minutes or max(minutes) - min(minutes) <= 15.1
    if any(not is_full(place) for place in places):
        assert not any(match.waitlisted for match in outcome.matches)
    assert all(match.reasons for match in outcome.matches)
    assert json.loads(json.dumps(explanation(outcome)))["code"] == outcome.code


def test_forty_and_more_candidates_keep_their_order_after_the_second_measuring() -> None:
    places = [centre(id, Point(NAQADA.lat + id * 0.0001, NAQADA.lon)) for id in range(1, 60)]
    outcome = nearest_eligible(need(), places, BY_ROAD, NOON)
    assert ids(outcome) == [1, 2, 3]
