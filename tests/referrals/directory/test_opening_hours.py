"""A place is open when the clock on its wall says so: over weeks, seasons, closures and changes of the clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.directory.hours.opening_hours import (
    NeverOpen,
    Opening,
    WeeklyHours,
    at_wall_time,
    next_openings,
    weekly_hours,
    working_hours_after,
)

CAIRO, KUWAIT = ZoneInfo("Africa/Cairo"), ZoneInfo("Asia/Kuwait")
WEEK = (weekly_hours("SU,MO,TU,WE,TH", "08:30", "14:00"),)
RAMADAN = (*WEEK, weekly_hours("SU,MO,TU,WE,TH", "10:00", "14:30", date(2027, 2, 8), date(2027, 3, 8)))
EVERY_DAY = "SU,MO,TU,WE,TH,FR,SA"


def is_open(
    schedules: Collection[WeeklyHours], at: datetime, zone: ZoneInfo, holidays: Collection[date] = frozenset()
) -> bool:
    """Whether the place is open in the minute that begins then."""
    return bool(next_openings(schedules, at, at + timedelta(minutes=1), zone, holidays))


def cairo(text: str, *, second_time: bool = False) -> datetime:
    """An instant, from what the clock in Cairo shows."""
    return datetime.fromisoformat(text).replace(tzinfo=CAIRO, fold=int(second_time)).astimezone(UTC)


def hours_of(openings: tuple[Opening, ...]) -> float:
    return sum((each.ends_at - each.starts_at).total_seconds() for each in openings) / 3600


def test_open_from_the_first_minute_until_just_before_the_last() -> None:
    assert not is_open(WEEK, cairo("2026-11-22 08:29"), CAIRO)
    assert is_open(WEEK, cairo("2026-11-22 08:30"), CAIRO)
    assert is_open(WEEK, cairo("2026-11-22 13:59"), CAIRO)
    assert not is_open(WEEK, cairo("2026-11-22 14:00"), CAIRO)


def test_friday_and_saturday_are_closed() -> None:
    assert not is_open(WEEK, cairo("2026-11-27 10:00"), CAIRO)
    assert not is_open(WEEK, cairo("2026-11-28 10:00"), CAIRO)


def test_the_same_wall_time_is_another_instant_in_summer() -> None:
    winter, summer = (
        at_wall_time(date(2027, 1, 10), WEEK[0].opens, CAIRO),
        at_wall_time(date(2027, 7, 11), WEEK[0].opens, CAIRO),
    )
    assert (winter.hour, summer.hour) == (6, 5)
    assert at_wall_time(date(2027, 7, 11), WEEK[0].opens, KUWAIT).hour == 5  # Kuwait keeps one offset


def test_midnight_that_does_not_exist_is_the_instant_of_the_leap() -> None:
    # On Friday 30 April 2027 the clock in Cairo goes from 23:59:59 to 01:00.
    leap = datetime(2027, 4, 29, 22, 0, tzinfo=UTC)
    for wall in ("00:00", "00:30"):
        hours = (weekly_hours("FR", wall, "03:00"),)
        assert next_openings(hours, cairo("2027-04-29 12:00"), cairo("2027-04-30 12:00"), CAIRO) == (
            Opening(leap, leap + timedelta(hours=2)),
        )


def test_closing_at_the_midnight_that_does_not_exist() -> None:
    hours = (weekly_hours("TH", "20:00", "24:00"),)
    (evening,) = next_openings(hours, cairo("2027-04-29 12:00"), cairo("2027-04-30 12:00"), CAIRO)
    assert evening.ends_at - evening.starts_at == timedelta(hours=4)


def test_the_hour_that_happens_twice_is_open_twice() -> None:
    # On Thursday 28 October 2027 the clock in Cairo shows 23:00 to 23:59 twice.
    hours = (weekly_hours("TH", "20:00", "24:00"),)
    (evening,) = next_openings(hours, cairo("2027-10-28 12:00"), cairo("2027-10-29 12:00"), CAIRO)
    assert evening.ends_at - evening.starts_at == timedelta(hours=5)
    for second_time in (False, True):
        assert is_open(hours, cairo("2027-10-28 23:30", second_time=second_time), CAIRO)


def test_an_evening_that_ends_after_midnight_belongs_to_the_day_it_began() -> None:
    nights = (weekly_hours("TH", "20:30", "01:00"),)
    assert is_open(nights, cairo("2026-11-27 00:30"), CAIRO)  # Friday, half past midnight
    assert not is_open(nights, cairo("2026-11-26 00:30"), CAIRO)
    assert is_open(nights, cairo("2026-11-27 00:30"), CAIRO, {date(2026, 11, 27)})  # Friday's holiday comes too late
    assert not is_open(nights, cairo("2026-11-27 00:30"), CAIRO, {date(2026, 11, 26)})


def test_ramadan_replaces_the_usual_hours_and_then_they_come_back() -> None:
    assert is_open(RAMADAN, cairo("2027-02-07 08:45"), CAIRO)
    assert not is_open(RAMADAN, cairo("2027-02-08 08:45"), CAIRO)
    assert is_open(RAMADAN, cairo("2027-02-08 14:15"), CAIRO)
    assert is_open(RAMADAN, cairo("2027-03-09 08:45"), CAIRO)


def test_a_season_that_leaves_a_weekday_out_closes_it() -> None:
    season = (*WEEK, weekly_hours("SU", "10:00", "12:00", date(2027, 2, 8), date(2027, 3, 8)))
    assert not is_open(season, cairo("2027-02-09 10:30"), CAIRO)


def test_hours_that_begin_one_day_and_never_end_are_added_not_a_season() -> None:
    grown = (*WEEK, weekly_hours("SU", "16:00", "18:00", date(2027, 1, 1)))
    assert not is_open(grown, cairo("2026-12-27 17:00"), CAIRO)
    assert is_open(grown, cairo("2027-01-03 17:00"), CAIRO)
    assert is_open(grown, cairo("2027-01-03 09:00"), CAIRO)


def test_a_holiday_is_left_out() -> None:
    found = next_openings(WEEK, cairo("2026-11-22 00:30"), cairo("2026-11-25 00:30"), CAIRO, {date(2026, 11, 23)})
    assert [each.starts_at.astimezone(CAIRO).day for each in found] == [22, 24]


def test_openings_are_cut_at_both_ends_and_never_overlap() -> None:
    doubled = (*WEEK, weekly_hours("SU", "13:00", "16:00"))
    (sunday,) = next_openings(doubled, cairo("2026-11-22 09:15"), cairo("2026-11-22 15:30"), CAIRO)
    assert sunday == Opening(cairo("2026-11-22 09:15"), cairo("2026-11-22 15:30"))
    assert sunday.starts_at.tzinfo is UTC


def test_a_deadline_counts_in_the_hours_of_the_centre() -> None:
    thursday_noon = cairo("2026-11-26 12:00")
    assert working_hours_after(thursday_noon, 1, WEEK, CAIRO) == cairo("2026-11-26 13:00")
    assert working_hours_after(thursday_noon, 2, WEEK, CAIRO) == cairo("2026-11-26 14:00")
    assert working_hours_after(thursday_noon, 3, WEEK, CAIRO) == cairo("2026-11-29 09:30")  # over the weekend


def test_a_deadline_that_begins_while_closed_begins_when_the_door_opens() -> None:
    assert working_hours_after(cairo("2026-11-27 20:00"), 1, WEEK, CAIRO) == cairo("2026-11-29 09:30")


def test_a_deadline_leaps_over_a_holiday_and_counts_short_days_in_ramadan() -> None:
    sunday = cairo("2027-02-07 13:00")
    assert working_hours_after(sunday, 2, RAMADAN, CAIRO) == cairo("2027-02-08 11:00")
    assert working_hours_after(sunday, 2, RAMADAN, CAIRO, {date(2027, 2, 8)}) == cairo("2027-02-09 11:00")


def test_a_deadline_over_the_change_of_the_clock_counts_real_hours() -> None:
    always = (weekly_hours(EVERY_DAY, "00:00", "24:00"),)
    for start in ("2027-04-29 20:00", "2027-10-28 20:00"):
        assert working_hours_after(cairo(start), 8, always, CAIRO) == cairo(start) + timedelta(hours=8)


def test_a_place_that_never_opens_says_so() -> None:
    with pytest.raises(NeverOpen):
        working_hours_after(cairo("2026-11-22 09:00"), 1, (), CAIRO)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        is_open(WEEK, datetime(2026, 11, 22, 9, 0), CAIRO)  # noqa: DTZ001 - the very thing that must be refused


def test_an_unreadable_weekday_is_named() -> None:
    with pytest.raises(ValueError, match="1SU"):
        weekly_hours("MO,1SU", "08:00", "09:00")


clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0, tzinfo=None))
weeks = st.lists(st.builds(WeeklyHours, st.frozensets(st.integers(0, 6)), clocks, clocks), max_size=4)
around_the_leap = st.datetimes(datetime(2027, 4, 27), datetime(2027, 5, 2), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis takes bounds naive
around_the_return = st.datetimes(datetime(2027, 10, 26), datetime(2027, 10, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the same


@settings(deadline=None, max_examples=60)  # no timing is asserted, however busy the machine
@given(weeks, around_the_leap | around_the_return)
def test_open_now_and_the_list_of_openings_always_agree(schedules: list[WeeklyHours], at: datetime) -> None:
    listed = next_openings(schedules, at, at + timedelta(days=3), CAIRO)
    assert is_open(schedules, at, CAIRO) == bool(listed and listed[0].starts_at == at)
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(listed))


@settings(deadline=None, max_examples=60)  # no timing is asserted, however busy the machine
@given(weeks, around_the_leap | around_the_return, st.integers(1, 300))
def test_exactly_the_hours_asked_for_lie_before_a_deadline(
    schedules: list[WeeklyHours], start: datetime, minutes: int
) -> None:
    try:
        deadline = working_hours_after(start, minutes / 60, schedules, CAIRO)
    except NeverOpen:
        return
    assert hours_of(next_openings(schedules, start, deadline, CAIRO)) == pytest.approx(minutes / 60)
