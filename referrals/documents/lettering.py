"""Writes lines of text into boxes of a picture: as large as the box allows, right to left or left to right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PIL import ImageDraw, ImageFont

from referrals.documents.arabic_drawing import Base, drawn_line, face, line_width, require_glyphs, wrapped
from referrals.documents.arabic_shaping import ISOLATE_END, ISOLATE_OPENERS
from referrals.documents.font_coverage import BOLD, FONTS, REGULAR
from referrals.documents.marks import letters_of, placed_marks

__all__ = ["BOLD", "FONTS", "REGULAR", "Box", "Colour", "SetText", "Style", "fitted", "write", "write_line"]

LEADING = 1.5  # Amiri's marks stand high above the line and its tails hang deep below it
ELLIPSIS = "…"

Colour = tuple[int, int, int]
Align = Literal["start", "center"]


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels; `start` is its right edge in Arabic and its left edge in English."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


@dataclass(frozen=True)
class Style:
    """How a text is set: font file, largest and smallest size in pixels, colour, alignment."""

    font: str
    largest: int
    smallest: int
    colour: Colour
    align: Align = "start"


@dataclass(frozen=True)
class SetText:
    """A text that was fitted: its lines in reading order, the font it is drawn with, the height of one line."""

    lines: tuple[str, ...]
    font: ImageFont.FreeTypeFont
    line_height: int

    @property
    def height(self) -> int:
        return self.line_height * len(self.lines)


def fitted(text: str, style: Style, width: int, height: int, base: Base) -> SetText:
    """The text at the largest size whose lines stand within width and height, in pixels.

    At the smallest size the lines that do not fit are left out and the last one says so with «…».
    """
    size = style.largest
    while True:
        font = face(style.font, size)
        line_height = round(size * LEADING)
        lines = wrapped(text, font, width, base)
        if line_height * len(lines) <= height:
            return SetText(tuple(lines), font, line_height)
        if size <= style.smallest:
            return SetText(_cut(lines, max(1, height // line_height), font, width, base), font, line_height)
        size = max(style.smallest, size - 2)


def _cut(lines: list[str], most: int, font: ImageFont.FreeTypeFont, width: int, base: Base) -> tuple[str, ...]:
    """The first lines, the last of them ending in «…» and still within the width."""
    last = lines[most - 1]
    while last and line_width(last + ELLIPSIS, font, base) > width:
        last = last.rpartition(" ")[0] or last[:-1]
    unclosed = sum(last.count(opener) for opener in ISOLATE_OPENERS) - last.count(ISOLATE_END)
    return (*lines[: most - 1], last + ISOLATE_END * unclosed + ELLIPSIS)


def write(draw: ImageDraw.ImageDraw, text: str, box: Box, style: Style, base: Base) -> int:
    """Draws the text in the middle of the box's height; returns the y of its lower edge. Raises `GlyphMissing`."""
    if not text:
        return box.top
    setting = fitted(text, style, box.width, box.height, base)
    y = box.top + (box.height - setting.height) // 2
    for line in setting.lines:
        write_line(draw, drawn_line(line, base), box, y + setting.line_height // 2, setting.font, style, base)
        y += setting.line_height
    return y


def write_line(
    draw: ImageDraw.ImageDraw,
    line: str,
    box: Box,
    middle: int,
    font: ImageFont.FreeTypeFont,
    style: Style,
    base: Base,
) -> None:
    """Draws one line that is already in visual order, its letters' middle at `middle`. Raises `GlyphMissing`."""
    require_glyphs(line, font)
    letters = letters_of(line)
    ascent, descent = font.getmetrics()
    baseline = middle - (ascent + descent) // 2 + ascent
    width = font.getlength(letters)
    if style.align == "center":
        left = (box.left + box.right) / 2 - width / 2
    else:
        left = box.right - width if base == "rtl" else box.left
    draw.text((left, baseline), letters, style.colour, font, anchor="ls")
    for each in placed_marks(line, font):
        draw.text((left + each.x, baseline + each.y), each.mark, style.colour, font, anchor="ls")
