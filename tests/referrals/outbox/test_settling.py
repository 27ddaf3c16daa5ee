"""What nobody knows the outcome of is decided: by a status, by time, or by what kind of message it is."""

from __future__ import annotations

from typing import get_args

import pytest

from referrals.books import books
from referrals.messages import Lane
from referrals.outbox.noting import BACKOFF_SECONDS, STATUS_SECONDS, note_sent, note_uncertain
from referrals.outbox.settling import AT_ONCE, NOT_REPEATED, give_back, sweep
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.referrals.outbox.owing import Owing, note_delivery

AGAIN: tuple[Lane, ...] = ("reply", "reminder")


@pytest.fixture
def telegram(store: Store, clock: FrozenClock) -> Owing:
    return Owing(store, clock, channel="telegram")


@pytest.fixture
def whatsapp(store: Store, clock: FrozenClock) -> Owing:
    return Owing(store, clock, channel="whatsapp")


def killed(owing: Owing, lane: Lane) -> None:
    """A message was on its way when its process was killed; the only process starts again."""
    owing.owe("a", "a0", lane=lane)
    assert owing.keys() == ["a0"]
    owing.note(give_back, owing.clock())


@pytest.mark.parametrize("lane", AGAIN)
def test_after_a_kill_an_answer_on_telegram_is_sent_again_at_once(telegram: Owing, lane: Lane) -> None:
    killed(telegram, lane)
    (row,) = telegram.lease()
    assert (row.key, row.attempts) == ("a0", 2)
    telegram.note(note_sent, row.id, "x", telegram.clock())
    assert telegram.attempts("a0")[0][1] == "lost"
    assert telegram.keys() == []


@pytest.mark.parametrize("lane", AGAIN)
def test_after_a_kill_an_answer_on_whatsapp_waits_for_a_status_first(whatsapp: Owing, lane: Lane) -> None:
    killed(whatsapp, lane)
    assert whatsapp.row("a0").state == "uncertain"
    assert whatsapp.keys() == []
    whatsapp.clock.forward(seconds=STATUS_SECONDS)
    assert whatsapp.keys() == ["a0"]


@pytest.mark.parametrize("lane", AGAIN)
def test_a_status_that_comes_after_the_kill_settles_it(whatsapp: Owing, lane: Lane) -> None:
    killed(whatsapp, lane)
    whatsapp.note(note_delivery, whatsapp.sender_id, "wamid.1", "sent", "", whatsapp.clock(), key="a0")
    whatsapp.clock.forward(seconds=STATUS_SECONDS + 1)
    assert whatsapp.keys() == []
    assert whatsapp.row("a0").state == "sent"


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_after_a_kill_a_campaigns_message_is_not_sent_again(store: Store, clock: FrozenClock, channel: str) -> None:
    owing = Owing(store, clock, channel=channel)
    killed(owing, "campaign")
    assert owing.row("a0").state == "uncertain"
    owing.clock.forward(seconds=STATUS_SECONDS)
    assert owing.keys() == []
    settled = owing.row("a0")
    assert (settled.state, settled.reason) == ("sent", NOT_REPEATED)


@pytest.mark.parametrize("lane", get_args(Lane))
def test_what_was_not_under_way_is_untouched_by_a_kill(telegram: Owing, lane: Lane) -> None:
    telegram.owe("a", "a0", lane=lane)
    telegram.note(give_back, telegram.clock())
    assert telegram.attempts("a0") == []
    assert telegram.keys() == ["a0"]


def test_an_answer_that_is_lost_each_time_is_repeated_ever_more_rarely_and_parked_in_the_end(telegram: Owing) -> None:
    """Nobody gets the same words every few seconds because a platform stopped answering."""
    telegram.owe("a", "a0")
    pauses = []
    for _ in range(len(BACKOFF_SECONDS) + 1):
        (row,) = telegram.lease()
        telegram.note(note_uncertain, row.id, row.attempts, "answer_lost", telegram.clock(), statuses=False)
        pauses.append((telegram.row("a0").leased_until - telegram.clock()).total_seconds())
        telegram.clock.now = telegram.row("a0").leased_until
    assert pauses == [*BACKOFF_SECONDS, BACKOFF_SECONDS[-1]]
    assert telegram.keys() == []
    assert telegram.row("a0").state == "parked"
    assert [outcome for _, outcome, _ in telegram.attempts("a0")] == ["uncertain"] * (len(BACKOFF_SECONDS) + 1)


def test_while_a_send_is_uncertain_what_is_said_in_another_lane_goes(telegram: Owing) -> None:
    telegram.owe("a", "c0", lane="campaign")
    (row,) = telegram.lease()
    telegram.owe("a", "r0", lane="reply")
    assert telegram.keys() == [], "one message to a person at a time"
    telegram.note(note_uncertain, row.id, 1, "answer_lost", telegram.clock(), statuses=False)
    assert telegram.keys() == ["r0"]


def test_many_past_their_time_expire_in_portions_and_none_is_sent(telegram: Owing) -> None:
    for n in range(5):
        telegram.owe(f"p{n}", f"c{n}", lane="campaign", expires_in=60)
    telegram.owe("z", "stays", lane="campaign")
    telegram.clock.forward(seconds=60)
    telegram.note(sweep, telegram.sender_id, telegram.clock())
    assert telegram.keys() == ["stays"]
    with telegram.store.reading() as uow:
        assert books(uow).outbox == {"expired": 5, "leased": 1}
    assert AT_ONCE < 1000, "a portion is noted in a moment"
