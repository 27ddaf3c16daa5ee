"""What the clock owes: each thing once, however often and by how many it ticks, and never in the quiet hours."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from referrals.appointments.booking import cancel
from referrals.appointments.records import Appointment, Reminder
from referrals.clockwork import tick
from referrals.conversations.records import InterviewSession
from referrals.families.records import Identity
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families

KUWAIT = ZoneInfo("Asia/Kuwait")


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    """On SQLite: whether several clocks get in each other's way is asked on both databases below."""
    return Families(sqlite_store, clock)


@pytest.fixture
def on_both(store: Store, clock: FrozenClock) -> Families:
    return Families(store, clock)


def kuwait(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 by the clock on a wall in Kuwait; the tests begin on Sunday the first at ten."""
    return datetime(2026, 11, day, hour, minute, tzinfo=KUWAIT).astimezone(UTC)


def reminders(families: Families) -> list[str]:
    """The keys of the reminders owed."""
    return [row.key for row in families.outbox() if row.purpose == "reminder" and row.key.startswith("reminder")]


def tick_at(families: Families, moment: datetime) -> int:
    families.clock.now = moment
    return tick(families.store, moment)


def test_a_reminder_is_owed_once_with_three_ticks(on_both: Families) -> None:
    appointment_id = on_both.booked("501", kuwait(5, 12))
    for _ in range(3):
        tick_at(on_both, kuwait(3, 12, 1))
    assert reminders(on_both) == [f"reminder:{appointment_id}:48h"]
    for _ in range(3):
        tick_at(on_both, kuwait(5, 9, 1))
    assert reminders(on_both) == [f"reminder:{appointment_id}:48h", f"reminder:{appointment_id}:3h"]


def test_a_reminder_is_owed_once_with_two_clocks_at_the_same_moment(on_both: Families) -> None:
    for who in ("501", "502"):
        on_both.booked(who, kuwait(5, 12))
    on_both.clock.now = kuwait(3, 12, 1)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: tick(on_both.store, on_both.clock()), range(6)))
    assert len(reminders(on_both)) == 2
    on_both.read()
    assert on_both.books().balance


def test_a_tick_long_after_both_reminders_were_due_sends_none_after_the_appointment(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    tick_at(families, kuwait(5, 12, 30))
    assert reminders(families) == []


def test_no_reminder_falls_into_the_quiet_hours(families: Families) -> None:
    """An appointment at ten: three hours before is seven in the morning, so it is said at nine."""
    appointment_id = families.booked("501", kuwait(5, 10))
    with families.store.reading() as uow:
        due = uow.session.scalars(select(Reminder.due_at).filter_by(appointment_id=appointment_id)).all()
    hours = [each.astimezone(KUWAIT).hour + each.astimezone(KUWAIT).minute / 60 for each in due]
    assert all(9 <= hour < 21 for hour in hours), hours


def test_a_clock_that_comes_late_into_the_night_waits_for_the_morning(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    tick_at(families, kuwait(3, 23, 0))
    assert reminders(families) == []
    tick_at(families, kuwait(4, 8, 59))
    assert reminders(families) == []
    tick_at(families, kuwait(4, 9, 0))
    assert len(reminders(families)) == 1


def test_a_late_booking_gets_the_reminder_that_is_still_worth_it(families: Families) -> None:
    """Booked on the day before: the two days' notice is past and becomes one now or none; never two at once."""
    appointment_id = families.booked("501", kuwait(2, 16))
    with families.store.reading() as uow:
        due = sorted(uow.session.scalars(select(Reminder.due_at).filter_by(appointment_id=appointment_id)).all())
    assert due
    assert all(families.clock.now - timedelta(minutes=5) <= each < kuwait(2, 16) for each in due)
    assert all(later - earlier >= timedelta(hours=1) for earlier, later in pairwise(due))


def test_an_appointment_that_was_given_up_is_not_reminded_of(families: Families) -> None:
    appointment_id = families.booked("501", kuwait(5, 12))
    families.store.transact(
        lambda uow: cancel(uow, uow.session.get_one(Appointment, appointment_id), families.clock(), "family")
    )
    tick_at(families, kuwait(3, 12, 1))
    assert reminders(families) == []


def test_who_wants_no_messages_is_not_reminded_and_staff_are_asked_to_call(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    families.store.transact(lambda uow: uow.connection.execute(update(Identity).values(silent_until_written=True)))
    tick_at(families, kuwait(3, 12, 1))
    assert reminders(families) == []
    with families.store.reading() as uow:
        from referrals.conversations.records import HelpRequest

        assert uow.session.scalars(select(HelpRequest.kind)).all() == ["call"]


def test_one_reminder_that_fails_does_not_keep_the_others_from_being_owed(
    families: Families, caplog: pytest.LogCaptureFixture
) -> None:
    for who, minute in (("501", 0), ("502", 0), ("503", 30)):
        families.booked(who, kuwait(5, 12, minute))
    families.spoil("502")
    tick_at(families, kuwait(3, 12, 31))
    assert len(reminders(families)) == 2
    assert "could not be owed" in caplog.text
    families.spoil("502")
    tick_at(families, kuwait(3, 12, 37))
    assert len(reminders(families)) == 3


def test_a_reminder_leaves_the_question_of_an_interview_pending(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    families.clock.now = kuwait(3, 11, 59)
    families.say("501", "طلب جديد")
    tick_at(families, kuwait(3, 12, 1))
    got = families.read("501")
    assert any("موعد" in message.text for message in got)
    families.all_handled()


def test_who_did_not_come_is_asked_once_in_the_evening(on_both: Families) -> None:
    on_both.booked("501", kuwait(5, 12))
    tick_at(on_both, kuwait(5, 17, 59))
    assert "missed" not in _keys(on_both)
    for _ in range(3):
        tick_at(on_both, kuwait(5, 18, 1))
    assert _keys(on_both).count("missed") == 1


def test_who_did_not_come_is_not_asked_at_night_and_not_before_the_friday_prayer(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    for quiet in (kuwait(6, 2, 0), kuwait(6, 9, 0), kuwait(6, 13, 59)):
        tick_at(families, quiet)
        assert "missed" not in _keys(families)
    tick_at(families, kuwait(6, 14, 0))
    assert "missed" in _keys(families)


def test_an_interview_that_rests_is_mentioned_once(families: Families) -> None:
    families.apply("501", until="كم العمر")
    begun = families.clock.now
    for hours in (1, 22.5, 22.6, 23.5, 40):
        tick_at(families, begun + timedelta(hours=hours))
    assert _keys(families).count("nudge") == 1
    with families.store.reading() as uow:
        assert uow.session.scalars(select(InterviewSession.nudged_at)).one() is not None


def test_two_clocks_mention_it_once(on_both: Families) -> None:
    on_both.apply("501", until="كم العمر")
    on_both.clock.forward(hours=23.5)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: tick(on_both.store, on_both.clock()), range(6)))
    assert _keys(on_both).count("nudge") == 1


def _keys(families: Families) -> list[str]:
    return [str(row.key).split(":", maxsplit=1)[0] for row in _rows(families)]


def _rows(families: Families) -> list[Any]:
    return families.outbox()
