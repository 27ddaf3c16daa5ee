"""Sends to Telegram through python-telegram-bot's ExtBot, one request a call; pacing and retries are delivery's."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bot.channels.failures import DeliveryFailed, FetchFailed, Sent, failed
from bot.channels.fitting import Attachment, Fitted, Pin
from bot.channels.telegram_errors import delivery_failure
from bot.channels.telegram_in import UPDATES
from bot.channels.telegram_keyboards import inline_markup, markup_of
from bot.channels.words import words_of
from referrals.inbound import Address

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from telegram import InputMediaPhoto, InputMediaVideo, Message

ALLOWED_UPDATES = list(UPDATES)  # what `telegram_in` uses; the rest is not even sent to us
MAX_FILE_BYTES = 20 * 1024 * 1024  # Bot API: getFile gives files of up to 20 MB
PHOTO_BYTES = 10 * 1024 * 1024  # Bot API: a larger picture is only sent as a document
CALLBACK_ANSWER = 200  # characters of the notice that answers a tap
TAP_TRIES = 3
TAP_PAUSE_SECONDS = 0.5
TAP_TIMEOUT_SECONDS = 5.0  # a spinner that ends later helps nobody
TAP_WAIT_SECONDS = 30.0  # longer than this a tap does not wait for those before it, or for a ban to end
COMMANDS = ("menu", "help", "human", "stop")  # words that every conversation understands; «/start» is Telegram's own


class TelegramSender:
    """One bot's outgoing side. Cheap until the first call; `close` ends its connections."""

    def __init__(
        self,
        token: str,
        api_base: str,
        *,
        file_base: str = "",
        connections: int = 32,
        told_ban: Callable[[], Awaitable[float]] | None = None,
    ) -> None:
        """`told_ban` asks how many seconds of a ban are left that another process, or an earlier one, was told of."""
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
        self._taps = asyncio.Lock()
        self._banned_until, self._told_ban = 0.0, told_ban

    async def send(self, address: Address, fitted: Fitted, *, tracker: str = "") -> Sent:
        """The ids of the messages made, with the chat's new address where it moved. Raises `DeliveryFailed`.

        Telegram reports no statuses, so `tracker` is unused. What is to take the place of an earlier message does so;
        where that one is gone or too old, it is sent anew.
        """
        try:
            return await self._sent(address, fitted)
        except DeliveryFailed as failure:
            if failure.moved_to is None:
                raise
            sent = await self._sent(failure.moved_to, fitted)  # nothing was taken there: the chat has another id
            return Sent(sent.external_ids, failure.moved_to)

    async def _sent(self, address: Address, fitted: Fitted) -> Sent:
        if fitted.edits and await self._edited(address, fitted):
            return Sent((fitted.edits,))
        chat = int(address.value)
        with self._translated():
            if fitted.album:
                made: Sequence[Message] = await self._bot.send_media_group(chat, _album(fitted.album))
            elif fitted.pin is not None:
                made = [await self._send_pin(chat, fitted.pin)]
            elif fitted.file is not None:
                made = [await self._send_file(chat, fitted, fitted.file)]
            else:
                made = [await self._bot.send_message(chat, fitted.text, reply_markup=markup_of(fitted))]
        return Sent(tuple(str(message.message_id) for message in made))

    async def _send_pin(self, chat: int, pin: Pin) -> Message:
        if pin.name:  # Telegram wants an address beside the name
            return await self._bot.send_venue(chat, pin.latitude, pin.longitude, pin.name, pin.address or pin.name)
        return await self._bot.send_location(chat, pin.latitude, pin.longitude)

    async def _send_file(self, chat: int, fitted: Fitted, file: Attachment) -> Message:
        """As a picture, a voice note, music or a film; one that Telegram will not show like that, to be opened."""
        from telegram.error import BadRequest

        how: dict[str, Any] = {
            "caption": fitted.text or None,
            "filename": file.file_name,
            "reply_markup": markup_of(fitted),
        }
        method = self._method(file.content_type, len(file.content))
        try:
            message: Message = await method(chat, file.content, **how)
        except BadRequest as error:
            as_it_is = delivery_failure(error).reason.startswith("media_refused")
            if not as_it_is or method == self._bot.send_document:
                raise
            message = await self._bot.send_document(chat, file.content, **how)
        return message

    def _method(self, content_type: str, size: int) -> Callable[..., Awaitable[Message]]:
        if content_type == "audio/ogg":
            return self._bot.send_voice
        shown: dict[str, Any] = {
            "image": self._bot.send_photo,
            "audio": self._bot.send_audio,
            "video": self._bot.send_video,
        }
        kind = content_type.partition("/")[0] if size <= PHOTO_BYTES or not content_type.startswith("image/") else ""
        method: Callable[..., Awaitable[Message]] = shown.get(kind, self._bot.send_document)
        return method

    async def _edited(self, address: Address, fitted: Fitted) -> bool:
        """False when the message can no longer be changed. A lost answer harms nobody: the same edit again is fine."""
        if not (fitted.edits.isascii() and fitted.edits.isdigit()):
            return False
        try:
            await self.edit(address, fitted.edits, fitted)
        except DeliveryFailed as failure:
            if failure.permanent and failure.then == "staff":
                return False
            failure.uncertain = False
            raise
        return True

    async def edit(self, address: Address, external_id: str, fitted: Fitted) -> None:
        """Shows other text or buttons in a message of ours (a toggle of a multiple choice); the same again is fine."""
        from telegram.error import BadRequest

        with self._translated():
            try:
                await self._bot.edit_message_text(
                    fitted.text,
                    chat_id=int(address.value),
                    message_id=int(external_id),
                    reply_markup=inline_markup(fitted),
                )
            except BadRequest as error:
                if "not modified" not in error.message.lower():
                    raise

    async def answer_callback(self, callback_id: str, text: str = "") -> bool:
        """Ends the spinner on a tapped button; False when the tap is too old to be answered, which harms nobody.

        Taps are answered in their order. A ban of the bot is waited for while that is short, a lost connection is tried
        again. Raises `DeliveryFailed` when the platform stays away.
        """
        clock = asyncio.get_running_loop().time
        too_late = clock() + TAP_WAIT_SECONDS
        async with self._taps:
            for left in reversed(range(TAP_TRIES)):
                told = await self._told_seconds()
                free_at = max(self._banned_until, clock() + told)
                if free_at > too_late:
                    return False
                await asyncio.sleep(free_at - clock())
                try:
                    return await self._answered(callback_id, text)
                except DeliveryFailed:
                    if not left:
                        raise
                    await asyncio.sleep(TAP_PAUSE_SECONDS)
        return False

    async def _answered(self, callback_id: str, text: str) -> bool:
        limit = TAP_TIMEOUT_SECONDS
        try:
            with self._translated():
                await self._bot.answer_callback_query(
                    callback_id, text[:CALLBACK_ANSWER] or None, read_timeout=limit, connect_timeout=limit
                )
        except DeliveryFailed as failure:
            if failure.permanent:
                return False
            raise
        return True

    async def set_webhook(self, url: str, secret: str) -> None:
        """Registers the address that Telegram posts updates to. Raises `DeliveryFailed`: try again later."""
        await self._heed_ban()
        with self._translated():
            await self._bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES, max_connections=40)

    async def delete_webhook(self) -> None:
        """Makes room for long polling; waiting updates are kept. Raises `DeliveryFailed`."""
        await self._heed_ban()
        with self._translated():
            await self._bot.delete_webhook(drop_pending_updates=False)

    async def show_commands(self) -> None:
        """Puts the words that always help into the chat's own menu, in Arabic, and in English for who reads that."""
        from telegram import BotCommand

        await self._heed_ban()
        with self._translated():
            for language, code in (("ar", None), ("en", "en")):
                words = words_of(language)
                commands = [BotCommand(name, getattr(words, f"command_{name}")) for name in COMMANDS]
                await self._bot.set_my_commands(commands, language_code=code)

    async def fetch_file(self, file_id: str) -> bytes:
        """The content of a file that a person sent, at most 20 MB. Raises `FetchFailed`."""
        try:
            await self._heed_ban()
            with self._translated():
                file = await self._bot.get_file(file_id)
                if (file.file_size or 0) > MAX_FILE_BYTES:
                    raise FetchFailed("too large", permanent=True)
                content = bytes(await file.download_as_bytearray())
        except DeliveryFailed as failure:
            raise FetchFailed(failure.reason, permanent=failure.permanent, retry_after=failure.retry_after) from failure
        if len(content) > MAX_FILE_BYTES:
            raise FetchFailed("too large", permanent=True)
        return content

    async def close(self) -> None:
        """Ends the connections."""
        await self._request.shutdown()

    async def _told_seconds(self) -> float:
        return await self._told_ban() if self._told_ban is not None else 0.0

    async def _heed_ban(self) -> None:
        """Before a request that delivery did not lease: a file, the webhook. Raises `DeliveryFailed` during a ban."""
        seconds = await self._told_seconds()
        if seconds > 0:
            raise failed("rate_limit", "429 before", retry_after=seconds)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Errors of the library become ours here. A ban holds for every method, whichever was told of it: until it ends
        nothing is asked."""
        from telegram.error import TelegramError

        left = self._banned_until - asyncio.get_running_loop().time()
        if left > 0:
            raise failed("rate_limit", "429 before", retry_after=left)
        try:
            yield
        except TelegramError as error:
            failure = delivery_failure(error)
            if failure.whole_account and failure.retry_after:
                free_at = asyncio.get_running_loop().time() + failure.retry_after
                self._banned_until = max(self._banned_until, free_at)
            raise failure from error


def _album(pieces: Sequence[Fitted]) -> list[InputMediaPhoto | InputMediaVideo]:
    from telegram import InputMediaPhoto, InputMediaVideo

    media: list[InputMediaPhoto | InputMediaVideo] = []
    for piece in pieces:
        assert piece.file is not None
        kind = InputMediaVideo if piece.file.content_type.startswith("video/") else InputMediaPhoto
        media.append(kind(piece.file.content, caption=piece.text or None, filename=piece.file.file_name))
    return media
