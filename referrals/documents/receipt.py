"""The receipt that a family keeps as a picture: its number, by when it hears from us, how to ask. It names no need."""

from __future__ import annotations

from referrals.documents.card_ground import GREEN, WIDTH, ground
from referrals.documents.lettering import BOLD, REGULAR, Style
from referrals.documents.paper_facts import ReceiptFacts
from referrals.documents.png import png_of
from referrals.documents.sheet import INK, INK_SOFT, WHITE, Sheet, draw_qr

MARK = 118
EDGE = 84
QR_SIDE = 270
CODE = (884, 1154)  # top and bottom of the code


def draw_receipt(facts: ReceiptFacts) -> bytes:
    """A PNG of 1000 x 1250 pixels, RGB; the same bytes for the same facts. What our font lacks is left out."""
    image = ground()
    sheet = Sheet(image, "rtl" if facts.language == "ar" else "ltr")
    sheet.mark(WIDTH - 60 - MARK, 34, MARK)
    sheet.write(facts.title, (60, 46, WIDTH - 84 - MARK, 140), Style(BOLD, 60, 40, WHITE))
    sheet.write(facts.label, (EDGE, 204, WIDTH - EDGE, 276), Style(REGULAR, 42, 30, INK_SOFT, "center"))
    sheet.number(facts.number, 368, WIDTH - 2 * EDGE - 60, 150)
    _answer(sheet, facts)
    _ask(sheet, facts)
    sheet.write(facts.keep, (60, 1180, 940, 1244), Style(REGULAR, 30, 20, INK_SOFT, "center"))
    return png_of(image)


def _answer(sheet: Sheet, facts: ReceiptFacts) -> None:
    """What happened, by when the answer comes and, once one is chosen, from where."""
    sheet.write(facts.arrived, (EDGE, 520, WIDTH - EDGE, 588), Style(REGULAR, 38, 26, INK_SOFT))
    below = 690 if facts.place else 800
    sheet.write(facts.answer, (EDGE, 584, WIDTH - EDGE, below), Style(BOLD, 52, 32, INK))
    if facts.place:
        sheet.write("\n".join(facts.place), (EDGE, below, WIDTH - EDGE, 846), Style(REGULAR, 40, 24, INK_SOFT))
    sheet.rule(EDGE, WIDTH - EDGE, 862)


def _ask(sheet: Sheet, facts: ReceiptFacts) -> None:
    """How to ask at the side where reading starts; the code, where there is one, at the other."""
    left = EDGE
    if facts.qr:
        draw_qr(sheet.draw, facts.qr, sheet.box(EDGE - 10, CODE[0], EDGE - 10 + QR_SIDE, CODE[1]))
        left += QR_SIDE + 16
    sheet.write(facts.ask, (left, 878, WIDTH - EDGE, 946), Style(BOLD, 40, 28, GREEN))
    sheet.write(facts.ask_how, (left, 942, WIDTH - EDGE, 1158), Style(REGULAR, 38, 24, INK))
