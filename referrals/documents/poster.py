"""A campaign's poster as a picture for chats and printers: a title, a few lines, the code that opens the chat."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image, ImageDraw

from referrals.documents.card_ground import CREAM, GREEN, PAPER_WHITE, stars
from referrals.documents.legible import held
from referrals.documents.lettering import BOLD, REGULAR, Style
from referrals.documents.paper_facts import PosterFacts
from referrals.documents.png import png_of
from referrals.documents.sheet import AMBER, INK, INK_SOFT, WHITE, Sheet, draw_qr

WIDTH, HEIGHT = 1240, 1754  # A4 at 150 points an inch
HEAD, FOOT = 590, 1130  # where the head ends and the foot begins
EDGE = 100
MARK = 130
QR_SIDE = 500
BETWEEN_LINES = 12


def draw_poster(facts: PosterFacts) -> bytes:
    """A PNG of 1240 x 1754 pixels, RGB; the same bytes for the same facts. What our font lacks is left out."""
    image = _ground().copy()
    sheet = Sheet(image, "rtl" if facts.language == "ar" else "ltr")
    sheet.mark(WIDTH - EDGE - MARK, 64, MARK)
    name = (EDGE, 56, WIDTH - EDGE - MARK - 30, 146) if facts.programme else (EDGE, 76, WIDTH - EDGE - MARK - 30, 182)
    sheet.write(facts.service, name, Style(BOLD, 60, 40, WHITE))
    sheet.write(facts.programme, (EDGE, 140, WIDTH - EDGE - MARK - 30, 206), Style(REGULAR, 38, 24, CREAM))
    sheet.write(facts.title, (EDGE, 216, WIDTH - EDGE, HEAD - 30), Style(BOLD, 116, 36, WHITE, "center"))
    _lines(sheet, facts)
    _foot(sheet, facts)
    return png_of(image)


def _lines(sheet: Sheet, facts: PosterFacts) -> None:
    """All lines at one size, the largest at which they stand in their part of the sheet together."""
    top, bottom, width = HEAD + 30, FOOT - 30, WIDTH - 2 * EDGE
    lines = [line for line in facts.lines if line.strip()]
    size = 66
    while size > 24 and sum(_height(sheet, line, size, width) for line in lines) > bottom - top:
        size -= 2
    heights = [_height(sheet, line, size, width) for line in lines]
    y = top + max(0, (bottom - top - sum(heights)) // 2)
    for line, height in zip(lines, heights, strict=True):
        sheet.write(line, (EDGE, y, WIDTH - EDGE, min(bottom, y + height)), Style(REGULAR, size, 16, INK, "center"))
        y += height


def _height(sheet: Sheet, line: str, size: int, width: int) -> int:
    return sheet.height_of(line, Style(REGULAR, size, size, INK), width, HEIGHT) + BETWEEN_LINES


def _foot(sheet: Sheet, facts: PosterFacts) -> None:
    """What to do with the code at the side where reading starts, the code at the other."""
    left, right = EDGE + QR_SIDE + 40, WIDTH - EDGE
    draw_qr(sheet.draw, facts.qr, sheet.box(EDGE - 20, FOOT + 44, EDGE - 20 + QR_SIDE, FOOT + 44 + QR_SIDE))
    sheet.write(facts.scan, (left, FOOT + 44, right, FOOT + 264), Style(BOLD, 54, 32, GREEN))
    if facts.phone:
        sheet.write(facts.phone_label, (left, FOOT + 268, right, FOOT + 332), Style(REGULAR, 38, 26, INK_SOFT))
        sheet.write(held(facts.phone), (left, FOOT + 326, right, FOOT + 416), Style(BOLD, 56, 30, AMBER))
    sheet.write(facts.address, (left, FOOT + 420, right, FOOT + 476), Style(REGULAR, 30, 16, INK_SOFT))
    sheet.write(facts.free, (left, FOOT + 476, right, FOOT + 556), Style(REGULAR, 34, 22, INK_SOFT))


@lru_cache(maxsize=1)
def _ground() -> Image.Image:
    """The green head with its stars, white paper, the cream foot; painted once."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER_WHITE)
    draw = ImageDraw.Draw(image)
    image.paste(stars(WIDTH, HEAD), (0, 0))
    draw.rectangle((0, FOOT, WIDTH, HEIGHT), CREAM)
    draw.rectangle((0, HEIGHT - 20, WIDTH, HEIGHT), GREEN)
    return image
