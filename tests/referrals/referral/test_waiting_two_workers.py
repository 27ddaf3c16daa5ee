"""Two workers give free places away at one moment, or one dies over it: who waits longest has it, nobody twice."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from referrals.matching.reserving import reserve
from referrals.referral.handling import cancel_by_family
from referrals.referral.noting import note_event
from referrals.referral.records import Referral
from referrals.referral.waiting import offer_freed, offer_waiting
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.referral.at_the_centre import referral
from tests.referrals.referral.test_waiting import a_service, waits
from tests.referrals.referral.two_workers import SOON, Paused, Worker, one_then_the_other


@pytest.fixture
def families(postgres_store: Store, clock: FrozenClock) -> Families:
    """On PostgreSQL: only there is there more than one worker."""
    return Families(postgres_store, clock)


def two_who_wait(families: Families, capacity: int = 1) -> tuple[int, list[int]]:
    """A service with that much room, and two who wait there, the one who waits longer first."""
    first, at = families.refer("501"), families.clock()

    def work(uow: UnitOfWork) -> tuple[int, list[int]]:
        row = uow.session.get_one(Referral, first)
        given = a_service(uow, row, "room", capacity=capacity)
        return given, [waits(uow, row, given, at - timedelta(hours=hours)) for hours in (2, 1)]

    return families.store.transact(work)


def held(families: Families, ids: list[int]) -> list[bool]:
    return [referral(families, each).holds_place for each in ids]


def test_the_only_place_goes_to_who_waits_longest_whichever_worker_comes_first(
    families: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, mine = two_who_wait(families)
    at, paused = families.clock(), Paused(reserve)
    monkeypatch.setattr("referrals.referral.waiting.reserve", paused)
    one_then_the_other(
        paused,
        lambda: families.store.transact(lambda uow: offer_waiting(uow, given, at)),
        lambda: offer_freed(families.store, at),
    )
    assert held(families, mine) == [True, False]


def test_a_worker_that_is_killed_over_a_place_leaves_it_to_the_other(
    families: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, mine = two_who_wait(families)
    at, paused = families.clock(), Paused(note_event)
    monkeypatch.setattr("referrals.referral.waiting.note_event", paused)
    one = Worker(lambda: offer_freed(families.store, at))
    assert paused.there.wait(120)
    other = Worker(lambda: offer_freed(families.store, at))
    other.join(SOON)
    assert other.is_alive(), "it waits for the one who holds the place"
    with families.store.reading() as uow:  # as the server sees a process that is gone
        uow.connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": paused.backend})
    other.join(120)
    paused.go_on.set()
    one.join(120)
    assert isinstance(one.failure, DBAPIError)
    assert held(families, mine) == [True, False]


def test_who_goes_away_at_that_moment_keeps_nobody_waiting_and_the_next_one_has_it(families: Families) -> None:
    given, mine = two_who_wait(families)
    at, gone, go_on = families.clock(), threading.Event(), threading.Event()

    def goes(uow: UnitOfWork) -> None:
        cancel_by_family(uow, uow.session.get_one(Referral, mine[0]), at)
        gone.set()
        assert go_on.wait(120)

    one = Worker(lambda: families.store.transact(goes))
    assert gone.wait(120)
    other = Worker(lambda: families.store.transact(lambda uow: offer_waiting(uow, given, at)))
    other.join(120)
    assert not other.is_alive() and held(families, mine) == [False, False]
    go_on.set()
    one.join(120)
    assert one.failure is None
    assert offer_freed(families.store, at) == 1
    assert held(families, mine) == [False, True]
