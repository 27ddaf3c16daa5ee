"""The way to a place: over the river only where and when one can cross."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.matching import Crossing, Point, access, access_minutes, geodesic_km, haversine_km
from tests.referrals.matching.sample import BRIDGE, BY_ROAD, FERRY, NAQADA, NIGHT, NOON, QUS, centre, need

POINTS = st.builds(Point, st.floats(22, 32), st.floats(25, 48))


def test_qus_and_naqada_are_four_kilometres_apart_as_the_crow_flies() -> None:
    assert geodesic_km(QUS, NAQADA) == pytest.approx(4.2, abs=0.1)


def test_a_measured_distance_is_the_published_one() -> None:
    # Cairo airport to Kuwait airport: 1,603 km by the great circle calculators.
    assert geodesic_km(Point(30.1219, 31.4056), Point(29.2266, 47.9689)) == pytest.approx(1603, abs=4)


@given(POINTS, POINTS)
@settings(max_examples=60)
def test_the_sphere_and_the_ellipsoid_differ_by_half_a_percent_at_most(one: Point, other: Point) -> None:
    exact = geodesic_km(one, other)
    assert haversine_km(one, other) == pytest.approx(exact, rel=0.006, abs=1e-6)
    assert haversine_km(one, other) == pytest.approx(haversine_km(other, one))


def test_on_one_bank_the_road_counts_with_its_detour() -> None:
    way = access(need(bank="west"), centre(1, QUS, bank="west"), BY_ROAD, NOON)
    assert way.minutes == pytest.approx(4.1 * 1.4 / 22 * 60, abs=1)
    assert way.crossing == ""


def test_between_the_banks_the_ferry_adds_its_way_and_its_wait() -> None:
    travel = replace(BY_ROAD, crossings=(FERRY,))
    dry = access_minutes(need(bank="east"), centre(1, QUS, bank="east"), travel, NOON)
    wet = access(need(bank="west"), centre(1, QUS, bank="east"), travel, NOON)
    assert dry is not None
    assert wet.minutes is not None
    assert wet.minutes >= dry + 20
    assert wet.crossing == "ferry"


def test_after_sunset_the_other_bank_cannot_be_reached_by_ferry() -> None:
    way = access(need(bank="west"), centre(1, QUS, bank="east"), replace(BY_ROAD, crossings=(FERRY,)), NIGHT)
    assert not way.reachable
    assert way.minutes is None


def test_the_hour_of_the_appointment_counts_and_not_the_hour_of_the_question() -> None:
    travel = replace(BY_ROAD, crossings=(FERRY,))
    morning = centre(1, QUS, bank="east", earliest_slot=NIGHT + timedelta(hours=14))
    evening = centre(1, QUS, bank="east", earliest_slot=NIGHT)
    assert access(need(bank="west"), morning, travel, NIGHT).reachable
    assert not access(need(bank="west"), evening, travel, NOON).reachable


def test_the_bridge_is_there_by_night_but_not_before_it_was_opened() -> None:
    travel = replace(BY_ROAD, crossings=(FERRY, BRIDGE))
    family, other_bank = need(bank="west"), centre(1, QUS, bank="east")
    assert access(family, other_bank, travel, NIGHT).crossing == "bridge"
    assert not access(family, other_bank, travel, datetime(2019, 12, 6, 18, 0, tzinfo=UTC)).reachable


def test_a_crossing_ends_on_its_last_day() -> None:
    closed = replace(BRIDGE, active_to=date(2026, 12, 5))
    assert not access(
        need(bank="west"), centre(1, QUS, bank="east"), replace(BY_ROAD, crossings=(closed,)), NOON
    ).reachable


def test_a_ferry_may_run_past_midnight() -> None:
    late = Crossing("ferry", FERRY.point, opens=time(18), closes=time(2))
    travel = replace(BY_ROAD, crossings=(late,))
    assert access(need(bank="west"), centre(1, QUS, bank="east"), travel, NIGHT).reachable
    assert not access(need(bank="west"), centre(1, QUS, bank="east"), travel, NOON).reachable


def test_a_measured_time_counts_before_any_estimate_also_that_of_the_markaz() -> None:
    travel = replace(BY_ROAD, known_minutes={("qena", 1): 35})
    way = access(need(bank="west"), centre(1, QUS, bank="east"), travel, NOON)
    assert (way.minutes, way.source) == (35, "table")


def test_no_measured_time_leads_over_a_river_that_cannot_be_crossed_then() -> None:
    travel = replace(BY_ROAD, known_minutes={("naqada", 1): 25}, crossings=(FERRY,))
    family, other_bank = need(bank="west"), centre(1, QUS, bank="east")
    assert access(family, other_bank, travel, NOON)[0:5:3] == (25, "ferry"), "by day, and only by ferry"
    assert not access(family, other_bank, travel, NIGHT).reachable
    assert not access(need(point=None, bank="west"), other_bank, replace(travel, known_minutes={}), NIGHT).reachable
    assert access(family, other_bank, replace(travel, crossings=(FERRY, BRIDGE)), NIGHT).minutes == 25
    assert access(need(bank="east"), other_bank, travel, NIGHT).minutes == 25


def test_a_crossing_with_one_hour_alone_runs_from_midnight_or_until_midnight() -> None:
    family, other_bank = need(bank="west"), centre(1, QUS, bank="east")
    for hours, open_at_night in (({"opens": time(6)}, True), ({"closes": time(17)}, False)):
        travel = replace(BY_ROAD, crossings=(replace(BRIDGE, active_from=None, **hours),))  # type: ignore[arg-type]  # hours
        assert access(family, other_bank, travel, NOON).reachable
        assert access(family, other_bank, travel, NIGHT).reachable == open_at_night


def test_each_change_of_vehicle_costs_ten_minutes() -> None:
    straight = access_minutes(need(), centre(1, QUS), BY_ROAD, NOON)
    changing = access_minutes(need(), centre(1, QUS, vehicle_changes=2), BY_ROAD, NOON)
    assert straight is not None
    assert changing == pytest.approx(straight + 20)


def test_without_a_point_the_way_is_unknown_and_not_impossible() -> None:
    way = access(need(point=None), centre(1), BY_ROAD, NOON)
    assert (way.minutes, way.reachable) == (None, True)


def test_a_place_off_the_earth_is_refused() -> None:
    with pytest.raises(ValueError, match="is no place"):
        Point(125.0, 32.7)


def test_a_ferry_that_stops_before_the_way_back_takes_nobody_there() -> None:
    travel = replace(BY_ROAD, crossings=(FERRY,))  # from six to five in the afternoon
    family = need(bank="west")
    noon = centre(1, QUS, bank="east", earliest_slot=NOON)
    too_late = centre(1, QUS, bank="east", earliest_slot=NOON + timedelta(hours=4, minutes=30))
    assert access(family, noon, travel, NOON).reachable
    assert not access(family, too_late, travel, NOON).reachable
    assert access(family, too_late, replace(BY_ROAD, crossings=(FERRY, BRIDGE)), NOON).crossing == "bridge"


def test_a_measured_way_holds_for_the_places_within_its_area() -> None:
    travel = replace(BY_ROAD, known_minutes={("qena", 1): 33.0, ("naqada", 2): 12.0, ("qena", 2): 40.0})
    assert access(need(), centre(1, QUS), travel, NOON)[:3:2] == (33.0, "table")
    assert access_minutes(need(), centre(2, QUS), travel, NOON) == 12.0
