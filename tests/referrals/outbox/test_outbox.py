"""What is owed is sent once, in order, replies before reminders before campaigns; whatever happens, nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from sqlalchemy import insert, update

from referrals.books import books
from referrals.families.records import Identity
from referrals.families.standing import note_presence
from referrals.messages import Choice, MediaIntent, Message
from referrals.outbox.blocked import ASIDE, ASIDE_FOR
from referrals.outbox.buckets import PACES, block
from referrals.outbox.lease import LEASE_SECONDS
from referrals.outbox.noting import (
    BACKOFF_SECONDS,
    STATUS_SECONDS,
    note_parked,
    note_retry,
    note_sent,
    note_uncertain,
)
from referrals.outbox.owe import cancel_owed, from_json, to_json
from referrals.outbox.records import OutboxMessage
from referrals.outbox.settling import overdue_leases, take_back
from referrals.store.unit_of_work import Store
from tests.conftest import SUNDAY_MORNING, FrozenClock
from tests.referrals.outbox.owing import Owing, note_delivery


@pytest.fixture
def owing(store: Store, clock: FrozenClock) -> Owing:
    return Owing(store, clock)


@pytest.fixture
def telegram(store: Store, clock: FrozenClock) -> Owing:
    return Owing(store, clock, channel="telegram")


def take_back_overdue(owing: Owing) -> None:
    ids = [row_id for row_id, _ in owing.note(overdue_leases, owing.sender_id, owing.clock())]
    owing.note(take_back, ids, owing.clock())


def test_a_key_written_twice_is_a_no_op(owing: Owing) -> None:
    assert owing.owe("a", "reminder:17:48h") is not None
    assert owing.owe("a", "reminder:17:48h") is None
    assert owing.keys() == ["reminder:17:48h"]


def test_a_key_written_by_many_at_once_is_one(owing: Owing) -> None:
    owing.owe("a", "other")
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: owing.owe("a", "reminder:17:48h"), range(6)))
    assert len([each for each in made if each is not None]) == 1


def test_lanes_replies_then_reminders_then_campaigns(owing: Owing) -> None:
    for who, key, lane in (("a", "c", "campaign"), ("b", "r", "reminder"), ("c", "q", "reply"), ("d", "q2", "reply")):
        owing.owe(who, key, lane=lane)  # type: ignore[arg-type]  # words of a tuple
        owing.clock.forward(seconds=1)
    assert owing.keys() == ["q", "q2", "r", "c"]


def test_a_campaign_backlog_of_thousands_does_not_delay_a_reply(owing: Owing) -> None:
    """By order, not by time: the reply that was owed last is leased first."""
    owing.owe("first", "campaign:0", lane="campaign")
    campaign = owing.row("campaign:0")
    values = {name: value for name, value in campaign._mapping.items() if name != "id"}
    rows = [{**values, "key": f"campaign:{n}"} for n in range(1, 3001)]
    owing.store.transact(lambda uow: uow.connection.execute(insert(OutboxMessage), rows))
    owing.clock.forward(seconds=1)
    owing.owe("late", "turn:1:0")
    assert owing.keys(1) == ["turn:1:0"]


def test_the_messages_of_one_person_are_leased_one_after_the_other(owing: Owing) -> None:
    for n in range(3):
        owing.owe("a", f"a{n}")
    owing.owe("b", "b0")
    sent = []
    for _ in range(3):
        rows = owing.lease()
        sent.append([row.key for row in rows])
        assert owing.keys() == [], "nothing more until it was noted"
        for row in rows:
            owing.note(note_sent, row.id, f"x{row.id}", owing.clock())
    assert sent == [["a0", "b0"], ["a1"], ["a2"]]


def test_a_message_that_must_be_sent_again_is_not_overtaken_by_the_next(owing: Owing) -> None:
    owing.owe("a", "a0")
    owing.owe("a", "a1")
    (row,) = owing.lease()
    owing.note(note_retry, row.id, row.attempts, "platform error", owing.clock(), after=None)
    assert owing.keys() == []
    owing.clock.forward(seconds=BACKOFF_SECONDS[0])
    assert owing.keys() == ["a0"]


def test_a_message_planned_for_later_holds_nothing_back(owing: Owing) -> None:
    owing.owe("a", "tomorrow", due_in=86_400)
    owing.owe("a", "now")
    assert owing.keys() == ["now"]


def test_two_workers_never_lease_the_same_message(telegram: Owing) -> None:
    for n in range(20):
        telegram.owe(f"p{n}", f"k{n}")
    with ThreadPoolExecutor(4) as pool:
        for _ in range(40):
            got = list(pool.map(lambda n: telegram.lease(5, f"w{n}"), range(4)))
            for row in (row for rows in got for row in rows):
                assert telegram.row(row.key).attempts == 1
                telegram.note(note_sent, row.id, row.key, telegram.clock())
            telegram.clock.forward(seconds=0.2)
    with telegram.store.reading() as uow:
        assert books(uow).outbox == {"sent": 20}


def test_the_lease_of_a_dead_worker_comes_back(owing: Owing) -> None:
    owing.owe("a", "a0")
    assert owing.keys() == ["a0"]
    owing.clock.forward(seconds=LEASE_SECONDS - 1)
    assert owing.note(overdue_leases, owing.sender_id, owing.clock()) == []
    owing.clock.forward(seconds=2)
    assert owing.keys() == [], "whose lease is over may be slow: only who has watched for a while takes it back"
    take_back_overdue(owing)
    (row,) = owing.lease(worker="two")
    assert (row.key, row.attempts) == ("a0", 2)


def test_a_worker_that_comes_back_late_takes_nothing_back(owing: Owing) -> None:
    """It was sent by another meanwhile: a failure that is noted now must not send it a third time."""
    owing.owe("a", "a0")
    (row,) = owing.lease()
    owing.clock.forward(seconds=LEASE_SECONDS + 1)
    take_back_overdue(owing)
    (again,) = owing.lease(worker="two")
    owing.note(note_sent, again.id, "x1", owing.clock())
    owing.note(note_retry, row.id, row.attempts, "late", owing.clock(), after=None)
    owing.note(note_uncertain, row.id, row.attempts, "late", owing.clock(), statuses=True)
    owing.note(note_parked, row.id, "late", owing.clock())
    assert owing.row("a0").state == "sent"


def test_a_message_past_its_time_expires_and_lets_the_next_pass(owing: Owing) -> None:
    owing.owe("a", "a0", expires_in=60)
    owing.clock.forward(seconds=61)
    owing.owe("a", "a1")
    assert owing.keys() == ["a1"]
    assert owing.row("a0").state == "expired"


def test_a_failed_send_is_tried_again_with_backoff_then_parked_with_its_reason(owing: Owing) -> None:
    owing.owe("a", "a0")
    for seconds in BACKOFF_SECONDS:
        (row,) = owing.lease()
        owing.note(note_retry, row.id, row.attempts, "platform error: 500", owing.clock(), after=None)
        assert owing.keys() == []
        owing.clock.forward(seconds=seconds)
    (row,) = owing.lease()
    owing.note(note_retry, row.id, row.attempts, "platform error: 500", owing.clock(), after=None)
    parked = owing.row("a0")
    assert (parked.state, parked.reason) == ("parked", "platform error: 500")


def test_being_told_to_wait_never_parks(owing: Owing) -> None:
    owing.owe("a", "a0")
    for _ in range(len(BACKOFF_SECONDS) + 3):
        (row,) = owing.lease()
        owing.note(note_retry, row.id, row.attempts, "429", owing.clock(), after=3)
        owing.clock.forward(seconds=3)
    assert owing.row("a0").state == "waiting"


@pytest.mark.parametrize("lane", ["reply", "reminder"])
def test_an_uncertain_reply_or_reminder_is_sent_again(owing: Owing, lane: str) -> None:
    owing.owe("a", "a0", lane=lane)  # type: ignore[arg-type]  # a lane's name
    (row,) = owing.lease()
    owing.note(note_uncertain, row.id, row.attempts, "answer_lost", owing.clock(), statuses=True)
    assert owing.row("a0").state == "uncertain"
    assert owing.keys() == []
    owing.clock.forward(seconds=STATUS_SECONDS + 1)
    assert owing.keys() == ["a0"]


def test_an_uncertain_campaign_message_is_not_sent_again(owing: Owing) -> None:
    owing.owe("a", "c0", lane="campaign")
    (row,) = owing.lease()
    owing.note(note_uncertain, row.id, row.attempts, "answer_lost", owing.clock(), statuses=True)
    owing.clock.forward(seconds=STATUS_SECONDS + 1)
    assert owing.keys() == []
    assert owing.row("c0").state == "sent"


def test_a_status_settles_an_uncertain_send_by_our_own_key(owing: Owing) -> None:
    """Its answer was lost, and with it the platform's id: the key that we sent along comes back in the status."""
    owing.owe("a", "a0")
    (row,) = owing.lease()
    owing.note(note_uncertain, row.id, row.attempts, "answer_lost", owing.clock(), statuses=True)
    assert owing.note(note_delivery, owing.sender_id, "wamid.9", "sent", "", owing.clock(), key="a0")
    settled = owing.row("a0")
    assert settled.state == "sent"
    assert settled.external_id.startswith("wamid:"), "the id holds a phone number: only its keyed hash is kept"
    assert "wamid.9" not in settled.external_id
    owing.clock.forward(seconds=STATUS_SECONDS + 1)
    assert owing.keys() == []
    assert owing.note(note_delivery, owing.sender_id, "wamid.9", "read", "", owing.clock())
    assert owing.row("a0").delivery == "read"


def test_a_status_settles_a_send_whose_worker_was_killed(owing: Owing) -> None:
    owing.owe("a", "a0")
    (row,) = owing.lease()
    owing.note(note_delivery, owing.sender_id, "wamid.9", "delivered", "", owing.clock(), key="a0")
    owing.clock.forward(seconds=LEASE_SECONDS + 1)
    assert owing.keys() == []
    owing.note(note_sent, row.id, "wamid.9", owing.clock())
    assert owing.row("a0").delivery == "delivered"


def test_while_a_send_is_uncertain_the_next_question_waits(owing: Owing) -> None:
    owing.owe("a", "a0")
    owing.owe("a", "a1")
    (row,) = owing.lease()
    owing.note(note_uncertain, row.id, row.attempts, "answer_lost", owing.clock(), statuses=True)
    assert owing.keys() == []
    owing.note(note_delivery, owing.sender_id, "wamid.9", "sent", "", owing.clock(), key="a0")
    assert owing.keys() == ["a1"]


@pytest.mark.parametrize(
    ("told", "stands"),
    [
        (("sent", "delivered", "read"), "read"),
        (("read", "delivered", "sent"), "read"),
        (("delivered", "accepted"), "delivered"),
        (("read", "failed"), "read"),
        (("failed", "delivered"), "failed"),
    ],
)
def test_delivery_status_only_moves_forward(owing: Owing, told: tuple[str, ...], stands: str) -> None:
    owing.owe("a", "a0")
    (row,) = owing.lease()
    owing.note(note_sent, row.id, "x1", owing.clock())
    for status in told:
        assert owing.note(note_delivery, owing.sender_id, "x1", status, "131026", owing.clock())
    assert owing.row("a0").delivery == stands
    assert owing.row("a0").state == ("parked" if stands == "failed" else "sent")


def test_a_status_of_another_sender_is_not_ours(owing: Owing) -> None:
    owing.owe("a", "a0")
    (row,) = owing.lease()
    owing.note(note_sent, row.id, "x1", owing.clock())
    assert not owing.note(note_delivery, owing.sender_id + 1, "x1", "read", "", owing.clock(), key="a0")
    assert not owing.note(note_delivery, owing.sender_id, "x2", "read", "", owing.clock(), key="")


def test_nothing_is_sent_to_who_blocked_us_until_they_no_longer_do(owing: Owing) -> None:
    owing.owe("a", "a0")
    owing.owe("a", "a1")
    identity = owing.row("a0").identity_id
    owing.note(note_presence, identity, blocked=True, at=owing.clock())
    assert owing.keys() == []
    owing.owe("a", "a2")
    owing.note(note_presence, identity, blocked=False, at=owing.clock())
    sent = []
    for _ in range(3):
        (row,) = owing.lease()
        sent.append(row.key)
        owing.note(note_sent, row.id, row.key, owing.clock())
    assert sent == ["a0", "a1", "a2"], "in the order in which they were owed"


def test_what_waits_for_somebody_who_blocked_us_is_not_looked_at_again_and_again(owing: Owing) -> None:
    for n in range(5):
        owing.owe("a", f"a{n}", lane="campaign")
    owing.note(note_presence, owing.row("a0").identity_id, blocked=True, at=owing.clock())
    owing.owe("b", "b0", lane="campaign")
    assert owing.keys() == ["b0"]
    aside = [owing.row(f"a{n}") for n in range(5)]
    assert all(row.state == "waiting" and row.due_at > owing.clock() and row.reason == ASIDE for row in aside)
    owing.note(lambda uow: uow.connection.execute(update(Identity).values(blocked_at=None)))
    owing.clock.forward(seconds=ASIDE_FOR.total_seconds())
    assert owing.keys(1) == ["a0"], "a block that was lifted unnoticed keeps nothing for ever"


def test_what_expires_while_they_block_us_is_never_sent(owing: Owing) -> None:
    owing.owe("a", "a0", expires_in=60)
    owing.note(note_presence, owing.row("a0").identity_id, blocked=True, at=owing.clock())
    assert owing.keys() == []
    owing.clock.forward(seconds=61)
    owing.note(note_presence, owing.row("a0").identity_id, blocked=False, at=owing.clock())
    assert owing.keys() == []
    assert owing.row("a0").state == "expired"


def test_what_is_cancelled_is_not_sent(owing: Owing) -> None:
    owing.owe("a", "c0", lane="campaign")
    owing.owe("a", "a0")
    identity = owing.row("a0").identity_id
    owing.note(cancel_owed, identity, purposes=("campaign",), reason="stopped")
    assert owing.keys() == ["a0"]
    assert owing.row("c0").state == "cancelled"


# ---- buckets


def test_two_workers_share_the_bucket_of_a_sender(telegram: Owing) -> None:
    for n in range(40):
        telegram.owe(f"p{n}", f"k{n}")
    burst = int(PACES["telegram"].sender.burst)
    first = telegram.lease(40, "one")
    second = telegram.lease(40, "two")
    assert len(first) + len(second) == burst
    telegram.clock.forward(seconds=0.2)
    with ThreadPoolExecutor(2) as pool:
        both = [len(rows) for rows in pool.map(lambda worker: telegram.lease(40, worker), ("one", "two"))]
    assert sum(both) == burst, "a fifth of a second brings five, of which the bucket holds three"


def test_no_second_of_sending_goes_over_the_platforms_limit(telegram: Owing) -> None:
    """Telegram: about 30 a second to different chats."""
    for n in range(90):
        telegram.owe(f"p{n}", f"k{n}")
    sent: list[float] = []
    for tick in range(100):
        sent += [tick / 20] * len(telegram.lease(25))
        telegram.clock.forward(seconds=0.05)
    assert len(sent) == 90
    assert max(sum(start <= each < start + 1 for each in sent) for start in sent) <= 30


def test_one_chat_gets_one_a_second_after_a_short_burst(telegram: Owing) -> None:
    for n in range(8):
        telegram.owe("a", f"k{n}")
    times = []
    for tick in range(200):
        for row in telegram.lease():
            times.append(tick / 10)
            telegram.note(note_sent, row.id, row.key, telegram.clock())
        telegram.clock.forward(seconds=0.1)
    assert len(times) == 8
    assert all(later - earlier > 0.99 for earlier, later in pairwise(times[3:]))


def test_a_chat_that_must_wait_does_not_hold_up_the_others(telegram: Owing) -> None:
    for n in range(6):
        telegram.owe("busy", f"busy{n}")
    telegram.owe("other", "other")
    for _ in range(3):
        for row in telegram.lease():
            telegram.note(note_sent, row.id, row.key, telegram.clock())
    assert telegram.row("other").state == "sent"
    assert telegram.row("busy3").state == "waiting"


def test_after_a_429_nobody_sends_until_the_platforms_own_time(telegram: Owing) -> None:
    telegram.owe("a", "a0")
    telegram.owe("b", "b0")
    telegram.note(block, telegram.sender_id, 7.0, telegram.clock())
    telegram.clock.forward(seconds=6)
    assert telegram.keys() == []
    telegram.clock.forward(seconds=1)
    assert sorted(telegram.keys()) == ["a0", "b0"]


def test_a_clock_that_was_set_back_does_not_stop_sending(telegram: Owing) -> None:
    telegram.owe("a", "a0")
    assert telegram.keys() == ["a0"]
    telegram.clock.forward(days=-2)
    telegram.owe("b", "b0")
    assert telegram.keys() == [], "what the bucket holds is unknown: it counts as empty"
    telegram.clock.forward(seconds=0.05)
    assert telegram.keys() == ["b0"]


# ---- what is stored


def test_a_message_comes_out_of_its_stored_form_as_it_went_in() -> None:
    message = Message(
        "نص",
        (Choice("d:x:1", "زر", "شرح"),),
        (MediaIntent("stored", {"media_id": 4}),),
        ask="location",
        template="sanad_reminder",
        parameters=("١", "٢"),
        purpose="reminder",
        expires_at=SUNDAY_MORNING,
    )
    assert from_json(to_json(message)) == message


def test_the_books_balance_in_every_state(owing: Owing) -> None:
    for n in range(8):
        owing.owe(f"p{n}", f"k{n}", expires_in=3600 if n == 7 else None)
    rows = owing.lease(5)
    owing.note(note_sent, rows[0].id, "x", owing.clock())
    owing.note(note_parked, rows[1].id, "refused", owing.clock())
    owing.note(note_uncertain, rows[2].id, 1, "lost", owing.clock(), statuses=True)
    owing.note(cancel_owed, owing.row("k5").identity_id, purposes=("service",), reason="stopped")
    owing.clock.forward(seconds=10)
    with owing.store.reading() as uow:
        stand = books(uow)
    assert stand.balance
    assert stand.outbox == {"sent": 1, "parked": 1, "uncertain": 1, "leased": 2, "cancelled": 1, "waiting": 2}
