"""Asks the Graph API over aiohttp: one request a call, each answer a JSON object or a failure with its meaning."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.channels.failures import FetchFailed, failed
from bot.channels.proxies import proxy_for
from bot.channels.whatsapp_errors import NO_CODE, failure_of

if TYPE_CHECKING:
    import aiohttp

GRAPH_VERSION = "v23.0"
MAX_FILE_BYTES = 20 * 1024 * 1024  # what we keep of a person's file, on every channel
REQUEST_SECONDS = 30.0
CONNECT_SECONDS = 10.0
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class GraphClient:
    """The connections of one token. Cheap until the first call; `close` ends them."""

    def __init__(self, token: str, api_base: str, *, connections: int = 512) -> None:
        self._token, self._connections = token, connections
        self._origin = api_base.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def request(self, method: str, path: str, **how: Any) -> Mapping[str, Any]:
        """The JSON object answered. Raises `DeliveryFailed`: uncertain when the request went out and no answer came."""
        import aiohttp

        url = f"{self._origin}/{GRAPH_VERSION}/{path}"
        try:
            async with self._opened().request(method, url, proxy=proxy_for(url), **how) as answer:
                status, content = answer.status, await answer.read()
                retry_after = _seconds(answer.headers.get("Retry-After"))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise failed("unreachable", type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise failed("answer_lost", type(error).__name__, uncertain=True) from error
        answered = _object(content)
        if answered is None and status == 429:
            raise failed("throughput", "429", retry_after=retry_after)
        if answered is None:  # a gateway's page: whether the message behind it was taken, nobody knows
            uncertain = status < 400 or status >= 500
            raise failed("answer_unreadable", str(status), retry_after=retry_after, uncertain=uncertain)
        told = answered.get("error")
        if status >= 400 or told is not None:
            error_told = told if isinstance(told, dict) else {}
            code = error_told.get("code")
            raise failure_of(
                code if isinstance(code, int) else NO_CODE,
                http_status=status,
                retry_after=retry_after,
                transient=error_told.get("is_transient") is True,
            )
        return answered

    async def download(self, url: str) -> bytes:
        """What stands at that address. Raises `FetchFailed`, for good when it is gone or larger than we keep."""
        import aiohttp

        content = bytearray()
        try:
            async with self._opened().get(url, proxy=proxy_for(url)) as answer:
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

    def may_show_token(self, url: str) -> bool:
        """Whether our token may go to that address: an encrypted one, or the platform that the settings name."""
        return url.startswith("https://") or url.startswith(self._origin + "/")

    async def close(self) -> None:
        """Ends the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        """The session of this event loop, made on first use: one sender lives in one loop."""
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers={"Authorization": f"Bearer {self._token}"},
                timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS, connect=CONNECT_SECONDS),
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=15.0),
                json_serialize=_COMPACT,
            )
        return self._session


def _object(content: bytes) -> Mapping[str, Any] | None:
    try:
        answered = json.loads(content)
    except ValueError:
        return None
    return answered if isinstance(answered, dict) else None


def _seconds(header: str | None) -> float | None:
    return float(header) if header is not None and header.isdecimal() else None
