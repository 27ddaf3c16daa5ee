"""Asks Telegram for updates where no webhook can be reached; an update is confirmed only after it was stored."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.channels.failures import PollFailed
from bot.channels.payloads import cleaned
from bot.channels.telegram_out import ALLOWED_UPDATES

if TYPE_CHECKING:
    import aiohttp

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
            offset = polled.next_offset


async def _asked(session: aiohttp.ClientSession, url: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    import aiohttp

    try:
        async with session.post(url, json=asked) as answer:
            answered = await answer.json(content_type=None)
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise PollFailed(f"unreachable: {type(error).__name__}") from None
    if status == 200 and isinstance(answered, dict) and answered.get("ok") is True:
        return answered
    description = str(answered.get("description", "")) if isinstance(answered, dict) else ""
    parameters = answered.get("parameters") if isinstance(answered, dict) else None
    retry_after = parameters.get("retry_after") if isinstance(parameters, dict) else None
    raise PollFailed(f"{status}: {description}", permanent=status in {401, 404}, retry_after=retry_after)


def _polled(answered: Mapping[str, Any], offset: int) -> Polled:
    results = answered.get("result")
    updates = (
        tuple(cleaned(update) for update in results if isinstance(update, dict)) if isinstance(results, list) else ()
    )
    ids = [update["update_id"] for update in updates if isinstance(update.get("update_id"), int)]
    return Polled(updates, max([offset, *(update_id + 1 for update_id in ids)]))
