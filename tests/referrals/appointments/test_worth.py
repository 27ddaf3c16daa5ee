"""Whether a reminder that is due is said: never late, never at night, never twice in half an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from referrals.appointments.reminders.worth import verdict
from referrals.quiet_hours import QuietHours

KUWAIT = ZoneInfo("Asia/Kuwait")
NIGHT = QuietHours.parse("21:00", "09:00")
NOON = datetime(2026, 11, 5, 12, 0, tzinfo=KUWAIT).astimezone(UTC)


@dataclass(frozen=True)
class Other:
    state: str
    due_at: datetime
    owed_at: datetime | None = None


def event(at: datetime, *others: Other, state: str = "booked", due_at: datetime | None = None) -> tuple[str, str]:
    found = verdict(state, NOON, due_at or at, others, KUWAIT, NIGHT, at)
    return found.event, found.reason


def test_on_time_it_is_said() -> None:
    assert event(NOON - timedelta(hours=3)) == ("owe", "")


def test_late_it_is_said_at_once_while_half_an_hour_is_left_and_then_not_at_all() -> None:
    due_at = NOON - timedelta(hours=3)
    assert event(NOON - timedelta(minutes=30), due_at=due_at) == ("owe", "")
    assert event(NOON - timedelta(minutes=29), due_at=due_at) == ("skip", "too late")
    assert event(NOON + timedelta(hours=1), due_at=due_at) == ("skip", "too late")


def test_late_into_the_night_it_waits_for_the_morning() -> None:
    night = NOON - timedelta(hours=14)
    found = verdict("booked", NOON, night, (), KUWAIT, NIGHT, night)
    assert (found.event, found.until) == ("put_off", NOON - timedelta(hours=3))


def test_where_the_morning_is_too_late_it_is_skipped_with_its_reason() -> None:
    early = NOON - timedelta(hours=3, minutes=-15)  # an appointment at a quarter past nine
    night = early - timedelta(hours=8)
    found = verdict("booked", early, night, (), KUWAIT, NIGHT, night)
    assert (found.event, found.reason) == ("skip", "quiet hours until the appointment")


def test_of_two_that_are_late_only_the_nearer_one_is_said() -> None:
    at = NOON - timedelta(hours=2)
    nearer = Other("planned", NOON - timedelta(hours=3))
    assert event(at, nearer, due_at=NOON - timedelta(hours=48)) == ("supersede", "a nearer one is due")


def test_one_that_was_just_said_keeps_the_next_away_for_half_an_hour() -> None:
    at = NOON - timedelta(hours=3)
    said = Other("sent", NOON - timedelta(hours=48), owed_at=at - timedelta(minutes=10))
    found = verdict("booked", NOON, at, (said,), KUWAIT, NIGHT, at)
    assert (found.event, found.until) == ("put_off", at + timedelta(minutes=20))


@pytest.mark.parametrize("state", ["cancelled", "arrived", "noshow", "proposed"])
def test_an_appointment_that_does_not_stand_is_not_reminded_of(state: str) -> None:
    assert event(NOON - timedelta(hours=3), state=state)[0] == "cancel"
