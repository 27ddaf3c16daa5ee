"""What Pillow is given to draw: Unicode's order, brackets that face the right way, every letter and mark kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from referrals.documents.arabic_drawing import (
    Base,
    GlyphMissing,
    drawn_line,
    face,
    line_width,
    require_glyphs,
    visual_order,
    wrapped,
)
from referrals.documents.font_coverage import characters_of
from referrals.documents.lettering import BOLD, REGULAR

SAMPLE = Path(__file__).parent / "unicode" / "BidiCharacterTest-sample.txt"
BASES: dict[str, Base] = {"0": "ltr", "1": "rtl", "2": "auto"}
REMOVED_BY_X9 = {"LRE", "RLE", "LRO", "RLO", "PDF", "BN"}
SHADDA = "\u0651"


def conformance_cases() -> Iterator[tuple[str, Base, str]]:
    """Text, paragraph direction and the line as Unicode's own test wants it seen, mirrored where its level is odd."""
    for row in SAMPLE.read_text(encoding="utf-8").splitlines():
        if row.startswith("#"):
            continue
        points, direction, _, levels, order = (field.split() for field in row.split(";"))
        text = "".join(chr(int(point, 16)) for point in points)
        seen = (facing(text[int(i)]) if int(levels[int(i)]) % 2 else text[int(i)] for i in order)
        yield text, BASES[direction[0]], "".join(seen)


def facing(character: str) -> str:
    """The character as it is seen in a right-to-left run: LEFT and RIGHT, LESS and GREATER change in its name."""
    if not unicodedata.mirrored(character):
        return character
    swapped = {"LEFT": "RIGHT", "RIGHT": "LEFT", "LESS": "GREATER", "GREATER": "LESS"}
    parts = re.split(r"([ -])", unicodedata.name(character))
    return unicodedata.lookup("".join(swapped.get(part, part) for part in parts))


def test_order_and_mirroring_are_those_of_unicodes_own_test() -> None:
    cases = list(conformance_cases())
    wrong = [
        (text, base, seen)
        for text, base, seen in cases
        if "".join(c for c in visual_order(text, base) if unicodedata.bidirectional(c) not in REMOVED_BY_X9) != seen
    ]
    assert len(cases) > 2000
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


def test_a_wrapped_text_begins_with_its_beginning_and_every_line_fits() -> None:
    text = "شارع السوق، بجوار مكتب البريد (الدور الثاني)، قوص، محافظة قنا"
    font = face(REGULAR, 40)
    lines = wrapped(text, font, 420)
    assert len(lines) > 1
    assert text.startswith(lines[0])
    assert " ".join(lines) == text
    assert all(line_width(line, font) <= 420 for line in lines)


def test_a_word_wider_than_the_line_is_cut_and_loses_no_letter() -> None:
    word = "مؤسساتنا" * 6
    font = face(REGULAR, 40)
    lines = wrapped(f"في {word}", font, 300)
    assert "".join(lines).replace(" ", "") == f"في{word}"
    assert all(line_width(line, font) <= 300 for line in lines)


def test_an_isolate_goes_on_in_the_next_line() -> None:
    first, second = wrapped("هاتف \u2066+20 96 321 1234\u2069", face(REGULAR, 40), 260)
    assert first.endswith("\u2069")
    assert second.startswith("\u2066")


def test_line_ends_of_the_text_are_kept() -> None:
    assert wrapped("سطر\nسطران", face(REGULAR, 40), 900) == ["سطر", "سطران"]


@pytest.mark.parametrize("font_file", [REGULAR, BOLD])
def test_the_cards_font_has_all_that_a_card_says(font_file: str) -> None:
    letters = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي ًٌٍَُِّْ٠١٢٣٤٥٦٧٨٩0123456789()[]«»/–-:،؛؟.!%•…"
    words = [before + letter + after for letter in letters for before in ("", "ب") for after in ("", "ب")]
    for word in words:
        require_glyphs(drawn_line(word), face(font_file, 40))


def test_a_character_without_a_glyph_is_refused_by_name() -> None:
    with pytest.raises(GlyphMissing, match=r"U\+1F642.*has it") as refused:
        wrapped("مركز 🙂", face(REGULAR, 40), 900)
    assert refused.value.missing == {"🙂"}


def test_the_fonts_table_tells_what_is_missing() -> None:
    drawable = characters_of(REGULAR)
    assert set("سﺳﻻ0٤()/:") <= drawable
    assert not drawable & set("\u2066\u2069🙂漢")
