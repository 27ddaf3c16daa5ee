"""What each method of the Bot API takes: fields, types, lengths, keyboards. Source: core.telegram.org's API of 10.1."""

from __future__ import annotations

import json
from typing import Any

TEXT, CAPTION, CALLBACK_DATA, CALLBACK_ANSWER = 4096, 1024, 64, 200
ALBUM = 10  # pictures and films
FILES = ("photo", "document", "voice", "audio", "video")
_SHARED = {
    "chat_id": int,
    "disable_notification": bool,
    "protect_content": bool,
    "reply_markup": dict,
    "parse_mode": str,
}
METHODS: dict[str, dict[str, type]] = {
    "getMe": {},
    "getWebhookInfo": {},
    "setWebhook": {
        "url": str,
        "secret_token": str,
        "allowed_updates": list,
        "max_connections": int,
        "drop_pending_updates": bool,
    },
    "deleteWebhook": {"drop_pending_updates": bool},
    "getUpdates": {"offset": int, "limit": int, "timeout": int, "allowed_updates": list},
    "sendMessage": {**_SHARED, "text": str, "link_preview_options": dict, "reply_parameters": dict},
    "sendPhoto": {**_SHARED, "photo": str, "caption": str},
    "sendDocument": {**_SHARED, "document": str, "caption": str},
    "sendVoice": {**_SHARED, "voice": str, "caption": str},
    "sendAudio": {**_SHARED, "audio": str, "caption": str},
    "sendVideo": {**_SHARED, "video": str, "caption": str},
    "sendMediaGroup": {"chat_id": int, "media": list},
    "sendLocation": {**_SHARED, "latitude": float, "longitude": float},
    "sendVenue": {**_SHARED, "latitude": float, "longitude": float, "title": str, "address": str},
    "setMyCommands": {"commands": list, "language_code": str},
    "editMessageText": {"chat_id": int, "message_id": int, "text": str, "reply_markup": dict, "parse_mode": str},
    "editMessageReplyMarkup": {"chat_id": int, "message_id": int, "reply_markup": dict},
    "answerCallbackQuery": {"callback_query_id": str, "text": str, "show_alert": bool, "cache_time": int},
    "getFile": {"file_id": str},
    "sendChatAction": {"chat_id": int, "action": str},
}
_REQUIRED = {
    "setWebhook": ["url"],
    "sendMessage": ["chat_id", "text"],
    "sendPhoto": ["chat_id"],
    "sendDocument": ["chat_id"],
    "sendVoice": ["chat_id"],
    "sendAudio": ["chat_id"],
    "sendVideo": ["chat_id"],
    "sendMediaGroup": ["chat_id", "media"],
    "sendLocation": ["chat_id", "latitude", "longitude"],
    "sendVenue": ["chat_id", "latitude", "longitude", "title", "address"],
    "setMyCommands": ["commands"],
    "editMessageText": ["chat_id", "message_id", "text"],
    "editMessageReplyMarkup": ["chat_id", "message_id"],
    "answerCallbackQuery": ["callback_query_id"],
    "getFile": ["file_id"],
    "sendChatAction": ["chat_id", "action"],
}


class Refused(Exception):
    """What the Bot API answers instead of a result."""

    def __init__(self, status: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


def checked(name: str, given: dict[str, Any], files: dict[str, bytes]) -> dict[str, Any]:
    """The arguments in their types. Raises `Refused` for an unknown field (stricter than Telegram) or limit."""
    fields = METHODS[name]
    attached = {field for field in files if f"attach://{field}" in given.get("media", "")}
    unknown = [field for field in [*given, *files] if field not in fields and field not in attached]
    missing = [field for field in _REQUIRED.get(name, []) if field not in given]
    if unknown or missing:
        raise Refused(400, f"Bad Request: unknown fields {unknown}, missing fields {missing}")
    arguments = {field: _typed(field, value, fields[field]) for field, value in given.items()}
    file = name.removeprefix("send").lower()
    if file in FILES and not files and file not in arguments:
        raise Refused(400, f"Bad Request: there is no {file} in the request")
    _check_lengths(arguments)
    _check_album(arguments.get("media"), attached)
    _check_keyboard(arguments.get("reply_markup") or {})
    return arguments


def _typed(field: str, value: Any, kind: type) -> Any:
    """Forms carry everything as text: numbers and booleans written out, objects as JSON."""
    if isinstance(value, str) and kind is not str:
        try:
            value = json.loads(value)
        except ValueError:
            raise Refused(400, f"Bad Request: can't parse {field}") from None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Refused(400, f"Bad Request: {field} must be {kind.__name__}")
    return value


def _check_album(media: list[dict[str, Any]] | None, attached: set[str]) -> None:
    if media is None:
        return
    if not 2 <= len(media) <= ALBUM:
        raise Refused(400, "Bad Request: wrong number of messages in the album")
    if any(str(each.get("media", "")).removeprefix("attach://") not in attached for each in media):
        raise Refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
    if len({each.get("type") for each in media} - {"photo", "video"}) > 0:
        raise Refused(400, "Bad Request: can't be mixed in one album")


def _check_lengths(arguments: dict[str, Any]) -> None:
    if "text" in arguments and "callback_query_id" not in arguments and not arguments["text"].strip():
        raise Refused(400, "Bad Request: message text is empty")
    limit = CALLBACK_ANSWER if "callback_query_id" in arguments else TEXT
    if _units(arguments.get("text", "")) > limit:
        raise Refused(400, "Bad Request: message is too long")
    if _units(arguments.get("caption", "")) > CAPTION:
        raise Refused(400, "Bad Request: message caption is too long")


def _check_keyboard(markup: dict[str, Any]) -> None:
    rows = markup.get("inline_keyboard", markup.get("keyboard", []))
    if not all(isinstance(row, list) and row for row in rows) or sum(map(len, rows)) > 100:
        raise Refused(400, "Bad Request: reply markup is too long or has an empty row")
    for button in (button for row in rows for button in row):
        if not isinstance(button, dict) or not str(button.get("text", "")).strip():
            raise Refused(400, "Bad Request: inline keyboard button text is empty")
        if "inline_keyboard" in markup and str(button.get("url", "")).startswith(("https://", "tg://")):
            continue
        if "inline_keyboard" in markup and not 1 <= len(str(button.get("callback_data", "")).encode()) <= CALLBACK_DATA:
            raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
