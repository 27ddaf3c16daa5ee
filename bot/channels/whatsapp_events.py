"""Reads one message, status or preference of a Cloud API webhook; what it cannot read comes back with the reason."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.whatsapp_contents import NotReadable, digits, mapping, optional, read_content, string
from referrals.inbound import Address, DeliveryStatus, Inbound

BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")  # Meta's page on business-scoped user ids, 28 May 2026
_PHONE = re.compile(r"\+?[0-9]{5,20}")
_STATUSES: dict[str, DeliveryStatus] = {
    "accepted": "accepted",
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",  # a voice message of ours was listened to
    "failed": "failed",
}
# Nobody's words: a reaction is no answer to a question, a system message says that a number changed.
NOT_SAID = frozenset({"reaction", "system", "edit", "revoke"})
MAX_ID = 256  # characters of an id that we are ready to index


@dataclass(frozen=True)
class Unreadable:
    """One piece of a batch that is parked: why, and the JSON value itself."""

    reason: str
    piece: Any


def read_message(piece: Any, contacts: Sequence[Mapping[str, Any]], *, alone: bool) -> Inbound | Unreadable | None:
    """The event of one entry of `messages`; None for what nobody said (reactions, system notices, groups).

    A phone is the first address where there is one, the user id (BSUID) stands beside it; with a hidden phone the user
    id is the address. With `alone` the only contact is the sender of a message that names none.
    """
    try:
        message = mapping(piece, "message")
        kind = string(message, "type")
        if kind in NOT_SAID or message.get("group_id"):
            return None
        contact = _contact_of(message, contacts, alone)
        addresses = _addresses(
            message.get("from"),
            message.get("from_user_id"),
            contact.get("wa_id"),
            contact.get("user_id"),
            contact.get("parent_user_id"),
        )
        if not addresses:
            raise NotReadable("no sender")
        content = read_content(message, kind, addresses)
        context = message.get("context")
        return Inbound(
            kind="tap" if content.choice else "message",
            external_id=_identifier(message),
            address=addresses[0],
            content=content,
            profile_name=_profile_name(contact),
            sent_at=_seconds(message.get("timestamp")),
            reply_to=optional(context.get("id")) if isinstance(context, dict) else "",
            also_known_as=addresses[1:],
        )
    except NotReadable as error:
        return Unreadable(str(error), piece)


def read_status(piece: Any, contacts: Sequence[Mapping[str, Any]]) -> Inbound | Unreadable:
    """The event of one entry of `statuses`; `reply_to` is the tracker that we sent along (`biz_opaque_callback_data`),
    by which a send whose answer was lost can be settled."""
    try:
        status = mapping(piece, "status")
        contact = contacts[0] if len(contacts) == 1 else {}
        addresses = _addresses(
            status.get("recipient_id"),
            status.get("recipient_user_id"),
            contact.get("wa_id"),
            contact.get("user_id"),
            status.get("recipient_parent_user_id"),
        )
        if not addresses:
            raise NotReadable("no recipient")
        name = string(status, "status")
        if name not in _STATUSES:
            raise NotReadable(f"unknown status {name[:40]}")
        return Inbound(
            kind="status",
            external_id=_identifier(status),
            address=addresses[0],
            status=_STATUSES[name],
            status_reason=_error_code(status),
            sent_at=_seconds(status.get("timestamp")),
            reply_to=optional(status.get("biz_opaque_callback_data")),
            also_known_as=addresses[1:],
        )
    except NotReadable as error:
        return Unreadable(str(error), piece)


def read_preference(piece: Any) -> tuple[Address, bool] | Unreadable:
    """Who wants marketing (True) or wants no more of it (False)."""
    try:
        preference = mapping(piece, "preference")
        addresses = _addresses(preference.get("wa_id"), preference.get("user_id"))
        if not addresses:
            raise NotReadable("no sender")
        value = string(preference, "value")
        if value not in {"stop", "resume"}:
            raise NotReadable(f"unknown preference {value[:40]}")
        return addresses[0], value == "resume"
    except NotReadable as error:
        return Unreadable(str(error), piece)


def _contact_of(message: Mapping[str, Any], contacts: Sequence[Mapping[str, Any]], alone: bool) -> Mapping[str, Any]:
    for contact in contacts:
        for ours, theirs in (("from", "wa_id"), ("from_user_id", "user_id"), ("from", "user_id")):
            if message.get(ours) and message.get(ours) == contact.get(theirs):
                return contact
    return contacts[0] if alone and len(contacts) == 1 else {}


def _addresses(*values: Any) -> tuple[Address, ...]:
    """Phones first, then user ids, each once; a platform field may hold either."""
    found: list[Address] = []
    for value in values:
        if isinstance(value, str) and _PHONE.fullmatch(value):
            found.append(Address("phone", "+" + digits(value)))
        elif isinstance(value, str) and BSUID.fullmatch(value):
            found.append(Address("bsuid", value))
    return tuple(dict.fromkeys(sorted(found, key=lambda address: address.kind != "phone")))


def _identifier(piece: Mapping[str, Any]) -> str:
    value = string(piece, "id")
    if len(value) > MAX_ID:
        raise NotReadable("id too long")
    return value


def _seconds(value: Any) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return seconds if math.isfinite(seconds) and 0 <= seconds < 1e11 else 0.0


def _profile_name(contact: Mapping[str, Any]) -> str:
    profile = contact.get("profile")
    return optional(profile.get("name")) or optional(profile.get("username")) if isinstance(profile, dict) else ""


def _error_code(status: Mapping[str, Any]) -> str:
    errors = status.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    code = first.get("code")
    return str(code) if isinstance(code, int | str) else ""
