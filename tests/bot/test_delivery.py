"""Delivery sends what is owed with no transaction open, and notes what became of it, whatever that was."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.channels.failures import DeliveryFailed, Sent
from bot.channels.fitting import Fitted
from bot.channels.simulator import Simulator
from bot.delivery import Delivery
from referrals.conversations.inbox import receive
from referrals.conversations.turns import take_turns
from referrals.families.records import Identity
from referrals.inbound import Address, Inbound
from referrals.media.records import Media
from referrals.messages import MediaIntent, Message
from referrals.outbox.owe import owe
from referrals.outbox.records import OutboxMessage
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families


class World(Families):
    """A store, the simulator as its channel, and delivery between them."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.simulator = Simulator()
        self.delivery = Delivery(self.store, self.clock, self.sender_id, self.channel, self.simulator)

    def deliver(self) -> int:
        return asyncio.run(self.delivery.deliver())

    def greet(self, who: str = "501") -> None:
        """Somebody writes and an answer is owed."""
        self.write(self.event(who, "السلام عليكم"))
        self.turns()

    def got(self, who: str = "501") -> list[str]:
        return [piece.text for piece in self.simulator.sent[Address("telegram", who)]]

    def last(self) -> Any:
        return self.outbox()[-1]

    def owe(self, message: Message, key: str, who: str = "501") -> None:
        def work(uow: Any) -> None:
            row = uow.connection.execute(select(Identity.id, Identity.person_id).order_by(Identity.id)).first()
            from referrals.families.identities import data_key_of

            owe(
                uow,
                message,
                key=key,
                sender_id=self.sender_id,
                identity_id=row.id,
                data_key_id=data_key_of(uow, row.person_id),
                at=self.clock(),
                programme_id="kuwait",
            )

        self.store.transact(work)


@pytest.fixture
def world(sqlite_store: Store, clock: FrozenClock) -> World:
    return World(sqlite_store, clock)


def test_what_is_owed_is_sent_and_noted(world: World) -> None:
    world.greet()
    assert world.deliver() == 1
    assert len(world.got()) == 1
    row = world.last()
    assert (row.state, row.delivery, row.external_id) == ("sent", "accepted", "sim-1")
    assert world.deliver() == 0


def test_no_transaction_is_open_while_sending(world: World) -> None:
    world.greet()
    wrote: list[bool] = []

    class Nosy(Simulator):
        async def send(self, address: Address, fitted: Fitted, *, tracker: str = "") -> Sent:
            await asyncio.to_thread(world.store.transact, lambda uow: uow.connection.execute(select(1)))
            wrote.append(True)
            return Sent(("1",))

    world.delivery.sender = Nosy()
    world.deliver()
    assert wrote == [True]


def test_a_refused_message_is_parked_with_its_reason(world: World) -> None:
    world.greet()
    world.simulator.failures = [DeliveryFailed("refused: chat not found", permanent=True)]
    world.deliver()
    assert (world.last().state, world.last().reason) == ("parked", "refused: chat not found")


def test_who_blocked_us_is_sent_nothing_more_until_they_write(world: World) -> None:
    world.greet()
    world.simulator.failures = [DeliveryFailed("blocked: by the user", permanent=True)]
    world.deliver()
    world.owe(Message("تذكير"), "reminder:1:3h")
    assert world.deliver() == 0
    world.write(world.event("501", "القائمة"))
    world.turns()
    world.deliver()
    assert "تذكير" in world.got()


def test_a_429_stops_the_whole_sender_for_the_platforms_own_time(world: World) -> None:
    world.greet("501")
    world.greet("502")
    world.simulator.failures = [DeliveryFailed("429", retry_after=5.0, whole_account=True)]
    world.deliver()
    world.clock.forward(seconds=4)
    assert world.deliver() == 0
    world.clock.forward(seconds=1)
    assert world.deliver() == 2
    assert world.got("501") and world.got("502")


def test_a_429_within_a_message_of_several_pieces_stops_the_sender_too(world: World) -> None:
    world.greet()
    world.deliver()
    world.owe(Message("أ" * 9000), "long")

    class Half(Simulator):
        async def send(self, address: Address, fitted: Fitted, *, tracker: str = "") -> Sent:
            if self.sent[address]:
                raise DeliveryFailed("429", retry_after=30.0, whole_account=True)
            return await super().send(address, fitted, tracker=tracker)

    world.delivery.sender = Half()
    world.deliver()
    assert world.last().state == "uncertain"
    world.greet("502")
    assert world.deliver() == 0


def test_a_send_whose_answer_was_lost_is_uncertain_and_sent_once_more(world: World) -> None:
    world.greet()
    world.simulator.failures = [DeliveryFailed("answer lost", uncertain=True)]
    world.deliver()
    assert world.last().state == "uncertain"
    assert world.deliver() == 0
    world.clock.forward(seconds=30)
    world.deliver()
    assert len(world.got()) == 2
    assert world.last().state == "sent"


def test_a_status_settles_it_before_it_is_sent_again(world: World) -> None:
    world.greet()
    world.simulator.failures = [DeliveryFailed("answer lost", uncertain=True)]
    world.deliver()
    key = world.last().key
    status = Inbound("status", "wamid.7", Address("phone", "501"), status="delivered", reply_to=key)
    world.store.transact(lambda uow: receive(uow, world.sender_id, [status], world.clock()))
    take_turns(world.store, world.clock())
    world.clock.forward(seconds=30)
    world.deliver()
    assert len(world.got()) == 1
    assert (world.last().state, world.last().delivery) == ("sent", "delivered")


def test_only_the_last_piece_carries_the_key(world: World) -> None:
    """A status of the first of two pieces must not say that the second arrived."""
    world.greet()
    world.deliver()
    world.owe(Message("أ" * 9000), "long")
    trackers: list[str] = []

    class Noting(Simulator):
        async def send(self, address: Address, fitted: Fitted, *, tracker: str = "") -> Sent:
            trackers.append(tracker)
            return Sent((f"x{len(trackers)}",))

    world.delivery.sender = Noting()
    world.deliver()
    assert len(trackers) > 1
    assert trackers == [*[""] * (len(trackers) - 1), "long"]


def test_our_own_fault_with_one_message_stops_no_other_and_is_parked_in_the_end(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.greet("501")
    world.greet("502")

    class Broken(Simulator):
        async def send(self, address: Address, fitted: Fitted, *, tracker: str = "") -> Sent:
            if address.value == "501":
                raise ZeroDivisionError("sample fault for فاطمة")
            return await super().send(address, fitted, tracker=tracker)

    world.delivery.sender = broken = Broken()
    world.deliver()
    assert len(broken.sent[Address("telegram", "502")]) == 1
    first = world.outbox()[0]
    assert first.state == "waiting"
    assert "ZeroDivisionError" in first.reason
    assert "فاطمة" not in first.reason
    for _ in range(10):
        world.clock.forward(hours=3)
        world.deliver()
    assert world.outbox()[0].state == "parked"
    assert world.books().balance


def test_a_card_is_drawn_and_kept_once_however_often_it_is_sent(world: World) -> None:
    world.booked("501", world.clock().replace(hour=9) + _days(3))
    sent = world.deliver
    for _ in range(3):
        sent()
        world.clock.forward(seconds=30)
        world.store.transact(
            lambda uow: uow.connection.execute(
                update(OutboxMessage).where(OutboxMessage.id == world.last().id).values(state="waiting")
            )
        )
    pictures = [p for p in world.simulator.sent[Address("telegram", "501")] if p.file is not None]
    assert len(pictures) >= 2
    assert pictures[0].file is not None
    assert pictures[0].file.content.startswith(b"\x89PNG")
    with world.store.reading() as uow:
        assert len(uow.session.scalars(select(Media).where(Media.kind == "card")).all()) == 1


def test_a_picture_that_cannot_be_had_leaves_the_text(world: World) -> None:
    world.greet()
    world.deliver()
    world.owe(Message("نص بلا صورة", media=(MediaIntent("stored", {"media_id": 99}),)), "card")
    world.deliver()
    assert world.got()[-1] == "نص بلا صورة"


def _days(count: int) -> Any:
    from datetime import timedelta

    return timedelta(days=count)
