"""Long polling confirms an update only after the caller came back for more."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.accounts.connecting import _poller
from bot.channels.failures import PollFailed, UnreadablePayload
from bot.channels.telegram_in import read_update
from bot.channels.telegram_polling import _polled, poll_updates
from bot.intake.webhooks import TelegramDoor
from bot.settings import TelegramSettings
from tests.platforms.bot_api import BotApi
from tests.platforms.local_server import Fault

if TYPE_CHECKING:
    from bot.service import Service


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


def test_a_page_of_a_proxy_an_error_and_a_flood_are_told_apart_and_lose_nothing() -> None:
    with BotApi() as api:
        said = api.family().say("السلام عليكم")
        api.fail_next("getUpdates", Fault("status", status=502, html="<html>Bad Gateway</html>"))
        with pytest.raises(PollFailed, match="502") as failed:
            polled(api.url, api.token, 1)
        assert not failed.value.permanent
        api.fail_next("getUpdates", Fault("status", status=200, html="<html>login</html>"))
        with pytest.raises(PollFailed, match="200"):
            polled(api.url, api.token, 1)
        flood = {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 7}}
        api.fail_next("getUpdates", Fault("status", status=429, body=flood))
        with pytest.raises(PollFailed) as failed:
            polled(api.url, api.token, 1)
        assert failed.value.retry_after == 7.0
        assert [update["update_id"] for update in polled(api.url, api.token, 1)] == [said]


def test_what_is_no_update_is_handed_on_to_be_parked() -> None:
    answered = {"result": [5, {"update_id": 7, "message": {"text": "\x00"}}, [], {"message": 1}]}
    batch = _polled(answered, 3)
    assert batch.next_offset == 8
    assert batch.updates[0] == {"unreadable": 5}
    for each in (batch.updates[0], *batch.updates[2:]):
        with pytest.raises(UnreadablePayload):
            read_update(each)
    assert batch.updates[1]["message"]["text"] == "\ufffd"


class Inbox:
    """Takes in what is handed over; the first time its database is away."""

    def __init__(self) -> None:
        self.tries: list[list[str]] = []
        self.kept: list[str] = []

    async def take_all(self, pieces: list[Any], size: int = 0) -> None:
        names = [piece.event.external_id for piece in pieces]
        self.tries.append(names)
        if len(self.tries) == 1:
            raise ConnectionError("sample: the database is away")
        self.kept += names


def test_an_update_that_could_not_be_stored_is_asked_for_again_and_none_is_lost() -> None:
    with BotApi() as api:
        family, inbox = api.family(), Inbox()
        said = [str(family.say(str(number))) for number in range(3)]
        service = cast("Service", SimpleNamespace(inbox=inbox))
        door = TelegramDoor("", 1, lambda tap: asyncio.sleep(0, True))

        async def run() -> None:
            async def unhook() -> None:
                pass

            poll = _poller(TelegramSettings(api.token, api.url, "polling", ""), door, unhook, service)
            with pytest.raises(ConnectionError):
                await poll()
            await poll()
            asking = asyncio.ensure_future(poll())  # asks for more, and so confirms what was stored
            for _ in range(3000):  # half a minute at most
                if not api.updates:
                    break
                await asyncio.sleep(0.01)
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asking

        asyncio.run(run())
        assert inbox.tries == [said, said]
        assert inbox.kept == said
        assert api.updates == []


def test_an_unreachable_platform_is_no_crash() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(PollFailed) as failed:
            polled(f"http://127.0.0.1:{taken.getsockname()[1]}", "7:x", 1)
    assert not failed.value.permanent
