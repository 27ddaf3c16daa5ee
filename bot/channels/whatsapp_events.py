"""Reads one message, status or preference of a Cloud API webhook; what it cannot read comes back with the reason."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.channels.payloads import json_text, plain_name
from bot.channels.whatsapp_contents import NotReadable, mapping, optional, read_content, string
from bot.channels.whatsapp_errors import reason_of_code
from bot.channels.whatsapp_notices import notice_of_identity
from bot.channels.whatsapp_people import addresses_in, contact_of, ids_named_in, profile_name, seconds_of, sender_of
from referrals.inbound import NOBODY, Address, Content, DeliveryStatus, Inbound

_STATUSES: dict[str, DeliveryStatus] = {
    "accepted": "accepted",
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",  # a voice message of ours was listened to
    "failed": "failed",
}
TRACED = frozenset({"deleted", "warning"})  # statuses that change nothing about what arrived
RENAMED = frozenset({"user_changed_number", "user_changed_user_id", "customer_changed_number"})
IDENTITY_CHANGED = frozenset({"customer_identity_changed", "user_identity_changed"})
PREFERENCES: dict[str, Literal["stop", "resume"]] = {
    "stop": "stop",
    "resume": "resume",
    "signup": "resume",  # by a link of ours: they asked for it
}
MAX_ID = 256  # characters of an id that we are ready to index


@dataclass(frozen=True)
class Unreadable:
    """One piece of a batch that is parked: why, and the JSON value itself."""

    reason: str
    piece: Any


def read_message(piece: Any, contacts: Sequence[Mapping[str, Any]], *, alone: bool) -> Inbound | Unreadable:
    """The event of one entry of `messages`.

    A phone is the first address where there is one, the user id (BSUID) stands beside it; with a hidden phone the user
    id is the address. With `alone` the only contact is the sender's.
    """
    try:
        message = mapping(piece, "message")
        kind = optional(message.get("type"))
        if message.get("group_id"):
            return _trace(message, "message: group")
        if kind in _NOT_SAID:
            return _NOT_SAID[kind](message, contacts, alone)
        return _said(message, kind, contacts, alone)
    except NotReadable as error:
        return Unreadable(str(error), piece)


def _said(message: Mapping[str, Any], kind: str, contacts: Sequence[Mapping[str, Any]], alone: bool) -> Inbound:
    contact = contact_of(message, contacts, alone)
    addresses = sender_of(message, contact)
    content = _content_of(message, kind, addresses)
    context = message.get("context")
    return Inbound(
        kind="tap" if content.choice else "message",
        external_id=_identifier(message),
        address=addresses[0],
        content=content,
        profile_name=profile_name(contact),
        sent_at=seconds_of(message.get("timestamp")),
        reply_to=optional(context.get("id")) if isinstance(context, dict) else "",
        also_known_as=addresses[1:],
    )


def _content_of(message: Mapping[str, Any], kind: str, addresses: Sequence[Address]) -> Content:
    """What was said; blank where it is not what the platform documents, for then they are told to say it again."""
    try:
        return read_content(message, kind, addresses)
    except NotReadable:
        return Content()


def _edited(message: Mapping[str, Any], contacts: Sequence[Mapping[str, Any]], alone: bool) -> Inbound:
    """New words for what was said; their shape is a message's own, one level deeper."""
    edit = mapping(message.get("edit"), "edit")
    addresses = sender_of(message, contact_of(message, contacts, alone))
    original = string(edit, "original_message_id")
    new = edit.get("message")
    inner = new if isinstance(new, dict) else edit
    kind = optional(inner.get("type"))
    return Inbound(
        kind="edit",
        external_id=f"{original}:{_identifier(message)}",
        address=addresses[0],
        content=_content_of(inner, kind, addresses),
        sent_at=seconds_of(message.get("timestamp")),
        also_known_as=addresses[1:],
        revises=original,
    )


def _revoked(message: Mapping[str, Any], contacts: Sequence[Mapping[str, Any]], alone: bool) -> Inbound:
    original = string(mapping(message.get("revoke"), "revoke"), "original_message_id")
    addresses = sender_of(message, contact_of(message, contacts, alone))
    return Inbound(
        kind="revoke",
        external_id=f"{original}:{_identifier(message)}",
        address=addresses[0],
        sent_at=seconds_of(message.get("timestamp")),
        also_known_as=addresses[1:],
        revises=original,
    )


def _reacted(message: Mapping[str, Any], contacts: Sequence[Mapping[str, Any]], alone: bool) -> Inbound:
    return _trace(message, "message: reaction")


def _told_by_system(message: Mapping[str, Any], contacts: Sequence[Mapping[str, Any]], alone: bool) -> Inbound:
    """A changed number or user id is a renaming; a new telephone behind the same number is for staff to know."""
    system = mapping(message.get("system"), "system")
    kind = optional(system.get("type"))
    if kind in IDENTITY_CHANGED:
        whose = (*addresses_in(system.get("customer"), message.get("from"), message.get("from_user_id")), NOBODY)[0]
        return notice_of_identity(_identifier(message), whose, seconds_of(message.get("timestamp")))
    if kind not in RENAMED:
        return _trace(message, f"system: {plain_name(kind)}")
    said_from, said_to = ids_named_in(optional(system.get("body")))
    anew = system.get("new_user_id")
    old = addresses_in(
        message.get("from"),
        system.get("customer"),  # who they were before
        system.get("previous_user_id"),
        system.get("user_id") if anew else None,
        message.get("from_user_id"),
        system.get("previous_parent_user_id"),
        said_from,
    )
    new = addresses_in(
        system.get("new_wa_id"),
        system.get("wa_id"),
        anew or system.get("user_id"),
        system.get("parent_user_id"),
        said_to,
    )
    seconds = seconds_of(message.get("timestamp"))
    return _renamed(old, new, seconds, _identifier(message)) or _trace(message, f"system: {kind} without both")


_NOT_SAID: dict[str, Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]], bool], Inbound]] = {
    "edit": _edited,
    "revoke": _revoked,
    "reaction": _reacted,
    "system": _told_by_system,
}


def read_status(piece: Any, contacts: Sequence[Mapping[str, Any]]) -> Inbound | Unreadable:
    """The event of one entry of `statuses`; `reply_to` is the tracker that we sent along (`biz_opaque_callback_data`),
    by which a send whose answer was lost can be settled. Our message is named by its id: who got it may be left out."""
    try:
        status = mapping(piece, "status")
        contact = contacts[0] if len(contacts) == 1 else {}
        addresses = addresses_in(
            status.get("recipient_id"),
            status.get("recipient_user_id"),
            contact.get("wa_id"),
            contact.get("user_id"),
            status.get("recipient_parent_user_id"),
        )
        name = string(status, "status")
        if name in TRACED:
            return _trace(status, f"status: {name}")
        if name not in _STATUSES:
            raise NotReadable(f"unknown status {name[:40]}")
        return Inbound(
            kind="status",
            external_id=_identifier(status),
            address=addresses[0] if addresses else NOBODY,
            status=_STATUSES[name],
            status_reason=_error_code(status),
            sent_at=seconds_of(status.get("timestamp")),
            reply_to=optional(status.get("biz_opaque_callback_data")),
            also_known_as=addresses[1:],
        )
    except NotReadable as error:
        return Unreadable(str(error), piece)


def read_preference(piece: Any) -> Inbound | Unreadable:
    """A person wants no more marketing of ours, or wants it again."""
    try:
        preference = mapping(piece, "preference")
        addresses = addresses_in(preference.get("wa_id"), preference.get("user_id"), preference.get("parent_user_id"))
        if not addresses:
            raise NotReadable("no sender")
        value = string(preference, "value")
        if value not in PREFERENCES:
            raise NotReadable(f"unknown preference {value[:40]}")
        return Inbound(
            kind="preference",
            external_id=_digest(preference),
            address=addresses[0],
            status=PREFERENCES[value],
            sent_at=seconds_of(preference.get("timestamp")),
            also_known_as=addresses[1:],
        )
    except NotReadable as error:
        return Unreadable(str(error), piece)


def read_renaming(piece: Any) -> Inbound | Unreadable:
    """A person's user id became another: `previous` and `current`, and perhaps the number that they have now."""
    try:
        change = mapping(piece, "user id update")
        pairs = [each for each in (change.get("user_id"), change.get("parent_user_id")) if isinstance(each, dict)]
        previous = [pair.get("previous") for pair in pairs]
        old = addresses_in(*previous, change.get("previous_user_id"))
        current = None if pairs else change.get("user_id")
        ids = (*(pair.get("current") for pair in pairs), current, change.get("new_user_id"))
        number = addresses_in(change.get("wa_id"))
        new = addresses_in(change.get("wa_id"), *ids) if addresses_in(*ids) else ()
        renamed = _renamed(old, new, seconds_of(change.get("timestamp")), _digest(change), number)
        if renamed is None:
            raise NotReadable("no previous and current user id")
        return renamed
    except NotReadable as error:
        return Unreadable(str(error), piece)


def ignored(name: str, piece: Any) -> Inbound:
    """The trace of what we do not use; the same piece delivered again is the same trace."""
    return Inbound(kind="ignored", external_id=_digest([name, piece]), address=NOBODY, status_reason=name)


def _trace(piece: Mapping[str, Any], name: str) -> Inbound:
    return Inbound(
        kind="ignored",
        external_id=f"{_identifier(piece)}:{name}",
        address=NOBODY,
        status_reason=name,
        sent_at=seconds_of(piece.get("timestamp")),
    )


def _renamed(
    old: tuple[Address, ...],
    new: tuple[Address, ...],
    seconds: float,
    external_id: str,
    perhaps: tuple[Address, ...] = (),
) -> Inbound | None:
    """The renaming; None where it does not say both. By any of the old addresses the person may be known, the surest
    first: a number can be somebody else's by now. What both name is new: some tell it from the new number. `perhaps`
    they were known by that, too."""
    old = tuple(sorted((each for each in old if each not in new), key=lambda each: each.kind == "phone")) or old
    fresh = tuple(address for address in new if address not in old)
    if not old or not fresh:
        return None
    further = (*old[1:], *perhaps)
    return Inbound(
        kind="renamed",
        external_id=external_id,
        address=old[0],
        sent_at=seconds,
        also_known_as=fresh,
        told=json_text({"formerly": [[each.kind, each.value] for each in further]}) if further else "",
    )


def _identifier(piece: Mapping[str, Any]) -> str:
    value = string(piece, "id")
    if len(value) > MAX_ID:
        raise NotReadable("id too long")
    return value


def _digest(piece: Any) -> str:
    return "sha256:" + hashlib.sha256(json_text(piece).encode()).hexdigest()


def _error_code(status: Mapping[str, Any]) -> str:
    """Why it failed, by the first of the errors that has a code."""
    errors = status.get("errors")
    for error in errors if isinstance(errors, list) else []:
        code = error.get("code") if isinstance(error, dict) else None
        if isinstance(code, int | str) and code != "":
            return reason_of_code(code)
    return ""
