"""Only a unit of work commits: all of it or nothing, one by one or many in one commit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from referrals.protection.records import AuditEvent
from referrals.staff.records import DemonstrationClock
from referrals.store.unit_of_work import Store, UnitOfWork

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def add(number: int) -> Callable[[UnitOfWork], int]:
    def work(uow: UnitOfWork) -> int:
        uow.connection.execute(insert(AuditEvent).values(_event(number)))
        return number

    return work


def _event(number: int) -> dict[str, object]:
    words = {"actor": "sample", "action": "sample", "object_kind": "sample", "object_id": str(number)}
    return {"seq": number, "at": NOON, **words, "details_sha256": "", "previous": "", "hash": ""}


def numbers(store: Store) -> list[int]:
    with store.reading() as uow:
        return list(uow.connection.execute(select(AuditEvent.seq).order_by(AuditEvent.seq)).scalars())


def test_a_unit_of_work_that_raises_keeps_nothing(store: Store) -> None:
    def work(uow: UnitOfWork) -> None:
        add(1)(uow)
        raise LookupError("sample")

    with pytest.raises(LookupError):
        store.transact(work)
    with pytest.raises(LookupError), store.unit_of_work() as uow:
        work(uow)
    assert numbers(store) == []


def test_what_was_written_through_the_session_and_the_connection_is_one(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.session.add(DemonstrationClock(id=1, offset_seconds=5))
        add(1)(uow)
    with store.reading() as uow:
        assert uow.session.scalar(select(DemonstrationClock.offset_seconds)) == 5
    assert numbers(store) == [1]


def test_nothing_written_while_reading_is_kept(store: Store) -> None:
    with store.reading() as uow:
        add(1)(uow)
        uow.session.add(DemonstrationClock(id=1, offset_seconds=5))
        uow.flush()
    assert numbers(store) == []


def test_many_at_once_are_all_kept_once(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: store.transact(add(n)), range(1, 201)))
    assert results == list(range(1, 201))
    assert numbers(store) == list(range(1, 201))


def test_what_comes_after_a_commit_comes_only_after_a_commit(store: Store) -> None:
    told: list[str] = []

    def work(uow: UnitOfWork) -> None:
        uow.after_commit.append(lambda: told.append("kept" if numbers(store) else "too early"))
        add(1)(uow)

    def fail(uow: UnitOfWork) -> None:
        uow.after_commit.append(lambda: told.append("never"))
        raise LookupError

    store.transact(work)
    with pytest.raises(LookupError):
        store.transact(fail)
    assert told == ["kept"]


def test_a_part_that_fails_is_undone_by_itself(store: Store) -> None:
    def work(uow: UnitOfWork) -> None:
        add(1)(uow)
        with pytest.raises(LookupError), uow.nested():
            add(2)(uow)
            uow.session.add(DemonstrationClock(id=1, offset_seconds=1))
            raise LookupError
        add(3)(uow)

    store.transact(work)
    assert numbers(store) == [1, 3]
    with store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(DemonstrationClock)) == 0


def test_the_loser_of_a_deadlock_runs_again(postgres_store: Store) -> None:
    for number in (1, 2):
        postgres_store.transact(add(number))
    both = threading.Barrier(2, timeout=60)
    runs: list[tuple[int, int]] = []

    def lock_both(first: int, second: int) -> None:
        def work(uow: UnitOfWork) -> None:
            runs.append((first, second))
            lock = select(AuditEvent.seq).with_for_update()
            uow.connection.execute(lock.where(AuditEvent.seq == first)).one()
            if len(runs) <= 2:
                both.wait()
            uow.connection.execute(lock.where(AuditEvent.seq == second)).one()

        postgres_store.transact(work)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(lock_both, 1, 2), pool.submit(lock_both, 2, 1)]:
            done.result(60)
    assert len(runs) > 2, "one of them lost and ran again, and both came through"


def test_a_time_without_its_zone_is_refused(store: Store) -> None:
    naive = datetime(2026, 11, 1, 12)  # noqa: DTZ001 - this is the mistake
    with pytest.raises(StatementError, match="without its zone"):
        store.transact(lambda uow: uow.connection.execute(insert(AuditEvent).values({**_event(1), "at": naive})))
    assert numbers(store) == []


def test_times_come_back_aware_and_in_utc_whatever_zone_they_were_given_in(store: Store) -> None:
    from zoneinfo import ZoneInfo

    given = datetime(2026, 11, 1, 15, 30, 0, 123456, tzinfo=ZoneInfo("Asia/Kuwait"))
    store.transact(lambda uow: uow.connection.execute(insert(AuditEvent).values({**_event(1), "at": given})))
    with store.reading() as uow:
        kept = uow.connection.execute(select(AuditEvent.at)).scalar_one()
    assert kept == given
    assert kept.utcoffset() == UTC.utcoffset(None)


def test_a_part_that_the_database_refuses_takes_nothing_else_with_it(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.session.add(DemonstrationClock(id=1, offset_seconds=5))
        with pytest.raises(IntegrityError), uow.nested():
            add(1)(uow)
            uow.session.add(DemonstrationClock(id=1, offset_seconds=7))
        with uow.nested():
            with pytest.raises(IntegrityError), uow.nested():
                uow.session.add(DemonstrationClock(id=1, offset_seconds=9))
            add(2)(uow)
        uow.session.get_one(DemonstrationClock, 1).offset_seconds = 6
    with store.reading() as uow:
        assert uow.session.scalar(select(DemonstrationClock.offset_seconds)) == 6
    assert numbers(store) == [2]


def test_a_part_with_records_of_its_own_is_kept_or_undone_by_itself(store: Store) -> None:
    told: list[str] = []
    with store.unit_of_work() as uow:
        standing = DemonstrationClock(id=1, offset_seconds=5)
        uow.session.add(standing)
        with pytest.raises(IntegrityError), uow.apart() as refused:
            add(1)(refused)
            refused.after_commit.append(lambda: told.append("never"))
            refused.noted.append("never")
            refused.session.add(DemonstrationClock(id=1, offset_seconds=7))
        with uow.apart() as kept:
            add(2)(kept)
            kept.after_commit.append(lambda: told.append("kept"))
            kept.session.get_one(DemonstrationClock, 1).offset_seconds = 6
        assert standing.offset_seconds == 6, "what a part changed is read anew"
        assert uow.noted == []
    with store.reading() as uow:
        assert uow.session.scalar(select(DemonstrationClock.offset_seconds)) == 6
    assert (numbers(store), told) == ([2], ["kept"])
