"""The audit chain: whole as it was written, broken wherever somebody changed it, and nothing lets them change it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from referrals.protection.audit import CUT, audit, seal_carried_over
from referrals.protection.audit_trail import append_only
from referrals.protection.audit_trail.cutting import cut_audit
from referrals.protection.audit_trail.verifying import check
from referrals.protection.records import AuditAnchor, AuditedPerson, AuditEvent
from referrals.store.schema import migrate
from referrals.store.unit_of_work import NothingKept, Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families

Chain = Callable[..., Store]


@pytest.fixture
def chained(store: Store, clock: FrozenClock) -> Store:
    for number in range(1, 7):
        store.transact(lambda uow, n=number: note(uow, n, clock))  # type: ignore[misc]  # bound at once
        clock.forward(minutes=1)
    return store


@pytest.fixture
def unguarded(chained: Store) -> Store:
    """A chain whose triggers somebody with the database's own rights took away."""
    chained.transact(lambda uow: append_only.stop(uow.connection))
    return chained


def note(uow: Any, number: int, clock: FrozenClock, people: tuple[int, ...] = ()) -> None:
    audit(
        uow,
        at=clock(),
        actor="staff:1",
        action="referral.read",
        object_kind="referral",
        object_id=number,
        people=people,
    )


def link(store: Store) -> int | None:
    with store.reading() as uow:
        return check(uow).broken


def test_a_chain_that_nobody_touched_is_whole(chained: Store) -> None:
    assert link(chained) is None
    with chained.reading() as uow:
        found = check(uow)
    assert (found.rows, found.first, found.last, found.wrong) == (6, 1, 6, None)


CHANGES = [
    update(AuditEvent).where(AuditEvent.seq == 3).values(actor="staff:2"),
    delete(AuditEvent).where(AuditEvent.seq == 3),
    delete(AuditEvent).where(AuditEvent.seq == 6),
    delete(AuditEvent),
    update(AuditAnchor).values(kind="other"),
    update(AuditAnchor).values(seq=2),
    delete(AuditAnchor),
    text(
        "insert into audit_event"
        " (seq, at, actor, action, object_kind, object_id, people, details_sha256, previous, hash)"
        " select 3, at, 'x', action, object_kind, object_id, people, details_sha256, previous, hash"
        " from audit_event where seq = 4"
    ),
]


@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
def test_the_database_itself_refuses_every_change(chained: Store, change: Any) -> None:
    with pytest.raises(DBAPIError):
        chained.transact(lambda uow: uow.connection.execute(change))
    assert link(chained) is None


def test_sqlite_replaces_no_row_and_postgresql_truncates_no_table(chained: Store) -> None:
    replacing = (
        "insert or replace into audit_event select seq, at, 'x', action, object_kind, object_id, details_sha256,"
        " previous, hash, people from audit_event where seq = 2"
    )
    with pytest.raises(DBAPIError):
        chained.transact(
            lambda uow: uow.connection.execute(text(replacing if uow.on_sqlite else "truncate audit_event"))
        )
    assert link(chained) is None


def test_the_triggers_are_there_again_after_a_migration_and_their_absence_is_told(unguarded: Store) -> None:
    with unguarded.reading() as uow:
        assert check(uow).wrong == "unguarded"
    migrate(unguarded.engine)
    assert link(unguarded) is None


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "staff:2"},
        {"action": "referral.sent"},
        {"object_id": "9"},
        {"people": "7"},
        {"details_sha256": "0" * 64},
        {"hash": "f" * 64},
        {"previous": "f" * 64},
    ],
)
def test_a_changed_event_is_found_and_named(unguarded: Store, change: dict[str, str]) -> None:
    unguarded.transact(
        lambda uow: uow.connection.execute(update(AuditEvent).where(AuditEvent.seq == 3).values(**change))
    )
    with unguarded.reading() as uow:
        found = check(uow)
    assert (found.broken, found.wrong) == (3, "changed")


def test_a_changed_time_is_found(unguarded: Store, clock: FrozenClock) -> None:
    unguarded.transact(
        lambda uow: uow.connection.execute(update(AuditEvent).where(AuditEvent.seq == 2).values(at=clock()))
    )
    assert link(unguarded) == 2


@pytest.mark.parametrize("gone", [1, 3])
def test_a_removed_event_is_found(unguarded: Store, gone: int) -> None:
    unguarded.transact(lambda uow: uow.connection.execute(delete(AuditEvent).where(AuditEvent.seq == gone)))
    with unguarded.reading() as uow:
        found = check(uow)
    assert (found.broken, found.wrong) == (gone, "missing")


def test_an_end_that_was_cut_off_is_found_and_stays_found(unguarded: Store, clock: FrozenClock) -> None:
    unguarded.transact(lambda uow: uow.connection.execute(delete(AuditEvent).where(AuditEvent.seq > 4)))
    with unguarded.reading() as uow:
        found = check(uow)
    assert (found.broken, found.wrong) == (5, "end_missing")
    unguarded.transact(lambda uow: note(uow, 7, clock))
    assert link(unguarded) == 5


def test_nobody_without_the_key_moves_the_end(unguarded: Store, clock: FrozenClock) -> None:
    def cut_and_cover(uow: UnitOfWork) -> None:
        uow.connection.execute(delete(AuditEvent).where(AuditEvent.seq > 4))
        last = uow.connection.execute(select(AuditEvent.hash).where(AuditEvent.seq == 4)).scalar_one()
        uow.connection.execute(update(AuditAnchor).values(seq=4, hash=last))

    unguarded.transact(cut_and_cover)
    with unguarded.reading() as uow:
        assert check(uow).wrong == "end_changed"
    unguarded.transact(lambda uow: note(uow, 7, clock))  # work goes on, and what was done stays in the chain for good
    with unguarded.reading() as uow:
        assert (check(uow).broken, check(uow).wrong) == (5, "end_changed")


@pytest.mark.parametrize("seal", ["", "0" * 64])
def test_an_end_without_our_seal_is_nobodys(unguarded: Store, clock: FrozenClock, seal: str) -> None:
    """Also a blank one: that is how a version before the seals left it, and an upgrade seals it once."""

    def cut_and_cover(uow: UnitOfWork) -> None:
        uow.connection.execute(delete(AuditEvent).where(AuditEvent.seq > 4))
        last = uow.connection.execute(select(AuditEvent.hash).where(AuditEvent.seq == 4)).scalar_one()
        uow.connection.execute(update(AuditAnchor).values(seq=4, hash=last, seal=seal))

    unguarded.transact(cut_and_cover)
    with unguarded.reading() as uow:
        assert check(uow).wrong == "end_changed"
    unguarded.transact(lambda uow: note(uow, 7, clock))
    with unguarded.reading() as uow:
        assert (check(uow).broken, check(uow).wrong) == (5, "end_changed")


def test_a_mark_of_the_end_that_is_gone_stops_nobody_and_stays_said(unguarded: Store, clock: FrozenClock) -> None:
    unguarded.transact(lambda uow: uow.connection.execute(delete(AuditAnchor)))
    with unguarded.reading() as uow:
        assert check(uow).wrong == "end_changed"
    unguarded.transact(lambda uow: note(uow, 7, clock))
    with unguarded.reading() as uow:
        assert (check(uow).rows, check(uow).broken, check(uow).wrong) == (6, 7, "end_changed")


def test_a_whole_chain_that_is_gone_is_found_where_something_was_done(families: Families) -> None:
    families.apply("501")

    def wipe(uow: UnitOfWork) -> None:
        append_only.stop(uow.connection)
        for record in (AuditEvent, AuditedPerson, AuditAnchor):
            uow.connection.execute(delete(record))

    families.store.transact(wipe)
    with families.store.reading() as uow:
        assert (check(uow).broken, check(uow).wrong) == (1, "end_missing")


def test_what_a_version_before_the_seals_left_is_sealed_once_by_the_upgrade(unguarded: Store) -> None:
    blank = update(AuditAnchor).values(seal="")
    unguarded.transact(lambda uow: uow.connection.execute(blank))
    unguarded.transact(seal_carried_over)
    unguarded.transact(lambda uow: append_only.start(uow.connection))
    assert link(unguarded) is None


def test_two_events_that_changed_places_are_found(unguarded: Store) -> None:
    def swap(uow: Any) -> None:
        for old, new in ((3, 99), (4, 3), (99, 4)):
            uow.connection.execute(update(AuditEvent).where(AuditEvent.seq == old).values(seq=new))

    unguarded.transact(swap)
    assert link(unguarded) == 3


def test_many_writers_at_once_make_one_chain(store: Store, clock: FrozenClock) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: store.transact(lambda uow: note(uow, n, clock, (n, n + 1))), range(30)))
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
    with store.reading() as uow:
        row = uow.connection.execute(select(AuditEvent.__table__)).one()
    assert "فاطمة" not in " ".join(map(str, row))


def test_a_list_is_one_event_that_every_person_in_it_finds(store: Store, clock: FrozenClock) -> None:
    store.transact(lambda uow: note(uow, 1, clock, tuple(range(1, 201))))
    with store.reading() as uow:
        assert uow.connection.execute(select(func.count(AuditEvent.seq))).scalar_one() == 1
        shown = select(AuditedPerson.seq).where(AuditedPerson.person_id == 117)
        assert uow.connection.execute(shown).scalars().all() == [1]
        assert check(uow).broken is None


def test_a_person_taken_out_of_the_index_is_found(store: Store, clock: FrozenClock) -> None:
    store.transact(lambda uow: note(uow, 1, clock, (4, 5)))
    store.transact(lambda uow: append_only.stop(uow.connection))
    store.transact(lambda uow: uow.connection.execute(delete(AuditedPerson).where(AuditedPerson.person_id == 5)))
    with store.reading() as uow:
        assert check(uow).wrong == "people_changed"


def test_what_is_undone_is_not_in_the_chain_and_the_rest_is(store: Store, clock: FrozenClock) -> None:
    def work(uow: UnitOfWork) -> None:
        note(uow, 1, clock)
        with pytest.raises(ZeroDivisionError), uow.nested():
            note(uow, 2, clock)
            raise ZeroDivisionError
        note(uow, 3, clock)

    store.transact(work)
    with pytest.raises(ZeroDivisionError), store.unit_of_work() as uow:
        note(uow, 4, clock)
        raise ZeroDivisionError
    with store.reading() as uow:
        assert uow.connection.execute(select(AuditEvent.object_id).order_by(AuditEvent.seq)).scalars().all() == [
            "1",
            "3",
        ]


def test_a_view_that_keeps_nothing_cannot_be_audited(store: Store, clock: FrozenClock) -> None:
    with pytest.raises(NothingKept), store.reading() as uow:
        note(uow, 1, clock)


def test_what_is_older_than_its_time_is_cut_off_and_the_rest_stays_verifiable(
    chained: Store, clock: FrozenClock
) -> None:
    before = clock() - timedelta(minutes=3)
    assert chained.transact(lambda uow: cut_audit(uow, before, clock())) == 3
    assert chained.transact(lambda uow: cut_audit(uow, before, clock())) == 0
    with chained.reading() as uow:
        found = check(uow)
    assert (found.first, found.last, found.wrong) == (4, 7, None)


def test_a_cut_that_somebody_made_up_is_found(chained: Store, clock: FrozenClock) -> None:
    def cut(uow: UnitOfWork) -> None:
        last = uow.connection.execute(select(AuditEvent.hash).where(AuditEvent.seq == 2)).scalar_one()
        uow.connection.execute(insert(AuditAnchor).values(kind=CUT, seq=2, hash=last, seal="0" * 64))
        uow.connection.execute(delete(AuditEvent).where(AuditEvent.seq <= 2))

    chained.transact(cut)
    with chained.reading() as uow:
        assert (check(uow).broken, check(uow).wrong) == (3, "cut_changed")
