"""Long polling confirms an update only after the caller came back for more."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from bot.channels.failures import PollFailed
from bot.channels.telegram_polling import poll_updates
from tests.platforms.bot_api import BotApi
from tests.platforms.local_server import Fault


def polled(base: str, token: str, batches: int, offset: int = 0) -> list[dict[str, Any]]:
    async def run() -> list[dict[str, Any]]:
        updates: list[dict[str, Any]] = []
        polling = poll_updates(base, token, offset=offset, timeout_seconds=1, limit=2)
        for _ in range(batches):
            updates += (await anext(polling)).updates
        await polling.aclose()
        return updates

    return asyncio.run(run())


def test_updates_come_in_order_and_once() -> None:
    with BotApi() as api:
        family = api.family()
        ids = [family.say(str(number)) for number in range(5)]
        assert [update["update_id"] for update in polled(api.url, api.token, 4)] == ids


def test_updates_that_were_not_stored_come_again() -> None:
    with BotApi() as api:
        first = api.family().say("السلام عليكم")
        assert [u["update_id"] for u in polled(api.url, api.token, 1)] == [first]
        assert [u["update_id"] for u in polled(api.url, api.token, 1)] == [first]
        assert polled(api.url, api.token, 1, offset=first + 1) == []


def test_a_malformed_update_does_not_hide_the_others() -> None:
    with BotApi() as api:
        api.receive({"message": "malformed"})
        last = api.family().say("بعده")
        assert polled(api.url, api.token, 1)[-1]["update_id"] == last


def test_a_webhook_in_the_way_a_wrong_token_and_an_outage_are_told_apart() -> None:
    with BotApi() as api:
        with pytest.raises(PollFailed, match="401") as failed:
            polled(api.url, "7:wrong", 1)
        assert failed.value.permanent
        api.webhook = {"url": "http://127.0.0.1:1/"}
        with pytest.raises(PollFailed, match="409") as failed:
            polled(api.url, api.token, 1)
        assert not failed.value.permanent
        api.fail_next("getUpdates", Fault("reset"))
        with pytest.raises(PollFailed, match="unreachable"):
            polled(api.url, api.token, 1)


def test_an_unreachable_platform_is_no_crash() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(PollFailed) as failed:
            polled(f"http://127.0.0.1:{taken.getsockname()[1]}", "7:x", 1)
    assert not failed.value.permanent
