"""HTTP to other servers: bounded answers, no redirects, and failures that say whether to try again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, FormData

LARGEST_ANSWER = 5_000_000  # bytes; nothing that we ask for is larger
SECONDS = 600.0  # of one request with all its files over a slow line
SILENT_SECONDS = 60.0
CONNECT_SECONDS = 15.0


class PushFailed(Exception):
    """It did not go. `permanent`: sending the same again will never help. `away`: the server does not work."""

    def __init__(self, reason: str, *, permanent: bool = False, away: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.permanent, self.away = reason, permanent, away


class UnknownVersion(PushFailed):
    """The server does not know this form or version: it has to be published, again perhaps."""


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The JSON. Raises `PushFailed` for anything else: a gateway's page, for instance."""
        try:
            return json.loads(self.body)
        except ValueError as failure:
            raise PushFailed(f"answered {self.status} with something that is no JSON", away=True) from failure

    def said(self) -> str:
        """The message of an OpenRosa or JSON answer, short enough for a reason."""
        text = self.body.decode("utf-8", errors="replace")
        found = re.search(r"<message[^>]*>(.*?)</message>", text, re.DOTALL) or re.search(
            r'"(?:message|detail)"\s*:\s*"(.*?)"', text
        )
        plain = found.group(1) if found else re.sub(r"<[^>]*>", " ", text)
        return " ".join(plain.split())[:200]

    def failure(self, doing: str) -> PushFailed:
        """As a failure: what the server refuses for good is parked, everything else is tried again."""
        permanent = self.status in (400, 402, 405, 410, 413, 415, 422)
        return PushFailed(f"{doing}: {self.status} {self.said()}".strip(), permanent=permanent, away=self.status >= 500)


async def ask(
    http: ClientSession,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    data: FormData | bytes | None = None,
    body: Any = None,
) -> Answer:
    """One request. Raises `PushFailed` where no answer came; the work may have been done all the same."""
    try:
        async with http.request(
            method, url, headers=dict(headers or {}), data=data, json=body, allow_redirects=False
        ) as response:
            return Answer(response.status, await _whole(response))
    except (ClientError, TimeoutError, OSError) as failure:
        raise PushFailed(f"no answer: {type(failure).__name__}", away=True) from failure


async def _whole(response: ClientResponse) -> bytes:
    """The body to its end, up to a bound: one read gives no more than what has arrived so far."""
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > LARGEST_ANSWER:
            raise PushFailed(f"answered {response.status} with more than {LARGEST_ANSWER // 1_000_000} MB")
    return bytes(content)


def open_http() -> ClientSession:
    """A client for one round of pushing."""
    return ClientSession(timeout=ClientTimeout(total=SECONDS, sock_connect=CONNECT_SECONDS, sock_read=SILENT_SECONDS))


def submission_parts(xml: bytes, files: Mapping[str, tuple[bytes, str]]) -> FormData:
    """A submission as OpenRosa posts it: the XML first, each file under the name that the answers have."""
    parts = FormData(quote_fields=False)
    parts.add_field("xml_submission_file", xml, filename="submission.xml", content_type="text/xml")
    for name, (content, content_type) in files.items():
        parts.add_field(name, content, filename=name, content_type=content_type)
    return parts
