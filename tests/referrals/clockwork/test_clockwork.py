"""The clock's tick: one reading while nothing is due; what is due is done by whoever is first, and survives a kill."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from referrals import clockwork
from referrals.appointments.records import Reminder
from referrals.clockwork import DUTIES, Duty, tick, what_is_due
from referrals.outbox.records import OutboxMessage
from referrals.referral.ladder import FIRST
from referrals.referral.records import Referral, ReferralEvent
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.stores import KEYS

A_DAY = timedelta(days=1)
SOON = timedelta(seconds=1)


@pytest.fixture
def opened(families: Families, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The name of every unit of work that was opened for writing, from now on."""
    names = list[str]()
    transact = families.store.transact

    def seen(work: Callable[[UnitOfWork], Any]) -> Any:
        names.append(str(work))
        return transact(work)

    monkeypatch.setattr(families.store, "transact", seen)
    return names


def expected(families: Families) -> tuple[Referral, Reminder]:
    """A referral whose centre is silent, and a reminder of another family's appointment, both still ahead."""
    families.booked("502", families.clock() + 5 * A_DAY)
    referral_id = families.refer("501")
    with families.store.reading() as uow:
        reminder = uow.session.scalars(select(Reminder).order_by(Reminder.due_at).limit(1)).one()
        return uow.session.get_one(Referral, referral_id), reminder


def counted(families: Families) -> tuple[int, int, int]:
    """How many rungs were climbed, reminders owed and messages written."""
    with families.store.reading() as uow:
        rungs = select(func.count()).select_from(ReferralEvent).filter_by(event="overdue")
        owed = select(func.count()).select_from(Reminder).where(Reminder.state != "planned")
        written = select(func.count()).select_from(OutboxMessage)
        found = [uow.session.scalar(each) or 0 for each in (rungs, owed, written)]
        return found[0], found[1], found[2]


def test_nothing_is_locked_while_nothing_is_due(families: Families, opened: list[str]) -> None:
    sent, reminder = expected(families)
    tick(families.store, families.clock())
    opened.clear()
    ahead = min(sent.next_rung_at or sent.ack_due, reminder.due_at)
    assert tick(families.store, ahead - SOON) == 0
    assert tick(families.store, ahead - SOON / 2) == 0
    assert opened == []


def test_only_what_is_due_opens_a_unit_of_work(families: Families, opened: list[str]) -> None:
    _, reminder = expected(families)
    tick(families.store, families.clock())
    due = {duty.name for duty in what_is_due(families.store, DUTIES, reminder.due_at) if duty.looks}
    assert "reminders" in due
    assert not due & {"transfers", "consents", "claims", "visits at home", "freed times", "closed days"}
    opened.clear()
    assert tick(families.store, reminder.due_at) > 0
    assert opened != []


def test_every_look_is_the_first_entry_of_an_index(store: Store) -> None:
    looks = [look for duty in DUTIES for look in duty.looks]
    assert len(looks) > len([duty for duty in DUTIES if duty.looks]) > 10
    with store.reading() as uow:
        for look in looks:
            assert _reads_a_table(uow, look) == [], look


def _reads_a_table(uow: UnitOfWork, look: Any) -> list[str]:
    """The lines of the plan that go through a whole table."""
    bound = look.params(a_day_ago=datetime.fromisoformat("2026-11-01T00:00:00+00:00"))
    words = str(bound.compile(uow.connection, compile_kwargs={"literal_binds": True}))
    if uow.on_sqlite:
        plan = [str(row.detail) for row in uow.connection.execute(text(f"explain query plan {words}"))]
        return [line for line in plan if line.startswith("SCAN") and "USING" not in line]
    uow.connection.execute(text("set local enable_seqscan = off"))  # a table of five rows is read faster than its index
    plan = [str(row[0]) for row in uow.connection.execute(text(f"explain {words}"))]
    return [line for line in plan if "Seq Scan" in line]


def test_what_one_duty_made_due_is_done_in_the_same_tick(families: Families, monkeypatch: pytest.MonkeyPatch) -> None:
    sent, _ = expected(families)
    done = list[str]()

    def make_due(store: Store, at: datetime) -> int:
        if done:
            return 0
        done.append("first")
        waits = update(Referral).where(Referral.id == sent.id).values(next_rung_at=at)
        store.transact(lambda uow: uow.connection.execute(waits))
        return 1

    def find(store: Store, at: datetime) -> int:
        done.append("second")
        return 0

    monkeypatch.setattr(clockwork, "DUTIES", (Duty("one", make_due), Duty("other", find, first=FIRST)))
    tick(families.store, families.clock())
    assert done == ["first", "second"]


def test_a_clock_that_is_killed_between_two_duties_leaves_the_rest_to_the_next(
    families: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, reminder = expected(families)
    tick(families.store, families.clock())
    at = max(sent.next_rung_at or sent.ack_due, reminder.due_at)

    def die(store: Store, at: datetime) -> int:
        raise KeyboardInterrupt

    cut = next(number for number, duty in enumerate(DUTIES) if duty.name == "deadlines of referrals")
    with monkeypatch.context() as patch:
        patch.setattr(clockwork, "DUTIES", (*DUTIES[:cut], Duty("killed", die), *DUTIES[cut:]))
        with pytest.raises(KeyboardInterrupt):
            tick(families.store, at)
    rungs, owed, _ = counted(families)
    assert (rungs, owed > 0) == (0, True)
    tick(families.store, at)
    assert counted(families)[:2] == (1, owed)
    after = counted(families)
    tick(families.store, at)
    assert counted(families) == after


def test_two_workers_at_the_same_moment_do_everything_once(families: Families, clock: FrozenClock) -> None:
    sent, reminder = expected(families)
    tick(families.store, clock())
    at = max(sent.next_rung_at or sent.ack_due, reminder.due_at)
    workers = [families.store, Store(families.store.engine, KEYS), Store(families.store.engine, KEYS)]
    with ThreadPoolExecutor(len(workers)) as pool:
        list(pool.map(lambda worker: tick(worker, at), workers))
    rungs, owed, written = counted(families)
    assert (rungs, owed > 0) == (1, True)
    for worker in workers:
        tick(worker, at)
    assert counted(families) == (rungs, owed, written)
