"""Asks Telegram for updates where no webhook can be reached; an update is confirmed only after it was stored."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.channels.failures import PollFailed
from bot.channels.payloads import cleaned
from bot.channels.telegram_out import ALLOWED_UPDATES

if TYPE_CHECKING:
    import aiohttp

LONGEST_WAIT = 86_400.0  # seconds; what asks for more is no answer of Telegram
NETWORK_SECONDS = 10.0  # on top of the long poll itself


@dataclass(frozen=True)
class Polled:
    """One answer of getUpdates: raw updates for `read_update`, so that one bad update never hides the others."""

    updates: tuple[dict[str, Any], ...]
    next_offset: int


async def poll_updates(
    api_base: str, token: str, *, offset: int = 0, timeout_seconds: int = 30, limit: int = 100
) -> AsyncGenerator[Polled, None]:
    """Batches of updates for ever, empty ones too. Asking for the next batch confirms the one before: store first.

    Leaving the loop, or failing in it, confirms nothing: Telegram gives the same updates again (for 24 hours).
    Raises `PollFailed`; the caller starts again with its stored `next_offset`, after a pause.
    """
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=timeout_seconds + NETWORK_SECONDS, connect=NETWORK_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
        while True:
            asked = {"offset": offset, "timeout": timeout_seconds, "limit": limit, "allowed_updates": ALLOWED_UPDATES}
            polled = _polled(await _asked(session, f"{api_base.rstrip('/')}/bot{token}/getUpdates", asked), offset)
            yield polled
            if polled.updates and polled.next_offset == offset:
                raise PollFailed("updates without an update_id: they would come for ever")
            offset = polled.next_offset


async def _asked(session: aiohttp.ClientSession, url: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    import aiohttp

    try:
        async with session.post(url, json=asked) as answer:
            body, status = await answer.read(), answer.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise PollFailed(f"unreachable: {type(error).__name__}") from None
    answered = _object_in(body)
    if status == 200 and answered.get("ok") is True:
        return answered
    parameters = answered.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    raise PollFailed(
        f"{status}: {str(answered.get('description', 'no answer of Telegram'))[:200]}",
        permanent=status in {401, 404},
        retry_after=float(wait) if isinstance(wait, int | float) and 0 <= wait < LONGEST_WAIT else None,
    )


def _object_in(body: bytes) -> dict[str, Any]:
    """What was answered; empty for a page of a proxy, or anything else that is no JSON object."""
    try:
        answered = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answered if isinstance(answered, dict) else {}


def _polled(answered: Mapping[str, Any], offset: int) -> Polled:
    results = answered.get("result")
    if not isinstance(results, list):
        raise PollFailed("200: no list of updates")
    updates = tuple(_as_update(result) for result in results)
    ids = [update["update_id"] for update in updates if type(update.get("update_id")) is int]
    return Polled(updates, max([offset, *(update_id + 1 for update_id in ids)]))


def _as_update(result: Any) -> dict[str, Any]:
    """The update; what is none is wrapped, so that it is parked like any other that nobody can read."""
    try:
        return cleaned(result) if isinstance(result, dict) else {"unreadable": cleaned(result)}
    except RecursionError:
        update_id = result.get("update_id") if isinstance(result, dict) else None
        return {"update_id": update_id, "message": "nested too deep"}
