"""Unicode's order, brackets that face the right way, every letter and mark kept; lines for a terminal that fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from referrals.documents.arabic_shaping import Base, columns_of, drawn_line, terminal_line, terminal_lines, visual_order
from tests.availability import unavailable

WHOLE = Path("/usr/share/unicode/BidiCharacterTest.txt")  # Debian's package unicode-data
BASES: dict[str, Base] = {"0": "ltr", "1": "rtl", "2": "auto"}
REMOVED_BY_X9 = {"LRE", "RLE", "LRO", "RLO", "PDF", "BN"}
SHADDA = "\u0651"


def conformance_cases() -> Iterator[tuple[str, Base, str]]:
    """Text, paragraph direction and the line as Unicode's own test wants it seen, mirrored where its level is odd."""
    for row in WHOLE.read_text(encoding="utf-8").splitlines():
        if not row or row.startswith("#"):
            continue
        points, direction, _, levels, order = (field.split() for field in row.split(";"))
        text = "".join([chr(int(point, 16)) for point in points])
        odd = [level != "x" and int(level) % 2 == 1 for level in levels]
        seen = [facing(text[i]) if odd[i] else text[i] for i in map(int, order)]
        yield text, BASES[direction[0]], "".join(seen)


@cache
def facing(character: str) -> str:
    """The character as it is seen in a right-to-left run: LEFT and RIGHT, LESS and GREATER change in its name."""
    if not unicodedata.mirrored(character):
        return character
    swapped = {"LEFT": "RIGHT", "RIGHT": "LEFT", "LESS": "GREATER", "GREATER": "LESS"}
    parts = re.split(r"([ -])", unicodedata.name(character))
    return unicodedata.lookup("".join(swapped.get(part, part) for part in parts))


@cache
def is_seen(character: str) -> bool:
    return unicodedata.bidirectional(character) not in REMOVED_BY_X9


def test_order_and_mirroring_are_those_of_unicodes_own_test() -> None:
    if not WHOLE.is_file():
        unavailable("Unicode's test of bidirectional text is not here: apt-get install unicode-data")
    cases = list(conformance_cases())
    wrong = [
        (text, base, seen)
        for text, base, seen in cases
        if "".join([c for c in visual_order(text, base) if is_seen(c)]) != seen
    ]
    assert len(cases) > 90_000
    assert wrong == []


def test_brackets_open_towards_their_words() -> None:
    seen = drawn_line("(أم أحمد)")
    assert (seen[0], seen[-1]) == ("(", ")")
    assert drawn_line("«خدمة سند»")[0] == "«"
    assert drawn_line("سند [١]").startswith("[١]")


@pytest.mark.parametrize("kept", ["25/11/2026", "٢٥/١١/٢٠٢٦", "10:30", "١٠:٣٠", "4821", "٤٨٢١"])
def test_dates_hours_and_numbers_are_seen_as_they_are_written(kept: str) -> None:
    assert kept in drawn_line(f"الموعد {kept} صباحاً")


@pytest.mark.parametrize("kept", ["+20 96 321 1234", "2026-11-25", "9-5"])
def test_what_would_turn_round_is_kept_by_an_isolate(kept: str) -> None:
    assert kept not in drawn_line(f"رقم {kept} هنا")
    assert kept in drawn_line(f"رقم \u2066{kept}\u2069 هنا")


def test_a_shadda_is_kept_and_no_word_becomes_another() -> None:
    seen = drawn_line("محمّد عيّنة")
    assert seen.count(SHADDA) == 2
    assert "ﷴ" not in drawn_line("محمد")


def test_letters_are_joined_and_stand_from_left_to_right() -> None:
    assert drawn_line("سند") == "ﺪﻨﺳ"
    assert drawn_line("لا") == "ﻻ"


def test_no_control_reaches_the_picture() -> None:
    seen = drawn_line("\u200fمركز \u2068قوص\u2069 \u2066ABC\u2069\u200e\ufeff\u200c")
    assert [c for c in seen if unicodedata.category(c) == "Cf"] == []


def test_english_lines_keep_their_order() -> None:
    assert drawn_line("Qus (sample)", "auto") == "Qus (sample)"


def test_a_mark_stands_behind_its_letter_whichever_way_the_letter_runs() -> None:
    assert drawn_line("بِنت").endswith("ﺑ\u0650")
    assert "q\u0301" in drawn_line("q\u0301 بنت")


def test_an_alef_and_a_hamza_typed_apart_are_one_letter() -> None:
    assert drawn_line("ا\u0654حمد") == drawn_line("أحمد")


def test_a_terminal_reads_the_beginning_first_and_every_line_stands_at_the_right_edge() -> None:
    text = "السلام عليكم (أم أحمد)\n\nرقمكم \u2066+20 96 321 1234\u2069 والموعد ٢٥/١١/٢٠٢٦ في مركز الخدمة بقوص 🙂"
    lines = terminal_lines(text, 30)
    assert lines[0] == terminal_line("السلام عليكم (أم أحمد)").rjust(30)
    assert lines[1] == ""
    assert "+20 96 321 1234" in lines[2]
    assert all(columns_of(line) == 30 for line in lines if line)


def test_a_terminal_shows_english_from_the_left_and_takes_the_side_of_each_paragraph() -> None:
    assert terminal_lines("Hello (sample)", 20, "ltr") == ["Hello (sample)"]
    assert terminal_lines("Hello\nسند", 10, "auto") == ["Hello", "ﺪﻨﺳ".rjust(10)]


def test_marks_take_no_column_and_an_emoji_two() -> None:
    assert columns_of("محمّد") == 4
    assert columns_of("🙂") == 2


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "\0\x1b[31m",
        "\ud800",
        "ّ" * 3000,
        "ا" * 100_000,
        "\u2067" * 200,
        "(" * 500,
        "\u202e" * 300 + "ab",
        "\U000e01ee(",
    ],
)
def test_nothing_that_is_typed_stops_a_terminal(hostile: str) -> None:
    for line in terminal_lines(hostile, 20):
        assert [c for c in line if unicodedata.category(c) in ("Cc", "Cs")] == []
