"""Vowel signs stand over or under their own letter, the vowel over the shadda, none over another's ink."""

from __future__ import annotations

import io

from PIL import Image

from referrals.documents.arabic_drawing import drawn_line, face, line_width
from referrals.documents.card_ground import ground
from referrals.documents.lettering import REGULAR
from referrals.documents.marks import letters_of, placed_marks
from referrals.documents.png import png_of

FONT = face(REGULAR, 60)


def test_a_line_without_marks_is_drawn_in_one_go() -> None:
    assert placed_marks(drawn_line("مركز الخدمة في قوص"), FONT) == []


def test_every_mark_of_a_word_is_placed_and_takes_no_room() -> None:
    line = drawn_line("الْعَرَبِيَّة")
    assert sorted(each.mark for each in placed_marks(line, FONT)) == sorted("ْ َ َ ِ ّ َ".split())
    assert line_width("الْعَرَبِيَّة", FONT) == line_width("العربية", FONT)
    assert letters_of(line) == drawn_line("العربية")


def test_a_vowel_stands_over_the_shadda_and_a_kasra_under_the_letter() -> None:
    shadda, fatha = placed_marks(drawn_line("بَّ"), FONT)
    assert (shadda.mark, fatha.mark) == ("ّ", "َ")
    assert fatha.y < shadda.y
    [_, kasra] = placed_marks(drawn_line("بِّ"), FONT)
    assert kasra.y >= 0


def test_no_mark_touches_its_letter() -> None:
    for letter in "دلكطظأ":
        ink = FONT.getmask2(drawn_line(letter), "L", anchor="ls")
        for mark in "َُّْ":
            [placed] = placed_marks(drawn_line(letter + mark), FONT)
            mask, (_, top) = FONT.getmask2(mark, "L", anchor="ls")
            assert top + mask.getbbox()[3] + placed.y <= ink[1][1] + ink[0].getbbox()[1], letter + mark


def test_our_png_is_the_picture_that_was_drawn() -> None:
    image = ground()
    read = Image.open(io.BytesIO(png_of(image)))
    assert (read.format, read.mode, read.size) == ("PNG", "RGB", image.size)
    assert read.tobytes() == image.tobytes()
