"""A picture that words are written on: laid out for right to left, turned over for left to right; QR codes."""

from __future__ import annotations

import segno
from PIL import Image, ImageDraw

from referrals.documents.arabic_drawing import Base, face, require_glyphs, without_controls
from referrals.documents.card_ground import GREEN, PAPER_WHITE, mark
from referrals.documents.legible import shown_in
from referrals.documents.lettering import BOLD, Box, Colour, Style, fitted, write

INK: Colour = (29, 42, 43)
INK_SOFT: Colour = (83, 92, 91)
AMBER: Colour = (138, 75, 8)
WHITE: Colour = (255, 255, 255)
RULE: Colour = (226, 217, 200)
SMALLEST_NUMBER = 20
QUIET = 4  # modules of white around a code (ISO/IEC 18004)
Corners = tuple[int, int, int, int]


class Sheet:
    """Boxes are given as for Arabic: left, top, right, bottom in pixels; in English every box changes sides."""

    def __init__(self, image: Image.Image, base: Base) -> None:
        self.image = image
        self.draw = ImageDraw.Draw(image)
        self.base = base

    def box(self, left: int, top: int, right: int, bottom: int) -> Box:
        width = self.image.width
        return Box(left, top, right, bottom) if self.base == "rtl" else Box(width - right, top, width - left, bottom)

    def write(self, text: str, corners: Corners, style: Style) -> None:
        """The text as large as the box allows, in signs that the font has."""
        write(self.draw, self.shown(text, style), self.box(*corners), style, self.base)

    def height_of(self, text: str, style: Style, width: int, height: int) -> int:
        """How high the text stands in a box of this width and at most this height."""
        shown = self.shown(text, style)
        return fitted(shown, style, width, height, self.base).height if shown else 0

    def shown(self, text: str, style: Style) -> str:
        return shown_in(style.font, text, settle=self.base == "rtl")

    def number(self, number: str, middle: int, room: int, largest: int, colour: Colour = GREEN) -> None:
        """A number as large as it goes: it is read aloud at a desk, and its groups never change places."""
        digits = without_controls(shown_in(BOLD, number, settle=False))
        size = largest
        while size > SMALLEST_NUMBER and face(BOLD, size).getlength(digits) > room:
            size -= 4
        while face(BOLD, size).getlength(digits) > room:
            digits = digits[:-1]
        require_glyphs(digits, face(BOLD, size))
        _, top, _, bottom = face(BOLD, size).getbbox(digits, anchor="ms")
        self.draw.text(
            (self.image.width // 2, middle - (top + bottom) / 2), digits, colour, face(BOLD, size), anchor="ms"
        )

    def rule(self, left: int, right: int, y: int) -> None:
        self.draw.line((left, y, right, y), RULE, 2)

    def mark(self, left: int, top: int, side: int) -> None:
        """The mark of the service."""
        place = self.box(left, top, left + side, top + side)
        badge = mark(side)
        self.image.paste(badge, (place.left, place.top), badge)


def draw_qr(draw: ImageDraw.ImageDraw, text: str, box: Box) -> tuple[int, int, int]:
    """The code in whole pixels, centred in the box; returns left, top of its first module and the module's side."""
    matrix = segno.make_qr(text, error="m").matrix
    side = box.width // (len(matrix) + 2 * QUIET)
    whole = side * len(matrix)
    left, top = box.left + (box.width - whole) // 2, box.top + (box.height - whole) // 2
    quiet = side * QUIET
    draw.rectangle((left - quiet, top - quiet, left + whole + quiet - 1, top + whole + quiet - 1), PAPER_WHITE)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                corner = (left + x * side, top + y * side)
                draw.rectangle((*corner, corner[0] + side - 1, corner[1] + side - 1), INK)
    return left, top, side
