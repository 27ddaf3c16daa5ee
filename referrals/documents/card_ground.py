"""The ground of the appointment card: the green head with its stars, the ticket's paper, the mark of the service."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image, ImageDraw

from referrals.documents.lettering import Colour

WIDTH, HEIGHT = 1000, 1250
HEAD = 236
PAPER = (44, 186, 956, 1176)
TEAR = 500
"""The y of the perforation that parts the number from the appointment."""

SAND: Colour = (243, 236, 222)
GREEN: Colour = (11, 95, 88)
GREEN_LIGHT: Colour = (26, 110, 102)
PAPER_WHITE: Colour = (255, 253, 249)
CREAM: Colour = (255, 244, 226)
SUN: Colour = (217, 130, 43)
GREEN_SOFT: Colour = (132, 170, 158)
LINE: Colour = (214, 203, 182)
TINT: Colour = (226, 240, 235)

SCALE = 3  # shapes are drawn larger and brought down, so that their edges are smooth


def ground() -> Image.Image:
    """A new picture with everything but words and QR on it, WIDTH x HEIGHT pixels, RGB."""
    return _painted().copy()


@lru_cache(maxsize=1)
def _painted() -> Image.Image:
    """Drawn once: it takes longer than all the words of a card."""
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), SAND)
    draw = ImageDraw.Draw(image)
    draw.rectangle(_scaled(0, 0, WIDTH, HEAD + 110), fill=GREEN)
    _stars(draw)
    left, top, right, bottom = PAPER
    draw.rectangle(_scaled(0, HEAD + 110, WIDTH, HEIGHT), fill=SAND)
    draw.rounded_rectangle(_scaled(left, top, right, bottom + 5), 40 * SCALE, fill=LINE)
    draw.rounded_rectangle(_scaled(left, top, right, bottom), 40 * SCALE, fill=PAPER_WHITE)
    draw.rounded_rectangle(_scaled(left + 40, top + 96, right - 40, TEAR - 46), 30 * SCALE, fill=TINT)
    _perforation(draw)
    return image.reduce(SCALE)


def _scaled(*numbers: float) -> tuple[float, ...]:
    return tuple(number * SCALE for number in numbers)


def stars(width: int, height: int) -> Image.Image:
    """A head of so many pixels: green, with rows of stars, RGB."""
    image = Image.new("RGB", (width * SCALE, height * SCALE), GREEN)
    _stars(ImageDraw.Draw(image), rows=height // 100 + 1, columns=width // 128 + 2)
    return image.reduce(SCALE)


def _stars(draw: ImageDraw.ImageDraw, *, rows: int = 3, columns: int = 10) -> None:
    """Two squares, one on its corner, make the eight-pointed star; rows of it fill the head."""
    for row in range(rows):
        for column in range(-1, columns):
            x, y, r = column * 128 + (64 if row % 2 else 0), row * 100 + 20, 40
            draw.rectangle(_scaled(x - r, y - r, x + r, y + r), outline=GREEN_LIGHT, width=2 * SCALE)
            tip = r * 2**0.5
            corners = [(x, y - tip), (x + tip, y), (x, y + tip), (x - tip, y)]
            draw.polygon([_pair(*corner) for corner in corners], outline=GREEN_LIGHT, width=2 * SCALE)


def _pair(x: float, y: float) -> tuple[float, float]:
    return x * SCALE, y * SCALE


def _perforation(draw: ImageDraw.ImageDraw) -> None:
    """A dotted line across the paper with a notch at both edges, as tickets have."""
    left, _, right, _ = PAPER
    for x in range(left + 46, right - 40, 20):
        draw.ellipse(_scaled(x - 3, TEAR - 3, x + 3, TEAR + 3), fill=LINE)
    for x in (left, right):
        draw.ellipse(_scaled(x - 22, TEAR - 22, x + 22, TEAR + 22), fill=SAND)


@lru_cache(maxsize=2)
def mark(diameter: int) -> Image.Image:
    """The mark of the service, RGBA: a sun held by two arms, on cream; as web_assets/sanad-mark.svg draws it."""
    unit = diameter * SCALE / 48
    image = Image.new("RGBA", (diameter * SCALE, diameter * SCALE), (*CREAM, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((0, 0, 48 * unit - 1, 48 * unit - 1), fill=CREAM)
    draw.ellipse((18 * unit, 10.5 * unit, 30 * unit, 22.5 * unit), fill=SUN)
    for middle, radius, thickness, colour in ((22.5, 14.5, 5.0, GREEN), (23.6, 7.2, 3.2, GREEN_SOFT)):
        ring = ((24 - radius - thickness / 2) * unit, (middle - radius - thickness / 2) * unit)
        end = ((24 + radius + thickness / 2) * unit, (middle + radius + thickness / 2) * unit)
        draw.arc((*ring, *end), 0, 180, fill=colour, width=round(thickness * unit))
        for x in (24 - radius, 24 + radius):
            r = thickness / 2
            draw.ellipse(((x - r) * unit, (middle - r) * unit, (x + r) * unit, (middle + r) * unit), fill=colour)
    return image.reduce(SCALE)
