"""A clock that is set back delays nothing and repeats nothing; what hangs on the wall's time stays where it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from referrals.outbox.buckets import block
from referrals.outbox.noting import BACKOFF_SECONDS, note_retry, note_sent, note_uncertain
from referrals.outbox.records import ClockMark, OutboxMessage
from referrals.outbox.settling import overdue_leases
from referrals.outbox.stepping import StepWatch, after_step
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.referrals.outbox.owing import Owing

HOUR = 3600.0


@pytest.fixture
def telegram(store: Store, clock: FrozenClock) -> Owing:
    owing = Owing(store, clock, channel="telegram")
    tick(owing)
    return owing


def tick(owing: Owing) -> float:
    """The clock's tick: how many seconds it says that the clock was set back."""
    back: timedelta = owing.note(after_step, owing.clock())
    return back.total_seconds()


def step(owing: Owing, seconds: float) -> None:
    """The clock is set; the next tick comes."""
    owing.clock.forward(seconds=seconds)
    tick(owing)


def test_an_ordinary_tick_changes_nothing(telegram: Owing) -> None:
    telegram.owe("a", "a0", due_in=60)
    telegram.clock.forward(seconds=5)
    assert tick(telegram) == 0
    telegram.clock.forward(seconds=-1)
    assert tick(telegram) == 0, "two machines' clocks differ by so little"
    with telegram.store.reading() as uow:
        assert uow.session.scalars(select(OutboxMessage.due_at)).one() == telegram.clock() + timedelta(seconds=56)


def test_a_watch_writes_seldom_and_still_knows_how_far(telegram: Owing) -> None:
    watch, clock, moment = StepWatch(telegram.store), telegram.clock, telegram.clock()
    for _ in range(5):
        assert watch.look(clock.forward(seconds=5)) == timedelta()
    with telegram.store.reading() as uow:
        marked = uow.session.scalars(select(ClockMark.at)).one()
    assert marked == (moment if telegram.store.is_sqlite else clock()), "of several processes each finds the others'"
    assert watch.look(clock.forward(hours=-1)) == timedelta(hours=1)
    assert watch.look(clock.forward(seconds=5)) == timedelta(), "it moves what it moves once"


def test_what_was_owed_by_a_clock_that_ran_ahead_is_due_at_once(telegram: Owing) -> None:
    telegram.owe("a", "a0")
    step(telegram, -HOUR)
    telegram.clock.forward(seconds=1)
    assert telegram.keys() == ["a0"]


def test_a_backoff_lasts_as_long_as_it_was_meant_to(telegram: Owing) -> None:
    telegram.owe("a", "a0")
    (row,) = telegram.lease()
    telegram.note(note_retry, row.id, row.attempts, "unavailable: 500", telegram.clock())
    step(telegram, -HOUR)
    assert telegram.keys() == []
    telegram.clock.forward(seconds=BACKOFF_SECONDS[0])
    assert telegram.keys() == ["a0"]


def test_a_ban_lasts_as_long_as_the_platform_said(telegram: Owing) -> None:
    telegram.owe("a", "a0")
    telegram.note(block, telegram.sender_id, 30.0, telegram.clock())
    step(telegram, -HOUR)
    telegram.clock.forward(seconds=29)
    assert telegram.keys() == []
    telegram.clock.forward(seconds=1)
    assert telegram.keys() == ["a0"]


def test_what_is_uncertain_is_settled_in_its_time(telegram: Owing) -> None:
    telegram.owe("a", "a0")
    (row,) = telegram.lease()
    telegram.note(note_uncertain, row.id, 1, "answer_lost", telegram.clock(), statuses=True)
    step(telegram, -HOUR)
    telegram.clock.forward(seconds=10)
    assert telegram.keys() == ["a0"]


def test_a_lease_neither_ends_early_nor_stays_for_an_hour(telegram: Owing) -> None:
    telegram.owe("a", "a0")
    telegram.lease()
    step(telegram, -HOUR)
    assert telegram.note(overdue_leases, telegram.sender_id, telegram.clock()) == []
    telegram.clock.forward(seconds=20)
    assert len(telegram.note(overdue_leases, telegram.sender_id, telegram.clock())) == 1


def test_a_chat_that_had_its_share_has_it_by_the_new_clock_too(telegram: Owing) -> None:
    for n in range(4):
        telegram.owe("a", f"a{n}")
    for _ in range(3):
        (row,) = telegram.lease()
        telegram.note(note_sent, row.id, row.key, telegram.clock())
    assert telegram.keys() == []
    step(telegram, -HOUR)
    assert telegram.keys() == []
    telegram.clock.forward(seconds=1)
    assert telegram.keys() == ["a3"]


def test_a_reminder_and_an_expiry_stay_at_their_hour(telegram: Owing) -> None:
    telegram.owe("a", "r0", lane="reminder", due_in=2 * HOUR, expires_in=3 * HOUR)
    before = telegram.row("r0")
    step(telegram, -HOUR)
    after = telegram.row("r0")
    assert (after.due_at, after.expires_at) == (before.due_at, before.expires_at)


def test_a_step_forward_and_back_again_leaves_all_as_it_was(telegram: Owing) -> None:
    telegram.owe("a", "a0")
    (row,) = telegram.lease()
    telegram.note(note_retry, row.id, row.attempts, "unavailable: 500", telegram.clock())
    step(telegram, HOUR)
    step(telegram, -HOUR)
    telegram.clock.forward(seconds=BACKOFF_SECONDS[0])
    assert telegram.keys() == ["a0"]
