"""Arabic as Pillow's basic layout must be given it, measured in the font it is drawn with, never with a missing glyph.

Fonts are loaded with `ImageFont.Layout.BASIC`; a RAQM font would turn the letters round a second time.
"""

from __future__ import annotations

from functools import lru_cache

from PIL import ImageFont

from referrals.documents.arabic_shaping import Base, drawn_line, visual_order, without_controls, wrap
from referrals.documents.font_coverage import characters_of
from referrals.documents.marks import letters_of

__all__ = [
    "Base",
    "GlyphMissing",
    "drawn_line",
    "face",
    "line_width",
    "require_glyphs",
    "visual_order",
    "without_controls",
    "wrapped",
]


class GlyphMissing(ValueError):
    """A character to be drawn has no glyph in the font. Write it another way, or add a font that has it."""

    def __init__(self, missing: frozenset[str], font_name: str) -> None:
        self.missing = missing
        named = ", ".join(f"U+{ord(character):04X} {character!r}" for character in sorted(missing))
        super().__init__(f"{font_name} has no glyph for {named}. Write it another way, or add a font that has it.")


def require_glyphs(line: str, font: ImageFont.FreeTypeFont) -> None:
    """Raises `GlyphMissing` where the font would draw a box, or nothing, for a character of a drawn line."""
    missing = frozenset(line) - characters_of(str(font.path))
    if missing:
        raise GlyphMissing(missing, " ".join(part for part in font.getname() if part))


def line_width(text: str, font: ImageFont.FreeTypeFont, base: Base = "rtl") -> float:
    """The width in pixels that one line takes once it is drawn."""
    return font.getlength(letters_of(drawn_line(text, base)))


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: float, base: Base = "rtl") -> list[str]:
    """The text as lines in reading order, each at most `width` pixels once drawn. Raises `GlyphMissing`."""
    lines = wrap(text, width, lambda words: line_width(words, font, base))
    for line in lines:
        require_glyphs(drawn_line(line, base), font)
    return lines


@lru_cache(maxsize=64)
def face(path: str, size: int) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels, with the basic layout that `drawn_line` writes for."""
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
