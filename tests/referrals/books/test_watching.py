"""The books are compared by themselves, and what does not balance is said aloud and kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from referrals.books.watching import compare, last_checks, last_differences, watch_books
from tests.conftest import FrozenClock
from tests.referrals.books.writing import Writing


def differ(writing: Writing) -> list[tuple[str, str, int]]:
    with writing.store.reading() as uow:
        return [(each.book, each.day, each.missing) for each in last_differences(uow)]


def test_they_are_compared_every_few_minutes_and_each_night(writing: Writing, clock: FrozenClock) -> None:
    assert watch_books(writing.store, clock())
    assert not watch_books(writing.store, clock()), "another process looks at the same moment"
    assert not watch_books(writing.store, clock.forward(minutes=2))
    assert watch_books(writing.store, clock.forward(minutes=1))
    with writing.store.reading() as uow:
        before = last_checks(uow)
    assert before["days"] == (clock.now - timedelta(minutes=3), True)
    clock.forward(hours=18)  # one in the night, by UTC
    assert watch_books(writing.store, clock())
    with writing.store.reading() as uow:
        assert last_checks(uow)["days"] == (clock(), True)


def test_a_lost_row_is_an_alert_until_it_is_back(
    writing: Writing, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    lost = writing.owed()
    writing.sql("delete from outbox_message where id = :id", id=lost)
    watch_books(writing.store, clock())
    alert = "ALERT: the books do not balance: outbox of whatsapp 1000001 on 2026-11-01: 1 of 1 gone"
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [alert, alert]
    assert differ(writing) == [("outbox", "2026-11-01", 1)]
    writing.sql("update tally set removed = 1 where book = 'outbox'")  # as an operator books it out
    caplog.set_level("INFO")
    watch_books(writing.store, clock.forward(hours=24))
    assert differ(writing) == []
    assert "the books balance again" in caplog.text


def test_a_loss_of_long_ago_is_found_too(writing: Writing, clock: FrozenClock) -> None:
    lost = writing.received(at=clock() - timedelta(days=200))
    writing.sql("delete from inbox_message where id = :id", id=lost)
    for everything in (False, True):
        with writing.store.reading() as uow:
            assert [each.day for each in compare(uow, clock(), everything=everything)] == ["2026-04-15"]


def test_a_clock_that_was_set_back_does_not_stop_it(writing: Writing, clock: FrozenClock) -> None:
    watch_books(writing.store, clock())
    clock.forward(days=-400)
    assert watch_books(writing.store, clock())


def test_what_differs_widely_is_still_kept_whole_enough(writing: Writing, clock: FrozenClock) -> None:
    for day in range(40):
        writing.received(at=clock() - timedelta(days=day))
    writing.sql("delete from inbox_message")
    watch_books(writing.store, clock())
    assert len(differ(writing)) >= 5
