"""The doors verify, split and store; only then do they say 200, and they never wait for a platform."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from bot.channels.failures import DeliveryFailed
from bot.channels.payloads import MAX_BODY_BYTES
from bot.intake import writer as inbox_writer
from bot.intake.doorway import DoorsFirst
from bot.intake.inbox import Inbox
from bot.intake.webhooks import TelegramDoor, WhatsAppDoor, make_doorways
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
        doorways = make_doorways(Inbox(families.store, families.clock), (telegram,), whatsapp)
        app.add_middleware(DoorsFirst, doorways=doorways)
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


def message(number: int, sender: str, text: str = "السلام") -> dict[str, object]:
    return {"id": f"wamid.{number}", "from": sender, "timestamp": "1", "type": "text", "text": {"body": text}}


def value(*messages: object) -> dict[str, object]:
    metadata = {"phone_number_id": PHONE_ID, "display_phone_number": "1"}
    return {"messaging_product": "whatsapp", "metadata": metadata, "messages": list(messages)}


def webhook(*entries: list[dict[str, object]]) -> dict[str, object]:
    changes = [[{"field": "messages", "value": each} for each in entry] for entry in entries]
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": f"{number}", "changes": each} for number, each in enumerate(changes)],
    }


def test_a_batch_in_each_of_its_three_shapes_loses_nothing_and_comes_again_for_nothing(door: Door) -> None:
    one, two, three = (message(number, "96550000001", f"رسالة {number}") for number in (1, 2, 3))
    in_messages, in_changes, in_entries = (
        webhook([value(one, two, three)]),
        webhook([value(one), value(two), value(three)]),
        webhook([value(one)], [value(two)], [value(three)]),
    )
    for payload in (in_entries, in_messages, in_changes):
        assert door.whatsapp(payload) == 200
        assert len(door.families.inbox()) == 3
    door.families.turns()
    door.families.all_handled()


def test_one_unreadable_message_of_a_batch_is_parked_and_the_others_are_answered(door: Door) -> None:
    assert door.whatsapp(webhook([value(message(1, "96550000001"), {"id": 5}, message(2, "96550000002"))])) == 200
    assert sorted(row.state for row in door.families.inbox()) == ["parked", "waiting", "waiting"]


def test_503_with_a_time_to_come_again_while_nothing_can_be_stored(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("insert", {}, Exception("no connection"))

    with monkeypatch.context() as patch:
        patch.setattr(inbox_writer, "take_in", gone)
        told = door.client.post("/webhooks/telegram", content=json.dumps(update(1, text="السلام")), headers=SECRET)
        assert told.status_code == 503
        assert int(told.headers["retry-after"]) > 0
        assert door.whatsapp(webhook([value(message(1, "96550000001"))])) == 503
    assert door.families.inbox() == []
    assert door.telegram(update(1, text="السلام")) == 200
    assert door.whatsapp(webhook([value(message(1, "96550000001"))])) == 200
    door.families.turns()
    door.families.all_handled()


def test_a_stranger_gets_a_clear_4xx_and_nothing_is_stored(door: Door) -> None:
    post, good = door.client.post, json.dumps(update(1, text="السلام"))
    wrong = {"X-Telegram-Bot-Api-Secret-Token": "guessed"}
    assert post("/webhooks/telegram", content=good).status_code == 403
    assert post("/webhooks/telegram", content=good, headers=wrong).status_code == 403
    assert post("/webhooks/telegram", content="{", headers=SECRET).status_code == 400
    assert post("/webhooks/whatsapp", content="{}").status_code == 401
    assert post("/webhooks/telegram", content=b" " * (MAX_BODY_BYTES + 1), headers=SECRET).status_code == 413
    assert door.client.put("/webhooks/telegram", content=good, headers=SECRET).status_code == 405
    assert door.client.get("/webhooks/whatsapp").status_code == 403
    assert door.families.inbox() == []


def test_a_batch_of_a_thousand_statuses_is_one_commit(door: Door) -> None:
    statuses = [
        {"id": f"wamid.sent{n}", "status": "delivered", "timestamp": "1", "recipient_id": "96550000001"}
        for n in range(1000)
    ]
    metadata = {"phone_number_id": PHONE_ID, "display_phone_number": "1"}
    assert door.whatsapp(webhook([{"metadata": metadata, "statuses": statuses}])) == 200
    assert len(door.families.inbox()) == 1000
