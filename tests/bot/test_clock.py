"""The service's clock is the real one, or a demonstration's that runs ahead while nobody real can be written to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Clock, ClockRefused, move_clock
from referrals.store.unit_of_work import Store
from tests.conftest import SUNDAY_MORNING

DAYS = timedelta(days=2)


def test_it_is_aware_and_now() -> None:
    clock = Clock(None, movable=False)  # type: ignore[arg-type]  # a clock that does not move asks no store
    assert clock().tzinfo is not None
    assert abs(clock() - datetime.now(UTC)) < timedelta(seconds=5)


def test_moving_is_seen_at_once_here_and_soon_by_every_other_process(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.clock.LOOKED_UP_EVERY", 0.0)
    here = Clock(store, movable=True, real=lambda: SUNDAY_MORNING)
    there = Clock(store, movable=True, real=lambda: SUNDAY_MORNING)
    assert here.move(DAYS) == SUNDAY_MORNING + DAYS
    assert there() == SUNDAY_MORNING + DAYS
    assert here.move(DAYS) == SUNDAY_MORNING + 2 * DAYS
    assert there.offset == 2 * DAYS


def test_it_is_refused_once_a_sender_speaks_to_the_world(store: Store) -> None:
    clock = Clock(store, movable=False, real=lambda: SUNDAY_MORNING)
    with pytest.raises(ClockRefused):
        clock.move(DAYS)
    store.transact(lambda uow: move_clock(uow.session, DAYS))
    assert clock() == SUNDAY_MORNING, "an offset left from a demonstration moves nothing"


def test_it_never_goes_so_far_that_nothing_can_be_reckoned(sqlite_store: Store) -> None:
    clock = Clock(sqlite_store, movable=True)
    with pytest.raises(ClockRefused):
        clock.move(timedelta(days=99_999))
    assert clock.offset == timedelta()
