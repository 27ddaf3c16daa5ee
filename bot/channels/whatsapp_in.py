"""Takes the Cloud API's webhooks apart: verifies, splits a batch into single events, and keeps what it cannot read."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.failures import UnreadablePayload
from bot.channels.payloads import json_object
from bot.channels.whatsapp_events import Unreadable, read_message, read_preference, read_status
from referrals.inbound import Address, Inbound

SIGNATURE_PREFIX = "sha256="


@dataclass(frozen=True)
class Notice:
    """Something that is not said by a person: a changed number, a reaction, a template's new state. For staff."""

    field: str
    piece: Any


@dataclass(frozen=True)
class MarketingPreference:
    """A person told WhatsApp to stop, or to resume, our campaigns; nothing else may change for them."""

    address: Address
    wanted: bool


@dataclass(frozen=True)
class Received:
    """One change of a batch, of one phone number of ours. `unreadable` pieces are to be parked with their reason."""

    phone_number_id: str
    waba_id: str
    events: tuple[Inbound, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    notices: tuple[Notice, ...] = ()
    preferences: tuple[MarketingPreference, ...] = ()


def check_signature(app_secret: str, body: bytes, header: str | None) -> bool:
    """Whether `X-Hub-Signature-256` signs exactly these bytes; never for a blank secret."""
    if not app_secret or header is None or not header.startswith(SIGNATURE_PREFIX):
        return False
    return hmac.compare_digest(sign(app_secret, body).encode(), header.encode())


def sign(app_secret: str, body: bytes) -> str:
    """The header that signs these bytes."""
    return SIGNATURE_PREFIX + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def verify_challenge(query: Mapping[str, str], verify_token: str) -> str | None:
    """The challenge to answer Meta's GET with, or None (answer 403) when the token is not ours."""
    told = query.get("hub.verify_token", "")
    is_ours = bool(verify_token) and hmac.compare_digest(told.encode(), verify_token.encode())
    return (query.get("hub.challenge") or None) if query.get("hub.mode") == "subscribe" and is_ours else None


def split(body: bytes) -> tuple[Received, ...]:
    """Every event of the batch, apart; nothing in it takes the rest with it.

    Raises `UnreadablePayload` only when the whole body is oversized, malformed or not a WhatsApp webhook.
    """
    payload = json_object(body)
    if payload.get("object") != "whatsapp_business_account" or not isinstance(payload.get("entry"), list):
        raise UnreadablePayload("not a WhatsApp Business webhook")
    return tuple(received for entry in payload["entry"] for received in _entry(entry))


def _entry(entry: Any) -> Iterator[Received]:
    changes = entry.get("changes") if isinstance(entry, dict) else None
    if not isinstance(changes, list):
        yield Received("", "", unreadable=(Unreadable("an entry without changes", entry),))
        return
    waba_id = _text(entry.get("id"))
    for change in changes:
        value = change.get("value") if isinstance(change, dict) else None
        if isinstance(value, dict):
            yield _change(waba_id, _text(change.get("field")), value)
        else:
            yield Received("", waba_id, unreadable=(Unreadable("a change without a value", change),))


def _change(waba_id: str, field: str, value: Mapping[str, Any]) -> Received:
    metadata = value.get("metadata")
    phone_number_id = _text(metadata.get("phone_number_id")) if isinstance(metadata, dict) else ""
    if field == "user_preferences":
        return _preferences(phone_number_id, waba_id, value)
    if field != "messages":
        return Received(phone_number_id, waba_id, notices=(Notice(field, dict(value)),))
    if not phone_number_id:
        return Received("", waba_id, unreadable=(Unreadable("no phone_number_id", dict(value)),))
    events: list[Inbound] = []
    unreadable: list[Unreadable] = []
    notices = [Notice("errors", error) for error in _pieces(value, "errors", unreadable)]
    contacts = [contact for contact in _pieces(value, "contacts", unreadable) if isinstance(contact, dict)]
    messages = _pieces(value, "messages", unreadable)
    for piece in messages:
        read = read_message(piece, contacts, alone=len(messages) == 1)
        if read is None:
            notices.append(Notice(_text(piece.get("type")), piece))
        else:
            events.append(read) if isinstance(read, Inbound) else unreadable.append(read)
    for piece in _pieces(value, "statuses", unreadable):
        status = read_status(piece, contacts)
        events.append(status) if isinstance(status, Inbound) else unreadable.append(status)
    return Received(phone_number_id, waba_id, tuple(events), tuple(unreadable), tuple(notices))


def _preferences(phone_number_id: str, waba_id: str, value: Mapping[str, Any]) -> Received:
    unreadable: list[Unreadable] = []
    preferences: list[MarketingPreference] = []
    for piece in _pieces(value, "user_preferences", unreadable):
        read = read_preference(piece)
        if isinstance(read, Unreadable):
            unreadable.append(read)
        else:
            preferences.append(MarketingPreference(*read))
    return Received(phone_number_id, waba_id, (), tuple(unreadable), (), tuple(preferences))


def _pieces(value: Mapping[str, Any], name: str, unreadable: list[Unreadable]) -> Sequence[Any]:
    pieces = value.get(name, [])
    if isinstance(pieces, list):
        return pieces
    unreadable.append(Unreadable(f"{name} is not a list", pieces))
    return []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""
