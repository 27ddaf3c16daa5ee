"""The service: its loops go on whatever one of them meets, and what came in is answered without being asked for."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import event

from bot.channels.failures import ChannelFailed, PollFailed
from bot.channels.simulator import Simulator
from bot.clock import Clock
from bot.service import Line, Service, in_background
from referrals.books import books
from referrals.inbound import Address
from referrals.senders.ensuring import ensure_sender
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import SUNDAY_MORNING


@contextmanager
def running(service: Service) -> Iterator[None]:
    end = in_background(service)
    try:
        yield
    finally:
        end()


def eventually(holds: Callable[[], object], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.01)


def serve(store: Store, *channels: str) -> tuple[Service, list[Simulator], list[int]]:
    service = Service(store, Clock(store, movable=False))
    simulators, senders = [], []
    for channel in channels:
        sender = store.transact(partial(_sender, channel=channel))
        simulators.append(Simulator())
        senders.append(sender)
        service.lines.append(Line(sender, channel, simulators[-1]))
    return service, simulators, senders


def _sender(uow: UnitOfWork, channel: str) -> int:
    return ensure_sender(uow, channel, "1", SUNDAY_MORNING, programmes=["kuwait"]).id


def test_what_comes_in_is_answered_on_every_line(store: Store) -> None:
    service, simulators, senders = serve(store, "telegram", "whatsapp")
    people = [simulator.person() for simulator in simulators]
    with running(service):
        for person, sender in zip(people, senders, strict=True):
            asyncio.run(service.inbox.take(sender, [person.say("السلام عليكم")]))
        eventually(lambda: all(person.heard for person in people))
    with store.reading() as uow:
        assert books(uow).balance


def test_a_loop_that_fails_goes_on_and_stops_no_other(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.service.AFTER_A_FAULT", 0.01)
    service, (simulator,), (sender,) = serve(sqlite_store, "telegram")
    tries: list[int] = []

    async def poll() -> None:
        tries.append(1)
        if len(tries) % 3 == 0:
            raise PollFailed("409: sample")
        if len(tries) % 3 == 1:
            raise ChannelFailed("unreachable")
        raise ZeroDivisionError("sample")

    service.pollers.append(poll)
    person = simulator.person()
    with running(service):
        asyncio.run(service.inbox.take(sender, [person.say("السلام عليكم")]))
        eventually(lambda: person.heard and len(tries) > 4)
    assert "ZeroDivisionError" in caplog.text
    assert caplog.text.count("409: sample") >= 1


def test_what_was_accepted_before_a_restart_is_answered_after_it(store: Store) -> None:
    service, (simulator,), (sender,) = serve(store, "telegram")
    person = simulator.person()
    asyncio.run(service.inbox.take(sender, [person.say("السلام عليكم")]))
    again, (other,), _ = serve(store, "telegram")
    with running(again):
        eventually(lambda: other.sent[Address("web", person.address.value)])


def test_a_service_with_nothing_to_do_keeps_nobody_from_writing(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.service.TICK_EVERY", 0.1)
    monkeypatch.setattr("bot.service.FETCH_EVERY", 0.1)
    monkeypatch.setattr("bot.service.IDLE_LOOK", 0.1)
    monkeypatch.setattr("bot.delivery.look.SWEEP_EVERY", 0.0)
    service, (simulator, _), (sender, _) = serve(sqlite_store, "telegram", "whatsapp")
    person, began = simulator.person(), Counter[str]()
    event.listen(
        sqlite_store.engine, "begin", lambda on: began.update([on.get_execution_options().get("sanad_begin", "read")])
    )
    with running(service):
        asyncio.run(service.inbox.take(sender, [person.say("السلام عليكم")]))
        eventually(lambda: person.heard)
        eventually(lambda: _rests(sqlite_store))
        _looks(began, 60)  # what was said is noted, and each loop has looked
        began.clear()
        _looks(began, 120)
        looked = dict(began)
    assert "IMMEDIATE" not in looked, "it takes the one lock for nothing"


def _rests(store: Store) -> bool:
    with store.reading() as uow:
        found = books(uow)
    return set(found.inbox) <= {"handled"} and not set(found.outbox) & {"waiting", "leased", "uncertain"}


def _looks(began: Counter[str], times: int) -> None:
    """Waits until the loops have read so often more: by their looks and not by the clock, whatever the machine does."""
    enough = began["read"] + times
    eventually(lambda: began["read"] >= enough)


def test_a_process_that_only_takes_in_takes_no_turns(sqlite_store: Store) -> None:
    service, (simulator,), (sender,) = serve(sqlite_store, "telegram")
    service.works = False

    async def idle() -> None:
        await asyncio.sleep(0.05)

    service.pollers.append(idle)
    person = simulator.person()
    with running(service):
        asyncio.run(service.inbox.take(sender, [person.say("السلام عليكم")]))
        time.sleep(0.3)
    with sqlite_store.reading() as uow:
        assert books(uow).inbox == {"waiting": 1}


def test_waiting_for_an_answer_ends_with_the_answer_or_with_the_time(sqlite_store: Store) -> None:
    service, (simulator,), (sender,) = serve(sqlite_store, "telegram")
    person = simulator.person()
    ids = asyncio.run(service.inbox.take(sender, [person.say("السلام عليكم")]))
    assert not asyncio.run(service.inbox.until_answered(ids, 0.05))
    with running(service):
        assert asyncio.run(service.inbox.until_answered(ids, 60))
    assert asyncio.run(service.inbox.until_answered([], 0))
