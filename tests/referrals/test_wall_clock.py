"""Wall-clock times and moments, held against a walk through every minute of the nights when clocks are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.wall_clock import change_on, moment_of, wall_before

CAIRO, KUWAIT = ZoneInfo("Africa/Cairo"), ZoneInfo("Asia/Kuwait")
SPRING = [date(2023, 4, 28), date(2024, 4, 26), date(2025, 4, 25), date(2026, 4, 24), date(2027, 4, 30)]
AUTUMN = [date(2023, 10, 27), date(2024, 11, 1), date(2025, 10, 31), date(2026, 10, 30), date(2027, 10, 29)]
FIRST = datetime(2023, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # what clocks on walls show has no zone
WALLS = st.integers(0, 8 * 365 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))


@pytest.mark.parametrize("day", SPRING)
def test_a_midnight_that_does_not_exist_is_the_moment_of_the_jump(day: date) -> None:
    for minute in (0, 30, 59):
        jumped = moment_of(datetime.combine(day, time(0, minute)), CAIRO)
        assert jumped.astimezone(CAIRO).replace(tzinfo=None) == datetime.combine(day, time(1))


@pytest.mark.parametrize("day", AUTUMN)
def test_an_hour_that_comes_twice_is_an_hour_apart(day: date) -> None:
    evening = datetime.combine(day, time()) - timedelta(minutes=30)
    assert moment_of(evening, CAIRO, 1) - moment_of(evening, CAIRO, 0) == timedelta(hours=1)


@given(WALLS, st.sampled_from([CAIRO, KUWAIT]))
def test_every_other_wall_time_comes_back_as_it_was(wall: datetime, zone: ZoneInfo) -> None:
    shown = moment_of(wall, zone).astimezone(zone).replace(tzinfo=None)
    jumped = wall.date() in SPRING or wall.date().replace(day=1).month == 4
    assert shown == wall or (jumped and timedelta(0) < shown - wall <= timedelta(hours=1))


@pytest.mark.parametrize("day", [*SPRING, *AUTUMN])
def test_the_change_is_found_to_the_minute(day: date) -> None:
    """The oracle walks through the minutes of three days."""
    walked = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    before = walked.astimezone(CAIRO).utcoffset()
    while walked.astimezone(CAIRO).utcoffset() == before:
        walked += timedelta(minutes=1)
    assert change_on(day, CAIRO) == walked
    assert change_on(day, KUWAIT) is None


@given(WALLS, st.sampled_from([24, 48, 72, 168]), st.sampled_from([CAIRO, KUWAIT]))
def test_whole_days_before_is_the_same_time_on_the_wall(wall: datetime, hours: int, zone: ZoneInfo) -> None:
    starts = moment_of(wall, zone)
    before = wall_before(starts, hours, zone).astimezone(zone).replace(tzinfo=None)
    wanted = starts.astimezone(zone).replace(tzinfo=None) - timedelta(hours=hours)
    assert before == wanted or timedelta(0) < before - wanted <= timedelta(hours=1)  # it did not exist on that day


@given(WALLS, st.sampled_from([0.5, 1.5, 3, 23]), st.sampled_from([CAIRO, KUWAIT]))
def test_less_than_a_day_before_is_told_by_the_clock_not_the_wall(wall: datetime, hours: float, zone: ZoneInfo) -> None:
    starts = moment_of(wall, zone)
    assert starts - wall_before(starts, hours, zone) == timedelta(hours=hours)
