"""Random tokens of which only the hash is stored: sessions, links, invitations."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 32  # 256 bits: nobody guesses one


def new_token() -> str:
    """A fresh token, safe in an address and in a cookie."""
    return secrets.token_urlsafe(BYTES)


def token_hash(token: str) -> str:
    """What is stored of it. The token is random, so a plain hash tells nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
