"""What each error of python-telegram-bot is called here; a reason holds no token and no text of ours.

Source: the descriptions that the Bot API answers with, as bot libraries match them; Telegram documents none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channels.failures import DeliveryFailed, failed
from referrals.inbound import Address

if TYPE_CHECKING:
    from telegram.error import TelegramError

# A part of the description, in lower case, and what it is called; the first that fits.
_FORBIDDEN = (
    ("deactivated", "deactivated"),  # «user is deactivated»: the account is gone
    ("can't initiate", "never_started"),  # they never pressed start
    ("kicked", "chat_gone"),
    ("not a member", "chat_gone"),
    ("to bots", "chat_gone"),
    ("to the chat", "chat_gone"),  # no rights to write there
    ("", "blocked"),
)
_BAD_REQUEST = (
    ("chat not found", "chat_gone"),
    ("peer_id_invalid", "chat_gone"),
    ("user not found", "chat_gone"),
    ("group chat was deactivated", "chat_gone"),
    ("upgraded to a supergroup", "chat_gone"),
    ("not enough rights", "chat_gone"),
    ("have no rights", "chat_gone"),
    ("chat_write_forbidden", "chat_gone"),
    ("too long", "too_long"),
    ("caption_too_long", "too_long"),
    ("text is empty", "too_long"),
    ("wrong file", "media_refused"),
    ("wrong remote file", "media_refused"),
    ("file is too big", "media_refused"),
    ("file must be non-empty", "media_refused"),
    ("photo_", "media_refused"),  # PHOTO_INVALID_DIMENSIONS, PHOTO_SAVE_FILE_INVALID
    ("image_process_failed", "media_refused"),
    ("media_", "media_refused"),
    ("voice_messages_forbidden", "media_refused"),  # they take no voice notes
    ("button", "buttons_invalid"),  # BUTTON_DATA_INVALID, BUTTON_URL_INVALID, «keyboard button»
    ("reply markup", "buttons_invalid"),
    ("reply_markup", "buttons_invalid"),
    ("keyboard", "buttons_invalid"),
    ("", "refused"),
)


def delivery_failure(error: TelegramError) -> DeliveryFailed:
    """What delivery wants to know of it. An answer that nobody can read says nothing about the person or the message:
    a gateway's page comes with any status. It is uncertain unless that status says that nothing was taken."""
    from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return failed("rate_limit", "429", retry_after=float(wait if isinstance(wait, int) else wait.total_seconds()))
    if isinstance(error, ChatMigrated):
        failure = failed("chat_gone", "moved")
        failure.moved_to = Address("telegram", str(error.new_chat_id))
        return failure
    if error.__cause__ is not None:
        return _without_answer(error)
    if isinstance(error, Forbidden):
        return failed(_named(_FORBIDDEN, error.message), error.message)
    if isinstance(error, BadRequest):
        return failed(_named(_BAD_REQUEST, error.message), error.message)
    if isinstance(error, InvalidToken):
        return failed("token_refused")
    if isinstance(error, Conflict):
        return failed("conflict", "409")
    if isinstance(error, NetworkError):
        return failed("platform_error", error.message)
    return failed("answer_lost", type(error).__name__, uncertain=True)


def _without_answer(error: TelegramError) -> DeliveryFailed:
    """Nothing that the Bot API itself said: the connection, or a page that stood in between."""
    import httpx
    from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

    cause = error.__cause__
    never_left = (
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.PoolTimeout,
        httpx.ProxyError,
        httpx.UnsupportedProtocol,
        httpx.LocalProtocolError,
    )
    if isinstance(cause, never_left):
        return failed("unreachable", type(cause).__name__)
    if isinstance(cause, TelegramError):
        told_nothing_taken = isinstance(error, BadRequest | Forbidden | InvalidToken) or "(429)" in error.message
        return failed("answer_unreadable", type(error).__name__, uncertain=not told_nothing_taken)
    return failed("answer_lost", type(cause).__name__, uncertain=True)


def _named(table: tuple[tuple[str, str], ...], description: str) -> str:
    said = description.lower()
    return next(name for part, name in table if part in said)
