"""The reasons of a match: one line for the family that names no need, and the whole of it to be stored."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from referrals.matching import explanation, family_text, nearest_eligible, reason_text
from referrals.matching.rules.reasons import FAMILY_KEYS, spoken_minutes
from tests.referrals.matching.sample import BY_ROAD, NAQADA, NOON, QUS, centre, east_of, need

MONDAY = NOON + timedelta(days=1)


def three_places_of_tone() -> tuple[object, ...]:
    """The nearest, the one with the earliest slot, the one with the shortest wait."""
    return (
        centre(1, east_of(NAQADA, 4), used=4, earliest_slot=MONDAY + timedelta(days=2)),
        centre(2, east_of(NAQADA, 6), used=5, earliest_slot=MONDAY),
        centre(3, east_of(NAQADA, 7), used=1, earliest_slot=MONDAY + timedelta(days=4)),
    )


def test_each_of_three_places_has_the_line_that_sets_it_apart() -> None:
    outcome = nearest_eligible(need(), three_places_of_tone(), BY_ROAD, NOON)  # type: ignore[arg-type]  # candidates
    lines = {match.candidate_id: family_text(match) for match in outcome.matches}
    assert {id: line.key for id, line in lines.items()} == {
        1: "match.reason.nearest",
        2: "match.reason.earliest",
        3: "match.reason.least_wait",
    }
    assert lines[1].values == {"minutes": 15}
    assert lines[1].count == 15
    assert lines[2].values == {"day": MONDAY}


def test_a_place_that_nothing_sets_apart_tells_its_minutes() -> None:
    outcome = nearest_eligible(need(), [centre(1), centre(2, east_of(NAQADA, 3))], BY_ROAD, NOON)
    assert family_text(outcome.matches[1]).key == "match.reason.minutes"


def test_the_evening_is_named_to_whom_it_suits() -> None:
    places = [centre(1, open_after_asr=True)]
    reasons = nearest_eligible(need(after_asr=True), places, BY_ROAD, NOON).matches[0].reasons
    assert [reason.code for reason in reasons] == ["nearest", "open_evening"]


def test_a_day_for_women_is_named_to_who_asks_for_women() -> None:
    places = [centre(1, women_days=True)]
    asked = nearest_eligible(need(staff_gender="female"), places, BY_ROAD, NOON).matches[0].reasons
    anybody = nearest_eligible(need(), places, BY_ROAD, NOON).matches[0].reasons
    assert [reason.code for reason in asked] == ["nearest", "women_day"]
    assert [reason.code for reason in anybody] == ["nearest"]


def test_a_far_nearest_place_does_not_count_its_minutes_to_the_family() -> None:
    match = nearest_eligible(need(), [centre(1, east_of(NAQADA, 40))], BY_ROAD, NOON).matches[0]
    assert family_text(match).key == "match.reason.nearest_far"


def test_a_way_that_is_unknown_is_not_invented() -> None:
    match = nearest_eligible(need(point=None), [centre(1)], BY_ROAD, NOON).matches[0]
    assert family_text(match).key == "match.reason.serves_area"


@pytest.mark.parametrize(("minutes", "said"), [(0.4, 5), (7, 5), (8, 10), (22.4, 20), (58, 60)])
def test_minutes_are_said_in_fives(minutes: float, said: int) -> None:
    assert spoken_minutes(minutes) == said


def test_every_code_that_matching_gives_has_its_text() -> None:
    assert set(FAMILY_KEYS.values()) == {f"match.reason.{code}" for code in FAMILY_KEYS}
    with pytest.raises(KeyError):
        reason_text("because", {})


def test_the_stored_explanation_still_gives_the_family_its_line() -> None:
    outcome = nearest_eligible(need(), three_places_of_tone(), BY_ROAD, NOON)  # type: ignore[arg-type]  # candidates
    stored = json.loads(json.dumps(explanation(outcome)))
    lines = [reason_text(match["reasons"][0]["code"], match["reasons"][0]["parameters"]) for match in stored["matches"]]
    assert lines == [family_text(match) for match in outcome.matches]
    assert all(datetime.fromisoformat(match["earliest_slot"]).tzinfo for match in stored["matches"])


def test_the_explanation_holds_no_answer_of_the_family() -> None:
    family = need(facts={"income": 123456789}, target_groups=("debt",))
    stored = json.dumps(explanation(nearest_eligible(family, [centre(1)], BY_ROAD, NOON)))
    assert "123456789" not in stored
    assert "debt" not in stored


def test_nobody_is_called_busier_or_quieter_by_what_nobody_knows() -> None:
    unknown, busy = centre(1, capacity=None), centre(2, east_of(NAQADA, 3), used=2)
    outcome = nearest_eligible(need(), [unknown, busy], BY_ROAD, NOON)
    first = outcome.matches[0]
    assert (first.candidate_id, "least_wait" in [reason.code for reason in first.reasons]) == (2, False)
    assert [(each.candidate_id, each.code) for each in first.why_not_nearer] == [(1, "less_known")]


def test_a_place_that_is_far_too_is_not_said_to_be_busier_than_one_that_helps_from_afar() -> None:
    nearest = centre(1, east_of(NAQADA, 30))
    farther, by_phone = centre(2, east_of(NAQADA, 40)), centre(3, east_of(NAQADA, 90), remote=frozenset({"phone"}))
    outcome = nearest_eligible(need(), [nearest, farther, by_phone], BY_ROAD, NOON)
    assert [match.candidate_id for match in outcome.matches] == [1, 3]
    assert [(each.candidate_id, each.code) for each in outcome.matches[1].why_not_nearer] == [(2, "far_too")]


def test_a_waiting_list_afar_is_not_offered_while_others_have_room() -> None:
    room = centre(1, east_of(NAQADA, 40))
    listed = centre(2, QUS, bank="east", capacity=1, used=1, waitlist=True, remote=frozenset({"phone"}))
    outcome = nearest_eligible(need(bank="west"), [room, listed], BY_ROAD, NOON)
    assert [match.candidate_id for match in outcome.matches] == [1]
