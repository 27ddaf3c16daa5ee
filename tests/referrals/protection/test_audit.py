"""The audit chain: whole as it was written, broken wherever somebody changed it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from referrals.protection.audit import audit, broken_link
from referrals.protection.records import AuditEvent
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock


@pytest.fixture
def chained(sqlite_store: Store, clock: FrozenClock) -> Store:
    for number in range(1, 7):
        sqlite_store.transact(lambda uow, n=number: note(uow, n, clock))  # type: ignore[misc]  # bound at once
        clock.forward(minutes=1)
    return sqlite_store


def note(uow: Any, number: int, clock: FrozenClock) -> None:
    audit(uow, at=clock(), actor="staff:1", action="referral.read", object_kind="referral", object_id=number)


def link(store: Store) -> int | None:
    with store.reading() as uow:
        return broken_link(uow)


def test_a_chain_that_nobody_touched_is_whole(chained: Store) -> None:
    assert link(chained) is None


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "staff:2"},
        {"action": "referral.sent"},
        {"object_id": "9"},
        {"details_sha256": "0" * 64},
        {"hash": "f" * 64},
        {"previous": "f" * 64},
    ],
)
def test_a_changed_event_is_found(chained: Store, change: dict[str, str]) -> None:
    chained.transact(lambda uow: uow.connection.execute(update(AuditEvent).where(AuditEvent.seq == 3).values(**change)))
    assert link(chained) in (3, 4)


def test_a_changed_time_is_found(chained: Store, clock: FrozenClock) -> None:
    chained.transact(
        lambda uow: uow.connection.execute(update(AuditEvent).where(AuditEvent.seq == 2).values(at=clock()))
    )
    assert link(chained) == 2


@pytest.mark.parametrize("gone", [1, 3])
def test_a_removed_event_is_found(chained: Store, gone: int) -> None:
    chained.transact(lambda uow: uow.connection.execute(delete(AuditEvent).where(AuditEvent.seq == gone)))
    assert link(chained) == gone


def test_two_events_that_changed_places_are_found(chained: Store) -> None:
    def swap(uow: Any) -> None:
        for old, new in ((3, 99), (4, 3), (99, 4)):
            uow.connection.execute(update(AuditEvent).where(AuditEvent.seq == old).values(seq=new))

    chained.transact(swap)
    assert link(chained) == 3


def test_many_writers_at_once_make_one_chain(store: Store, clock: FrozenClock) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: store.transact(lambda uow: note(uow, n, clock)), range(30)))
    assert link(store) is None
    with store.reading() as uow:
        assert uow.connection.execute(select(AuditEvent.seq).order_by(AuditEvent.seq)).scalars().all() == list(
            range(1, 31)
        )


def test_the_chain_holds_no_details_only_their_hash(store: Store, clock: FrozenClock) -> None:
    with store.unit_of_work() as uow:
        audit(
            uow,
            at=clock(),
            actor="staff:1",
            action="x",
            object_kind="person",
            object_id=1,
            details={"note": "فاطمة عيّنة"},
        )
        row = uow.connection.execute(select(AuditEvent.__table__)).one()
    assert "فاطمة" not in " ".join(map(str, row))
