"""Quiet hours and reminders: nothing at night, nothing too late, nothing twice."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.quiet_hours import LAST_CALL, QuietHours, last_decent, next_decent, reminder_times

CAIRO = ZoneInfo("Africa/Cairo")
KUWAIT = ZoneInfo("Asia/Kuwait")
NIGHT = QuietHours.parse("21:00", "09:00")
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def cairo(year: int, month: int, day: int, hour: int, minute: int, fold: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=CAIRO, fold=fold)


def due(starts_at: datetime, booked_at: datetime, quiet: QuietHours = NIGHT) -> list[tuple[float, datetime]]:
    times = reminder_times(starts_at, (48, 3), CAIRO, quiet, booked_at)
    return [(reminder.before_hours, reminder.due_at) for reminder in times]


def next_allowed(at: datetime, zone: ZoneInfo, quiet_from: time, quiet_to: time) -> datetime:
    """When it goes, by the clock of the place; where no hour is decent at all, at once."""
    return (next_decent(at, zone, QuietHours(quiet_from, quiet_to)) or at).astimezone(zone)


def test_in_the_day_it_goes_at_once() -> None:
    noon = cairo(2026, 12, 6, 12, 0)
    assert next_allowed(noon, CAIRO, time(21), time(9)) == noon


@pytest.mark.parametrize("at", [cairo(2026, 12, 6, 21, 0), cairo(2026, 12, 6, 23, 59), cairo(2026, 12, 7, 8, 59)])
def test_at_night_it_waits_for_the_morning(at: datetime) -> None:
    assert next_allowed(at, CAIRO, time(21), time(9)) == cairo(2026, 12, 7, 9, 0)


def test_quiet_hours_inside_one_day_hold_too() -> None:
    nap = cairo(2026, 12, 6, 14, 0)
    assert next_allowed(nap, CAIRO, time(13), time(16)) == cairo(2026, 12, 6, 16, 0)


def test_equal_times_mean_no_quiet_hours() -> None:
    at = cairo(2026, 12, 6, 3, 0)
    assert next_allowed(at, CAIRO, time(0), time(0)) == at


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        next_allowed(cairo(2026, 12, 6, 3, 0).replace(tzinfo=None), CAIRO, time(21), time(9))


def test_a_midnight_that_does_not_exist_still_ends_the_quiet_hours() -> None:
    # Cairo, Friday 24 April 2026: 00:00 becomes 01:00.
    after = next_allowed(cairo(2026, 4, 23, 22, 0), CAIRO, time(21), time(0, 30))
    assert cairo(2026, 4, 24, 1, 0).astimezone(UTC) <= after.astimezone(UTC) <= cairo(2026, 4, 24, 2, 0).astimezone(UTC)


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    # Cairo, Thursday 29 October 2026: 24:00 becomes 23:00; quiet hours end at 23:30.
    second_pass = cairo(2026, 10, 29, 23, 10, fold=1)
    after = next_allowed(second_pass, CAIRO, time(22), time(23, 30))
    assert after.astimezone(UTC) - second_pass.astimezone(UTC) == timedelta(minutes=20)


@given(MOMENTS, TIMES, TIMES, st.sampled_from([CAIRO, KUWAIT]))
@settings(max_examples=100)
def test_whatever_the_hours_it_is_never_quiet_never_early_and_never_a_day_late(
    at: datetime, starts: time, ends: time, zone: ZoneInfo
) -> None:
    after = next_allowed(at, zone, starts, ends)
    assert not QuietHours(starts, ends).hold(after.time())
    assert timedelta(0) <= after.astimezone(UTC) - at <= timedelta(hours=25)


@given(MOMENTS, TIMES, TIMES)
@settings(max_examples=100)
def test_looking_back_it_is_never_later(at: datetime, starts: time, ends: time) -> None:
    before = (last_decent(at, CAIRO, QuietHours(starts, ends)) or at).astimezone(CAIRO)
    assert before.astimezone(UTC) <= at
    wide_enough = (starts.hour * 60 + starts.minute - ends.hour * 60 - ends.minute) % 1440 >= 1
    assert not wide_enough or not QuietHours(starts, ends).hold(before.time())


def test_reminders_come_two_days_and_three_hours_before() -> None:
    assert due(cairo(2026, 12, 6, 13, 0), booked_at=cairo(2026, 12, 1, 10, 0)) == [
        (48, cairo(2026, 12, 4, 13, 0)),
        (3, cairo(2026, 12, 6, 10, 0)),
    ]


def test_the_reminders_of_an_early_appointment_move_to_the_nearest_decent_hour() -> None:
    """Two days before, an hour later is nearest; on the day nothing decent is left before it, so it is the evening."""
    assert due(cairo(2026, 12, 6, 8, 0), booked_at=cairo(2026, 12, 1, 10, 0)) == [
        (48, cairo(2026, 12, 4, 9, 0)),
        (3, cairo(2026, 12, 5, 20, 45)),
    ]


def test_a_reminder_is_not_moved_so_near_to_the_appointment_that_they_cannot_come() -> None:
    assert due(cairo(2026, 12, 6, 10, 0), booked_at=cairo(2026, 12, 1, 10, 0))[-1] == (3, cairo(2026, 12, 6, 9, 0))
    assert due(cairo(2026, 12, 6, 9, 45), booked_at=cairo(2026, 12, 1, 10, 0))[-1] == (3, cairo(2026, 12, 5, 20, 45))


def test_of_two_decent_hours_the_nearer_one_is_taken_whether_earlier_or_later() -> None:
    late, early = cairo(2026, 12, 8, 22, 0), cairo(2026, 12, 8, 7, 0)
    assert due(late, booked_at=cairo(2026, 12, 1, 10, 0))[0] == (48, cairo(2026, 12, 6, 20, 45))
    assert due(early, booked_at=cairo(2026, 12, 1, 10, 0))[0] == (48, cairo(2026, 12, 6, 9, 0))


def test_two_days_before_is_the_same_hour_on_the_wall_across_a_change_of_the_clocks() -> None:
    # Cairo: an hour is lost in the night to Friday 24 April 2026, and comes twice in that to Friday 30 October 2026.
    for starts in (cairo(2026, 4, 25, 13, 0), cairo(2026, 10, 31, 13, 0)):
        first = due(starts, booked_at=starts - timedelta(days=6))[0][1]
        assert (first.hour, starts.day - first.day) == (13, 2)
        assert starts.astimezone(UTC) - first.astimezone(UTC) != timedelta(hours=48)


def test_two_days_before_an_hour_that_did_not_exist_then_is_the_moment_of_the_jump() -> None:
    starts = cairo(2026, 4, 26, 0, 30)  # 00:30 on Friday 24 April did not exist
    times = reminder_times(starts, (48,), CAIRO, QuietHours(time(0), time(0)), cairo(2026, 4, 20, 10, 0))
    assert times[0].due_at == cairo(2026, 4, 24, 1, 0)


def test_more_fewer_and_odd_reminders_are_a_programmes_to_choose() -> None:
    starts, booked = cairo(2026, 12, 10, 13, 0), cairo(2026, 12, 1, 10, 0)
    times = reminder_times(starts, (168, 48, 24, 1.5), CAIRO, NIGHT, booked)
    assert [each.before_hours for each in times] == [168, 48, 24, 1.5]
    assert times[-1].due_at == cairo(2026, 12, 10, 11, 30)
    assert reminder_times(starts, (), CAIRO, NIGHT, booked) == ()


def test_a_late_booking_is_reminded_at_once_instead_of_never() -> None:
    booked = cairo(2026, 12, 6, 11, 0)
    assert due(cairo(2026, 12, 6, 13, 0), booked) == [(3, booked)]


def test_a_booking_the_day_before_has_both() -> None:
    booked = cairo(2026, 12, 5, 13, 0)
    assert due(cairo(2026, 12, 6, 13, 0), booked) == [(48, booked), (3, cairo(2026, 12, 6, 10, 0))]


def test_a_booking_in_the_last_half_hour_has_none() -> None:
    assert due(cairo(2026, 12, 6, 13, 0), cairo(2026, 12, 6, 12, 40)) == []


def test_a_booking_at_night_for_the_early_morning_has_none() -> None:
    assert due(cairo(2026, 12, 6, 8, 0), cairo(2026, 12, 5, 22, 0)) == []


def test_a_booking_at_night_for_the_late_morning_waits_for_the_end_of_the_quiet_hours() -> None:
    assert due(cairo(2026, 12, 6, 11, 0), cairo(2026, 12, 5, 22, 0)) == [(3, cairo(2026, 12, 6, 9, 0))]


def test_three_hours_are_three_hours_on_the_day_the_clock_jumps() -> None:
    starts = cairo(2026, 4, 24, 2, 0)
    times = reminder_times(starts, (3,), CAIRO, QuietHours(time(0), time(0)), cairo(2026, 4, 20, 10, 0))
    assert times[0].due_at == cairo(2026, 4, 23, 22, 0)


@given(MOMENTS, st.integers(0, 6000), st.sampled_from(["Africa/Cairo", "Asia/Kuwait"]))
@settings(max_examples=100)
def test_no_reminder_is_late_quiet_or_doubled(booked: datetime, minutes: int, zone: str) -> None:
    starts = booked + timedelta(minutes=minutes)
    times = reminder_times(starts, (48, 3), zone, NIGHT, booked)
    moments = [reminder.due_at.astimezone(UTC) for reminder in times]
    assert all(booked <= moment <= starts - LAST_CALL for moment in moments)
    assert not any(NIGHT.hold(reminder.due_at.time()) for reminder in times)
    assert len(set(moments)) == len(moments) == len({reminder.before_hours for reminder in times})
