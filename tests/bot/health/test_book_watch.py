"""The service has its books compared beside its other work."""

from __future__ import annotations

import asyncio

import pytest

from bot.clock import Clock
from bot.health.book_watch import make_book_watch
from referrals.books.watching import last_checks
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock


def test_a_look_compares_what_is_due(sqlite_store: Store, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.health.book_watch.LOOK_EVERY", 0)
    asyncio.run(make_book_watch(sqlite_store, Clock(sqlite_store, movable=False, real=clock))())  # type: ignore[arg-type]  # a coroutine
    with sqlite_store.reading() as uow:
        assert last_checks(uow) == {"sums": (clock(), True), "days": (clock(), True)}
