"""Webhooks as the platforms deliver them, of made-up people: some known, some who write for the first time."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

SECRET, APP_SECRET, VERIFY_TOKEN, PHONE_ID = "sample-secret", "sample-app-secret", "sample-verify-token", "1234567"
KNOWN = 500  # people who wrote before
NEW_PEOPLE = 0.1  # the share of messages that come from somebody who never wrote
_ids = count(1)
_strangers = count(10_000)
_pick = random.Random(5)


def _who() -> int:
    return next(_strangers) if _pick.random() < NEW_PEOPLE else _pick.randrange(KNOWN)


def known_people() -> Iterator[int]:
    """One after the other, so that each has written before anything is measured."""
    yield from range(KNOWN)


def whatsapp_text(who: int | None = None) -> bytes:
    """A signed webhook with one typed message."""
    number = f"9650{1_000_000 + (_who() if who is None else who)}"
    said = {"from": number, "id": f"wamid.bench{next(_ids):08}", "timestamp": "1795000000", "type": "text"}
    contact = {"profile": {"name": "أم عيّنة"}, "wa_id": number}
    return _whatsapp({"contacts": [contact], "messages": [{**said, "text": {"body": "السلام عليكم، عندي سؤال"}}]})


def whatsapp_status(_who: int | None = None) -> bytes:
    """A signed webhook with one status."""
    number = f"9650{1_000_000 + _pick.randrange(KNOWN)}"
    status = {"id": f"wamid.sent{next(_ids):08}", "status": "delivered", "timestamp": "1795000000"}
    conversation = {"id": f"{next(_ids):032x}", "origin": {"type": "service"}}
    pricing = {"billable": True, "pricing_model": "PMP", "category": "service"}
    return _whatsapp(
        {"statuses": [{**status, "recipient_id": number, "conversation": conversation, "pricing": pricing}]}
    )


def telegram_text(who: int | None = None) -> bytes:
    """An update with one typed message."""
    person = 5_000_000 + (_who() if who is None else who)
    user = {"id": person, "is_bot": False, "first_name": "عيّنة", "language_code": "ar"}
    chat = {"id": person, "first_name": "عيّنة", "type": "private"}
    number = next(_ids)
    message = {"message_id": number, "from": user, "chat": chat, "date": 1795000000, "text": "السلام عليكم، عندي سؤال"}
    return _request("telegram", {"update_id": number, "message": message}, {"X-Telegram-Bot-Api-Secret-Token": SECRET})


SAMPLES: dict[str, Callable[[int | None], bytes]] = {
    "whatsapp_text": whatsapp_text,
    "whatsapp_status": whatsapp_status,
    "telegram_text": telegram_text,
}


def _whatsapp(value: dict[str, Any]) -> bytes:
    metadata = {"display_phone_number": "96500000000", "phone_number_id": PHONE_ID}
    change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
    return _request(
        "whatsapp", {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}, {}
    )


def _request(door: str, payload: dict[str, Any], headers: dict[str, str]) -> bytes:
    body = json.dumps(payload).encode()
    if door == "whatsapp":
        signed = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={signed}"}
    said = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    lines = [f"POST /webhooks/{door} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items()), "", ""]
    return "\r\n".join(lines).encode() + body
