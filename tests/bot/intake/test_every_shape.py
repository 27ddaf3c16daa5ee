"""Every shape of webhook is answered 200, stored once, and handled or parked with its reason; nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.bot.intake.test_webhooks import Door
from tests.bot.intake.webhook_shapes import (
    BSUID,
    PHONE,
    telegram_updates,
    whatsapp_fields,
    whatsapp_messages,
    whatsapp_statuses,
)
from tests.families import Families
from tests.platforms.graph_api import PHONE_ID

CONTACTS = [{"profile": {"name": "عيّنة", "username": "sample"}, "wa_id": PHONE, "user_id": BSUID}]
METADATA = {"display_phone_number": "96522000000", "phone_number_id": PHONE_ID}


@pytest.fixture
def door(families: Families) -> Iterator[Door]:
    made = Door(families)
    with made.client:
        yield made


def rows(door: Door) -> list[Any]:
    return door.families.inbox()


def settled(door: Door) -> None:
    """Every turn was taken: nothing waits, what is parked says why, and the books balance."""
    for _ in range(8):
        door.families.turns()
        door.families.clock.forward(seconds=700)
    for row in rows(door):
        assert row.state == "handled" or row.reason, row
        assert row.state != "waiting", row
    assert [row.reason for row in rows(door) if row.state == "parked" and row.kind != "unread"] == []
    assert door.families.books().balance


def test_every_field_of_an_update_and_every_kind_of_message(door: Door) -> None:
    updates = telegram_updates()
    for update in updates:
        before = len(rows(door))
        assert door.telegram(update) == 200, update
        assert len(rows(door)) == before + 1, update
        assert door.telegram(update) == 200, update
        assert len(rows(door)) == before + 1, update
    settled(door)
    assert len(rows(door)) == len(updates)
    assert [row.kind for row in rows(door) if row.state == "parked"] == ["unread", "unread"]


def change(field: str, value: Any) -> dict[str, Any]:
    return {"field": field, "value": {"messaging_product": "whatsapp", "metadata": METADATA, **value}}


def batch(*changes: dict[str, Any]) -> dict[str, Any]:
    entry = {"id": "2002", "time": 1_760_000_000, "changes": list(changes)}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def test_every_type_of_message_status_and_field_alone(door: Door) -> None:
    changes = [
        *(change("messages", {"contacts": CONTACTS, "messages": [each]}) for each in whatsapp_messages()),
        *(change("messages", {"statuses": [each]}) for each in whatsapp_statuses()),
        *(change(field, value) for field, value in whatsapp_fields()),
    ]
    for each in changes:
        before = len(rows(door))
        assert door.whatsapp(batch(each)) == 200, each
        assert len(rows(door)) > before, each
        after = len(rows(door))
        assert door.whatsapp(batch(each)) == 200, each
        assert len(rows(door)) == after, each
    settled(door)


def test_the_same_in_one_batch_of_each_shape_is_the_same_rows(door: Door) -> None:
    messages, statuses = whatsapp_messages(), whatsapp_statuses()
    fields = [change(field, value) for field, value in whatsapp_fields()]
    together = change("messages", {"contacts": CONTACTS, "messages": messages, "statuses": statuses})
    assert door.whatsapp(batch(together, *fields)) == 200
    first = [(row.kind, row.external_id, row.status) for row in rows(door)]
    assert len(first) == len(set(first)) == len(messages) + len(statuses) + len(fields) + 1
    apart = [
        change("messages", {"contacts": CONTACTS, "messages": messages}),
        change("messages", {"statuses": statuses}),
    ]
    entries = {"object": "whatsapp_business_account", "entry": [batch(each)["entry"][0] for each in [*fields, *apart]]}
    assert door.whatsapp(entries) == 200
    assert [(row.kind, row.external_id, row.status) for row in rows(door)] == first
    settled(door)
