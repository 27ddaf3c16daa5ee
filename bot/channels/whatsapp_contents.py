"""Reads what was said in one message of the Cloud API, type by type."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from bot.channels.payloads import cleaned, json_text
from referrals.inbound import Address, Content, MediaKind, MediaRef

_MEDIA: dict[str, MediaKind] = {
    "image": "image",
    "audio": "audio",
    "voice": "audio",
    "video": "video",
    "document": "file",
    "sticker": "sticker",
}


REQUESTED = "contact_request"  # the origin of a card that a button of ours asked for; it stands in the card
MAX_SOURCE = 64  # characters of where somebody came from, as of a Telegram link


class NotReadable(ValueError):
    """The piece is not what the platform documents."""


def read_content(message: Mapping[str, Any], kind: str, addresses: Sequence[Address]) -> Content:
    """What was said; blank for a kind that nobody here can read (an order, a poll, what comes next year)."""
    content = _of_kind(message, kind, addresses)
    referral = message.get("referral")
    return replace(content, start=_advertisement(referral)) if isinstance(referral, dict) else content


def _of_kind(message: Mapping[str, Any], kind: str, addresses: Sequence[Address]) -> Content:
    if kind == "request_welcome":
        return Content(text="/start")
    if kind in _MEDIA:
        return _media(message, kind)
    read = _READERS.get(kind)
    return Content() if read is None or message.get("errors") else read(message, addresses)


def _typed(message: Mapping[str, Any], addresses: Sequence[Address]) -> Content:
    """Typed words; a wa.me link can carry `/start` and a source as Telegram's links do."""
    text = string(mapping(message.get("text"), "text"), "body")
    command, _, parameter = text.partition(" ")
    return Content(text="/start", start=parameter.strip()[:MAX_SOURCE]) if command == "/start" else Content(text=text)


def _advertisement(referral: Mapping[str, Any]) -> str:
    """Which advertisement or post of ours was tapped to write to us."""
    kind, name = optional(referral.get("source_type")) or "ad", optional(referral.get("source_id"))
    return f"{kind}-{name}"[:MAX_SOURCE] if name else ""


def _interactive(message: Mapping[str, Any], addresses: Sequence[Address]) -> Content:
    interactive = mapping(message.get("interactive"), "interactive")
    kind = string(interactive, "type")
    reply = interactive.get(kind)
    if kind == "nfm_reply" and isinstance(reply, dict):
        return _filled(reply)
    if not isinstance(reply, dict) or not isinstance(reply.get("id"), str):
        return Content()
    return Content(choice=reply["id"])


def _filled(reply: Mapping[str, Any]) -> Content:
    """What was filled in a Flow: JSON within the JSON; blank where it is no object."""
    filled = reply.get("response_json")
    if isinstance(filled, str):
        try:
            filled = json.loads(filled)
        except (ValueError, RecursionError):
            return Content()
    if not isinstance(filled, dict):
        return Content()
    return Content(form_reply=json_text(cleaned(filled)), form_name=optional(reply.get("name")))


def _button(message: Mapping[str, Any], addresses: Sequence[Address]) -> Content:
    """A template's quick reply: its payload is our choice's id, or the label again where we sent none."""
    button = mapping(message.get("button"), "button")
    text, payload = optional(button.get("text")), optional(button.get("payload"))
    return Content(choice=payload) if payload and payload != text else Content(text=text)


def _location(message: Mapping[str, Any], addresses: Sequence[Address]) -> Content:
    spot = mapping(message.get("location"), "location")
    latitude, longitude = _degrees(spot, "latitude", 90.0), _degrees(spot, "longitude", 180.0)
    return Content(point=(latitude, longitude, 0.0))


def _contacts(message: Mapping[str, Any], addresses: Sequence[Address]) -> Content:
    """The person's own card is their phone, and so is one that they gave by the button that asks for it; another's card
    is told apart, with what it calls them."""
    cards = message.get("contacts")
    phones = [
        (card, phone)
        for card in (cards if isinstance(cards, list) else [])
        if isinstance(card, dict) and isinstance(card.get("phones"), list)
        for phone in card["phones"]
        if isinstance(phone, dict)
    ]
    if not phones:
        return Content()
    card, phone = phones[0]
    written, registered = optional(phone.get("phone")), optional(phone.get("wa_id"))
    number = f"+{digits(registered)}" if registered else written
    asked_for = REQUESTED in (message.get("origin"), card.get("origin"))
    own = asked_for or Address("phone", f"+{digits(number)}") in addresses
    return Content(contact_phone=number) if own else Content(card_phone=written or number, card_name=_named(card))


def _named(card: Mapping[str, Any]) -> str:
    name = card.get("name")
    return optional(name.get("formatted_name")) or optional(name.get("first_name")) if isinstance(name, dict) else ""


_READERS: dict[str, Callable[[Mapping[str, Any], Sequence[Address]], Content]] = {
    "text": _typed,
    "interactive": _interactive,
    "button": _button,
    "location": _location,
    "contacts": _contacts,
}


def _media(message: Mapping[str, Any], kind: str) -> Content:
    media = message.get(kind)
    file_id = optional(media.get("id")) if isinstance(media, dict) else ""
    if not isinstance(media, dict) or not file_id:
        return Content()  # it came with `errors` in its place: the person is asked to send it again
    content_type = optional(media.get("mime_type"))
    reference = MediaRef(_MEDIA[kind], file_id, content_type, optional(media.get("filename")))
    return Content(text=optional(media.get("caption")), media=reference)


def mapping(value: Any, name: str) -> Mapping[str, Any]:
    """`value` as the object it has to be. Raises `NotReadable`."""
    if not isinstance(value, dict):
        raise NotReadable(f"{name} is not an object")
    return value


def string(piece: Mapping[str, Any], name: str) -> str:
    """The text of that name, which has to be there. Raises `NotReadable`."""
    value = piece.get(name)
    if not isinstance(value, str) or not value:
        raise NotReadable(f"no {name}")
    return value


def optional(value: Any) -> str:
    """`value` where it is text, else nothing."""
    return value if isinstance(value, str) else ""


def digits(value: str) -> str:
    """The digits alone."""
    return "".join(character for character in value if character.isdigit())


def _degrees(spot: Mapping[str, Any], name: str, limit: float) -> float:
    value = spot.get(name)
    degrees = math.nan
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        with suppress(ValueError, OverflowError):
            degrees = float(value)
    if not -limit <= degrees <= limit:
        raise NotReadable(f"{name} is no coordinate")
    return degrees
