"""Every message is traced by whatever names it, from webhook to outcome, without a word of what it says."""

from __future__ import annotations

from datetime import timedelta

from referrals.books.references import Reference, find, reference_of
from referrals.books.tracing import Trace, trace
from referrals.outbox.noting import note_attempt
from referrals.outbox.retrying import retry_parked_message
from referrals.protection.external_ids import kept_id
from tests.conftest import FrozenClock
from tests.referrals.books.writing import Writing

WAMID = "wamid.HBgLOTY1NTAwMDAwNDEVAgARGBI"


def traced(writing: Writing, name: str) -> Trace:
    """The way of the one thing of that name."""
    with writing.store.reading() as uow:
        (found,) = find(uow, name)
        way = trace(uow, found)
    assert way is not None
    return way


def told(way: Trace) -> list[tuple[str, str]]:
    return [(str(step.reference), step.what) for step in way.steps]


def kept(writing: Writing) -> str:
    return writing.store.transact(lambda uow: kept_id(uow, WAMID))


def test_an_answer_is_followed_from_its_question_to_the_phone(writing: Writing, clock: FrozenClock) -> None:
    came = writing.received(handled_at=clock() + timedelta(seconds=1))
    later = clock() + timedelta(seconds=2)
    sent = writing.owed(key=f"turn:{came}:0", external_id=kept(writing), sent_at=later, delivery="read")
    news = [
        writing.status(WAMID, status, at=later + timedelta(seconds=after))
        for after, status in enumerate(("sent", "delivered", "read"), 1)
    ]
    other = writing.owed(key=f"turn:{came}0:0")
    for name in (f"in-{came}", f"out-{sent}", f"turn:{came}:0"):
        assert told(traced(writing, name)) == [
            (f"in-{came}", "received"),
            (f"out-{sent}", "owed"),
            (f"in-{came}", "handled"),
            (f"out-{sent}", "sent"),
            (f"in-{news[1]}", "delivered"),
            (f"in-{news[2]}", "read"),
        ]
    assert f"out-{other}" not in dict(told(traced(writing, f"in-{came}")))


def test_a_platforms_own_id_finds_our_message_and_the_news_of_it(writing: Writing) -> None:
    sent, news = writing.owed(external_id=kept(writing)), writing.status(WAMID, "delivered")
    with writing.store.reading() as uow:
        assert find(uow, f" {WAMID} ") == [Reference("out", sent), Reference("in", news)]
        assert find(uow, "wamid.unknown") == []
    assert (f"out-{sent}", "owed") in told(traced(writing, f"in-{news}"))


def test_each_attempt_is_told_with_its_reason_and_who_tried(writing: Writing, clock: FrozenClock) -> None:
    row = writing.owed("parked", reason="token_refused: 190", attempts=2)

    def tried(number: int, outcome: str) -> None:
        at = clock.forward(minutes=number)
        writing.store.transact(lambda uow: note_attempt(uow, row, outcome, "token_refused: 190", at, "worker:1"))

    tried(1, "retried")
    tried(2, "parked")
    assert writing.store.transact(lambda uow: retry_parked_message(uow, row, clock.forward(minutes=9), "staff:7"))
    steps = traced(writing, f"out-{row}").steps
    assert [(step.what, step.outcome, step.by) for step in steps] == [
        ("owed", "", ""),
        ("attempt", "retried", "worker:1"),
        ("attempt", "parked", "worker:1"),
        ("attempt", "again", "staff:7"),
        ("waiting", "", ""),
    ]
    assert steps[1].reason == "token_refused: 190"


def test_what_went_elsewhere_is_followed_there(writing: Writing) -> None:
    first = writing.owed("cancelled", reason="blocked; went to identity 2", key="reminder:17:48h")
    copy = writing.owed(key="reminder:17:48h@2")
    other = writing.owed(key="reminder:17:48hours")
    for name in (f"out-{first}", f"out-{copy}"):
        way = told(traced(writing, name))
        assert (f"out-{first}", "cancelled") in way and (f"out-{copy}", "sent") in way
        assert (f"out-{other}", "sent") not in way


def test_a_failed_turn_tells_its_attempts_and_why(writing: Writing) -> None:
    row = writing.received("parked", attempts=6, reason="ValueError (turns.py:70)")
    last = traced(writing, f"in-{row}").steps[-1]
    assert (last.what, last.attempts, last.reason) == ("parked", 6, "ValueError (turns.py:70)")


def test_references_are_read_as_people_type_them() -> None:
    for typed in ("in-12", "IN 12", " in12 ", "in-١٢"):
        assert reference_of(typed) == Reference("in", 12), typed
    for typed in ("", "12", "in-", "in-0", "x-12", f"out-{2**63}"):
        assert reference_of(typed) is None, typed


def test_nothing_has_an_unknown_name(writing: Writing) -> None:
    with writing.store.reading() as uow:
        for typed in ("", " ", "in-999", "out-999", "ap-1", "turn:1:0", "48219", "%", "turn:_:0"):
            assert find(uow, typed) == [], typed
        assert trace(uow, Reference("ap", 1)) is None
