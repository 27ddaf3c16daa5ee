"""Reads what was said in one message of Telegram, kind by kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.channels.payloads import json_text, plain_name
from referrals.inbound import Content, MediaKind, MediaRef

if TYPE_CHECKING:
    from aiogram.types import Contact, Message

USED = frozenset(
    {"message_id", "date", "edit_date", "chat", "from", "migrate_to_chat_id", "migrate_from_chat_id", "media_group_id"}
    | {"text", "caption", "location", "contact", "web_app_data", "photo", "sticker", "video_note", "voice"}
    | {"live_photo", "audio", "animation", "video", "document"}
)
# Something that a person said, though nobody here can read it; what is new next year is taken for such too. A service
# message (a pin, a timer, a payment) is nobody's word.
SAID_BUT_UNREADABLE = frozenset(
    {"chat_shared", "checklist", "dice", "game", "giveaway", "invoice", "paid_media", "passport_data", "poll"}
    | {"rich_message", "story", "user_shared", "users_shared"}
)
MAX_PARAMETER = 64  # of a deep link


def used_of(piece: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a message that we read; a named place is the point where it lies."""
    used = {name: value for name, value in piece.items() if name in USED}
    venue = piece.get("venue")
    return {"location": venue["location"], **used} if isinstance(venue, dict) and "location" in venue else used


def unread_name(piece: Mapping[str, Any]) -> str:
    """What a message holds that is nobody's word to us: the first of its fields that says what it is."""
    return next((plain_name(name) for name in piece if name not in _about_any_message()), "nothing")


def content_of(message: Message, piece: Mapping[str, Any]) -> Content | None:
    """What was said; blank when it cannot be read, None when it is nobody's word. `piece` is the whole message."""
    if message.text is not None:
        return spoken(message.text)
    if message.location is not None:
        spot = message.location
        return Content(point=(spot.latitude, spot.longitude, spot.horizontal_accuracy or 0.0))
    if message.contact is not None:
        return _contact(message, message.contact)
    if message.web_app_data is not None:
        return _filled(message.web_app_data.data, message.web_app_data.button_text)
    media = _media(message)
    if media is not None:
        emoji = message.sticker.emoji if message.sticker is not None else ""
        return Content(text=message.caption or emoji or "", media=replace(media, album=_album(message)))
    beside = [name for name in piece if name not in _about_any_message()]
    said = not beside or any(name in SAID_BUT_UNREADABLE or name not in _service() for name in beside)
    return Content() if said else None


@cache
def _service() -> frozenset[str]:
    """What a message may be, in aiogram's words."""
    from aiogram.enums import ContentType

    return frozenset(kind.value for kind in ContentType)


@cache
def _about_any_message() -> frozenset[str]:
    """The fields that stand beside what a message is: who sent it, when, in answer to what."""
    from aiogram.types import Message

    return frozenset(field.alias or name for name, field in Message.model_fields.items()) - _service()


def spoken(text: str) -> Content:
    """Typed words; `/start` apart from the parameter of the link that it came through."""
    command, _, parameter = text.partition(" ")
    if command == "/start" or command.startswith("/start@"):
        return Content(text="/start", start=parameter.strip()[:MAX_PARAMETER])
    return Content(text=text)


def _contact(message: Message, contact: Contact) -> Content:
    """The person's own phone where Telegram says that the card is theirs; else somebody's card and its name."""
    if message.from_user is not None and contact.user_id == message.from_user.id:
        return Content(contact_phone=contact.phone_number)
    name = " ".join(filter(None, (contact.first_name, contact.last_name)))
    return Content(card_phone=contact.phone_number, card_name=name)


def _filled(data: str, name: str) -> Content:
    """What a web app of the chat sent: a form where it is an object, else words."""
    try:
        filled = json.loads(data)
    except (ValueError, RecursionError):
        return Content(text=data)
    return Content(form_reply=json_text(filled), form_name=name) if isinstance(filled, dict) else Content(text=data)


def _album(message: Message) -> str:
    return (message.media_group_id or "")[:MAX_PARAMETER]


def _media(message: Message) -> MediaRef | None:
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return MediaRef("image", largest.file_id, "image/jpeg", size=largest.file_size or 0)
    if message.sticker is not None:
        return MediaRef("sticker", message.sticker.file_id, size=message.sticker.file_size or 0)
    if message.video_note is not None:
        return MediaRef("video", message.video_note.file_id, "video/mp4", size=message.video_note.file_size or 0)
    if message.voice is not None:
        voice = message.voice
        return MediaRef("audio", voice.file_id, voice.mime_type or "audio/ogg", size=voice.file_size or 0)
    if message.live_photo is not None:  # a picture that moves a little: kept as the picture that it shows
        moving = message.live_photo
        shown = max(moving.photo or (), key=lambda size: size.width * size.height, default=None)
        if shown is not None:
            return MediaRef("image", shown.file_id, "image/jpeg", size=shown.file_size or 0)
        return MediaRef("video", moving.file_id, moving.mime_type or "", size=moving.file_size or 0)
    kinds: tuple[tuple[MediaKind, Any], ...] = (
        ("audio", message.audio),
        ("video", message.animation or message.video),
        ("file", message.document),
    )
    for kind, file in kinds:
        if file is not None:
            return MediaRef(kind, file.file_id, file.mime_type or "", file.file_name or "", file.file_size or 0)
    return None
