"""The doors verify, split and store; only then do they say 200, and they never wait for a platform."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.channels.failures import DeliveryFailed
from bot.inbox import Inbox
from bot.webhooks import TelegramDoor, WhatsAppDoor, make_webhooks
from tests.families import Families
from tests.platforms.graph_api import APP_SECRET, PHONE_ID, VERIFY_TOKEN, signature

SECRET = {"X-Telegram-Bot-Api-Secret-Token": "sample"}


class Door:
    """A web application with nothing but the webhooks, and a platform that takes acknowledgements badly."""

    def __init__(self, families: Families) -> None:
        self.families = families
        self.acknowledged: list[str] = []
        telegram = TelegramDoor("sample", families.sender_id, self._acknowledge)
        whatsapp = WhatsAppDoor((APP_SECRET,), (VERIFY_TOKEN,), {PHONE_ID: families.sender_id})
        app = FastAPI()
        app.include_router(
            make_webhooks(Inbox(families.store, families.clock), telegram=(telegram,), whatsapp=whatsapp)
        )
        self.client = TestClient(app)

    async def _acknowledge(self, tap: str) -> bool:
        self.acknowledged.append(tap)
        await asyncio.sleep(0)
        raise DeliveryFailed("platform error: 500")

    def telegram(self, update: object) -> int:
        return self.client.post("/webhooks/telegram", content=json.dumps(update), headers=SECRET).status_code

    def whatsapp(self, payload: object) -> int:
        body = json.dumps(payload).encode()
        headers = {"X-Hub-Signature-256": signature(body)}
        return self.client.post("/webhooks/whatsapp", content=body, headers=headers).status_code


@pytest.fixture
def door(families: Families) -> Iterator[Door]:
    made = Door(families)
    with made.client:
        yield made


def update(number: int, **content: object) -> dict[str, object]:
    user = {"id": 501, "is_bot": False, "first_name": "عيّنة"}
    message = {"message_id": number, "date": 1, "chat": {"id": 501, "type": "private"}, "from": user, **content}
    return {"update_id": number, "message": message}


def test_200_means_that_it_is_on_disk(door: Door) -> None:
    assert door.telegram(update(1, text="السلام عليكم")) == 200
    assert [row.state for row in door.families.inbox()] == ["waiting"]
    assert door.telegram(update(1, text="السلام عليكم")) == 200
    assert len(door.families.inbox()) == 1


def test_a_tap_whose_acknowledgement_fails_is_stored_and_answered_200(door: Door) -> None:
    tap = {
        "update_id": 2,
        "callback_query": {
            "id": "cb1",
            "from": {"id": 501, "is_bot": False, "first_name": "عيّنة"},
            "chat_instance": "1",
            "data": "d:menu:apply",
        },
    }
    assert door.telegram(tap) == 200
    assert len(door.families.inbox()) == 1
    assert door.acknowledged == ["cb1"]


def test_an_update_that_nobody_can_read_is_parked_once(door: Door) -> None:
    for _ in range(2):
        assert door.telegram({"update_id": 3, "message": {"message_id": "no number"}}) == 200
    assert [row.state for row in door.families.inbox()] == ["parked"]


def test_a_number_of_ours_that_nobody_configured_is_parked_where_staff_see_it(door: Door) -> None:
    message = {"id": "wamid.1", "from": "96550000001", "timestamp": "1", "type": "text", "text": {"body": "السلام"}}
    value = {"messages": [message], "metadata": {"phone_number_id": "999", "display_phone_number": "1"}}
    change = {"field": "messages", "value": {"messaging_product": "whatsapp", **value}}
    payload = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
    assert door.whatsapp(payload) == 200
    (row,) = door.families.inbox()
    assert row.state == "parked"
    assert "unknown phone number id" in row.reason


def test_words_that_no_database_can_hold_are_still_taken(door: Door) -> None:
    assert door.telegram(update(4, text="قبل\x00بعد \ud800")) == 200
    door.families.turns()
    door.families.all_handled()
