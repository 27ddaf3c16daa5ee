"""Reads Telegram's updates: aiogram's models parse, nothing else of it is used."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.channels.failures import UnreadablePayload
from bot.channels.payloads import cleaned
from referrals.inbound import Address, Content, Inbound, MediaKind, MediaRef

if TYPE_CHECKING:
    from aiogram.types import CallbackQuery, Contact, Message, Update

# A message of a new kind is something that the person said; a service message (a pin, a timer) is not.
SAID_BUT_UNREADABLE = frozenset({"checklist", "dice", "game", "paid_media", "poll", "rich_message", "story", "unknown"})
READ = ("update_id", "message", "callback_query")  # the rest is not even parsed, so that it cannot fail
MAX_PARAMETER = 64  # of a deep link


def check_secret(expected: str, header: str | None) -> bool:
    """Whether `X-Telegram-Bot-Api-Secret-Token` carries the secret that setWebhook was given; never for a blank one."""
    return bool(expected) and hmac.compare_digest(expected.encode(), (header or "").encode())


def read_update(payload: Mapping[str, Any]) -> tuple[Inbound, ...]:
    """The events of one update: one, or none for what is not a person speaking to us in private.

    Nothing comes of groups, channels, other bots, reactions, update types we do not know, and edited messages (the
    first wording was already answered; the person is asked at review). A blocked bot (`my_chat_member`) gives nothing
    either: the next send is refused for good, which is where delivery learns it. A photo's caption is `text` beside
    `media`, and so is a sticker's emoji; somebody else's contact card is told apart. Raises `UnreadablePayload`.
    """
    update = _parsed(payload)
    if update.callback_query is not None:
        return _tap(update.callback_query)
    if update.message is not None:
        return _message(update.message, str(update.update_id))
    return ()


def warm_up() -> None:
    """Loads aiogram's models, which takes seconds: call it in a thread at start, so that no first family waits."""
    _update_model()


def _parsed(payload: Mapping[str, Any]) -> Update:
    from pydantic import ValidationError

    try:
        return _update_model().model_validate(cleaned({name: payload[name] for name in READ if name in payload}))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise UnreadablePayload(f"not an update: {where}: {first['type']}") from None
    except (RecursionError, OverflowError, ArithmeticError):  # a nesting or a number that no clock or stack can hold
        raise UnreadablePayload("not an update: out of range") from None


@cache
def _update_model() -> type[Update]:
    from aiogram.types import Update

    return Update


def _tap(query: CallbackQuery) -> tuple[Inbound, ...]:
    message = query.message
    if not query.data or query.from_user.is_bot or (message is not None and message.chat.type != "private"):
        return ()
    return (
        Inbound(
            kind="tap",
            external_id=query.id,
            address=Address("telegram", str(query.from_user.id)),
            content=Content(choice=query.data),
            profile_name=query.from_user.full_name,
            reply_to=str(message.message_id) if message is not None else "",
        ),
    )


def _message(message: Message, external_id: str) -> tuple[Inbound, ...]:
    person = message.from_user
    content = _content(message)
    if person is None or person.is_bot or message.chat.type != "private" or content is None:
        return ()
    answered = message.reply_to_message
    return (
        Inbound(
            kind="message",
            external_id=external_id,
            address=Address("telegram", str(person.id)),
            content=content,
            profile_name=person.full_name,
            sent_at=message.date.timestamp(),
            reply_to=str(answered.message_id) if answered is not None else "",
        ),
    )


def _content(message: Message) -> Content | None:
    """What was said; blank when it cannot be read, None when it is nobody's word (a pin, a timer)."""
    if message.text is not None:
        return _spoken(message.text)
    if message.location is not None:
        spot = message.location
        return Content(point=(spot.latitude, spot.longitude, spot.horizontal_accuracy or 0.0))
    if message.contact is not None:
        own = message.from_user is not None and message.contact.user_id == message.from_user.id
        phone = message.contact.phone_number
        return Content(contact_phone=phone) if own else _card(message.contact)
    media = _media(message)
    if media is not None:
        emoji = message.sticker.emoji if message.sticker is not None else ""
        return Content(text=message.caption or emoji or "", media=replace(media, album=_album(message)))
    return Content() if message.content_type in SAID_BUT_UNREADABLE else None


def _card(contact: Contact) -> Content:
    """Somebody else's card: its number, and what it calls them."""
    name = " ".join(filter(None, (contact.first_name, contact.last_name)))
    return Content(card_phone=contact.phone_number, card_name=name)


def _album(message: Message) -> str:
    return (message.media_group_id or "")[:MAX_PARAMETER]


def _spoken(text: str) -> Content:
    command, _, parameter = text.partition(" ")
    if command == "/start" or command.startswith("/start@"):
        return Content(text="/start", start=parameter.strip()[:MAX_PARAMETER])
    return Content(text=text)


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
    kinds: tuple[tuple[MediaKind, Any], ...] = (
        ("audio", message.audio),
        ("video", message.animation or message.video),
        ("file", message.document),
    )
    for kind, file in kinds:
        if file is not None:
            return MediaRef(kind, file.file_id, file.mime_type or "", file.file_name or "", file.file_size or 0)
    return None
