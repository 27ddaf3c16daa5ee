"""Reads Telegram's updates, every field of them: aiogram's models parse, nothing else of it is used."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.channels.failures import UnreadablePayload
from bot.channels.payloads import cleaned, plain_name
from bot.channels.telegram_contents import content_of, spoken, unread_name, used_of
from referrals.inbound import NOBODY, Address, Content, Inbound

if TYPE_CHECKING:
    from aiogram.types import CallbackQuery, Chat, Message, User
    from aiogram.types.base import TelegramObject

UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""The fields we use, to be asked for; any other that comes all the same leaves a trace and nothing more."""
LATEST = 2**33  # a moment in seconds that every clock can hold
GONE = frozenset({"kicked", "left"})  # what a person who blocked a bot makes of it
# A typed message and nothing beside it: by far the most. Neither needs a model.
PLAIN = frozenset({"message_id", "date", "from", "chat", "text", "entities", "link_preview_options"})
PERSON = frozenset({"id", "is_bot", "first_name", "last_name", "username", "language_code", "is_premium"})
WHOSE = frozenset({"message_id", "date", "chat", "from"})
TAPPED = ("id", "from", "chat_instance", "data", "inline_message_id")


def check_secret(expected: str, header: str | None) -> bool:
    """Whether `X-Telegram-Bot-Api-Secret-Token` carries the secret that setWebhook was given; never for a blank one."""
    return bool(expected) and hmac.compare_digest(expected.encode(), (header or "").encode())


def read_update(payload: Mapping[str, Any]) -> tuple[Inbound, ...]:
    """The events of one update, at least one.

    What is no person's word in private (groups, channels, other bots, payments, reactions, fields that come next year)
    is an event `ignored`, with the name of what it was and nothing of its content. Raises `UnreadablePayload`.
    """
    update_id = payload.get("update_id")
    if isinstance(update_id, bool) or not isinstance(update_id, int):
        raise UnreadablePayload("not an update: update_id: no whole number")
    for name, read in _READERS.items():
        piece = payload.get(name)
        if piece is not None:
            return (read(piece, str(update_id)),)
    other = next((name for name, piece in payload.items() if name != "update_id" and piece is not None), "nothing")
    return (_ignored(str(update_id), plain_name(other)),)


def warm_up() -> None:
    """Loads aiogram's models, which takes seconds: call it in a thread at start, so that no first family waits."""
    for name in ("Message", "CallbackQuery", "User", "Chat"):
        _model(name)


# ---- a message, and its later wordings


def _message(piece: Any, update_id: str) -> Inbound:
    plain = _plain_message(piece, update_id)
    if plain is not None:
        return plain
    unread = None
    try:
        message = _model_of_message(piece, "message")
    except UnreadablePayload as failure:
        message, unread = _who_wrote(piece, failure), Content()
    moved = _moved(message, update_id)
    if moved is not None:
        return moved
    passed_over = _not_from_a_person(message)
    content = None if passed_over else unread or content_of(message, piece)
    if content is None:
        return _ignored(update_id, f"message: {passed_over or unread_name(piece)}")
    return Inbound(
        kind="message",
        external_id=update_id,
        address=_address(message.from_user, message.chat),
        content=content,
        profile_name=message.from_user.full_name if message.from_user is not None else "",
        sent_at=message.date.timestamp(),
        reply_to=_number_in(piece.get("reply_to_message"), "message_id"),
        said_as=str(message.message_id),
    )


def _plain_message(piece: Any, update_id: str) -> Inbound | None:
    """A typed message in a private chat, read without the model of all that a message can be; None for any other."""
    if not isinstance(piece, dict) or not piece.keys() <= PLAIN:
        return None
    text, message_id, date = piece.get("text"), piece.get("message_id"), piece.get("date")
    if not isinstance(text, str) or type(message_id) is not int or type(date) is not int or not 0 <= date < LATEST:
        return None
    chat = piece.get("chat")
    if not isinstance(chat, dict) or chat.get("type") != "private" or piece.get("from") is None:
        return None
    number, name = _plain_person(piece["from"])
    if not name:
        return None
    return Inbound(
        kind="message",
        external_id=update_id,
        address=Address("telegram", number),
        content=spoken(cleaned(text)),
        profile_name=cleaned(name),
        sent_at=float(date),
        said_as=str(message_id),
    )


def _plain_person(piece: Any) -> tuple[str, str]:
    """The id and name of who wrote; both blank for a bot, and for whomever only the model can tell."""
    if not isinstance(piece, dict) or not piece.keys() <= PERSON or piece.get("is_bot") is not False:
        return "", ""
    number, first, last = piece.get("id"), piece.get("first_name"), piece.get("last_name", "")
    words = (first, last, piece.get("username", ""), piece.get("language_code", ""))
    if type(number) is not int or not all(isinstance(word, str) for word in words):
        return "", ""
    return str(number), f"{first} {last}" if last else str(first)


def _edited(piece: Any, update_id: str) -> Inbound:
    """A new wording of what a person said. A live location moves by edits too, and that is nobody's word."""
    message = _model_of_message(piece, "edited_message")
    passed_over = _not_from_a_person(message) or ("location" if message.location is not None else "")
    content = None if passed_over else content_of(message, piece)
    if content is None:
        return _ignored(update_id, f"edited_message: {passed_over or unread_name(piece)}")
    return Inbound(
        kind="edit",
        external_id=f"{message.message_id}:{update_id}",
        address=_address(message.from_user, message.chat),
        content=content,
        profile_name=message.from_user.full_name if message.from_user is not None else "",
        sent_at=float(message.edit_date or message.date.timestamp()),
        revises=str(message.message_id),
    )


def _not_from_a_person(message: Message) -> str:
    """Why a message is not a person's word to us; blank when it is."""
    if message.chat.type != "private":
        return message.chat.type
    person = message.from_user
    return "bot" if person is not None and person.is_bot else ""


def _moved(message: Message, update_id: str) -> Inbound | None:
    """A group became a supergroup: the old chat's id and the new one, told once in each of the two."""
    old, new = message.chat.id, message.migrate_to_chat_id
    if message.migrate_from_chat_id is not None:
        old, new = message.migrate_from_chat_id, message.chat.id
    if new is None:
        return None
    return Inbound(
        kind="renamed",
        external_id=update_id,
        address=Address("telegram", str(old)),
        sent_at=message.date.timestamp(),
        also_known_as=(Address("telegram", str(new)),),
    )


# ---- taps, and what people do to the chat itself


def _tap(piece: Any, update_id: str) -> Inbound:
    """A tap, also under a message that Telegram no longer shows (`InaccessibleMessage`) or does not name at all."""
    known = piece
    if isinstance(piece, dict):
        known = {"chat_instance": "", **{name: _whole(piece[name]) for name in TAPPED if name in piece}}
    query: CallbackQuery = _parsed("CallbackQuery", known, "callback_query")
    message = piece.get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    where = chat.get("type") if isinstance(chat, dict) else None
    if not query.data or query.from_user.is_bot:
        return _ignored(query.id, "callback_query: no data")
    if isinstance(where, str) and where != "private":
        return _ignored(query.id, f"callback_query: {plain_name(where)}")
    return Inbound(
        kind="tap",
        external_id=query.id,
        address=Address("telegram", str(query.from_user.id)),
        content=Content(choice=query.data),
        profile_name=query.from_user.full_name,
        reply_to=_number_in(message, "message_id"),
    )


def _membership(piece: Any, update_id: str) -> Inbound:
    """Blocked, or taken back: in a private chat the bot's own membership says so. In groups it says nothing to us."""
    if not isinstance(piece, dict):
        raise UnreadablePayload("not an update: my_chat_member: no object")
    chat: Chat = _parsed("Chat", piece.get("chat"), "my_chat_member.chat")
    member, date = piece.get("new_chat_member"), piece.get("date")
    if chat.type != "private":
        return _ignored(update_id, f"my_chat_member: {plain_name(chat.type)}")
    status = member.get("status") if isinstance(member, dict) else None
    if not isinstance(status, str):
        raise UnreadablePayload("not an update: my_chat_member.new_chat_member.status: no text")
    return Inbound(
        kind="presence",
        external_id=update_id,
        address=Address("telegram", str(chat.id)),
        status="blocked" if status in GONE else "unblocked",
        sent_at=float(date) if type(date) is int and 0 <= date < LATEST else 0.0,
    )


def _ignored(update_id: str, name: str) -> Inbound:
    return Inbound(kind="ignored", external_id=update_id, address=NOBODY, status_reason=name)


_READERS: dict[str, Callable[[Any, str], Inbound]] = {
    "message": _message,
    "callback_query": _tap,
    "edited_message": _edited,
    "my_chat_member": _membership,
}


# ---- aiogram


def _parsed(name: str, piece: Any, where: str) -> Any:
    """The piece as aiogram's model of that name. Raises `UnreadablePayload`, with nothing of its content."""
    from pydantic import ValidationError

    try:
        return _model(name).model_validate(cleaned(piece))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        step = ".".join([where, *(str(step) for step in first["loc"][:4])])
        raise UnreadablePayload(f"not an update: {step[:120]}: {first['type']}") from None
    except (RecursionError, OverflowError, ArithmeticError, OSError, ValueError):
        raise UnreadablePayload(f"not an update: {where}: out of range") from None  # no clock or stack can hold it


@cache
def _model(name: str) -> type[TelegramObject]:
    import aiogram.types

    found: type[TelegramObject] = getattr(aiogram.types, name)
    return found


def _model_of_message(piece: Any, where: str) -> Message:
    """A message as far as we use it: a strange field beside what was said takes nothing of it away."""
    used = used_of(piece) if isinstance(piece, dict) else piece
    message: Message = _parsed("Message", {**used, "from": _whole(used["from"])} if "from" in used else used, where)
    return message


def _who_wrote(piece: Any, failure: UnreadablePayload) -> Message:
    """Of a message whose content is none that Telegram documents: whose it is, so that they hear that it was not
    understood. Raises the failure where that cannot be told."""
    if not isinstance(piece, dict):
        raise failure
    try:
        return _model_of_message({name: value for name, value in piece.items() if name in WHOSE}, "message")
    except UnreadablePayload:
        raise failure from None


def _whole(value: Any) -> Any:
    """A person as the model wants them: what older updates leave out about them says nothing to us."""
    return {"is_bot": False, "first_name": "", **value} if isinstance(value, dict) else value


def _address(person: User | None, chat: Chat) -> Address:
    """A private chat has the id of the person in it."""
    return Address("telegram", str(person.id if person is not None else chat.id))


def _number_in(piece: Any, name: str) -> str:
    value = piece.get(name) if isinstance(piece, dict) else None
    return str(value) if type(value) is int else ""
