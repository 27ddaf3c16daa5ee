"""Plain ASGI for the doors of platforms: a body that is bounded, a short answer, and nothing of a framework between."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels.payloads import MAX_BODY_BYTES

READ_ON_BYTES = 8 * MAX_BODY_BYTES
COME_AGAIN_AFTER = "5"  # seconds that a platform may take for its own when it is told 503


@dataclass(frozen=True)
class Answer:
    """What a platform is told."""

    status: int
    content: bytes
    content_type: bytes = b"application/json"
    more: tuple[tuple[bytes, bytes], ...] = ()


TAKEN = Answer(200, b'{"ok":true}')
"""It is on disk."""


def refusal(status: int, reason: str) -> Answer:
    """A clear 4xx; the reason is for whoever set the webhook up."""
    return Answer(status, json.dumps({"error": reason}).encode())


def unavailable() -> Answer:
    """503: nothing was taken, deliver it again. Platforms do so for hours, longer each time."""
    again = ((b"retry-after", COME_AGAIN_AFTER.encode()),)
    return Answer(503, b'{"error":"not stored: deliver again"}', more=again)


@dataclass(frozen=True)
class Asked:
    """One request: what it says of itself, and a way to its body."""

    scope: Scope
    receive: Receive

    def header(self, name: bytes) -> str:
        """The first header of that name (in lower case), blank where there is none."""
        found = next((value for each, value in self.scope["headers"] if each == name), b"")
        return str(found.decode("latin-1"))

    async def body(self) -> bytes | None:
        """The body, None when it is larger than a platform ever sends.

        A larger one is read on for a while, and thrown away: who is cut off while sending never reads the refusal.
        Raises `Gone` when they hung up.
        """
        chunks, size, more = [], 0, True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise Gone(Gone.__doc__)
            chunk = message.get("body", b"")
            more = message.get("more_body", False)
            size += len(chunk)
            if size > READ_ON_BYTES:
                return None
            if size <= MAX_BODY_BYTES:
                chunks.append(chunk)
        return b"".join(chunks) if size <= MAX_BODY_BYTES else None


class Gone(ConnectionError):
    """Whoever asked hung up before they had said everything."""


Answering = Callable[[Asked], Awaitable[Answer]]


class Doorway:
    """An ASGI application that answers one address, each method in its own way."""

    def __init__(self, methods: Mapping[str, Answering]) -> None:
        self.methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answering = self.methods.get(scope["method"])
        if answering is None:
            allowed = ", ".join(self.methods).encode()
            answer = Answer(405, b'{"detail":"Method Not Allowed"}', more=((b"allow", allowed),))
        else:
            try:
                answer = await answering(Asked(scope, receive))
            except Gone:
                return
        length = str(len(answer.content)).encode()
        headers = [(b"content-type", answer.content_type), (b"content-length", length), *answer.more]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.content})


class DoorsFirst:
    """Middleware that leads straight to a doorway, past what only pages need."""

    def __init__(self, app: ASGIApp, doorways: Mapping[str, Doorway]) -> None:
        self.app, self.doorways = app, doorways

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        doorway: Any = self.doorways.get(scope["path"]) if scope["type"] == "http" else None
        await (doorway or self.app)(scope, receive, send)
