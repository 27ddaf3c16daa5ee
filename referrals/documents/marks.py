"""Where vowel signs and shadda stand: over or under the middle of their letter, clear of its ink and of each other."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PIL import ImageFont

SHADDA = "\u0651"
BELOW = frozenset("\u064d\u0650\u0655\u0656\u065c\u065f\u0316\u0317\u0323\u0325\u0327\u0328\u0331\u06ea\u06ed")
GAP = 0.02  # of the font's size, between a mark and the ink it stands over


@dataclass(frozen=True)
class Placed:
    """A mark and where to draw it: its origin, in pixels from the line's left end and from the baseline down."""

    mark: str
    x: float
    y: float


def letters_of(line: str) -> str:
    """A drawn line without its marks."""
    return line if line.isascii() else "".join(c for c in line if not unicodedata.combining(c))


def placed_marks(line: str, font: ImageFont.FreeTypeFont) -> list[Placed]:
    """The marks of a drawn line, each behind its letter there; none for most lines."""
    if len(letters := letters_of(line)) == len(line):
        return []
    placed: list[Placed] = []
    for at, marks in _clusters(line):
        left = font.getlength(letters[:at]) if at > 0 else 0.0
        ink = _ink(letters[at], font) if at >= 0 else (0.0, 0.0, 0.0, 0.0)
        placed += _around(marks, left, ink, font)
    return placed


def _clusters(line: str) -> Iterator[tuple[int, str]]:
    """For each letter that has marks: its place among the letters, and the marks."""
    at, marks = -1, ""
    for character in line:
        if unicodedata.combining(character):
            marks += character
            continue
        if marks:
            yield at, marks
        at, marks = at + 1, ""
    if marks:
        yield at, marks


def _around(
    marks: str, left: float, ink: tuple[float, float, float, float], font: ImageFont.FreeTypeFont
) -> Iterator[Placed]:
    gap = GAP * font.size
    middle, top, bottom = left + (ink[0] + ink[2]) / 2, ink[1], ink[3]
    for mark in sorted(marks, key=lambda each: each != SHADDA):  # the vowel stands over the shadda
        x0, y0, x1, y1 = _ink(mark, font)
        if mark in BELOW:
            down = max(0.0, bottom + gap - y0)
            bottom = y1 + down
        else:
            down = min(0.0, top - gap - y1)
            top = y0 + down
        yield Placed(mark, middle - (x0 + x1) / 2, down)


@lru_cache(maxsize=1024)
def _ink(character: str, font: ImageFont.FreeTypeFont) -> tuple[float, float, float, float]:
    """Where a sign leaves ink, from its origin: left, top, right, bottom. `getbbox` reaches down to the baseline."""
    mask, (x, y) = font.getmask2(character, "L", anchor="ls")
    left, top, right, bottom = mask.getbbox() or (0, 0, 0, 0)
    return x + left, y + top, x + right, y + bottom
