"""The doors of the platforms: verify, split, store; only then 200. Nothing is handled here."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import QueryParams

from bot.channels.failures import ChannelFailed, UnreadablePayload
from bot.channels.payloads import json_object
from bot.channels.telegram_in import check_secret, read_update, warm_up
from bot.channels.whatsapp_in import Received, check_signature, split, verify_challenge
from bot.intake.doorway import TAKEN, Answer, Answering, Asked, Doorway, refusal, unavailable
from bot.intake.inbox import Inbox, InboxUnavailable
from bot.intake.writer import name_of
from referrals.conversations.inbox.stored_events import to_json
from referrals.conversations.inbox.taking_in import Arrived, Piece, Unread

READ_AT_ONCE_BYTES = 64 * 1024  # a larger body is taken apart in a thread: the others' requests go on meanwhile

log = logging.getLogger("sanad")

_underway: set[asyncio.Task[None]] = set()


@dataclass(frozen=True)
class TelegramDoor:
    """What the Telegram webhook checks, whose it is, and how a tap is acknowledged on the person's screen."""

    secret: str
    sender_id: int
    acknowledge: Callable[[str], Awaitable[bool]]


@dataclass(frozen=True)
class WhatsAppDoor:
    """What the WhatsApp webhook checks (one app, or several), and which sender a phone number id is."""

    app_secrets: tuple[str, ...]
    verify_tokens: tuple[str, ...]
    senders: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    """The sender of each WhatsApp Business account, for what concerns no single number."""

    def sender_of(self, part: Received) -> int | None:
        """Whose a change is; None for a number that is not ours."""
        if part.phone_number_id:
            return self.senders.get(part.phone_number_id)
        return self.accounts.get(part.waba_id, self.any_sender)

    @property
    def any_sender(self) -> int:
        return next(iter(self.senders.values()))


def make_doorways(inbox: Inbox, telegram: Sequence[TelegramDoor], whatsapp: WhatsAppDoor | None) -> dict[str, Doorway]:
    """The doors that are configured, by their address: `/webhooks/telegram`, `/webhooks/whatsapp`."""
    doorways: dict[str, Doorway] = {}
    if telegram:
        doorways["/webhooks/telegram"] = Doorway({"POST": _telegram(inbox, telegram)})
    if whatsapp is not None:
        doorways["/webhooks/whatsapp"] = Doorway({"GET": _verification(whatsapp), "POST": _whatsapp(inbox, whatsapp)})
    return doorways


def _telegram(inbox: Inbox, doors: Sequence[TelegramDoor]) -> Answering:
    async def telegram(asked: Asked) -> Answer:
        shown = asked.header(b"x-telegram-bot-api-secret-token")
        door = None
        for each in doors:  # the secret says which bot; all are compared, whichever it is
            door = each if check_secret(each.secret, shown) else door
        if door is None:
            return refusal(403, "the secret token is missing or wrong")
        body = await asked.body()
        if body is None:
            return refusal(413, "the body is larger than any update")
        try:
            large = len(body) > READ_AT_ONCE_BYTES
            update = await asyncio.to_thread(json_object, body) if large else json_object(body)
            await take_update(inbox, door, update, size=len(body))
        except UnreadablePayload as failure:
            return refusal(400, failure.reason)
        except InboxUnavailable as failure:
            return _not_taken(failure)
        return TAKEN

    return telegram


async def take_update(inbox: Inbox, door: TelegramDoor, update: dict[str, Any], size: int = 0) -> None:
    """Stores what an update says, from the webhook or from polling; one that nobody can read is parked.

    Raises `InboxUnavailable`: then it must be delivered again.
    """
    await take_updates(inbox, door, (update,), size)


async def take_updates(inbox: Inbox, door: TelegramDoor, updates: Sequence[dict[str, Any]], size: int = 0) -> None:
    """The same for several, in their order: all are stored, or none. Then every tap among them is acknowledged."""
    if not _is_warm():
        await asyncio.to_thread(warm_up)  # aiogram's models: seconds
        _warm.append(True)
    await inbox.take_all([piece for update in updates for piece in _pieces_of(door, update)], size)
    for update in updates:
        tap = update.get("callback_query")
        if isinstance(tap, dict) and isinstance(tap.get("id"), str):
            _in_background(_acknowledge(door, tap["id"]))


def _pieces_of(door: TelegramDoor, update: dict[str, Any]) -> list[Piece]:
    try:
        return [Arrived(door.sender_id, event) for event in read_update(update)]
    except UnreadablePayload as failure:
        return [_unread(door.sender_id, update, failure.reason)]


_warm: list[bool] = []


def _is_warm() -> bool:
    return bool(_warm)


async def _acknowledge(door: TelegramDoor, tap: str) -> None:
    """Ends the spinner on a tapped button. It is stored already: a platform that does not answer changes nothing."""
    try:
        await door.acknowledge(tap)
    except ChannelFailed as failure:
        log.info("a tap was not acknowledged: %s", failure)


def _in_background(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(work)
    _underway.add(task)  # the loop itself only holds tasks weakly
    task.add_done_callback(_underway.discard)


def _verification(door: WhatsAppDoor) -> Answering:
    async def verify(asked: Asked) -> Answer:
        query = QueryParams(asked.scope["query_string"])
        challenges = (verify_challenge(query, token) for token in door.verify_tokens)
        challenge = next((each for each in challenges if each is not None), None)
        if challenge is None:
            return refusal(403, "the verify token is wrong")
        return Answer(200, challenge.encode(), b"text/plain; charset=utf-8")

    return verify


def _whatsapp(inbox: Inbox, door: WhatsAppDoor) -> Answering:
    async def whatsapp(asked: Asked) -> Answer:
        body = await asked.body()
        if body is None:
            return refusal(413, "the body is larger than any webhook")
        signature = asked.header(b"x-hub-signature-256")
        if not any(check_signature(secret, body, signature) for secret in door.app_secrets):
            return refusal(401, "the signature is missing or wrong")
        try:
            received = await asyncio.to_thread(split, body) if len(body) > READ_AT_ONCE_BYTES else split(body)
            await inbox.take_all([piece for part in received for piece in _pieces(door, part)], len(body))
        except UnreadablePayload as failure:
            return refusal(400, failure.reason)
        except InboxUnavailable as failure:
            return _not_taken(failure)
        return TAKEN

    return whatsapp


def _not_taken(failure: InboxUnavailable) -> Answer:
    log.warning("a webhook was not taken: %s", failure)
    return unavailable()


def _pieces(door: WhatsAppDoor, part: Received) -> list[Piece]:
    """One change of the batch: its events, then what could not be read; all of it parked for a number not ours."""
    sender_id = door.sender_of(part)
    if sender_id is None:
        said = [_plain(event) for event in part.events] + [piece.piece for piece in part.unreadable]
        reason = f"unknown phone number id {part.phone_number_id[:40]!r}"
        return [_unread(door.any_sender, said, reason)] if said else []
    events: list[Piece] = [Arrived(sender_id, event) for event in part.events]
    return events + [_unread(sender_id, piece.piece, piece.reason) for piece in part.unreadable]


def _plain(event: Any) -> Any:
    return json.loads(to_json(event))


def _unread(sender_id: int, piece: Any, reason: str) -> Unread:
    content = json.dumps(piece, ensure_ascii=False, sort_keys=True).encode()
    return Unread(sender_id, name_of(content), content, reason)
