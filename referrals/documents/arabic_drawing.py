"""Arabic as Pillow's basic layout must be given it: wrapped, joined, in visual order, and only with glyphs that exist.

The only file that imports arabic_reshaper and bidi. Joined and reordered text cannot be searched or read aloud: it
goes onto pictures, never into a message or a page. Fonts are loaded with `ImageFont.Layout.BASIC`; a RAQM font would
turn the letters round a second time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from arabic_reshaper import ArabicReshaper
from bidi import get_display
from bidi.mirror import MIRRORED
from PIL import ImageFont

from referrals.documents.font_coverage import characters_of

Base = Literal["rtl", "ltr", "auto"]

# Default ligatures only (lam-alef, الله): the rest turn «محمّد» into other letters. Harakat stay: a shadda is a letter.
_RESHAPER = ArabicReshaper(configuration={"delete_harakat": False})
_DIRECTION = {"rtl": "R", "ltr": "L", "auto": None}

# Two nonspacing marks of plane 14 that no text of ours carries. Behind a bracket they take its direction (UAX #9, W1
# and N0), so they come out reversed exactly where the bracket stands in a right-to-left run and has to be mirrored
# (L4), which `bidi.get_display` does not do (python-bidi issue 25).
_FIRST, _SECOND = "\U000e01ee", "\U000e01ef"

_ISOLATE_OPENERS = "\u2066\u2067\u2068"
_ISOLATE_END = "\u2069"
_NO_CONTROLS = dict.fromkeys(
    [0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
)


class GlyphMissing(ValueError):
    """A character to be drawn has no glyph in the font. Write it another way, or add a font that has it."""

    def __init__(self, missing: frozenset[str], font_name: str) -> None:
        self.missing = missing
        named = ", ".join(f"U+{ord(character):04X} {character!r}" for character in sorted(missing))
        super().__init__(f"{font_name} has no glyph for {named}. Write it another way, or add a font that has it.")


def visual_order(text: str, base: Base) -> str:
    """One line from left to right as it is seen, brackets mirrored where they stand right to left (UAX #9, L2 and L4).

    Direction controls are still in it; joining is not done here.
    """
    marked = "".join(c + _FIRST + _SECOND if c in MIRRORED else c for c in text)
    shown = get_display(marked, base_dir=_DIRECTION[base])
    out: list[str] = []
    at = 0
    while at < len(shown):
        if shown.startswith(_SECOND + _FIRST, at):
            out.append(MIRRORED[shown[at + 2]])
            at += 3
        elif shown.startswith(_FIRST + _SECOND, at):
            at += 2
        else:
            out.append(shown[at])
            at += 1
    return "".join(out)


def drawn_line(text: str, base: Base = "rtl") -> str:
    """One line ready for `ImageDraw.text`: letters joined, order visual, brackets mirrored, controls gone.

    Wrap before: the end of an unwrapped text would be drawn first.
    """
    return without_controls(visual_order(_RESHAPER.reshape(text), base))


def without_controls(text: str) -> str:
    """The text without direction marks, isolates and joiners, for which no font here has a glyph."""
    return text.translate(_NO_CONTROLS)


def require_glyphs(line: str, font: ImageFont.FreeTypeFont) -> None:
    """Raises `GlyphMissing` where the font would draw a box, or nothing, for a character of a drawn line."""
    missing = frozenset(line) - characters_of(str(font.path))
    if missing:
        raise GlyphMissing(missing, " ".join(part for part in font.getname() if part))


def line_width(text: str, font: ImageFont.FreeTypeFont, base: Base = "rtl") -> float:
    """The width in pixels that one line takes once it is drawn."""
    return font.getlength(drawn_line(text, base))


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: float, base: Base = "rtl") -> list[str]:
    """The text as lines in reading order, each at most `width` pixels once drawn; line ends of the text are kept.

    Breaks between words, and inside a word only when it is wider than a line. A line that ends inside an isolate is
    closed there and the isolate goes on in the next line. Raises `GlyphMissing`.
    """
    require_glyphs(drawn_line(text.replace("\n", " "), base), font)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            for piece in _pieces(word, font, width, base):
                longer = f"{line} {piece}" if line else piece
                if line and line_width(longer, font, base) > width:
                    lines.append(line)
                    longer = piece
                line = longer
        lines.append(line)
    return _isolates_closed(lines)


def _pieces(word: str, font: ImageFont.FreeTypeFont, width: float, base: Base) -> list[str]:
    """The word whole when it fits on a line, else in parts that each do."""
    pieces = [word]
    while len(pieces[-1]) > 1 and line_width(pieces[-1], font, base) > width:
        rest = pieces.pop()
        fits = next((n for n in range(len(rest) - 1, 1, -1) if line_width(rest[:n], font, base) <= width), 1)
        pieces += [rest[:fits], rest[fits:]]
    return pieces


def _isolates_closed(lines: list[str]) -> list[str]:
    """The same lines, each opening again the isolates that the one before left open, and closing its own."""
    open_isolates = ""
    closed = []
    for line in lines:
        whole = open_isolates + line
        for character in line:
            if character in _ISOLATE_OPENERS:
                open_isolates += character
            elif character == _ISOLATE_END:
                open_isolates = open_isolates[:-1]
        closed.append(whole + _ISOLATE_END * len(open_isolates))
    return closed


@lru_cache(maxsize=64)
def face(path: str, size: int) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels, with the basic layout that `drawn_line` writes for."""
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
