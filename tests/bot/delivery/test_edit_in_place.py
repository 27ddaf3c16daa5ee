"""Turning a page and marking an answer change the message on the screen: over HTTP, from the update to the edit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from bot.channels.telegram_in import read_update
from bot.channels.telegram_out import TelegramSender
from bot.delivery.engine import Delivery
from referrals.conversations.inbox.waiting import receive
from referrals.conversations.turns import take_turns
from referrals.senders.ensuring import ensure_sender
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.platforms.bot_api import BotApi, ShownMessage
from tests.platforms.telegram_family import TelegramFamily
from tests.transcript_forms import put_in_force


class Chat:
    """A family on the local Bot API and the service behind it, one update at a time."""

    def __init__(self, api: BotApi, store: Store, clock: FrozenClock) -> None:
        self.api, self.store, self.clock = api, store, clock
        self.family: TelegramFamily = api.family("أم عيّنة")
        store._parsed = {}  # definitions of a test have numbers that mean others in the next one
        self.sender_id = store.transact(
            lambda uow: ensure_sender(uow, "telegram", "1", clock(), programmes=["kuwait"]).id
        )
        store.transact(lambda uow: put_in_force(uow, "kuwait", "places", clock()))

    def say(self, words: str) -> None:
        self.family.say(words)
        self._answer()

    def tap(self, label: str) -> None:
        self.family.tap(label)
        self._answer()

    @property
    def last(self) -> ShownMessage:
        return self.family.shown[-1]

    def _answer(self) -> None:
        self.clock.forward(seconds=5)
        events = read_update(self.api.updates[-1])
        self.store.transact(lambda uow: receive(uow, self.sender_id, events, self.clock()))
        while take_turns(self.store, self.clock()):
            pass
        asyncio.run(self._deliver())

    async def _deliver(self) -> None:
        sender = TelegramSender(self.api.token, self.api.url)
        try:
            while await Delivery(self.store, self.clock, self.sender_id, "telegram", sender).deliver():
                self.clock.forward(seconds=2)
        finally:
            await sender.close()


@pytest.fixture
def chat(sqlite_store: Store, clock: FrozenClock) -> Iterator[Chat]:
    """A family at the first question of a form with long lists."""
    with BotApi() as api:
        made = Chat(api, sqlite_store, clock)
        made.say("السلام عليكم")
        for label in ("تقديم طلب", "العربية", "أوافق", "أنا وحدي", "نعم"):
            made.tap(label)
        yield made


def test_the_next_page_takes_the_place_of_this_one(chat: Chat) -> None:
    shown = len(chat.family.shown)
    chat.tap("إجابات أخرى")
    assert len(chat.family.shown) == shown
    assert chat.last.labels == ["٩. نجع حمادي", "١٠. إسنا", "١١. أرمنت", "١٢. الطود", "الإجابات السابقة"]
    chat.tap("الإجابات السابقة")
    assert len(chat.family.shown) == shown
    assert chat.last.labels[0] == "١. قنا"


def test_a_number_of_another_page_is_understood(chat: Chat) -> None:
    chat.tap("إجابات أخرى")
    chat.say("٢")
    chat.say("مراجعة")
    assert "١. المدينة: قوص" in chat.last.text


def test_marks_are_set_and_taken_away_in_the_same_message(chat: Chat) -> None:
    for words in ("قوص", "طوخ"):
        chat.say(words)
    shown = len(chat.family.shown)
    chat.tap("٢. الماء")
    assert "✓ ٢. الماء" in chat.last.labels
    chat.tap("✓ ٢. الماء")
    chat.tap("٤. الدواء")
    assert len(chat.family.shown) == shown
    assert [label for label in chat.last.labels if label.startswith("✓")] == ["✓ ٤. الدواء"]
    assert chat.last.text.endswith("اخترتم: الدواء. هل هذا كل شيء؟")
    chat.tap("هذا كل شيء")
    assert len(chat.family.shown) == shown + 1


def test_a_message_that_is_gone_is_sent_anew(chat: Chat) -> None:
    shown = len(chat.family.shown)
    chat.family.tap("إجابات أخرى")
    chat.api.messages.remove(chat.last)
    chat._answer()
    assert len(chat.family.shown) == shown
    assert chat.last.labels[0] == "٩. نجع حمادي"


def test_the_same_tap_twice_is_the_same_page(chat: Chat) -> None:
    chat.tap("إجابات أخرى")
    before = (len(chat.family.shown), chat.last.text)
    first = next(update for update in reversed(chat.api.updates) if "callback_query" in update)
    again = {**first, "callback_query": {**first["callback_query"], "id": "another-tap"}}
    chat.api.updates.append(again)
    chat._answer()
    assert (len(chat.family.shown), chat.last.text) == before
