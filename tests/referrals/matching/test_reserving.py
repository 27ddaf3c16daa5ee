"""Places: taken by a condition, given back once, and counted right whatever happens at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from referrals.directory.records import ServiceAtLocation
from referrals.matching.places_held import AT_A_TIME, EVERY, check_places, keep_count
from referrals.matching.reserving import note_lack, release, reserve
from referrals.store.unit_of_work import Store
from tests.referrals.matching.test_supplying import BASE, change, directory_of

AT = datetime(2026, 12, 6, 10, 0, tzinfo=UTC)
GIVEN = BASE + 1


@pytest.fixture
def place(store: Store) -> Store:
    """A store with one service at a location that has five places, none taken."""
    with store.unit_of_work() as uow:
        directory_of(uow, Random(1), "governorate", 1)
        change(uow, ServiceAtLocation, used=0, waitlist=False)
    return store


def used(store: Store) -> int:
    with store.reading() as uow:
        return uow.session.get_one(ServiceAtLocation, GIVEN).used


def test_forty_at_once_take_five_places_and_no_more(place: Store) -> None:
    def claim(_: int) -> bool:
        return place.transact(lambda uow: reserve(uow, GIVEN, AT))

    with ThreadPoolExecutor(8) as together:
        taken = list(together.map(claim, range(40)))
    assert taken.count(True) == 5
    assert used(place) == 5


def test_a_place_that_was_rolled_back_was_never_taken(place: Store) -> None:
    with pytest.raises(RuntimeError), place.unit_of_work() as uow:
        assert reserve(uow, GIVEN, AT)
        raise RuntimeError
    assert used(place) == 0


def test_a_place_given_back_can_be_taken_again_and_never_falls_below_none(place: Store) -> None:
    with place.unit_of_work() as uow:
        assert all(reserve(uow, GIVEN, AT) for _ in range(5)) and not reserve(uow, GIVEN, AT)
        release(uow, GIVEN)
        assert reserve(uow, GIVEN, AT)
        for _ in range(9):
            release(uow, GIVEN)
        assert uow.session.get_one(ServiceAtLocation, GIVEN).used == 0


def test_what_the_owner_counts_elsewhere_takes_places_too(place: Store) -> None:
    with place.unit_of_work() as uow:
        change(uow, ServiceAtLocation, taken_elsewhere=4)
        assert reserve(uow, GIVEN, AT) and not reserve(uow, GIVEN, AT)


def test_where_nobody_counts_there_is_always_a_place_but_not_in_a_pause(place: Store) -> None:
    with place.unit_of_work() as uow:
        change(uow, ServiceAtLocation, capacity=None)
        assert all(reserve(uow, GIVEN, AT) for _ in range(9))
        change(uow, ServiceAtLocation, paused=True)
        assert not reserve(uow, GIVEN, AT)


def test_a_centre_that_refused_for_want_of_room_is_full_for_a_week(place: Store) -> None:
    with place.unit_of_work() as uow:
        note_lack(uow, GIVEN, AT)
        assert not reserve(uow, GIVEN, AT + timedelta(days=6))
        assert reserve(uow, GIVEN, AT + timedelta(days=8))


def test_a_wrong_count_is_found_and_put_right(place: Store) -> None:
    with place.unit_of_work() as uow:
        change(uow, ServiceAtLocation, used=3)
    with place.reading() as uow:
        (wrong,) = check_places(uow)
    assert (wrong.service_at_location_id, wrong.used, wrong.held) == (GIVEN, 3, 0)
    its_turn = datetime.fromtimestamp(GIVEN // AT_A_TIME * EVERY.total_seconds(), UTC)
    assert keep_count(place, its_turn - EVERY) == 0, "a few at a time"
    assert keep_count(place, its_turn) == 1
    assert keep_count(place, its_turn) == 0
    assert used(place) == 0
