"""Cuts a text to what a platform takes, at the ends of paragraphs, sentences or words, and loses nothing of it."""

from __future__ import annotations

import re
import unicodedata

from bot.channels.isolates import LRI, OPENERS, PDI

_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"[.!?؟؛…]\s"), re.compile(r"\s"))


def units(text: str) -> int:
    """The length in UTF-16 units, as Telegram counts it; never less than the number of characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def truncated(text: str, limit: int) -> str:
    """`text` within `limit` units, cut after a word where it can be, ending in «…» when anything was cut."""
    if units(text) <= limit:
        return text
    head = text[: _prefix(text, limit - 1)]
    word_end = head.rfind(" ")
    if not text[len(head)].isspace() and word_end > len(head) // 2:
        head = head[:word_end]
    return head.rstrip(" ،,؛;:-–") + "…"


def split(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` units each, in order; only white space at the cuts falls away."""
    pieces: list[str] = []
    rest = text.strip()
    while units(rest) > limit:
        cut = _cut(rest, _prefix(rest, limit))
        piece, rest = rest[:cut].rstrip(), rest[cut:].lstrip()
        if _depth(piece) > 0:  # one isolate longer than the limit: close it here and open it again there
            piece, rest = _reopened(piece, rest)
        pieces.append(piece)
    return [*pieces, rest] if rest else pieces


def split_before_tail(text: str, limit: int, tail_limit: int) -> list[str]:
    """Like `split`, but the last piece, which will carry the choices, has at most `tail_limit` units."""
    pieces = split(text, limit)
    if not pieces or units(pieces[-1]) <= tail_limit:
        return pieces
    last = pieces.pop()
    earliest = len(last) - _prefix(last[::-1], tail_limit)
    for pattern in _BREAKS:
        for cut in (found.end() for found in pattern.finditer(last) if found.end() >= earliest):
            if _depth(last[:cut]) == 0 and last[cut:].strip():
                return [*pieces, *split(last[:cut], limit), last[cut:].strip()]
    return [*pieces, *split(last, tail_limit)]


def _prefix(text: str, limit: int) -> int:
    """How many characters of `text` fit in `limit` units without cutting a letter from its marks."""
    count = used = 0
    for character in text:
        used += 2 if character > "\uffff" else 1
        if used > limit:
            break
        count += 1
    while 1 < count < len(text) and (unicodedata.combining(text[count]) or text[count] in "\u200d\ufe0f"):
        count -= 1
    return max(count, 1)


def _cut(text: str, window: int) -> int:
    for pattern in _BREAKS:
        ends = [found.end() for found in pattern.finditer(text, 0, window + 1)]
        for end in reversed(ends):
            if window // 3 <= len(text[:end].rstrip()) <= window and _depth(text[:end]) == 0:
                return end
    return window - 1 if _depth(text[:window]) > 0 else window


def _depth(text: str) -> int:
    return sum(character in OPENERS for character in text) - text.count(PDI)


def _reopened(piece: str, rest: str) -> tuple[str, str]:
    return piece + PDI, LRI + rest
