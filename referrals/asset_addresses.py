"""The addresses at which pages ask for their style sheets, scripts and pictures: each names the content of its file.

A browser may then keep a file for good, and never shows a page of a newer release in an older one's style.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "web_assets"
_LETTERS = str.maketrans("0123456789", "ghijklmnop")  # so that nothing of it looks like a code or a telephone


@cache
def mark(name: str) -> str:
    """Twelve letters by the hash of that file of `web_assets/`. Raises `FileNotFoundError` where there is none."""
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12].translate(_LETTERS)


def asset(name: str) -> str:
    """Where a page finds that file, such as `/assets/chat.css?v=gfjc…`."""
    return f"/assets/{name}?v={mark(name)}"
