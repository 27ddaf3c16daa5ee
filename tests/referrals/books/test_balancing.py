"""The books balance while nothing is lost, and not when a row is gone, doubled, in no state, or nobody counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert, select

from referrals.books.balancing import differences
from referrals.books.counting import start, stop, uncounted
from referrals.books.records import Tally
from referrals.conversations.inbox.waiting import receive
from referrals.inbound import Address, Content, Inbound
from referrals.outbox.records import OutboxMessage
from referrals.store.unit_of_work import UnitOfWork
from tests.referrals.books.writing import Writing

LATE = datetime(2026, 11, 1, 20, 59, tzinfo=UTC)  # 23:59 in Kuwait
EARLY = datetime(2026, 11, 1, 21, 0, tzinfo=UTC)  # midnight there: the next day


def wrong(writing: Writing) -> list[tuple[str, str, int, int]]:
    """What differs, by book and day: counted and found."""
    with writing.store.reading() as uow:
        found = differences(uow, writing.clock(), writing.books())
    return [(line.book, str(line.day), line.counted, line.found) for line in found]


def test_every_state_is_a_part_of_what_was_accepted_and_owed(writing: Writing) -> None:
    for state in ("handled", "waiting", "parked"):
        writing.received(state)
    for state in ("waiting", "leased", "uncertain", "sent", "parked", "expired", "cancelled"):
        writing.owed(state)
    found = writing.books()
    assert found.balance
    assert (found.accepted, found.owed) == (3, 7)
    assert found.inbox == {"handled": 1, "waiting": 1, "parked": 1}
    assert wrong(writing) == []


def test_a_row_that_is_gone_is_missed_by_its_day(writing: Writing) -> None:
    lost = writing.received()
    writing.received(at=writing.clock() - timedelta(days=3))
    writing.owed()
    writing.sql("delete from inbox_message where id = :id", id=lost)
    assert not writing.books().balance
    assert wrong(writing) == [("inbox", "2026-11-01", 1, 0)]


def test_a_message_owed_that_is_gone_is_missed_too(writing: Writing) -> None:
    lost = writing.owed()
    writing.sql("delete from outbox_message where id = :id", id=lost)
    assert wrong(writing) == [("outbox", "2026-11-01", 1, 0)]


def test_a_row_that_came_in_past_the_count_is_one_too_many(writing: Writing) -> None:
    writing.received()
    writing.sql("update tally set counted = counted - 1 where book = 'inbox'")
    assert wrong(writing) == [("inbox", "2026-11-01", 0, 1)]


def test_a_row_in_no_state_is_found(writing: Writing) -> None:
    writing.owed()
    writing.sql("update outbox_message set state = 'lost'")
    assert wrong(writing) == [("outbox", "2026-11-01", 1, 0)]


def test_a_redelivered_webhook_is_counted_once(writing: Writing) -> None:
    event = Inbound("message", "x-1", Address("phone", "+96550000042"), Content(text="السلام عليكم"))
    for _ in range(3):
        writing.store.transact(lambda uow: receive(uow, writing.sender_id, [event], writing.clock()))
    assert writing.books().accepted == 1
    assert writing.books().balance


def test_what_is_undone_is_not_counted(writing: Writing) -> None:
    class Undone(RuntimeError):
        pass

    def work(uow: UnitOfWork) -> None:
        row = {
            "key": "k",
            "sender_id": writing.sender_id,
            "identity_id": writing.identity_id,
            "lane": 2,
            "purpose": "c",
        }
        at = {"due_at": writing.clock(), "created_at": writing.clock()}
        for kept in (True, False):
            try:
                with uow.nested():
                    uow.connection.execute(
                        insert(OutboxMessage).values(
                            **{**row, "key": f"k{kept}"}, **at, state="waiting", body_sealed=b""
                        )
                    )
                    if not kept:
                        raise Undone
            except Undone:
                continue

    writing.store.transact(work)
    assert writing.books().owed == 1
    assert writing.books().balance


def test_many_rows_in_one_statement_are_all_counted(writing: Writing) -> None:
    def work(uow: UnitOfWork) -> None:
        row = {"sender_id": writing.sender_id, "identity_id": writing.identity_id, "purpose": "c", "state": "waiting"}
        more = {"due_at": writing.clock(), "created_at": writing.clock(), "body_sealed": b""}
        rows = [{**row, **more, "key": f"campaign:1:{n}", "lane": n % 3} for n in range(300)]
        uow.connection.execute(insert(OutboxMessage), rows)

    writing.store.transact(work)
    assert writing.books().owed == 300
    assert writing.books().balance
    with writing.store.reading() as uow:
        by_lane = dict(uow.connection.execute(select(Tally.what, Tally.counted).where(Tally.book == "outbox")).all())
    assert by_lane == {"0": 100, "1": 100, "2": 100}


def test_a_day_is_the_programmes_own(writing: Writing) -> None:
    writing.received(at=LATE)
    writing.received(at=EARLY)
    found = {line.day: line.counted for line in writing.days()}
    assert found == {date(2026, 11, 1): 1, date(2026, 11, 2): 1}


def test_a_day_shows_what_arrived_within_what_was_sent(writing: Writing) -> None:
    for delivery in ("accepted", "delivered", "read", "read"):
        writing.owed(delivery=delivery)
    writing.owed("parked", delivery="failed")
    (line,) = writing.days("whatsapp")
    assert (line.counted, line.states["sent"], line.delivered, line.read, line.states["parked"]) == (5, 4, 3, 2, 1)
    assert writing.days("telegram") == []


def test_books_that_nobody_counts_do_not_balance(writing: Writing) -> None:
    writing.received()
    writing.store.transact(lambda uow: stop(uow.connection))
    found = writing.books()
    assert found.uncounted == ("inbox", "outbox", "push")
    assert not found.balance
    writing.store.transact(lambda uow: start(uow.connection))
    assert writing.books().balance
    with writing.store.reading() as uow:
        assert uncounted(uow.connection) == []


def test_books_from_before_the_count_are_counted_when_it_begins(writing: Writing) -> None:
    writing.store.transact(lambda uow: stop(uow.connection))
    writing.received()
    writing.owed()
    writing.store.transact(lambda uow: start(uow.connection))
    found = writing.books()
    assert (found.accepted, found.owed, found.balance) == (1, 1, True)
