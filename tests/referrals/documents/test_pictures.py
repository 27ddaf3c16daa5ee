"""Receipts and posters as pictures: fit to send, the same for the same facts, everything within its place."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from referrals.documents.arabic_drawing import line_width
from referrals.documents.card_ground import PAPER, ground
from referrals.documents.drawing import drawn
from referrals.documents.lettering import REGULAR, Style, fitted
from referrals.documents.paper_facts import PosterFacts, ReceiptFacts, to_json
from referrals.documents.poster import FOOT, draw_poster
from referrals.documents.receipt import draw_receipt
from referrals.documents.samples import sample_card, sample_paper

LONG = "جمعية تنمية المجتمع المحلّي (عيّنة) هاتف +20 96 321 1234 " * 12


def receipt_facts() -> ReceiptFacts:
    facts = sample_paper("receipt")
    assert isinstance(facts, ReceiptFacts)
    return facts


def poster_facts() -> PosterFacts:
    facts = sample_paper("poster")
    assert isinstance(facts, PosterFacts)
    return facts


def test_a_receipt_is_an_rgb_png_of_at_most_200_kilobytes() -> None:
    content = draw_receipt(receipt_facts())
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (1000, 1250))
    assert len(content) <= 200_000
    assert content == draw_receipt(receipt_facts())


def test_a_receipt_in_the_chat_has_no_code_and_loses_no_word_for_it() -> None:
    sparse = replace(receipt_facts(), qr="", place=(), address="")
    assert Image.open(io.BytesIO(draw_receipt(sparse))).size == (1000, 1250)
    assert draw_receipt(sparse) != draw_receipt(receipt_facts())


def test_words_stay_on_the_receipts_paper_however_long_they_are() -> None:
    facts = replace(receipt_facts(), arrived=LONG, answer=LONG, place=(LONG, LONG), ask=LONG, ask_how=LONG, keep=LONG)
    full, bare = Image.open(io.BytesIO(draw_receipt(facts))), ground()
    left, top, right, bottom = PAPER
    for strip in ((0, top, left + 30, bottom), (right - 30, top, 1000, bottom)):
        assert full.crop(strip).tobytes() == bare.crop(strip).tobytes()


def test_a_word_longer_than_its_line_is_begun_and_not_left_out() -> None:
    setting = fitted("قسطنطينية" * 30, Style(REGULAR, 38, 26, (0, 0, 0)), 800, 60, "rtl")
    (line,) = setting.lines
    assert line.startswith("قسطنطينية")
    assert line.endswith("…")
    assert line_width(line, setting.font) <= 800


def test_a_receipt_is_drawn_from_what_a_message_carries() -> None:
    assert drawn("receipt", to_json(receipt_facts())) == draw_receipt(receipt_facts())
    assert (drawn("appointment_card", sample_card().to_json()) or b"").startswith(b"\x89PNG")


def test_a_poster_is_a_sheet_for_a_wall() -> None:
    content = draw_poster(poster_facts())
    assert Image.open(io.BytesIO(content)).size == (1240, 1754)
    assert len(content) <= 400_000
    assert content == draw_poster(poster_facts())


@pytest.mark.parametrize("lines", [("سطر",), (LONG,) * 4])
def test_the_parts_of_a_poster_stay_apart(lines: tuple[str, ...]) -> None:
    image = Image.open(io.BytesIO(draw_poster(replace(poster_facts(), lines=lines, title=LONG, scan=LONG))))
    edge = image.crop((0, 600, 60, FOOT - 5))
    assert edge.getcolors() == [(edge.width * edge.height, (255, 253, 249))]


def test_a_poster_in_english_has_its_code_at_the_right() -> None:
    arabic, english = draw_poster(poster_facts()), draw_poster(replace(poster_facts(), language="en"))
    assert [_dark_half(arabic), _dark_half(english)] == ["left", "right"]


def _dark_half(poster: bytes) -> str:
    """Where most of the ink of the foot stands: there the code is."""
    foot = Image.open(io.BytesIO(poster)).crop((0, FOOT, 1240, 1700)).convert("L").point(lambda value: value < 60)
    left, right = (sum(foot.crop(box).tobytes()) for box in ((0, 0, 620, 570), (620, 0, 1240, 570)))
    return "left" if left > right else "right"
