"""The appointment card that arrives in a chat: a picture with number, day, hour, place, what to bring and a QR code.

It says «خدمة سند» and the appointment, and nothing of the need: others look at a family's phone too.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import segno
from PIL import Image, ImageDraw

from referrals.documents.arabic_drawing import Base, face, require_glyphs, without_controls
from referrals.documents.card_facts import CardFacts
from referrals.documents.card_ground import CREAM, GREEN, PAPER_WHITE, WIDTH, ground, mark
from referrals.documents.lettering import BOLD, REGULAR, Box, Colour, Style, fitted, write

INK: Colour = (29, 42, 43)
INK_SOFT: Colour = (83, 92, 91)
AMBER: Colour = (138, 75, 8)
WHITE: Colour = (255, 255, 255)

QR_SIDE = 290  # the most that the code may take, quiet zone (4 modules, ISO/IEC 18004) included
QUIET = 4
MARK = 118
EDGE = 84  # where words begin and end on the paper
NUMBER_MIDDLE = 368
PLACE = (720, 876)  # top and bottom of centre and address
RULE: Colour = (226, 217, 200)


def draw_card(facts: CardFacts) -> bytes:
    """A PNG of 1000 x 1250 pixels, RGB; the same bytes for the same facts.

    Raises `GlyphMissing` where a text holds a character that the card's font lacks.
    """
    image = ground()
    sheet = _Sheet(image, "rtl" if facts.language == "ar" else "ltr")
    _head(sheet, facts)
    _number(sheet, facts)
    _appointment(sheet, facts)
    _bring_and_qr(sheet, facts)
    sheet.write(facts.footer, (60, 1184, 940, 1240), Style(REGULAR, 32, 22, INK_SOFT, "center"))
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=6)
    return out.getvalue()


class _Sheet:
    """A picture that is laid out for right to left; for left to right every box changes sides."""

    def __init__(self, image: Image.Image, base: Base) -> None:
        self.image = image
        self.draw = ImageDraw.Draw(image)
        self.base = base

    def box(self, left: int, top: int, right: int, bottom: int) -> Box:
        return Box(left, top, right, bottom) if self.base == "rtl" else Box(WIDTH - right, top, WIDTH - left, bottom)

    def write(self, text: str, corners: tuple[int, int, int, int], style: Style) -> None:
        write(self.draw, text, self.box(*corners), style, self.base)


def _head(sheet: _Sheet, facts: CardFacts) -> None:
    """The mark, the name of the service and, smaller, the programme's."""
    place = sheet.box(WIDTH - 60 - MARK, 34, WIDTH - 60, 34 + MARK)
    badge = mark(MARK)
    sheet.image.paste(badge, (place.left, place.top), badge)
    name = (60, 22, WIDTH - 84 - MARK, 112) if facts.programme else (60, 46, WIDTH - 84 - MARK, 140)
    sheet.write(facts.words.title, name, Style(BOLD, 60, 40, WHITE))
    sheet.write(facts.programme, (60, 108, WIDTH - 84 - MARK, 164), Style(REGULAR, 34, 24, CREAM))


def _number(sheet: _Sheet, facts: CardFacts) -> None:
    """The number as large as it goes: it is read aloud at a desk, and its groups never change places."""
    sheet.write(facts.words.number, (EDGE, 204, WIDTH - EDGE, 276), Style(REGULAR, 42, 30, INK_SOFT, "center"))
    digits = without_controls(facts.number)
    size = 150
    while face(BOLD, size).getlength(digits) > WIDTH - 2 * EDGE - 60:
        size -= 4
    require_glyphs(digits, face(BOLD, size))
    _, top, _, bottom = face(BOLD, size).getbbox(digits, anchor="ms")
    baseline = NUMBER_MIDDLE - (top + bottom) / 2
    sheet.draw.text((WIDTH // 2, baseline), digits, GREEN, face(BOLD, size), anchor="ms")


def _appointment(sheet: _Sheet, facts: CardFacts) -> None:
    """When, then where; a long name of a centre takes a second line before it is made small."""
    sheet.write(facts.day, (EDGE, 520, WIDTH - EDGE, 612), Style(BOLD, 62, 38, INK, "center"))
    sheet.write(facts.time, (EDGE, 604, WIDTH - EDGE, 700), Style(BOLD, 66, 40, AMBER, "center"))
    sheet.draw.line((EDGE, 712, WIDTH - EDGE, 712), RULE, 2)
    top, bottom = PLACE
    centre, address = Style(BOLD, 52, 32, INK), Style(REGULAR, 38, 26, INK_SOFT)
    taken = fitted(facts.centre, centre, WIDTH - 2 * EDGE, 100, sheet.base).height
    sheet.write(facts.centre, (EDGE, top, WIDTH - EDGE, top + taken), centre)
    sheet.write(facts.address, (EDGE, top + taken - 6, WIDTH - EDGE, bottom), address)


def _bring_and_qr(sheet: _Sheet, facts: CardFacts) -> None:
    """What to bring at the side where reading starts, the code at the other."""
    code = sheet.box(EDGE - 10, 878, EDGE - 10 + QR_SIDE, 878 + QR_SIDE)
    draw_qr(sheet.draw, facts.qr, code)
    words = (EDGE + QR_SIDE + 16, WIDTH - EDGE)
    if facts.bring:
        sheet.write(facts.words.bring, (words[0], 888, words[1], 950), Style(BOLD, 38, 28, GREEN))
        _list(sheet, facts.bring, (words[0], 948, words[1], 1156))


def _list(sheet: _Sheet, items: Sequence[str], corners: tuple[int, int, int, int]) -> None:
    """The items one under another, a dot before each; all within the box."""
    left, top, right, bottom = corners
    row = min(60, (bottom - top) // len(items))
    for index, item in enumerate(items):
        y = top + index * row
        sheet.write(item, (left, y, right - 30, y + row), Style(REGULAR, min(36, int(row / 1.5)), 20, INK))
        sheet.write("•", (right - 24, y, right, y + row), Style(BOLD, 36, 20, GREEN))


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
