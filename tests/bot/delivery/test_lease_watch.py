"""A lease is dead when nobody renewed it before our own eyes for a while, whatever the clock on the wall says."""

from __future__ import annotations

from datetime import timedelta

from bot.delivery.lease_watch import PATIENCE, LeaseWatch
from tests.conftest import SUNDAY_MORNING

UNTIL = SUNDAY_MORNING
RENEWED = SUNDAY_MORNING + timedelta(seconds=15)


def test_a_lease_that_nobody_renews_is_dead_after_a_while() -> None:
    watch = LeaseWatch("one")
    assert watch.dead([(7, UNTIL)], (), 100.0) == []
    assert watch.dead([(7, UNTIL)], (), 100.0 + PATIENCE - 0.1) == []
    assert watch.dead([(7, UNTIL)], (), 100.0 + PATIENCE) == [7]


def test_a_lease_that_is_renewed_lives_although_the_clock_was_set_forward() -> None:
    watch = LeaseWatch("one")
    watch.dead([(7, UNTIL)], (), 100.0)
    assert watch.dead([(7, RENEWED)], (), 100.0 + PATIENCE) == []
    assert watch.dead([], (), 101.0 + PATIENCE) == []
    assert watch.dead([(7, RENEWED)], (), 102.0 + PATIENCE) == [], "it was gone meanwhile: seen anew"


def test_what_this_process_has_under_way_is_never_dead() -> None:
    watch = LeaseWatch("one")
    for second in range(60):
        assert watch.dead([(7, UNTIL)], (7,), 100.0 + second) == []


def test_while_the_database_was_away_nobody_could_renew() -> None:
    watch = LeaseWatch("one")
    watch.dead([(7, UNTIL)], (), 100.0)
    watch.forget()
    assert watch.dead([(7, UNTIL)], (), 160.0) == []
