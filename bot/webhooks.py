"""The doors of the platforms: verify, split, store; only then 200. Nothing is handled here."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from bot.channels.failures import ChannelFailed, UnreadablePayload
from bot.channels.payloads import MAX_BODY_BYTES, json_object
from bot.channels.telegram_in import check_secret, read_update
from bot.channels.whatsapp_in import Received, check_signature, split, verify_challenge
from bot.inbox import Inbox

READ_ON_BYTES = 8 * MAX_BODY_BYTES

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


def make_webhooks(inbox: Inbox, *, telegram: Sequence[TelegramDoor], whatsapp: WhatsAppDoor | None) -> APIRouter:
    """The routes `/webhooks/telegram` and `/webhooks/whatsapp`; one that is not configured answers 404."""
    router = APIRouter(prefix="/webhooks")
    if telegram:
        _add_telegram(router, inbox, telegram)
    if whatsapp is not None:
        _add_whatsapp(router, inbox, whatsapp)
    return router


def _add_telegram(router: APIRouter, inbox: Inbox, doors: Sequence[TelegramDoor]) -> None:
    @router.post("/telegram")
    async def telegram(request: Request) -> Response:
        shown = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        door = next((each for each in doors if check_secret(each.secret, shown)), None)  # the secret says which bot
        if door is None:
            return refusal(403, "the secret token is missing or wrong")
        body = await limited_body(request)
        if body is None:
            return refusal(413, "the body is larger than any update")
        try:
            update = json_object(body)
        except UnreadablePayload as failure:
            return refusal(400, failure.reason)
        await take_update(inbox, door, update)
        return JSONResponse({"ok": True})


async def take_update(inbox: Inbox, door: TelegramDoor, update: dict[str, Any]) -> None:
    """Stores what an update says, from the webhook or from polling; one that nobody can read is parked."""
    try:
        events = await asyncio.to_thread(read_update, update)  # the first one loads aiogram: seconds
    except UnreadablePayload as failure:
        await _park(inbox, door.sender_id, update, failure.reason)
        return
    await inbox.take(door.sender_id, events)
    for event in events:
        if event.kind == "tap":
            _in_background(_acknowledge(door, event.external_id))


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


def _add_whatsapp(router: APIRouter, inbox: Inbox, door: WhatsAppDoor) -> None:
    @router.get("/whatsapp")
    async def verify(request: Request) -> Response:
        challenges = (verify_challenge(request.query_params, token) for token in door.verify_tokens)
        challenge = next((each for each in challenges if each is not None), None)
        return PlainTextResponse(challenge) if challenge is not None else refusal(403, "the verify token is wrong")

    @router.post("/whatsapp")
    async def whatsapp(request: Request) -> Response:
        body = await limited_body(request)
        if body is None:
            return refusal(413, "the body is larger than any webhook")
        signature = request.headers.get("X-Hub-Signature-256", "")
        if not any(check_signature(secret, body, signature) for secret in door.app_secrets):
            return refusal(401, "the signature is missing or wrong")
        try:
            received = split(body)
        except UnreadablePayload as failure:
            return refusal(400, failure.reason)
        for part in received:
            await _take_part(inbox, door, part)
        return JSONResponse({"ok": True})


async def _take_part(inbox: Inbox, door: WhatsAppDoor, part: Received) -> None:
    """One change of the batch: its events, then what could not be read and what only staff can use."""
    sender_id = door.senders.get(part.phone_number_id)
    if sender_id is None and (part.events or part.unreadable):
        fallback = next(iter(door.senders.values()))
        pieces = [*(asdict(event) for event in part.events), *(piece.piece for piece in part.unreadable)]
        await _park(inbox, fallback, pieces, f"unknown phone number id {part.phone_number_id[:40]!r}")
        return
    if sender_id is None:
        return
    await inbox.take(sender_id, part.events)
    for piece in part.unreadable:
        await _park(inbox, sender_id, piece.piece, piece.reason)
    for notice in part.notices:
        await _park(inbox, sender_id, notice.piece, f"notice: {notice.field}")


async def _park(inbox: Inbox, sender_id: int, piece: Any, reason: str) -> None:
    content = json.dumps(piece, ensure_ascii=False, sort_keys=True).encode()
    await inbox.park(sender_id, _name(content), content, reason)


async def limited_body(request: Request) -> bytes | None:
    """The body, None when it is larger than a platform ever sends.

    A larger one is read on for a while, and thrown away: who is cut off while sending never reads the refusal.
    """
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > READ_ON_BYTES:
            return None
        if size <= MAX_BODY_BYTES:
            chunks.append(chunk)
    return b"".join(chunks) if size <= MAX_BODY_BYTES else None


def refusal(status: int, reason: str) -> Response:
    """A clear 4xx; the reason is for whoever set the webhook up."""
    return JSONResponse({"error": reason}, status_code=status)


def _name(content: bytes) -> str:
    """The same piece delivered again is the same row."""
    return "sha256:" + hashlib.sha256(content).hexdigest()
