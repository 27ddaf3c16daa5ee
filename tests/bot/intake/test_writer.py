"""What came in is stored many at a time, answered only then, refused rather than piled up; a bad piece harms no one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.intake import writer as inbox_writer
from bot.intake.inbox import Inbox, InboxUnavailable
from referrals.conversations.inbox import stored_events, taking_in
from referrals.conversations.inbox.taking_in import Arrived, Piece
from referrals.conversations.records import InboxMessage
from referrals.families.records import Identity, Person
from referrals.store.unit_of_work import UnitOfWork
from tests.families import GREETING, Families


@pytest.fixture
def inbox(families: Families) -> Inbox:
    return Inbox(families.store, families.clock)


def arrived(families: Families, who: str, text: str = GREETING) -> Arrived:
    return Arrived(families.sender_id, families.event(who, text))


def test_what_comes_at_the_same_moment_is_stored_together_and_each_is_told_its_own(
    families: Families, inbox: Inbox
) -> None:
    async def all_at_once() -> list[list[int]]:
        return await asyncio.gather(*(inbox.take_all([arrived(families, f"7{n:02}")]) for n in range(40)))

    ids = [row_id for got in asyncio.run(all_at_once()) for row_id in got]
    assert sorted(ids) == sorted(row.id for row in families.inbox())
    assert len(set(ids)) == 40
    assert inbox.writer.written.pieces == 40
    assert inbox.writer.written.commits < 40
    assert inbox.writer.waiting == 0
    families.turns()
    families.all_handled()


def test_one_bad_piece_is_parked_with_its_reason_and_takes_nobody_along(
    families: Families, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = stored_events.to_json

    def spoilt(event: Any) -> bytes:
        if event.content.text == "سيئة":
            raise ValueError("a sample piece that cannot be stored")
        return original(event)

    monkeypatch.setattr(taking_in, "to_json", spoilt)
    bad = arrived(families, "502", "سيئة")

    async def all_at_once() -> list[list[int]]:
        good = [inbox.take_all([arrived(families, who)]) for who in ("501", "503")]
        mixed = inbox.take_all([arrived(families, "504"), bad, arrived(families, "505")])
        return list(await asyncio.gather(good[0], mixed, good[1]))

    assert [len(got) for got in asyncio.run(all_at_once())] == [1, 3, 1]
    states = [row.state for row in families.inbox()]
    assert sorted(states) == ["parked", *["waiting"] * 4]
    (parked,) = [row for row in families.inbox() if row.state == "parked"]
    assert "ValueError (test_writer.py:" in parked.reason
    asyncio.run(inbox.take_all([bad]))
    assert len(families.inbox()) == 5, "delivered again it is the same row"


def test_nothing_is_half_stored_when_the_database_goes(
    families: Families, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = taking_in._insert_once

    def gone(uow: UnitOfWork, rows: list[dict[str, Any]], at: Any) -> Any:
        original(uow, rows, at)
        raise OperationalError("insert", {}, Exception("the server closed the connection"))

    pieces = [arrived(families, who) for who in ("501", "502", "503")]
    with monkeypatch.context() as patch:
        patch.setattr(taking_in, "_insert_once", gone)
        with pytest.raises(InboxUnavailable):
            asyncio.run(inbox.take_all(pieces))
    assert families.inbox() == []
    with families.store.reading() as uow:
        assert uow.connection.execute(select(Person.id)).first() is None
    assert len(asyncio.run(inbox.take_all(pieces))) == 3, "and it goes on by itself"


def test_more_than_can_be_stored_is_refused_and_what_was_taken_is_not_lost(
    families: Families, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_writer, "MOST_WAITING_PIECES", 10)
    go_on = threading.Event()
    original = taking_in.take_in

    def slow(uow: UnitOfWork, pieces: Sequence[Piece], at: Any) -> list[int | None]:
        go_on.wait(60)
        return original(uow, pieces, at)

    monkeypatch.setattr(inbox_writer, "take_in", slow)

    async def flood() -> list[Any]:
        told = asyncio.gather(
            *(inbox.take_all([arrived(families, f"8{n:02}")]) for n in range(25)), return_exceptions=True
        )
        await asyncio.sleep(0.1)
        go_on.set()
        return list(await told)

    told = asyncio.run(flood())
    refused = [each for each in told if isinstance(each, InboxUnavailable)]
    assert len(refused) == 15
    assert inbox.writer.written.refused == 15
    assert len(families.inbox()) == 10
    assert len(asyncio.run(inbox.take_all([arrived(families, "900")]))) == 1


def test_who_waits_too_long_is_told_to_come_again(
    families: Families, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_writer, "ANSWER_WITHIN", 0.05)
    go_on = threading.Event()
    original = taking_in.take_in

    def hanging(uow: UnitOfWork, pieces: Sequence[Piece], at: Any) -> list[int | None]:
        go_on.wait(60)
        return original(uow, pieces, at)

    monkeypatch.setattr(inbox_writer, "take_in", hanging)
    piece = arrived(families, "501")
    with pytest.raises(InboxUnavailable):
        asyncio.run(inbox.take_all([piece]))
    go_on.set()
    monkeypatch.undo()
    asyncio.run(inbox.take_all([piece]))
    assert len(families.inbox()) == 1, "stored after all, and delivered again: once"


def test_two_web_processes_meet_the_same_new_families_and_lose_nobody(families: Families) -> None:
    inboxes = [Inbox(families.store, families.clock) for _ in range(2)]
    events = [arrived(families, f"6{n:02}") for n in range(30)]
    start = threading.Barrier(2, timeout=60)
    new: list[int] = []

    def web(inbox: Inbox, mine: list[Arrived]) -> None:
        async def take() -> None:
            got = await asyncio.gather(*(inbox.take_all([piece]) for piece in mine))
            new.extend(row_id for ids in got for row_id in ids)

        start.wait()
        asyncio.run(take())

    threads = [threading.Thread(target=web, args=pair) for pair in ((inboxes[0], events), (inboxes[1], events[::-1]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(new) == len(families.inbox()) == 30
    with families.store.reading() as uow:
        assert len(uow.connection.execute(select(Identity.id)).all()) == 30
        assert len(uow.connection.execute(select(Person.id)).all()) == 30


def test_what_is_said_while_they_are_being_forgotten_is_sealed_under_their_new_key(families: Families) -> None:
    families.say("501", GREETING)
    inbox = Inbox(families.store, families.clock)
    families.say("501", "مسح بياناتي")
    families.say("501", choice="d:erase:yes")
    asyncio.run(inbox.take_all([arrived(families, "501", "السلام عليكم مرة أخرى")]))
    families.turns()
    assert [row.state for row in families.inbox()] == ["handled"] * 4
    assert families.inbox()[-1].reason == ""


def test_an_event_of_a_kind_that_makes_nobody_known_leaves_no_person(families: Families, inbox: Inbox) -> None:
    blocked = replace(families.event("777", ""), kind="presence", status="blocked")
    asyncio.run(inbox.take(families.sender_id, [blocked]))
    with families.store.reading() as uow:
        assert uow.connection.execute(select(InboxMessage.identity_id)).scalar_one() is None
        assert uow.connection.execute(select(Person.id)).first() is None
