"""Registration happens in the background: a platform that is away is asked again, and never stops the start."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest

from bot.accounts import registering
from bot.accounts.registering import list_templates, until_it_worked
from bot.channels.failures import failed
from bot.channels.whatsapp_out import WhatsAppSender
from bot.clock import Clock
from bot.service import Service
from referrals.senders.ensuring import ensure_sender
from referrals.senders.templates import template_of
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.platforms.graph_api import PHONE_ID, TOKEN, WABA_ID, GraphApi


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """What was waited for, none of it really."""
    waited: list[float] = []
    sleep = asyncio.sleep

    async def wait(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr("bot.accounts.registering.asyncio.sleep", wait)
    yield waited


def until(step: registering.Step, rounds: int) -> None:
    async def run() -> None:
        task = asyncio.ensure_future(step())
        for _ in range(rounds):
            await asyncio.wait({task}, timeout=0.001)
        task.cancel()

    asyncio.run(run())


def test_it_is_tried_again_after_a_growing_pause_until_it_worked(
    pauses: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    tries = 0

    async def register() -> None:
        nonlocal tries
        tries += 1
        if tries < 4:
            raise failed("unreachable", "ConnectError")

    with caplog.at_level(logging.WARNING, "sanad"):
        until(until_it_worked("telegram webhook", register), rounds=20)
    assert (tries, pauses) == (4, [30.0, 60.0, 120.0])
    assert "telegram webhook: unreachable: ConnectError" in caplog.text


def test_what_may_change_meanwhile_is_read_again(pauses: list[float]) -> None:
    tries = 0

    async def register() -> None:
        nonlocal tries
        tries += 1

    until(until_it_worked("templates", register, every=60.0), rounds=5)
    assert tries > 1 and set(pauses) == {60.0}


def test_the_list_of_templates_is_kept(sqlite_store: Store, clock: FrozenClock) -> None:
    store = sqlite_store
    sender_id = store.transact(lambda uow: ensure_sender(uow, "whatsapp", "1", clock(), programmes=["kuwait"]).id)
    service = Service(store, Clock(store, movable=False, real=clock))
    with GraphApi() as api:
        api.register_template("appointment_reminder", parameters=3, quick_replies=3)
        api.register_template("news_waiting", quick_replies=1, status="PAUSED")

        async def run() -> None:
            sender = WhatsAppSender(TOKEN, PHONE_ID, api.url)
            try:
                await list_templates(sender, WABA_ID, sender_id, service)()
            finally:
                await sender.close()

        asyncio.run(run())
    with store.reading() as uow:
        reminder = template_of(uow, sender_id, "appointment_reminder", "ar")
        news = template_of(uow, sender_id, "news_waiting", "ar")
    assert reminder is not None and news is not None
    assert (reminder.status, reminder.parameters, reminder.quick_replies) == ("APPROVED", 3, 3)
    assert (news.status, news.quick_replies) == ("PAUSED", 1)
