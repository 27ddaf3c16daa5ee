"""HTTP Digest and Basic as a server checks them: RFC 7616 and 2617 (qop=auth, MD5 and SHA-256), RFC 7617.

OpenRosa's own subset wants MD5 or no algorithm in the challenge and the `domain` named; the stronger challenge stands
beside it for clients that take it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

REALM = "Sanad"
DOMAIN = "/openrosa/"
NONCE_SECONDS = 300.0
ALGORITHMS = {"MD5": "md5", "SHA-256": "sha256"}
_STAMP = struct.Struct(">d8s")
_PROOF = 16
LONGEST_HEADER = 4096  # signs of an Authorization header: Collect's has about four hundred
# A name begins where no letter stands before it: a long row of letters is looked at once, not once for each letter.
_PARAMETER = re.compile(r'(?<![a-zA-Z*])([a-zA-Z*]{1,20})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


@dataclass(frozen=True)
class Shown:
    """Credentials as a request shows them. `password` is only known for Basic."""

    scheme: str
    username: str
    password: str = ""
    parameters: Mapping[str, str] | None = None


def new_nonce(key: bytes, now: float) -> str:
    """A nonce that says when it was made and that we made it; nothing is stored of it."""
    stamp = _STAMP.pack(now, os.urandom(8))
    return base64.urlsafe_b64encode(stamp + _proof(key, stamp)).decode()


def is_fresh(key: bytes, nonce: str, now: float) -> bool | None:
    """True within its time, False after it (the client should simply try again), None when it is none of ours."""
    try:
        raw = base64.urlsafe_b64decode(nonce.encode("ascii"))
    except (ValueError, binascii.Error):
        return None
    stamp, proof = raw[: _STAMP.size], raw[_STAMP.size :]
    if len(raw) != _STAMP.size + _PROOF or not hmac.compare_digest(proof, _proof(key, stamp)):
        return None
    made: float = _STAMP.unpack(stamp)[0]
    return 0 <= now - made <= NONCE_SECONDS


def challenges(nonce: str, *, stale: bool, basic: bool) -> list[str]:
    """The values of WWW-Authenticate, the one that every OpenRosa client knows first."""
    tail = ", stale=true" if stale else ""
    made = [
        f'Digest realm="{REALM}", domain="{DOMAIN}", qop="auth", nonce="{nonce}", algorithm={name}{tail}'
        for name in ALGORITHMS
    ]
    return made + ([f'Basic realm="{REALM}", charset="UTF-8"'] if basic else [])


def read_authorization(header: str) -> Shown | None:
    """What an Authorization header says; None for what is neither Digest nor Basic, too long, or cannot be read."""
    if len(header) > LONGEST_HEADER:
        return None
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "basic":
        try:
            username, colon, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
        except (ValueError, binascii.Error):
            return None
        return Shown("basic", username, password) if colon else None
    if scheme.lower() == "digest":
        given = {
            name.lower(): plain or re.sub(r"\\(.)", r"\1", quoted) for name, quoted, plain in _PARAMETER.findall(rest)
        }
        return Shown("digest", given.get("username", ""), parameters=given)
    return None


def answers_challenge(given: Mapping[str, str], password: str, method: str, targets: set[str]) -> bool:
    """Whether a digest answers for this password, method and address; compared in constant time."""
    algorithm = ALGORITHMS.get(given.get("algorithm", "MD5").upper())
    uri = given.get("uri", "")
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    complete = all(given.get(name) for name in ("nonce", "nc", "cnonce", "response"))
    if algorithm is None or given.get("qop") != "auth" or given.get("realm") != REALM or not complete:
        return False

    def hashed(text: str) -> str:
        return hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest()

    secret = hashed(f"{given.get('username', '')}:{REALM}:{password}")
    what = hashed(f"{method}:{uri}")
    parts_of_answer = (secret, given["nonce"], given["nc"], given["cnonce"], "auth", what)
    right = hmac.compare_digest(hashed(":".join(parts_of_answer)).encode(), given["response"].lower().encode())
    return right and path in targets


def _proof(key: bytes, stamp: bytes) -> bytes:
    return hmac.new(key, b"nonce" + stamp, hashlib.sha256).digest()[:_PROOF]
