"""Sends to WhatsApp's Cloud API over aiohttp, one request a call; pacing and retries are delivery's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.channels.failures import DeliveryFailed, FetchFailed, Sent
from bot.channels.fitting import Attachment, Fitted
from bot.channels.whatsapp_bodies import message_body
from bot.channels.whatsapp_errors import failure_of
from referrals.inbound import Address

if TYPE_CHECKING:
    import aiohttp

GRAPH_VERSION = "v23.0"
MAX_FILE_BYTES = 20 * 1024 * 1024  # what we keep of a person's file, on every channel
REQUEST_SECONDS = 30.0
CONNECT_SECONDS = 10.0
TRACKER = 512  # characters of biz_opaque_callback_data


class WhatsAppSender:
    """One business number's outgoing side. Cheap until the first call; `close` ends its connections."""

    def __init__(self, token: str, phone_id: str, api_base: str, *, connections: int = 64) -> None:
        self._token, self._phone_id = token, phone_id
        self._root = f"{api_base.rstrip('/')}/{GRAPH_VERSION}"
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def send(self, address: Address, fitted: Fitted, *, tracker: str = "") -> Sent:
        """The id of the message made. Raises `DeliveryFailed`, with reason `window_closed` when only a template may go.

        `tracker` comes back in every status of the message, so a send whose answer was lost can still be settled.
        """
        media_id = await self._upload(fitted.file) if fitted.file is not None else ""
        body = message_body(address, fitted, media_id)
        if tracker:
            body["biz_opaque_callback_data"] = tracker[:TRACKER]
        answered = await self._request("POST", f"{self._phone_id}/messages", json=body)
        messages = answered.get("messages")
        first = messages[0] if isinstance(messages, list) and messages else None
        if not isinstance(first, dict) or not isinstance(first.get("id"), str):
            raise DeliveryFailed("answer unreadable: no message id", uncertain=True)
        return Sent((first["id"],))

    async def fetch_media(self, media_id: str) -> bytes:
        """The content of a file that a person sent, at most 20 MB. Raises `FetchFailed`."""
        try:
            told = await self._request("GET", media_id, params={"phone_number_id": self._phone_id})
        except DeliveryFailed as failure:
            raise FetchFailed(failure.reason, permanent=failure.permanent, retry_after=failure.retry_after) from failure
        url, size = told.get("url"), told.get("file_size")
        if not isinstance(url, str) or not (url.startswith("https://") or url.startswith(self._origin() + "/")):
            raise FetchFailed("no address of the file that our token may be shown to")
        if isinstance(size, int) and size > MAX_FILE_BYTES:
            raise FetchFailed("too large", permanent=True)
        return await self._download(url)

    async def fetch_file(self, file_id: str) -> bytes:
        """The same under the name that every channel has. Raises `FetchFailed`."""
        return await self.fetch_media(file_id)

    async def templates(self, waba_id: str) -> tuple[Mapping[str, Any], ...]:
        """The registered templates (name, language, status, category), every page. Raises `DeliveryFailed`."""
        found: list[Mapping[str, Any]] = []
        query = {"limit": "100"}
        while True:
            page = await self._request("GET", f"{waba_id}/message_templates", params=query)
            data, paging = page.get("data"), page.get("paging")
            found += [template for template in data if isinstance(template, dict)] if isinstance(data, list) else []
            cursors = paging.get("cursors") if isinstance(paging, dict) and paging.get("next") else None
            after = cursors.get("after") if isinstance(cursors, dict) else None
            if not isinstance(after, str) or after == query.get("after"):
                return tuple(found)
            query["after"] = after

    async def close(self) -> None:
        """Ends the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _upload(self, file: Attachment) -> str:
        """The id of an uploaded file. A lost answer harms nobody here: nothing was shown to anyone yet."""
        import aiohttp

        form = aiohttp.FormData()
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", file.content_type)
        form.add_field("file", file.content, filename=file.file_name, content_type=file.content_type)
        try:
            answered = await self._request("POST", f"{self._phone_id}/media", data=form)
        except DeliveryFailed as failure:
            failure.uncertain = False
            raise
        media_id = answered.get("id")
        if not isinstance(media_id, str):
            raise DeliveryFailed("upload unreadable: no id")
        return media_id

    async def _request(self, method: str, path: str, **how: Any) -> Mapping[str, Any]:
        """The JSON object answered. Raises `DeliveryFailed`: uncertain when the request went out and no answer came."""
        import aiohttp

        try:
            async with self._opened().request(method, f"{self._root}/{path}", **how) as answer:
                status, content = answer.status, await answer.read()
                retry_after = _seconds(answer.headers.get("Retry-After"))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise DeliveryFailed(f"unreachable: {type(error).__name__}") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DeliveryFailed(f"answer lost: {type(error).__name__}", uncertain=True) from error
        answered = _object(content)
        if answered is None:  # a gateway's page: whether the message behind it was taken, nobody knows
            raise DeliveryFailed(f"answer unreadable: {status}", uncertain=status == 200 or status >= 500)
        error_told = answered.get("error")
        if status >= 400 or error_told is not None:
            code = error_told.get("code") if isinstance(error_told, dict) else None
            raise failure_of(code if isinstance(code, int) else -1, http_status=status, retry_after=retry_after)
        return answered

    async def _download(self, url: str) -> bytes:
        import aiohttp

        content = bytearray()
        try:
            async with self._opened().get(url) as answer:
                if answer.status >= 400:
                    gone = answer.status in {404, 410}
                    raise FetchFailed(f"file refused: {answer.status}", permanent=gone)
                async for part in answer.content.iter_chunked(64 * 1024):
                    content += part
                    if len(content) > MAX_FILE_BYTES:
                        raise FetchFailed("too large", permanent=True)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FetchFailed(f"unreachable: {type(error).__name__}") from error
        return bytes(content)

    def _opened(self) -> aiohttp.ClientSession:
        """The session of this event loop, made on first use: one sender lives in one loop."""
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers={"Authorization": f"Bearer {self._token}"},
                timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS, connect=CONNECT_SECONDS),
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=15.0),
                trust_env=True,
            )
        return self._session

    def _origin(self) -> str:
        return self._root.removesuffix(f"/{GRAPH_VERSION}")


def _object(content: bytes) -> Mapping[str, Any] | None:
    try:
        answered = json.loads(content)
    except ValueError:
        return None
    return answered if isinstance(answered, dict) else None


def _seconds(header: str | None) -> float | None:
    return float(header) if header is not None and header.isdecimal() else None
