"""Where no door opens within the hour, and what keeps the near ones shut."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.matching import Candidate, Point, Travel
from referrals.matching.rules.access import access
from referrals.matching.rules.filters import is_full
from referrals.matching.rules.gaps import Gap, Lived, gaps_of
from referrals.matching.rules.values import Need
from tests.referrals.matching.sample import BRIDGE, BY_ROAD, FERRY, NAQADA, NOON, QUS, centre, east_of

VILLAGE = Lived("village", ("district",), NAQADA, "west")


def gaps(*doors: Candidate, travel: Travel = BY_ROAD, place: Lived = VILLAGE) -> list[Gap]:
    return list(gaps_of([place], doors, ("food",), travel, NOON))


@pytest.mark.parametrize(
    ("doors", "kind"),
    [
        ((), "none"),
        ((centre(1, east_of(NAQADA, 30)),), "none"),
        ((centre(1, catchment=("elsewhere",)),), "none"),
        ((centre(1, used=10), centre(2, east_of(NAQADA, 30))), "full_only"),
        ((centre(1, used=10, waitlist=True),), "waitlist_only"),
        ((centre(1, lacking=True),), "full_only"),
    ],
)
def test_a_gap_says_what_keeps_the_doors_shut(doors: tuple[Candidate, ...], kind: str) -> None:
    assert [gap.kind for gap in gaps(*doors)] == [kind]


@pytest.mark.parametrize(
    "door",
    [
        centre(1, east_of(NAQADA, 10)),
        centre(1, catchment=("district",)),
        centre(1, None, catchment=("village",)),
        centre(1, capacity=None),
    ],
)
def test_one_open_door_within_the_hour_is_enough(door: Candidate) -> None:
    assert gaps(door, centre(2, used=10)) == []


def test_the_nearest_door_is_named_however_far() -> None:
    (gap,) = gaps(centre(1, east_of(NAQADA, 30)), centre(2, east_of(NAQADA, 40)))
    assert gap.nearest_location == 1
    assert gap.nearest_minutes == pytest.approx(30 * 1.4 / 22 * 60, abs=1)


def test_over_a_ferry_alone_is_a_gap_and_over_a_bridge_is_none() -> None:
    across = centre(1, QUS, bank="east")
    assert [gap.kind for gap in gaps(across, travel=replace(BY_ROAD, crossings=(FERRY,)))] == ["ferry_only"]
    night_ferry = replace(FERRY, opens=time(20), closes=time(21))
    assert [gap.kind for gap in gaps(across, travel=replace(BY_ROAD, crossings=(night_ferry,)))] == ["ferry_only"]
    assert gaps(across, travel=replace(BY_ROAD, crossings=(FERRY, BRIDGE))) == []
    assert [gap.kind for gap in gaps(across)] == ["none"]


def test_a_measured_way_decides_over_the_map() -> None:
    far, near = centre(1, east_of(NAQADA, 30)), centre(2)
    assert gaps(far, travel=replace(BY_ROAD, known_minutes={("district", 1): 20.0})) == []
    assert [gap.kind for gap in gaps(near, travel=replace(BY_ROAD, known_minutes={("village", 2): 90.0}))] == ["none"]


DOORS = st.lists(
    st.builds(
        lambda lat, lon, used, waitlist: (Point(lat, lon), used, waitlist),
        st.floats(25.5, 26.3),
        st.floats(32.3, 33.2),
        st.sampled_from((0, 10)),
        st.booleans(),
    ),
    max_size=12,
)


@given(DOORS)
@settings(max_examples=100)
def test_the_grid_misses_no_door(rows: list[tuple[Point, int, bool]]) -> None:
    doors = [centre(n, point, used=used, waitlist=list_) for n, (point, used, list_) in enumerate(rows, 1)]
    need = Need(("food",), area="village", ancestors=("district",), point=NAQADA, bank="west")
    minutes = [access(need, door, BY_ROAD, NOON).minutes or 0.0 for door in doors]
    near = [door for door, way in zip(doors, minutes, strict=True) if way <= 60]
    if any(abs(way - 60) < 0.5 for way in minutes):  # the sphere and the ellipsoid may differ there
        return
    found = gaps(*doors)
    assert (found == []) == any(not is_full(door) for door in near)
