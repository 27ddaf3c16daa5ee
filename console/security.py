"""What every response of the console carries, its cookies, and whether an unsafe request comes from a page of ours."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.service import Console
from referrals.media.keeping import LARGEST

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
STRICT_TRANSPORT = "max-age=31536000"
LARGEST_FORM = 64 * 1024  # the longest form is a note of a few thousand letters
LARGEST_WITH_FILES = LARGEST + 512 * 1024  # bytes: one file and the answers of its page
WITH_FILES = re.compile(r"/filling/\d+/pages/[a-z0-9-]+")
SESSION, VISITOR, PROGRAMME = "sanad-console", "sanad-visitor", "sanad-programme"
A_DAY = 24 * 60 * 60


class SecurityHeaders:
    """Puts the headers on every response, errors included, and refuses bodies that no form of ours has."""

    def __init__(self, app: ASGIApp, *, secure: bool, refused: Callable[[int, str], Response]) -> None:
        self.app = app
        self.refused = refused  # the page of a status and of the words about it
        self.headers = {**HEADERS, **({"strict-transport-security": STRICT_TRANSPORT} if secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
            await send(message)

        if (problem := _too_large(Headers(scope=scope), scope["path"])) is not None:
            await self.refused(*problem)(scope, receive, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)


def _too_large(headers: Headers, path: str) -> tuple[int, str] | None:
    """The status and the words for a body that no form of ours has."""
    with_files = WITH_FILES.search(path) is not None
    most = LARGEST_WITH_FILES if with_files else LARGEST_FORM
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers and "content-length" not in headers:
        return 411, "form_wrong"
    if not length.isascii() or not length.isdigit() or int(length) > most:
        return 413, "file_too_large" if with_files else "too_long"
    return None


def cookie_name(console: Console, name: str) -> str:
    """The browser's name of a cookie: bound to this host where there is https, plain on a loopback address."""
    return f"__Host-{name}" if console.secure_cookies else name


def cookie(console: Console, request: Request, name: str) -> str:
    """The value of one of our cookies, blank when the browser sent none."""
    return request.cookies.get(cookie_name(console, name), "")


def set_cookie(console: Console, response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    """Sets a cookie that scripts cannot read and other sites' forms do not send."""
    response.set_cookie(
        cookie_name(console, name),
        value,
        max_age=max_age,
        path="/",
        secure=console.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(console: Console, response: Response, name: str) -> None:
    """Tells the browser to forget one of our cookies."""
    response.delete_cookie(
        cookie_name(console, name), path="/", secure=console.secure_cookies, httponly=True, samesite="lax"
    )


def comes_from_us(console: Console, request: Request) -> bool:
    """Whether the browser says that a page of ours sent this; one that says nothing still has to know the token."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc in (console.host, request.headers.get("host"))


def visitor_csrf(visitor: str) -> str:
    """What a form must say before anybody signed in: made from the visitor's cookie, which no other site can read."""
    return hashlib.sha256(f"form of {visitor}".encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ; never for blank ones."""
    return bool(one) and hmac.compare_digest(one.encode(), other.encode())
