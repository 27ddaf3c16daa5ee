"""A turn is one transaction: it happened or it did not; a failing one is kept and tried again, and blocks nobody."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from referrals.conversations import turns
from referrals.conversations.front_desk import responding
from referrals.conversations.inbox.waiting import BACKOFF_SECONDS, claim_next
from referrals.conversations.interviews.sessions import NoIntakeForm
from referrals.conversations.records import Conversation, InterviewSession
from referrals.conversations.turns import reason_of, retry_parked, take_turn, take_turns
from referrals.families.records import Identity
from referrals.inbound import Address, Content, Inbound
from referrals.outbox.noting import note_sent
from referrals.protection.records import DataKey
from tests.families import GREETING, Families


def test_a_family_walks_from_its_greeting_to_a_number_and_its_centres(families: Families) -> None:
    got = families.apply("501")
    assert "رقمه" in " ".join(message.text for message in got)
    assert got[-1].choices
    families.all_handled()
    assert families.books().balance


def test_a_failing_turn_is_kept_retried_with_backoff_and_parked_with_its_reason(families: Families) -> None:
    families.say("501", GREETING)
    families.spoil("501")
    families.write(families.event("501", "القائمة"))
    waits = []
    for _ in BACKOFF_SECONDS:
        families.turns()
        row = families.inbox()[-1]
        assert row.state == "waiting"
        waits.append((row.due_at - families.clock()).total_seconds())
        take_turns(families.store, families.clock())
        assert families.inbox()[-1].attempts == row.attempts, "not tried before it is due"
        families.clock.forward(seconds=waits[-1])
    families.turns()
    row = families.inbox()[-1]
    assert waits == list(BACKOFF_SECONDS)
    assert row.state == "parked"
    assert "WrongKey" in row.reason
    assert families.books().balance


def test_a_failing_turn_leaves_nothing_behind(families: Families, monkeypatch: pytest.MonkeyPatch) -> None:
    families.say("501", GREETING)
    before = families.outbox()

    def break_down(desk: Any) -> None:
        raise RuntimeError("sample fault at the very end of the turn")

    with monkeypatch.context() as patch:
        patch.setattr("referrals.conversations.turns.save_desk", break_down)
        families.write(families.event("501", "تقديم طلب"))
        families.turns()
    assert families.outbox() == before
    families.clock.forward(seconds=2)
    families.turns()
    families.all_handled()
    assert len(families.outbox()) == len(before) + 1


def test_a_failing_turn_never_blocks_others(families: Families) -> None:
    families.say("501", GREETING)
    families.spoil("501")
    families.write(families.event("501", "القائمة"), families.event("502", GREETING), families.event("503", GREETING))
    families.turns()
    assert [row.state for row in families.inbox()] == ["handled", "waiting", "handled", "handled"]


def test_what_the_same_family_said_later_waits_for_the_failing_turn_and_keeps_its_order(families: Families) -> None:
    families.say("501", GREETING)
    families.spoil("501")
    families.write(families.event("501", "تقديم طلب"), families.event("501", "العربية"))
    families.turns()
    assert [row.state for row in families.inbox()[1:]] == ["waiting", "waiting"]
    assert families.inbox()[2].attempts == 0
    families.spoil("501")
    families.clock.forward(seconds=2)
    families.turns()
    families.all_handled()
    assert "هل توافقون" in families.read("501")[-1].text


def test_once_it_is_parked_the_family_goes_on(families: Families) -> None:
    families.say("501", GREETING)
    families.spoil("501")
    families.write(families.event("501", "تقديم طلب"))
    for seconds in (*BACKOFF_SECONDS, 0):
        families.turns()
        families.clock.forward(seconds=seconds)
    families.spoil("501")
    families.say("501", "القائمة")
    assert [row.state for row in families.inbox()] == ["handled", "parked", "handled"]


def test_a_parked_turn_that_was_mended_has_its_turn_again(families: Families) -> None:
    test_once_it_is_parked_the_family_goes_on(families)
    parked = families.inbox()[1]
    families.store.transact(lambda uow: retry_parked(uow, parked.id, families.clock()))
    families.turns()
    families.all_handled()
    assert families.books().inbox == {"handled": 3}


def test_a_payload_that_nobody_can_open_blocks_nobody(families: Families) -> None:
    """The key of one row is gone: that row fails by itself, and everybody else is answered."""
    families.write(families.event("501", GREETING), families.event("502", GREETING), families.event("503", GREETING))
    with families.store.reading() as uow:
        key = uow.connection.execute(select(DataKey.id).order_by(DataKey.created_at, DataKey.person_id)).scalars()
        keys = {row.person_id: row.id for row in uow.connection.execute(select(DataKey.__table__))}
        people = list(uow.connection.execute(select(Identity.person_id).order_by(Identity.id)).scalars())
        key.all()
    families.store.transact(lambda uow: uow.connection.execute(delete(DataKey).where(DataKey.id == keys[people[0]])))
    families.store.transact(lambda uow: uow.vault.destroy(keys[people[1]], families.clock()))
    families.store.vault.forget(keys[people[0]])
    families.turns()
    first, second, third = families.inbox()
    assert (first.state, second.state, third.state) == ("waiting", "handled", "handled")
    assert "WrongKey" in first.reason
    assert second.reason == "erased"
    assert len(families.read("503")) == 1


def test_two_turns_of_one_family_at_once_one_wins_and_the_other_runs_again(families: Families) -> None:
    """A tick and a turn, or two workers, change one thread: its version decides, nothing is overwritten."""
    families.say("501", GREETING)
    with families.store.reading() as uow:
        thread = uow.connection.execute(select(Conversation.id)).scalar_one()
    families.write(families.event("501", "تقديم طلب"))

    def meanwhile(uow: Any) -> None:
        claimed = claim_next(uow, families.clock())
        assert claimed is not None
        original = responding.respond

        def respond(desk: Any, content: Content) -> None:
            original(desk, content)
            uow.connection.execute(
                update(Conversation).where(Conversation.id == thread).values(version=Conversation.version + 1)
            )

        with pytest.MonkeyPatch.context() as patch, uow.nested():
            patch.setattr(turns, "respond", respond)
            take_turn(uow, claimed, families.clock())

    with pytest.raises(Exception, match="at the same moment"):
        families.store.transact(meanwhile)
    assert families.inbox()[-1].state == "waiting"
    families.turns()
    families.all_handled()
    assert "العربية" in [choice.label for choice in families.read("501")[-1].choices]


def test_many_workers_keep_the_order_of_each_family(families: Families) -> None:
    """Six families answer the first five questions all at once; four workers take turns: nobody's answers mix."""
    people = [f"60{n}" for n in range(6)]
    steps = [GREETING, "تقديم طلب", "العربية", "أوافق", "أنا وحدي", "نعم", "لي ولأهل بيتي", "لا"]
    for text in steps:
        families.write(*(families.event(who, text) for who in people))
    errors: list[BaseException] = []

    def work() -> None:
        try:
            while any(row.state == "waiting" for row in families.inbox()):
                families.clock.forward(seconds=0.5)
                take_turns(families.store, families.clock())
        except BaseException as failure:  # told to the test below
            errors.append(failure)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors
    families.all_handled()
    families.read()
    assert all("ما اسمكم" in families.heard[who][-1].text for who in people)
    assert all(len(families.heard[who]) == len(steps) for who in people)
    assert families.books().balance


def test_two_workers_never_take_the_same_turn(families: Families) -> None:
    families.write(*(families.event(f"7{n:02}", GREETING) for n in range(30)))
    with ThreadPoolExecutor(3) as pool:
        taken = list(pool.map(lambda _: take_turns(families.store, families.clock()), range(6)))
    assert sum(taken) == 30
    assert len(families.outbox()) == 30


def test_a_status_before_its_send_is_kept_until_the_send_was_noted(families: Families) -> None:
    families.write(families.event("501", GREETING))
    families.turns()
    (row,) = families.store.transact(families._lease)
    status = Inbound("status", "wamid.1", Address("phone", "501"), status="delivered")
    families.write(status)
    families.turns()
    assert families.inbox()[-1].state == "waiting"
    families.store.transact(lambda uow: note_sent(uow, row.id, "wamid.1", families.clock()))
    families.clock.forward(seconds=2)
    families.turns()
    families.all_handled()
    assert families.outbox()[0].delivery == "delivered"


def test_a_status_of_a_message_that_is_not_ours_is_let_go_in_the_end(families: Families) -> None:
    families.write(Inbound("status", "wamid.unknown", Address("phone", "501"), status="read"))
    for seconds in BACKOFF_SECONDS:
        families.turns()
        families.clock.forward(seconds=seconds)
    families.all_handled()


def test_an_interview_survives_three_weeks_and_goes_on_where_it_was(families: Families) -> None:
    families.apply("501", until="كم العمر")
    families.clock.forward(days=21)
    got = families.say("501", GREETING)
    assert got
    families.all_handled()
    with families.store.reading() as uow:
        assert uow.connection.execute(select(InterviewSession.status)).scalar_one() == "asking"


@pytest.mark.parametrize(
    "choice",
    [
        "d:slot:take:1:1",
        "d:slot:take:x:y",
        "d:slot:take:99999999999999999999:99999999999999999999",
        "d:slot:other:-1",
        "d:centre:1:1",
        "d:centre:٣:x",
        "d:centre:-1",
        "d:agree:yes",
        "d:reminder:come:٧",
        "d:reminder:cancel:999999999999999999999999",
        "d:cancel:yes:",
        "d:missed:again:0",
        "d:outcome:yes:12345678901234567890",
        "d:answer:show:abc",
        "d:consent:yes",
        "d:erase:yes",
        "d:stop:application",
        "d:menu:nothing",
        "d:menu:",
        "d::",
        "d:",
        "q",
        "",
        "x" * 64,
        "interview:1",
        "q1:2:3",
    ],
)
def test_a_forged_or_old_button_fails_no_turn(choice: str, sqlite_store: Any, clock: Any) -> None:
    families = Families(sqlite_store, clock)
    families.say("501", choice=choice or "d")
    families.say("501", GREETING)
    families.say("501", choice=choice or "d")
    families.all_handled()
    families.apply("502", until="كم العمر")
    families.say("502", choice=choice or "d")
    families.all_handled()


def test_an_old_number_too_large_for_the_database_fails_no_turn(families: Families) -> None:
    families.say("501", GREETING)
    for stage in ("slot:take", "reminder:come", "cancel:yes", "missed:again", "outcome:yes", "answer:show"):
        families.say("501", choice=f"d:{stage}:99999999999999999999:99999999999999999999")
    families.all_handled()


@pytest.mark.parametrize(
    "content",
    [
        Content(),
        Content(text=" \n\t "),
        Content(text="\u200f\u200f"),
        Content(text="أ" * 20_000),
        Content(text="1" * 5_000),
        Content(point=(999.0, -999.0, -1.0)),
        Content(point=(float("1e308"), 0.0, 0.0)),
        Content(contact_phone="x"),
        Content(text="{number} {centre} %s %(x)s {0}"),
        Content(text="😀" * 500),
        Content(start="../../etc", text="/start"),
    ],
)
def test_whatever_a_person_sends_something_is_answered_and_nothing_fails(
    content: Content, sqlite_store: Any, clock: Any
) -> None:
    families = Families(sqlite_store, clock)
    for until in (None, "هل توافقون", "كم العمر", "أين البيت"):
        who = f"who-{until}"
        if until is not None:
            families.apply(who, until=until)
        event = families.event(who)
        families.write(replace(event, content=content))
        families.turns()
        assert families.read(who), "no answer at all"
    families.all_handled()


def test_a_reason_holds_no_word_and_no_number_of_a_family() -> None:
    for secret in ("فاطمة عيّنة", "Fatma Sample", "284051234567", "+965 5001 2345"):
        for kind in (ValueError, NoIntakeForm):
            told = reason_of(kind(f"cannot read {secret!r}"))
            assert told.startswith(kind.__name__)
            assert secret not in told
        assert secret not in reason_of(KeyError(secret))
    assert "no intake form" in reason_of(NoIntakeForm("the programme kuwait has no intake form"))
    assert "'ux_person_key'" in reason_of(NoIntakeForm("broken: 'ux_person_key'"))
