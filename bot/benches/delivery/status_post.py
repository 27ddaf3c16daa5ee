"""Posts delivery statuses as the Cloud API does: sent and then delivered, signed, each in a webhook of its own."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

APP_SECRET = "a-sample-secret-of-the-bench"
PHONE_ID = "1234567"
DELIVERED_AFTER = 0.3  # seconds: a phone that is on takes so long to say that it has the message
AT_ONCE = 32


@dataclass
class StatusPost:
    """What goes back to the webhook at `url`; `failed` counts what it did not answer with 200."""

    url: str
    posted: int = 0
    failed: int = 0
    _session: aiohttp.ClientSession | None = None
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def tell(self, external_id: str, recipient: str, tracker: str) -> None:
        """That message arrived; said in the background."""
        task = asyncio.ensure_future(self._tell(external_id, recipient, tracker))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def close(self) -> None:
        """Ends the connections."""
        if self._session is not None:
            await self._session.close()

    async def _tell(self, external_id: str, recipient: str, tracker: str) -> None:
        for status, pause in (("sent", 0.0), ("delivered", DELIVERED_AFTER)):
            await asyncio.sleep(pause)
            told = {"id": external_id, "status": status, "recipient_id": recipient, "timestamp": f"{time.time():.0f}"}
            await self._post(webhook_of({**told, "biz_opaque_callback_data": tracker}))

    async def _post(self, body: bytes) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE))
        signed = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={signed}", "Content-Type": "application/json"}
        self.posted += 1
        try:
            async with self._session.post(self.url, data=body, headers=headers) as answer:
                await answer.read()
                self.failed += answer.status != 200
        except aiohttp.ClientError:
            self.failed += 1


def webhook_of(status: dict[str, Any]) -> bytes:
    """One status as the platform wraps it."""
    metadata = {"display_phone_number": "96500000000", "phone_number_id": PHONE_ID}
    value = {"messaging_product": "whatsapp", "metadata": metadata, "statuses": [status]}
    change = {"field": "messages", "value": value}
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}).encode()
