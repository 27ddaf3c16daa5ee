"""What Pillow is given to draw: lines that fit, every letter and mark kept, never a sign that the font lacks."""

from __future__ import annotations

import pytest

from referrals.documents.arabic_drawing import GlyphMissing, drawn_line, face, line_width, require_glyphs, wrapped
from referrals.documents.font_coverage import characters_of
from referrals.documents.lettering import BOLD, REGULAR


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
