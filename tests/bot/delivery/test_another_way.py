"""Over HTTP: what WhatsApp does not bring reaches the same person on Telegram, or is called for; staff hear why."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.remembering import StoredMemory
from bot.channels.sender import Sender
from bot.channels.telegram_out import TelegramSender
from bot.channels.whatsapp_in import split
from bot.channels.whatsapp_out import WhatsAppSender
from bot.delivery.engine import Delivery
from referrals.conversations.inbox.waiting import receive
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.records import HelpRequest
from referrals.families.identities import join_person
from referrals.families.records import Identity
from referrals.senders.notices import open_notices
from referrals.senders.templates import TemplateListed, keep_templates
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.platforms.bot_api import BotApi
from tests.platforms.graph_api import PHONE_ID, TOKEN, GraphApi
from tests.platforms.local_server import Fault

REMINDER = "تذكير: موعدكم غداً، الساعة ١٠ صباحاً، رقم ١٢٣٤."


class Two:
    """One family on both messengers, and the service that speaks to them."""

    def __init__(self, store: Store, clock: FrozenClock, graph: GraphApi, bots: BotApi) -> None:
        self.store, self.clock, self.graph, self.bots = store, clock, graph, bots
        self.on_whatsapp, self.on_telegram = graph.family("أم عيّنة"), bots.family("أم عيّنة")
        self.whatsapp = Families(store, clock, channel="whatsapp", account=PHONE_ID)
        self.telegram = Families(store, clock, account="2")
        self.telegram.say(str(self.on_telegram.user_id), "السلام عليكم")
        self.whatsapp.say(f"+{self.on_whatsapp.phone}", "السلام عليكم")
        self.store.transact(self._join)

    def _join(self, uow: UnitOfWork) -> None:
        here, there = (
            uow.session.scalars(select(Identity).filter_by(sender_id=each.sender_id)).one()
            for each in (self.whatsapp, self.telegram)
        )
        self.person_id = here.person_id
        join_person(uow, there.id, here.person_id, self.clock())

    def remind(self, reason: str = "reminder:17:48h") -> None:
        """Owes a reminder where they wrote last: on WhatsApp."""

        def work(uow: UnitOfWork) -> None:
            reach(
                uow,
                self.person_id,
                "kuwait",
                self.clock(),
                reason=reason,
                compose=lambda desk: desk.tell(
                    REMINDER, purpose="reminder", template="appointment_reminder", parameters=("غداً", "١٠", "١٢٣٤")
                ),
            )

        self.store.transact(work)

    def deliver(self) -> None:
        """Delivers what is owed on both."""

        async def run() -> None:
            memory = StoredMemory(self.store, self.clock, self.whatsapp.sender_id)
            senders: list[tuple[int, str, Sender]] = [
                (self.whatsapp.sender_id, "whatsapp", WhatsAppSender(TOKEN, PHONE_ID, self.graph.url, memory=memory)),
                (self.telegram.sender_id, "telegram", TelegramSender(self.bots.token, self.bots.url)),
            ]
            for sender_id, channel, sender in senders:
                await Delivery(self.store, self.clock, sender_id, channel, sender).deliver()
                await sender.close()

        asyncio.run(run())

    def told(self, *values: dict[str, Any]) -> None:
        """A webhook with these statuses comes in and is handled."""
        for part in split(self.graph.post_value(*values)):
            events = part.events
            self.store.transact(lambda uow, events=events: receive(uow, self.whatsapp.sender_id, events, self.clock()))  # type: ignore[misc]  # bound at once
        self.whatsapp.turns()

    def calls(self) -> int:
        with self.store.reading() as uow:
            return len(uow.session.scalars(select(HelpRequest).filter_by(kind="call")).all())


@pytest.fixture
def two(store: Store, clock: FrozenClock) -> Iterator[Two]:
    with GraphApi() as graph, BotApi() as bots:
        yield Two(store, clock, graph, bots)


def test_a_number_that_nothing_reaches_is_reached_on_the_other_messenger(two: Two) -> None:
    two.graph.fail_next("messages", Fault("status", 400, 131026))
    two.remind()
    two.deliver()
    assert (two.on_whatsapp.heard, two.on_telegram.heard) == ([], [REMINDER])
    two.clock.forward(minutes=1)
    two.remind("reminder:17:3h")
    two.deliver()
    assert len(two.on_telegram.heard) == 2, "from now on it is told there at once"
    assert two.calls() == 0 and two.whatsapp.books().balance


def test_a_failure_that_comes_later_in_a_status_does_the_same(two: Two) -> None:
    two.remind()
    two.deliver()
    (taken,) = two.on_whatsapp.taken
    failed = {"id": taken.wamid, "status": "failed", "timestamp": "1", "recipient_id": two.on_whatsapp.phone}
    two.told({"statuses": [{**failed, "errors": [{"code": 131026, "title": "Message undeliverable"}]}]})
    two.deliver()
    assert two.on_telegram.heard == [REMINDER]
    assert two.whatsapp.books().balance


def test_a_paused_template_is_not_sent_and_staff_hear_of_it(two: Two) -> None:
    paused = TemplateListed("appointment_reminder", "ar", "PAUSED", parameters=3, quick_replies=0)
    two.store.transact(lambda uow: keep_templates(uow, two.whatsapp.sender_id, [paused], two.clock()))
    two.clock.forward(hours=30)
    two.remind()
    two.deliver()
    assert (two.on_whatsapp.taken, two.graph.refused) == ([], [])
    assert two.on_telegram.heard == [REMINDER]
    with two.store.reading() as uow:
        assert [notice.event for notice in open_notices(uow)] == ["template_paused"]


def test_where_neither_goes_a_volunteer_calls(two: Two) -> None:
    two.on_telegram.block()
    two.graph.fail_next("messages", Fault("status", 400, 131026))
    two.remind()
    two.deliver()
    two.deliver()
    assert (two.on_whatsapp.heard, two.on_telegram.heard, two.calls()) == ([], [], 1)
    assert [row.state for row in two.whatsapp.outbox() if row.key.startswith("reminder:")] == ["cancelled", "parked"]
    assert two.whatsapp.books().balance


def test_an_account_that_has_to_be_mended_keeps_the_message_and_tells_staff(two: Two) -> None:
    two.graph.fail_next("messages", Fault("status", 403, 131042))
    two.remind()
    two.deliver()
    with two.store.reading() as uow:
        assert [notice.event for notice in open_notices(uow)] == ["payment"]
    two.clock.forward(hours=2)
    two.deliver()
    assert two.on_whatsapp.heard == [REMINDER]
