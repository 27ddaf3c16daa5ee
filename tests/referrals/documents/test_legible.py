"""What a font lacks is written another way or left out; numbers that would turn round are held."""

from __future__ import annotations

import pytest

from referrals.documents.arabic_shaping import drawn_line
from referrals.documents.font_coverage import drawable
from referrals.documents.legible import LONGEST, cut, held, legible, settled, shown_in
from referrals.documents.lettering import REGULAR

AMIRI = drawable()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("مركز 🙂 قوص", "مركز قوص"),
        ("👨\u200d👩\u200d👧 أسرة", "أسرة"),
        ("Zoë Łukasz Şükrü Ñandú", "Zoë Łukasz Şükrü Ñandú"),
        ("Đặng", "Đang"),
        ("４８２１", "4821"),
        ("𝐁old №5 ½", "Bold No5 ½"),
        ("漢字 مركز", "مركز"),
        ("\0a\x1bb\ud800c", "abc"),
        ("\u202eabc\u202c", "abc"),
        ("محمّد ا\u0654حمد", "محمّد أحمد"),
        ("می\u200cروم", "می\u200cروم"),
        ("سطر\r\nسطر\tثان ", "سطر\nسطر ثان"),
        ("१२३", "123"),
    ],
)
def test_a_text_is_shown_as_far_as_the_font_goes(written: str, shown: str) -> None:
    assert legible(written, AMIRI) == shown


@pytest.mark.parametrize(
    "number",
    [
        "+20 96 321 1234",
        "+965 2222-3333",
        "٠١٠-١٢٣٤",
        "0100 123 4567",
        "(096) 321 1234",
        "2461 2345",
        "2026-11-25",
        "٤٨\u00a0٢١\u00a0٧٣",
    ],
)
def test_a_number_that_would_turn_round_is_held(number: str) -> None:
    line = settled(f"هاتف {number}، هنا")
    assert line.startswith("هاتف \u2066")
    assert line.endswith("\u2069، هنا")
    assert number.replace(" ", "\u00a0") in drawn_line(line)
    assert number.replace(" ", "\u00a0") in drawn_line(settled(number))
    assert settled(f"\u2068{number}\u2069 هنا") == f"\u2068{number}\u2069 هنا"


@pytest.mark.parametrize(
    "text",
    [
        "25/11/2026 هنا",
        "١٠:٣٠ هنا",
        "شارع ١٠ منزل 25",
        "رقم ٤٨ ٢١ ٧",
        "قطعة 4-أ",
        "طلب QN-26-1042",
        "3.5 كم",
        "من ٩-٥",
        "9-5 هنا",
    ],
)
def test_what_keeps_its_order_is_left_alone(text: str) -> None:
    assert settled(text) == text


@pytest.mark.parametrize(("said", "first", "last"), [("من ٩-٥", "٩", "٥"), ("٩:٠٠–٥:٠٠ يومياً", "٩:٠٠", "٥:٠٠")])
def test_a_range_is_read_as_the_line_runs_its_first_number_on_the_right(said: str, first: str, last: str) -> None:
    assert settled(said) == said
    drawn = drawn_line(settled(said))  # from the left end of the line on
    assert drawn.index(last) < drawn.index(first)


@pytest.mark.parametrize("number", ["19 823", "٠١٠ ١٢٣", "2461 2345", "1234"])
def test_a_telephone_number_is_held_however_it_is_grouped(number: str) -> None:
    assert drawn_line(held(number)).replace("\u00a0", " ") == number
    assert held("اتصلوا على 19 823") == "اتصلوا على 19 823"
    assert held(held(number)) == held(number)


def test_a_number_behind_arabic_words_is_held_in_an_english_line_too() -> None:
    line = shown_in(REGULAR, "Market Street, شارع السوق, +20 96 321 1234", settle=False)
    assert drawn_line(line, "ltr").endswith("+20\u00a096\u00a0321\u00a01234")
    assert shown_in(REGULAR, "Qus 48 21 7", settle=False) == "Qus 48 21 7"


def test_a_latin_name_keeps_its_brackets_where_the_line_runs_the_other_way() -> None:
    assert drawn_line(settled("UNRWA (Qus)")) == "UNRWA (Qus)"
    assert drawn_line(settled("مركز «UNRWA»")).startswith("«UNRWA»")


def test_a_book_is_cut_between_words_and_says_so() -> None:
    assert cut("كلمة " * 500, LONGEST).endswith("كلمة…")
    assert len(shown_in(REGULAR, "ا" * 100_000, settle=True)) == LONGEST + 1
