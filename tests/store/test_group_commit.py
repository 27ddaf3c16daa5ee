"""SQLite's one writer takes along who waits: one commit for all, and each is told what became of its own work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from referrals.store.unit_of_work import Store, UnitOfWork
from tests.store.test_unit_of_work import add, numbers


def test_one_bad_unit_of_work_in_a_group_does_not_take_the_others(sqlite_store: Store) -> None:
    """Group commit: while one writer holds the lock, nine wait; they share the next commit and one of them fails."""
    holding, go_on = threading.Event(), threading.Event()

    def hold(uow: UnitOfWork) -> None:
        holding.set()
        go_on.wait(600)

    def attempt(number: int) -> str:
        try:
            sqlite_store.transact(fail if number == 5 else add(number))
        except ZeroDivisionError:
            return "failed"
        return "kept"

    def fail(uow: UnitOfWork) -> None:
        add(5)(uow)
        raise ZeroDivisionError

    with ThreadPoolExecutor(12) as pool:
        first = pool.submit(sqlite_store.transact, hold)
        assert holding.wait(60)
        waiting = [pool.submit(attempt, number) for number in range(1, 10)]
        while len(sqlite_store._group.waiting) < 9:
            time.sleep(0.001)
        go_on.set()
        first.result()
        told = [each.result() for each in waiting]
    assert told == ["kept"] * 4 + ["failed"] + ["kept"] * 4
    assert numbers(sqlite_store) == [1, 2, 3, 4, 6, 7, 8, 9]


def test_a_group_whose_commit_fails_tells_everybody_in_it(sqlite_store: Store) -> None:
    """Nobody may believe that something was kept which was not."""
    holding, go_on = threading.Event(), threading.Event()

    def hold(uow: UnitOfWork) -> None:
        holding.set()
        go_on.wait(600)

    def spoil(uow: UnitOfWork) -> None:
        uow.connection.exec_driver_sql("ROLLBACK")  # as when the disk is full: the transaction is gone

    def attempt(work: Callable[[UnitOfWork], object]) -> str:
        try:
            sqlite_store.transact(work)
        except Exception as failure:  # whatever it is, this test only asks whether it was told
            return type(failure).__name__
        return "kept"

    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(sqlite_store.transact, hold)
        assert holding.wait(60)
        waiting = [pool.submit(attempt, work) for work in (add(1), spoil, add(2))]
        while len(sqlite_store._group.waiting) < 3:
            time.sleep(0.001)
        go_on.set()
        first.result()
        told = [each.result() for each in waiting]
    kept = numbers(sqlite_store)
    assert [number for number, word in zip((1, 2), (told[0], told[2]), strict=True) if word == "kept"] == kept
    assert told[1] != "kept"
    sqlite_store.transact(add(7))
    assert 7 in numbers(sqlite_store)
