"""Where people reach the service of this folder, so that links which commands beside it give lead there."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings

DEFAULT_PORT = 8000
NOTE = "address"  # a file under SANAD_DATA


def local_address(host: str, port: int) -> str:
    """The address of a service that listens there, as this machine reaches it."""
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def note_address(settings: Settings, address: str) -> None:
    """Kept beside the database where one process serves it and no SANAD_BASE_URL says it; a full disk stops nothing."""
    if settings.is_sqlite and not settings.base_url:
        with contextlib.suppress(OSError):
            (settings.data / NOTE).write_text(f"{address}\n", encoding="utf-8")


def address_of(settings: Settings) -> str:
    """SANAD_BASE_URL; without it where the service listens now, or did at last; before that its default port."""
    if settings.base_url:
        return settings.base_url
    try:
        noted = (settings.data / NOTE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        noted = ""
    return noted if re.fullmatch(r"http://\S+", noted) else local_address("127.0.0.1", DEFAULT_PORT)
