"""Sends to Telegram through python-telegram-bot's ExtBot, one request a call; pacing and retries are delivery's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.channels.failures import DeliveryFailed, FetchFailed, Sent
from bot.channels.fitting import Fitted
from bot.channels.words import is_right_to_left, words_of
from referrals.inbound import Address
from referrals.messages import CHOSEN, Choice

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove
    from telegram.error import TelegramError

ALLOWED_UPDATES = ["message", "callback_query"]  # what `telegram_in` reads; the rest is not even sent to us
MAX_FILE_BYTES = 20 * 1024 * 1024  # Bot API: getFile gives files of up to 20 MB
CALLBACK_ANSWER = 200  # characters of the notice that answers a tap
PAIRED_LABEL = 14  # two labels this short stand side by side on a narrow phone
NUMBERS_IN_A_ROW = 5  # buttons that are only numbers: a thumb still meets the right one
TURNS_PAGES = ("d:interview:page:", "d:interview:lines:", "d:interview:review:")
TOKEN_PAUSE_SECONDS = 300.0  # a refused token is the operator's to mend; the message itself is good


class TelegramSender:
    """One bot's outgoing side. Cheap until the first call; `close` ends its connections."""

    def __init__(self, token: str, api_base: str, *, file_base: str = "", connections: int = 32) -> None:
        # Without it python-telegram-bot 22 warns whenever it is told to wait, and will change the type later.
        os.environ.setdefault("PTB_TIMEDELTA", "true")
        from telegram.ext import ExtBot
        from telegram.request import HTTPXRequest

        base, files = api_base.rstrip("/"), (file_base or api_base).rstrip("/")
        self._request = HTTPXRequest(
            connection_pool_size=connections,
            connect_timeout=10.0,
            read_timeout=20.0,
            write_timeout=10.0,
            pool_timeout=5.0,
        )
        self._bot: ExtBot[None] = ExtBot(
            token, base_url=f"{base}/bot", base_file_url=f"{files}/file/bot", request=self._request
        )

    async def send(self, address: Address, fitted: Fitted, *, tracker: str = "") -> Sent:
        """The id of the message made. Raises `DeliveryFailed`. Telegram reports no statuses, so `tracker` is unused.

        What is to take the place of an earlier message does so; where that one is gone or too old, it is sent anew.
        """
        from telegram.error import TelegramError

        if fitted.edits and await self._edited(address, fitted):
            return Sent((fitted.edits,))
        chat, markup = int(address.value), _markup(fitted)
        caption, file = fitted.text or None, fitted.file
        try:
            if file is None:
                message = await self._bot.send_message(chat, fitted.text, reply_markup=markup)
            else:
                method = self._method(file.content_type)
                message = await method(
                    chat, file.content, caption=caption, filename=file.file_name, reply_markup=markup
                )
        except TelegramError as error:
            raise delivery_failure(error) from error
        return Sent((str(message.message_id),))

    def _method(self, content_type: str) -> Any:
        """How a file is shown: as a picture, a voice note, music or a film; anything else to be opened."""
        if content_type == "audio/ogg":
            return self._bot.send_voice
        shown = {"image": self._bot.send_photo, "audio": self._bot.send_audio, "video": self._bot.send_video}
        return shown.get(content_type.partition("/")[0], self._bot.send_document)

    async def _edited(self, address: Address, fitted: Fitted) -> bool:
        """False when the message can no longer be changed."""
        if not (fitted.edits.isascii() and fitted.edits.isdigit()):
            return False
        try:
            await self.edit(address, fitted.edits, fitted)
        except DeliveryFailed as failure:
            if failure.permanent and failure.reason.startswith("refused"):
                return False
            raise
        return True

    async def edit(self, address: Address, external_id: str, fitted: Fitted) -> None:
        """Shows other text or buttons in a message of ours (a toggle of a multiple choice); the same again is fine."""
        from telegram.error import BadRequest, TelegramError

        try:
            await self._bot.edit_message_text(
                fitted.text, chat_id=int(address.value), message_id=int(external_id), reply_markup=_inline(fitted)
            )
        except BadRequest as error:
            if "not modified" not in error.message.lower():
                raise delivery_failure(error) from error
        except TelegramError as error:
            raise delivery_failure(error) from error

    async def answer_callback(self, callback_id: str, text: str = "") -> bool:
        """Ends the spinner on a tapped button; False when the tap is too old to be answered, which harms nobody."""
        from telegram.error import BadRequest, TelegramError

        try:
            await self._bot.answer_callback_query(callback_id, text[:CALLBACK_ANSWER] or None)
        except BadRequest:
            return False
        except TelegramError as error:
            raise delivery_failure(error) from error
        return True

    async def set_webhook(self, url: str, secret: str) -> None:
        """Registers the address that Telegram posts updates to. Raises `DeliveryFailed`: try again later."""
        from telegram.error import TelegramError

        try:
            await self._bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES, max_connections=40)
        except TelegramError as error:
            raise delivery_failure(error) from error

    async def delete_webhook(self) -> None:
        """Makes room for long polling; waiting updates are kept. Raises `DeliveryFailed`."""
        from telegram.error import TelegramError

        try:
            await self._bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as error:
            raise delivery_failure(error) from error

    async def fetch_file(self, file_id: str) -> bytes:
        """The content of a file that a person sent, at most 20 MB. Raises `FetchFailed`."""
        from telegram.error import TelegramError

        try:
            file = await self._bot.get_file(file_id)
            if (file.file_size or 0) > MAX_FILE_BYTES:
                raise FetchFailed("too large", permanent=True)
            content = bytes(await file.download_as_bytearray())
        except TelegramError as error:
            failure = delivery_failure(error)
            raise FetchFailed(failure.reason, permanent=failure.permanent, retry_after=failure.retry_after) from error
        if len(content) > MAX_FILE_BYTES:
            raise FetchFailed("too large", permanent=True)
        return content

    async def close(self) -> None:
        """Ends the connections."""
        await self._request.shutdown()


def delivery_failure(error: TelegramError) -> DeliveryFailed:
    """What delivery wants to know of an error of python-telegram-bot; its reason holds no token and no text of ours."""
    import httpx
    from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

    if isinstance(error, RetryAfter):
        seconds = error.retry_after
        return DeliveryFailed(
            "429",
            retry_after=float(seconds if isinstance(seconds, int) else seconds.total_seconds()),
            whole_account=True,  # Telegram bans the bot, not the message
        )
    if isinstance(error, Forbidden):
        return DeliveryFailed(f"blocked: {error.message}", permanent=True)
    if isinstance(error, BadRequest | ChatMigrated):
        return DeliveryFailed(f"refused: {error.message}", permanent=True)
    if isinstance(error, InvalidToken):
        return DeliveryFailed("token refused", retry_after=TOKEN_PAUSE_SECONDS)
    cause = error.__cause__
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return DeliveryFailed(f"unreachable: {type(cause).__name__}")
    if cause is not None or not isinstance(
        error, NetworkError | Conflict
    ):  # written, then no answer or one that nobody can read
        return DeliveryFailed(f"answer lost: {type(cause or error).__name__}", uncertain=True)
    return DeliveryFailed(f"platform error: {error.message}")


def _markup(fitted: Fitted) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    from telegram import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

    if fitted.choices:
        return _inline(fitted)
    if fitted.media is not None:
        return None
    words = words_of(fitted.language)
    if fitted.ask == "location":
        button = KeyboardButton(words.send_location, request_location=True)
    elif fitted.ask == "contact":
        button = KeyboardButton(words.share_phone, request_contact=True)
    else:
        return ReplyKeyboardRemove()  # a button that asked for a place goes away once its question is over
    return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)


def _inline(fitted: Fitted) -> InlineKeyboardMarkup | None:
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup

    if not fitted.choices:
        return None
    rows = rows_of(fitted.choices, right_to_left=is_right_to_left(fitted.language))
    return InlineKeyboardMarkup([[InlineKeyboardButton(c.label, callback_data=c.id) for c in row] for row in rows])


def rows_of(choices: Sequence[Choice], *, right_to_left: bool) -> list[list[Choice]]:
    """One choice a row; two short ones, numbers, and the ways to the pages before and after side by side, the first at
    the right where the language starts there.

    Telegram lays a row out from left to right whatever the language.
    """
    rows: list[list[Choice]] = []
    for choice in choices:
        if rows and _side_by_side(rows[-1], choice):
            rows[-1].append(choice)
        else:
            rows.append([choice])
    if len(choices) == 2 and all(len(choice.label) <= PAIRED_LABEL for choice in choices):
        rows = [list(choices)]
    return [list(reversed(row)) if right_to_left else row for row in rows]


def _side_by_side(row: Sequence[Choice], choice: Choice) -> bool:
    if _turns_pages(choice):
        return len(row) == 1 and _turns_pages(row[0])
    return len(row) < NUMBERS_IN_A_ROW and _is_number(choice) and all(map(_is_number, row))


def _is_number(choice: Choice) -> bool:
    return choice.label.removeprefix(CHOSEN).isdigit()


def _turns_pages(choice: Choice) -> bool:
    return choice.id.startswith(TURNS_PAGES)
