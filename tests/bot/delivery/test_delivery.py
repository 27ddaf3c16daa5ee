"""Delivery sends what is owed with no transaction open, and notes what became of it, whatever that was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from bot.channels.failures import DeliveryFailed, Sent
from bot.channels.fitting import Fitted
from bot.channels.simulator import Simulator
from bot.delivery.engine import Delivery
from referrals.conversations.inbox.waiting import receive
from referrals.conversations.records import InboxMessage
from referrals.conversations.turns import take_turns
from referrals.families.records import Identity
from referrals.inbound import Address, Inbound
from referrals.media.records import Media
from referrals.messages import Lane, MediaIntent, Message
from referrals.outbox.buckets import level_of
from referrals.outbox.lease import lease
from referrals.outbox.owe import owe
from referrals.outbox.records import OutboxMessage
from referrals.senders.records import AccountNotice
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families


class World(Families):
    """A store, the simulator as its channel, and delivery between them."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.simulator = Simulator()
        self.delivery = self.worker()

    def worker(self) -> Delivery:
        """A process that delivers; its patience goes by the same clock."""
        return Delivery(
            self.store,
            self.clock,
            self.sender_id,
            self.channel,
            self.simulator,
            monotonic=lambda: self.clock().timestamp(),
        )

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

    def owe(self, message: Message, key: str, who: str = "501", lane: Lane = "reply") -> None:
        def work(uow: Any) -> None:
            index = uow.vault.index("identity:telegram", who)
            mine = select(Identity.id, Identity.person_id).where(Identity.value_index == index)
            row = uow.connection.execute(mine).one()
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
                lane=lane,
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
    assert (world.last().state, world.last().gone) == ("waiting", 1)
    world.greet("502")
    assert world.deliver() == 0


@pytest.mark.parametrize("uncertain", [False, True])
def test_what_failed_between_two_pieces_goes_on_with_the_next(world: World, uncertain: bool) -> None:
    """By another worker too: what is in the chat already is not said again. A piece whose answer was lost is."""
    world.greet()
    world.deliver()
    world.owe(Message("أ" * 9000), "long")
    failure = DeliveryFailed("answer_lost" if uncertain else "unavailable: 500", uncertain=uncertain)
    world.simulator.failures = [None, failure]  # type: ignore[list-item]  # the first piece goes
    before = len(world.got())
    world.deliver()
    world.delivery = world.worker()
    world.clock.forward(minutes=5)
    world.deliver()
    assert (world.last().state, world.last().gone) == ("sent", 0)
    assert sum(len(text.strip("\u200f")) for text in world.got()[before:]) >= 9000
    assert len(world.got()[before:]) == 3 + uncertain
    assert world.books().balance


def test_no_piece_follows_when_another_message_was_banned_meanwhile(world: World) -> None:
    world.greet()
    world.deliver()
    world.owe(Message("أ" * 9000), "long")

    class Slow(Simulator):
        async def send(self, address: Address, fitted: Fitted, *, tracker: str = "") -> Sent:
            world.delivery._ban.begin(30.0)  # as when what is sent beside it is told to stay away
            return await super().send(address, fitted, tracker=tracker)

    world.delivery.sender = slow = Slow()
    world.deliver()
    assert len(slow.sent[Address("telegram", "501")]) == 1
    assert (world.last().state, world.last().gone) == ("waiting", 1)


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
    assert trackers == ["long#1", "long#2", "long"]


def test_news_of_an_earlier_piece_says_nothing_of_the_whole(world: World) -> None:
    """It is known as ours at once, and one that got lost is told to staff."""
    world.greet()
    world.simulator.failures = [DeliveryFailed("answer_lost", uncertain=True)]
    world.deliver()
    key = world.last().key
    told = [("delivered", ""), ("failed", "media_refused: 131053")]
    for status, reason in told:
        piece = Inbound(
            "status",
            "wamid.7",
            Address("phone", "501"),
            status=status,  # type: ignore[arg-type]  # one of them
            status_reason=reason,
            reply_to=f"{key}#1",
        )
        world.store.transact(lambda uow, piece=piece: receive(uow, world.sender_id, [piece], world.clock()))  # type: ignore[misc]  # bound at once
    take_turns(world.store, world.clock())
    assert (world.last().state, world.last().delivery) == ("uncertain", "")
    with world.store.reading() as uow:
        assert {row.state for row in uow.connection.execute(select(InboxMessage.state))} == {"handled"}
        assert [row.event for row in uow.connection.execute(select(AccountNotice.event))] == ["media_refused"]


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


# ---- several at once


class Slow(Simulator):
    """A platform that answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = asyncio.Event()
        self.begun: list[tuple[str, str]] = []

    async def send(self, address: Address, fitted: Fitted, *, tracker: str = "") -> Sent:
        self.begun.append((address.value, fitted.text))
        await self.answers.wait()
        return await super().send(address, fitted, tracker=tracker)


def test_with_many_under_way_each_person_still_gets_theirs_in_order(world: World) -> None:
    for who in ("501", "502", "503"):
        world.greet(who)
    world.deliver()
    for n in range(3):
        for who in ("501", "502", "503"):
            world.owe(Message(f"{who}-{n}"), f"k:{who}:{n}", who=who)
    world.clock.forward(seconds=60)
    world.delivery.room.places = 8
    for _ in range(6):
        world.deliver()
        world.clock.forward(seconds=2)
    for who in ("501", "502", "503"):
        assert [text[1:] for text in world.got(who)[-3:]] == [f"{who}-{n}" for n in range(3)]


def test_no_second_message_of_a_person_is_begun_before_the_first_is_noted(world: World) -> None:
    world.greet("501")
    world.deliver()
    world.owe(Message("واحد"), "a", who="501")
    world.owe(Message("اثنان"), "b", who="501")
    world.clock.forward(seconds=60)
    slow = Slow()
    world.delivery.sender, world.delivery.room.places = slow, 8

    async def go() -> None:
        sending = asyncio.ensure_future(world.delivery.deliver())
        await _until(lambda: slow.begun)
        await asyncio.sleep(0.05)
        assert [text for _, text in slow.begun] == ["واحد"]
        slow.answers.set()
        await sending

    asyncio.run(go())
    assert [text for _, text in slow.begun] == ["واحد", "اثنان"]


def test_an_answer_does_not_wait_for_a_campaigns_message_to_arrive(world: World) -> None:
    world.greet("501")
    world.greet("502")
    world.deliver()
    world.clock.forward(seconds=60)
    world.owe(Message("حملة", purpose="campaign"), "c", who="501", lane="campaign")
    slow = Slow()
    world.delivery.sender = slow

    async def go() -> None:
        serving = asyncio.ensure_future(_serve(world.delivery))
        await _until(lambda: slow.begun)
        world.owe(Message("جواب"), "r", who="502")
        world.delivery.wake()
        await _until(lambda: len(slow.begun) == 2)
        world.owe(Message("جواب آخر"), "r2", who="501")
        world.delivery.wake()
        await asyncio.sleep(0.05)
        assert [text for _, text in slow.begun] == ["حملة", "جواب"], "one answer at a time, and one to a person"
        slow.answers.set()
        await _until(lambda: len(slow.begun) == 3)
        await _end(world.delivery, serving)

    asyncio.run(go())


# ---- bans


def test_a_ban_holds_for_every_worker_at_once(world: World) -> None:
    for who in ("501", "502", "503"):
        world.greet(who)
    other = world.worker()
    world.simulator.failures = [DeliveryFailed("rate_limit: 429", retry_after=30.0, whole_account=True)]
    assert asyncio.run(world.delivery.deliver()) == 1
    assert asyncio.run(other.deliver()) == 0
    world.clock.forward(seconds=29)
    assert world.deliver() == 0
    assert asyncio.run(other.deliver()) == 0
    world.clock.forward(seconds=2)
    assert asyncio.run(other.deliver()) + world.deliver() == 3


def test_nothing_is_begun_in_a_ban_although_the_clock_is_set_forward(world: World) -> None:
    world.greet("501")
    world.greet("502")
    other, seconds = world.worker(), [100.0]
    other.monotonic = world.delivery.monotonic = lambda: seconds[0]
    world.simulator.failures = [DeliveryFailed("rate_limit: 429", retry_after=30.0, whole_account=True)]
    world.deliver()
    assert asyncio.run(other.deliver()) == 0
    world.clock.forward(hours=1)
    assert world.deliver() == 0
    assert asyncio.run(other.deliver()) == 0
    seconds[0] = 131.0
    assert world.deliver() + asyncio.run(other.deliver()) == 2


def test_a_message_of_several_pieces_counts_as_several_for_its_chat(world: World) -> None:
    world.greet()
    world.deliver()
    world.clock.forward(seconds=60)
    world.owe(Message("أ" * 12_500), "long")
    world.owe(Message("بعده"), "next")
    assert world.deliver() == 1
    world.clock.forward(seconds=0.5)
    assert world.deliver() == 0, "four pieces: its three of the burst and one more"
    world.clock.forward(seconds=2)
    assert world.deliver() == 1


# ---- the database goes away


class Failing:
    """A store whose transactions fail, before or after they were kept."""

    def __init__(self, store: Store) -> None:
        self.store, self.fails, self.keeps = store, False, False

    def transact(self, work: Any) -> Any:
        if self.fails and self.keeps:
            self.store.transact(work)
        if self.fails:
            raise OperationalError("COMMIT", None, Exception("the server closed the connection"))
        return self.store.transact(work)


@pytest.mark.parametrize("kept", [False, True], ids=["undone", "kept"])
def test_what_was_sent_while_the_database_was_gone_is_noted_before_anything_else_is_sent(
    world: World, kept: bool
) -> None:
    world.greet("501")
    world.greet("502")
    failing = Failing(world.store)
    failing.keeps = kept
    world.delivery.store = failing  # type: ignore[assignment]  # what delivery asks of a store

    class Cutting(Simulator):
        async def send(self, address: Address, fitted: Fitted, *, tracker: str = "") -> Sent:
            failing.fails = True
            return await super().send(address, fitted, tracker=tracker)

    world.delivery.sender = cutting = Cutting()
    with pytest.raises(OperationalError):
        world.deliver()
    for _ in range(3):
        with pytest.raises(OperationalError):
            world.deliver()
    assert sum(map(len, cutting.sent.values())) == 1
    failing.fails = False
    world.delivery.sender = world.simulator
    world.clock.forward(seconds=1)
    assert world.deliver() == 1
    assert len(cutting.sent) == 1 and len(world.simulator.sent) == 1
    assert [row.state for row in world.outbox()] == ["sent", "sent"]


def test_a_message_that_was_leased_when_the_database_went_is_sent_once_and_not_lost(world: World) -> None:
    """Also one of a campaign, which would not be repeated: nobody had begun to send it."""
    world.greet()
    world.deliver()
    world.clock.forward(seconds=60)
    world.owe(Message("حملة", purpose="campaign"), "c", lane="campaign")
    failing = Failing(world.store)
    failing.keeps = failing.fails = True
    world.delivery.store = failing  # type: ignore[assignment]  # what delivery asks of a store
    with pytest.raises(OperationalError):
        world.deliver()
    assert world.last().state == "leased"
    failing.fails = False
    assert world.deliver() == 1
    assert world.got()[-1] == "حملة"
    assert (world.last().state, world.last().attempts) == ("sent", 1)


def test_what_another_worker_has_under_way_is_not_taken_although_the_clock_is_set_forward(world: World) -> None:
    world.greet()
    seconds = [0.0]
    other = world.worker()
    other.monotonic = world.delivery.monotonic = lambda: seconds[0]
    slow = Slow()
    world.delivery.sender = slow

    async def go() -> None:
        serving = asyncio.ensure_future(_serve(world.delivery))
        await _until(lambda: slow.begun)
        world.clock.forward(hours=2)
        for _ in range(8):
            seconds[0] += 1.0
            world.delivery.wake()
            await _until(lambda: world.delivery._looked == seconds[0] and not world.delivery._noting)
            assert await other.deliver() == 0
        slow.answers.set()
        await _end(world.delivery, serving)

    asyncio.run(go())
    assert len(slow.begun) == 1
    assert world.last().state == "sent"


def test_what_a_dead_worker_had_under_way_is_sent_by_another(world: World) -> None:
    world.greet()
    world.store.transact(
        lambda uow: lease(uow, world.sender_id, level_of(uow, world.sender_id, world.channel), "dead", world.clock())
    )
    other = world.worker()
    for _ in range(30):
        asyncio.run(other.deliver())
        world.clock.forward(seconds=1)
    assert len(world.got()) == 1
    assert world.last().state == "sent"


# ---- the end


def test_the_end_waits_for_what_is_under_way_and_begins_nothing_more(world: World) -> None:
    world.greet("501")
    world.greet("502")
    slow = Slow()
    world.delivery.sender = slow

    async def go() -> None:
        serving = asyncio.ensure_future(_serve(world.delivery))
        await _until(lambda: slow.begun)
        world.delivery.stopping = True
        slow.answers.set()
        await _until(lambda: not world.delivery.sending)
        await _end(world.delivery, serving)

    asyncio.run(go())
    assert len(slow.begun) == 1
    assert sorted(row.state for row in world.outbox()) == ["sent", "waiting"]


async def _serve(delivery: Delivery) -> None:
    while True:
        await delivery.step()


async def _until(holds: Callable[[], object]) -> None:
    for _ in range(6000):  # a minute at most
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never happened")


async def _end(delivery: Delivery, serving: asyncio.Task[None]) -> None:
    delivery.stopping = True
    await _until(lambda: not delivery.sending)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


def _days(count: int) -> Any:
    from datetime import timedelta

    return timedelta(days=count)
