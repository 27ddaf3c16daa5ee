"""Takes the Cloud API's webhooks apart: verifies, splits a batch into single events, and keeps what it cannot read."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.failures import UnreadablePayload
from bot.channels.payloads import json_object, plain_name
from bot.channels.whatsapp_events import Unreadable, ignored, read_message, read_preference, read_renaming, read_status
from bot.channels.whatsapp_notices import notice_of, notice_of_error
from referrals.inbound import Inbound

SIGNATURE_PREFIX = "sha256="
# What is written to others, or was long ago, and what groups and calls do: a trace, and nothing of its content.
PASSED_OVER = frozenset(
    {"message_echoes", "smb_message_echoes", "smb_app_state_sync", "history", "standby", "calls", "messaging_handovers"}
    | {"group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update"}
    | {"automatic_events", "tracking_events"}
)


@dataclass(frozen=True)
class Received:
    """One change of a batch, of one phone number of ours, or of the whole account where `phone_number_id` is blank.

    `unreadable` pieces are to be parked with their reason.
    """

    phone_number_id: str
    waba_id: str
    events: tuple[Inbound, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(frozen=True)
class Change:
    """A change as it arrived: whose, about what, and when the platform told of it (Unix seconds, 0 if it did not)."""

    waba_id: str
    phone_number_id: str
    field: str
    value: Mapping[str, Any]
    told_at: float


def check_signature(app_secret: str, body: bytes, header: str | None) -> bool:
    """Whether `X-Hub-Signature-256` signs exactly these bytes; never for a blank secret."""
    if not app_secret or header is None or not header.startswith(SIGNATURE_PREFIX):
        return False
    return hmac.compare_digest(sign(app_secret, body).encode(), header.encode())


def sign(app_secret: str, body: bytes) -> str:
    """The header that signs these bytes."""
    return SIGNATURE_PREFIX + hmac.digest(app_secret.encode(), body, "sha256").hex()


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
            yield _change(waba_id, change, value, entry.get("time"))
        else:
            yield Received("", waba_id, unreadable=(Unreadable("a change without a value", change),))


def _change(waba_id: str, change: Mapping[str, Any], value: Mapping[str, Any], told_at: Any) -> Received:
    metadata = value.get("metadata")
    phone_number_id = _text(metadata.get("phone_number_id")) if isinstance(metadata, dict) else ""
    field = _text(change.get("field")) or ("messages" if "messages" in value or "statuses" in value else "")
    seconds = float(told_at) if type(told_at) is int and 0 < told_at < 10**11 else 0.0
    read = _READERS.get(field, _of_account)
    return read(Change(waba_id, phone_number_id, field, value, seconds))


def _conversation(change: Change) -> Received:
    """What people said, and how far our own messages came."""
    value = change.value
    if not change.phone_number_id:
        return Received("", change.waba_id, unreadable=(Unreadable("no phone_number_id", dict(value)),))
    events: list[Inbound] = []
    unreadable: list[Unreadable] = []
    contacts = [contact for contact in _pieces(value, "contacts", unreadable) if isinstance(contact, dict)]
    messages = _pieces(value, "messages", unreadable)
    statuses = _pieces(value, "statuses", unreadable)
    alone = len(messages) == 1 and not statuses  # else the only contact may be that of another message or status
    for piece in messages:
        _keep(read_message(piece, contacts, alone=alone), events, unreadable)
    for piece in statuses:
        _keep(read_status(piece, contacts), events, unreadable)
    for error in _pieces(value, "errors", unreadable):
        events.append(notice_of_error(error, change.told_at))
    if not events and not unreadable:
        events.append(ignored("messages: nothing in it", [change.waba_id, change.told_at, value]))
    return Received(change.phone_number_id, change.waba_id, tuple(events), tuple(unreadable))


def _preferences(change: Change) -> Received:
    return _each(change, "user_preferences", read_preference)


def _renamings(change: Change) -> Received:
    return _each(change, change.field, read_renaming)


def _each(change: Change, name: str, read: Callable[[Any], Inbound | Unreadable]) -> Received:
    events: list[Inbound] = []
    unreadable: list[Unreadable] = []
    for piece in _pieces(change.value, name, unreadable):
        _keep(read(piece), events, unreadable)
    if not events and not unreadable:
        events.append(ignored(f"{name}: nothing in it", [change.waba_id, change.told_at, change.value]))
    return Received(change.phone_number_id, change.waba_id, tuple(events), tuple(unreadable))


def _passed_over(change: Change) -> Received:
    trace = ignored(change.field, [change.waba_id, change.told_at, change.value])
    return Received(change.phone_number_id, change.waba_id, (trace,))


def _of_account(change: Change) -> Received:
    """News of templates, numbers, limits and the account itself, and fields that nobody knows yet: for staff."""
    event = notice_of(plain_name(change.field), change.value, change.waba_id, change.told_at)
    return Received(change.phone_number_id, change.waba_id, (event,))


_READERS: dict[str, Callable[[Change], Received]] = {
    "messages": _conversation,
    "user_preferences": _preferences,
    "user_id_update": _renamings,
    "user_id_updates": _renamings,
    **dict.fromkeys(PASSED_OVER, _passed_over),
}


def _keep(read: Inbound | Unreadable, events: list[Inbound], unreadable: list[Unreadable]) -> None:
    events.append(read) if isinstance(read, Inbound) else unreadable.append(read)


def _pieces(value: Mapping[str, Any], name: str, unreadable: list[Unreadable]) -> Sequence[Any]:
    pieces = value.get(name)
    if isinstance(pieces, list):
        return pieces
    if pieces is not None:
        unreadable.append(Unreadable(f"{name} is not a list", pieces))
    return []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""
