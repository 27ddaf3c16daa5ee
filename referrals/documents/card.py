"""The appointment card that arrives in a chat: a picture with number, day, hour, place, what to bring and a QR code.

It says «خدمة سند» and the appointment, and nothing of the need: others look at a family's phone too.
"""

from __future__ import annotations

from collections.abc import Sequence

from referrals.documents.card_facts import CardFacts
from referrals.documents.card_ground import CREAM, GREEN, WIDTH, ground
from referrals.documents.lettering import BOLD, REGULAR, Style
from referrals.documents.png import png_of
from referrals.documents.sheet import AMBER, INK, INK_SOFT, WHITE, Corners, Sheet, draw_qr

QR_SIDE = 290  # the most that the code may take, its quiet zone included
MARK = 118
EDGE = 84  # where words begin and end on the paper
NUMBER_MIDDLE = 368
PLACE = (720, 876)  # top and bottom of centre and address


def draw_card(facts: CardFacts) -> bytes:
    """A PNG of 1000 x 1250 pixels, RGB; the same bytes for the same facts. What our font lacks is left out."""
    image = ground()
    sheet = Sheet(image, "rtl" if facts.language == "ar" else "ltr")
    _head(sheet, facts)
    _number(sheet, facts)
    _appointment(sheet, facts)
    _bring_and_qr(sheet, facts)
    sheet.write(facts.footer, (60, 1184, 940, 1240), Style(REGULAR, 32, 22, INK_SOFT, "center"))
    return png_of(image)


def _head(sheet: Sheet, facts: CardFacts) -> None:
    """The mark, the name of the service and, smaller, the programme's."""
    sheet.mark(WIDTH - 60 - MARK, 34, MARK)
    name = (60, 22, WIDTH - 84 - MARK, 112) if facts.programme else (60, 46, WIDTH - 84 - MARK, 140)
    sheet.write(facts.words.title, name, Style(BOLD, 60, 40, WHITE))
    sheet.write(facts.programme, (60, 108, WIDTH - 84 - MARK, 164), Style(REGULAR, 34, 24, CREAM))


def _number(sheet: Sheet, facts: CardFacts) -> None:
    sheet.write(facts.words.number, (EDGE, 204, WIDTH - EDGE, 276), Style(REGULAR, 42, 30, INK_SOFT, "center"))
    sheet.number(facts.number, NUMBER_MIDDLE, WIDTH - 2 * EDGE - 60, 150)


def _appointment(sheet: Sheet, facts: CardFacts) -> None:
    """When, then where; a long name of a centre takes a second line before it is made small."""
    sheet.write(facts.day, (EDGE, 520, WIDTH - EDGE, 612), Style(BOLD, 62, 38, INK, "center"))
    sheet.write(facts.time, (EDGE, 604, WIDTH - EDGE, 700), Style(BOLD, 66, 40, AMBER, "center"))
    sheet.rule(EDGE, WIDTH - EDGE, 712)
    top, bottom = PLACE
    centre, address = Style(BOLD, 52, 28, INK), Style(REGULAR, 38, 26, INK_SOFT)
    taken = sheet.height_of(facts.centre, centre, WIDTH - 2 * EDGE, 100)
    sheet.write(facts.centre, (EDGE, top, WIDTH - EDGE, top + taken), centre)
    sheet.write(facts.address, (EDGE, top + taken - 6, WIDTH - EDGE, bottom), address)


def _bring_and_qr(sheet: Sheet, facts: CardFacts) -> None:
    """What to bring at the side where reading starts, the code at the other."""
    code = sheet.box(EDGE - 10, 878, EDGE - 10 + QR_SIDE, 878 + QR_SIDE)
    draw_qr(sheet.draw, facts.qr, code)
    words = (EDGE + QR_SIDE + 16, WIDTH - EDGE)
    if facts.bring:
        sheet.write(facts.words.bring, (words[0], 888, words[1], 950), Style(BOLD, 38, 28, GREEN))
        _list(sheet, facts.bring, (words[0], 948, words[1], 1156))


def _list(sheet: Sheet, items: Sequence[str], corners: Corners) -> None:
    """The items one under another, a dot before each; all within the box."""
    left, top, right, bottom = corners
    row = min(60, (bottom - top) // len(items))
    for index, item in enumerate(items):
        y = top + index * row
        sheet.write(item, (left, y, right - 30, y + row), Style(REGULAR, min(36, int(row / 1.5)), 20, INK))
        sheet.write("•", (right - 24, y, right, y + row), Style(BOLD, min(36, int(row / 1.5)), 8, GREEN))
