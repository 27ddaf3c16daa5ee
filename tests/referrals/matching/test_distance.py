"""Distances and windows, at the edges of the map too: the antimeridian and the poles."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from referrals.matching import Point, geodesic_km, haversine_km
from referrals.matching.rules.distance import AT_LEAST, band_of, karney_km, windows_within

ANYWHERE = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
EDGES = st.builds(
    Point,
    st.sampled_from((-90.0, -89.99, -45.0, 0.0, 26.0, 89.99, 90.0)),
    st.sampled_from((-180.0, -179.99, -90.0, 0.0, 32.7, 179.99, 180.0)),
)
POINTS = st.one_of(ANYWHERE, EDGES)
FIJI, SAMOA = Point(-17.8, 178.0), Point(-13.8, -171.8)


@given(POINTS, POINTS)
@settings(max_examples=300)
@example(Point(0, 0), Point(0.5, 179.7))  # nearly opposite: Vincenty does not converge
@example(Point(30, 0), Point(-30, 180))
def test_the_quick_geodesic_is_the_exact_one(one: Point, other: Point) -> None:
    assert geodesic_km(one, other) == pytest.approx(karney_km(one, other), abs=1e-5)


@given(POINTS, POINTS)
@settings(max_examples=300)
def test_the_sphere_bounds_the_ellipsoid(one: Point, other: Point) -> None:
    sphere, exact = haversine_km(one, other), geodesic_km(one, other)
    assert sphere * AT_LEAST - 1e-6 <= exact <= sphere * 1.0047 + 1e-6


@given(POINTS, POINTS, st.floats(0.001, 3000))
@settings(max_examples=500)
@example(FIJI, Point(-17.8, -179.9), 400.0)
@example(Point(0.0, 180.0), Point(0.0, -180.0), 1.0)
@example(Point(90.0, 0.0), Point(89.9, 180.0), 20.0)
@example(Point(89.99, 10.0), Point(89.99, -170.0), 5.0)
def test_whatever_is_within_the_circle_is_in_a_window(centre: Point, other: Point, km: float) -> None:
    windows = windows_within(km, centre)
    inside = any(
        window.low_band <= band_of(other.lat) <= window.high_band and window.west <= other.lon <= window.east
        for window in windows
    )
    assert inside or geodesic_km(centre, other) > km


def test_a_window_over_the_antimeridian_is_two() -> None:
    windows = windows_within(500, FIJI)
    assert len(windows) == 2
    assert {(window.west, window.east)[place] for place, window in enumerate(windows)} == {
        windows[0].west,
        windows[1].east,
    }
    assert geodesic_km(FIJI, SAMOA) == pytest.approx(karney_km(FIJI, SAMOA), abs=1e-6)


def test_around_a_pole_all_longitudes_count() -> None:
    (window,) = windows_within(100, Point(89.8, 33.0))
    assert (window.west, window.east) == (-180.0, 180.0)
    assert window.high_band == band_of(90.0)
