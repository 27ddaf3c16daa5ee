"""Fridays, Saturdays and Ramadan: a programme's own decent hours, and no reminder outside of them in eight years."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.definitions.settings import BadProgramme, read_settings
from referrals.quiet_hours import APART, LAST_CALL, is_quiet, last_decent, next_decent, reminder_times
from referrals.seasonal_hours import SeasonalHours, in_ramadan, read_quiet_hours

ZONES = {name: ZoneInfo(name) for name in ("Africa/Cairo", "Asia/Kuwait")}
PROGRAMMES = Path(__file__).resolve().parents[2] / "programmes"
TABLE = {
    "from": "21:00",
    "to": "09:00",
    "otherwise": [
        {"days": ["FR"], "open": ["14:00-21:00"]},
        {"days": ["SA"], "open": ["10:00-21:00"]},
        {"season": "ramadan", "open": ["10:30-16:30", "20:00-23:00"]},
        {"season": "ramadan", "days": ["FR"], "open": ["14:00-16:30", "20:00-23:00"]},
    ],
}
HOURS = read_quiet_hours(TABLE)
FIRST, LAST = datetime(2023, 1, 1, tzinfo=UTC), datetime(2030, 12, 20, tzinfo=UTC)
MOMENTS = st.integers(0, int((LAST - FIRST).total_seconds()) // 60).map(lambda n: FIRST + timedelta(minutes=n))
# The first days by the Umm al-Qura calendar, copied by hand.
RAMADAN_BEGINS = [date(2023, 3, 23), date(2024, 3, 11), date(2025, 3, 1), date(2026, 2, 18), date(2027, 2, 8)]


def at(zone: str, *wall: int) -> datetime:
    return datetime(*wall, tzinfo=ZONES[zone])  # type: ignore[arg-type, misc]  # year, month, day, hour, minute


def by_hand(moment: datetime, zone: ZoneInfo) -> bool:
    """The same table read by another hand: whether a message may go at this moment."""
    local = moment.astimezone(zone)
    hour, friday, saturday = local.hour + local.minute / 60, local.weekday() == 4, local.weekday() == 5
    if in_ramadan(local.date(), frozenset()):
        return (14 if friday else 10.5) <= hour < 16.5 or 20 <= hour < 23
    return (14 if friday else 10 if saturday else 9) <= hour < 21


@pytest.mark.parametrize("begins", RAMADAN_BEGINS)
def test_ramadan_is_known_without_any_calendar(begins: date) -> None:
    assert in_ramadan(begins, frozenset())
    assert not in_ramadan(begins - timedelta(days=1), frozenset())
    assert not in_ramadan(begins + timedelta(days=31), frozenset())


def test_what_was_sighted_counts_for_its_year_and_no_other() -> None:
    sighted = frozenset(date(2027, 2, 9) + timedelta(days=n) for n in range(29))
    assert not in_ramadan(date(2027, 2, 8), sighted)
    assert in_ramadan(date(2027, 2, 9), sighted)
    assert in_ramadan(date(2026, 2, 18), sighted)


@pytest.mark.parametrize("zone", ZONES)
def test_before_the_friday_prayer_it_waits_until_two(zone: str) -> None:
    friday = at(zone, 2026, 12, 4, 11, 0)
    assert next_decent(friday, ZONES[zone], HOURS) == at(zone, 2026, 12, 4, 14, 0)
    assert last_decent(friday, ZONES[zone], HOURS) == at(zone, 2026, 12, 3, 20, 45)


def test_in_ramadan_the_evening_begins_after_the_fast_is_broken() -> None:
    assert next_decent(at("Asia/Kuwait", 2027, 2, 10, 17, 30), ZONES["Asia/Kuwait"], HOURS) == at(
        "Asia/Kuwait", 2027, 2, 10, 20, 0
    )
    assert not is_quiet(at("Asia/Kuwait", 2027, 2, 10, 22, 30), ZONES["Asia/Kuwait"], HOURS)
    assert is_quiet(at("Asia/Kuwait", 2027, 3, 20, 22, 30), ZONES["Asia/Kuwait"], HOURS)


@given(MOMENTS, st.sampled_from(sorted(ZONES)))
@settings(max_examples=300)
def test_the_table_is_read_as_by_hand(moment: datetime, zone: str) -> None:
    assert is_quiet(moment, ZONES[zone], HOURS) != by_hand(moment, ZONES[zone])


@given(MOMENTS, st.sampled_from(sorted(ZONES)))
@settings(max_examples=120)
def test_the_nearest_decent_moments_are_those_that_a_walk_finds(moment: datetime, zone: str) -> None:
    """The oracle walks minute by minute, in UTC."""
    later = next_decent(moment, ZONES[zone], HOURS)
    walked = moment
    while not by_hand(walked, ZONES[zone]):
        walked += timedelta(minutes=1)
    assert later == walked
    earlier = last_decent(moment, ZONES[zone], HOURS)
    assert earlier is not None and earlier <= moment and by_hand(earlier, ZONES[zone])
    walked = moment
    while not by_hand(walked, ZONES[zone]):
        walked -= timedelta(minutes=1)
    assert walked - earlier <= timedelta(minutes=15)


@given(
    MOMENTS,
    st.integers(0, 10 * 24 * 60),
    st.sampled_from(sorted(ZONES)),
    st.sampled_from([(48, 3), (48,), (168, 48, 24, 3, 1), (1.5,)]),
)
@settings(max_examples=400)
def test_no_reminder_in_eight_years_is_quiet_late_doubled_or_missing(
    booked: datetime, minutes: int, zone: str, before: tuple[float, ...]
) -> None:
    starts = booked + timedelta(minutes=minutes)
    times = reminder_times(starts, before, zone, HOURS, booked)
    moments = [each.due_at.astimezone(UTC) for each in times]
    assert len(moments) <= len(before)
    assert all(by_hand(each, ZONES[zone]) for each in moments)
    assert all(booked <= each <= starts - LAST_CALL for each in moments)
    assert all(later - earlier >= APART for earlier, later in pairwise(moments))
    walked, last = booked, starts - LAST_CALL
    while walked <= last and not by_hand(walked, ZONES[zone]):
        walked += timedelta(minutes=1)
    assert bool(moments) == (walked <= last), "whenever there is a decent moment left there is a reminder"


@pytest.mark.parametrize("programme", ["kuwait", "qena"])
def test_the_programmes_leave_people_in_peace_on_fridays_and_at_the_breaking_of_the_fast(programme: str) -> None:
    hours = read_settings((PROGRAMMES / programme / "programme.toml").read_text()).hours
    zone = ZONES["Africa/Cairo"]
    assert is_quiet(at("Africa/Cairo", 2026, 12, 4, 12, 0), zone, hours)
    assert is_quiet(at("Africa/Cairo", 2027, 2, 10, 18, 0), zone, hours)
    assert not is_quiet(at("Africa/Cairo", 2027, 2, 10, 21, 30), zone, hours)


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"days": ["FRI"], "open": ["14:00-21:00"]}, "FRI"),
        ({"season": "summer", "open": ["14:00-21:00"]}, "summer"),
        ({"days": ["FR"], "open": ["2pm-9pm"]}, "2pm-9pm"),
        ({"days": ["FR"], "open": ["21:00-14:00"]}, "before it begins"),
    ],
)
def test_a_wrong_table_tells_its_author_what_is_wrong(wrong: dict[str, object], names: str) -> None:
    with pytest.raises(ValueError, match=names):
        read_quiet_hours({**TABLE, "otherwise": [wrong]})


def test_a_programme_with_a_wrong_reminder_is_refused() -> None:
    text = (PROGRAMMES / "qena" / "programme.toml").read_text().replace("[48, 3]", "[48, -3]")
    with pytest.raises(BadProgramme, match="before_hours"):
        read_settings(text)


def test_hours_without_a_table_are_the_same_every_day() -> None:
    plain = read_quiet_hours({"from": "21:00", "to": "09:00"})
    assert isinstance(plain, SeasonalHours)
    assert plain.open_on(date(2026, 12, 4)) == plain.open_on(date(2027, 2, 10)) == ((540, 1260),)
