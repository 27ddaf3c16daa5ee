"""Who is at the page: a random token in a cookie, and what proves that a post came from our own page."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request, Response

from referrals.inbound import Address

COOKIE_SECONDS = 400 * 24 * 3600  # browsers keep none longer; an interview may be taken up again after months
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits in base64url


@dataclass(frozen=True)
class Visitor:
    """A browser. Only the hash of its token is ever stored, so the database alone opens nobody's chat."""

    token: str

    @property
    def address(self) -> Address:
        return Address("web", hashlib.sha256(self.token.encode()).hexdigest())

    @property
    def csrf(self) -> str:
        """What every form of this visitor's pages carries."""
        return hmac.new(self.token.encode(), b"sanad chat form", hashlib.sha256).hexdigest()

    def wrote(self, csrf: str) -> bool:
        """Whether a form came from a page made for this visitor."""
        return hmac.compare_digest(self.csrf.encode(), csrf.encode())


def new_visitor() -> Visitor:
    """Somebody whom we do not know; nothing is stored of them yet."""
    return Visitor(secrets.token_urlsafe(32))


@dataclass(frozen=True)
class Cookies:
    """The cookie that names a visitor; over https it is bound to this host alone."""

    secure: bool

    @property
    def name(self) -> str:
        return "__Host-sanad-chat" if self.secure else "sanad-chat"

    def visitor(self, request: Request) -> Visitor | None:
        """The visitor of a request; None without a cookie of ours."""
        token = request.cookies.get(self.name, "")
        return Visitor(token) if _TOKEN.fullmatch(token) else None

    def keep(self, response: Response, visitor: Visitor) -> None:
        response.set_cookie(
            self.name,
            visitor.token,
            max_age=COOKIE_SECONDS,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )


def from_our_page(request: Request) -> bool:
    """Whether the browser says that our own page sent this; a browser that says nothing must bring the token alone."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
