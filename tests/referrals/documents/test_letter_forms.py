"""Letters stand in the forms that HarfBuzz gives them, on thousands of words: places, languages, months, every pair."""

from __future__ import annotations

import csv
import itertools
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import uharfbuzz as hb
from babel import Locale

from referrals.documents.arabic_shaping import drawn_line
from referrals.documents.lettering import REGULAR

PROGRAMMES = Path(__file__).resolve().parents[3] / "programmes"
LETTERS = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"
PERSIAN = "پچژکگیہے"
UNLIKE_OURS = re.compile("\u0654|\u06ba.")  # the Persian hamza of a genitive, the Urdu nun inside a name
JOINERS = "\u0640\u200c\u200d"
SHADDA = "\u0651"
VOWELS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0652\u0670"
FORMS = {"<isolated>": "", "<initial>": "init", "<medial>": "medi", "<final>": "fina"}
# What Amiri does beyond the four forms: other shapes of the same form, which a picture does without.
ONLY_FORMS = dict.fromkeys(["liga", "calt", "clig", "dlig", "rclt", "kern", "mark", "mkmk", "cswh"], False)

Seen = list[tuple[str, str]]


@cache
def amiri() -> hb.Font:
    return hb.Font(hb.Face(hb.Blob.from_file_path(REGULAR)))


def as_harfbuzz_joins(text: str) -> Seen:
    """(letter, form) of each sign in reading order, from the names of the glyphs that HarfBuzz chose."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.direction, buffer.script, buffer.language = "rtl", "Arab", "ar"
    hb.shape(amiri(), buffer, ONLY_FORMS)
    names = [amiri().glyph_to_string(glyph.codepoint) for glyph in reversed(buffer.glyph_infos)]
    return [seen for name in names for seen in named(name)]


def named(glyph: str) -> Seen:
    """«uni0645.init» is a meem that begins; blanks and joiners have no form and are left out."""
    stem, _, form = glyph.partition(".")
    found = re.fullmatch(r"uni([0-9A-F]{4})", stem)
    if found is None:
        return []
    return [(chr(int(found[1], 16)), form if form in FORMS.values() else "")]


def as_we_join(text: str) -> Seen:
    """The same of the line that we draw, from what Unicode says of its presentation forms."""
    seen: Seen = []
    for sign in reversed(drawn_line(text)):
        kind, _, letters = unicodedata.decomposition(sign).partition(" ")
        if kind not in FORMS:
            seen += [(sign, "")] if sign != " " else []
            continue
        points = [chr(int(point, 16)) for point in letters.split()]
        for at, letter in enumerate(points):
            joins_before = at > 0 and points[at - 1] not in "اأإآ"
            joins_after = at < len(points) - 1 and letter not in "اأإآ"
            before = joins_before or (at == 0 and kind in ("<medial>", "<final>"))
            after = joins_after or (at == len(points) - 1 and kind in ("<medial>", "<initial>"))
            seen.append((letter, ["", "init", "fina", "medi"][2 * before + after]))
    return seen


def differing(words: Iterator[str] | set[str] | list[str]) -> dict[str, tuple[Seen, Seen]]:
    """The words whose letters, or whose marks, are not those of HarfBuzz."""
    wrong = {}
    for word in words:
        ours, theirs = as_we_join(word), as_harfbuzz_joins(word)
        if letters_of(ours) != letters_of(theirs) or marks_of(ours) != marks_of(theirs):
            wrong[word] = (ours, theirs)
    return wrong


def letters_of(seen: Seen) -> Seen:
    return [each for each in seen if not unicodedata.combining(each[0])]


def marks_of(seen: Seen) -> list[str]:
    return sorted(each[0] for each in seen if unicodedata.combining(each[0]))


def words_of_the_world() -> set[str]:
    """Every Arabic word in our programmes' places and in CLDR's names of countries, languages, months and cities."""
    texts = []
    for path in PROGRAMMES.glob("*/places.csv"):
        with path.open(encoding="utf-8", newline="") as rows:
            texts += [value for row in csv.reader(rows) for value in row]
    for name in ("ar", "ar_EG", "ar_KW", "ar_DZ", "ar_LB", "fa", "ur"):
        locale = Locale.parse(name)
        texts += [*locale.territories.values(), *locale.languages.values(), *locale.scripts.values()]
        texts += [str(currency) for currency in locale.currencies.values()]
        texts += [zone.get("city", "") for zone in locale.time_zones.values()]
        for named_days in (locale.months, locale.days, locale.quarters, locale.eras):
            texts += re.findall(r"'([^']+)'", repr(named_days))
    found = {word for text in texts for word in re.findall("[\u0620-\u065f\u0670-\u06d3\u200c]+", text)}
    return {word for word in found if word.strip("\u200c") and not UNLIKE_OURS.search(word)}


def test_the_words_of_places_countries_and_months_join_as_harfbuzz_joins_them() -> None:
    words = words_of_the_world()
    assert len(words) > 4500
    assert differing(words) == {}


def test_every_two_letters_join_as_harfbuzz_joins_them() -> None:
    every = LETTERS + PERSIAN
    assert differing({one + other for one in every for other in every + JOINERS}) == {}


def test_a_letter_between_two_others_stands_in_the_middle() -> None:
    between = {"ب" + letter + "ن" for letter in LETTERS + PERSIAN}
    joined = {before + joiner + after for before in LETTERS for joiner in JOINERS for after in "ابده"}
    assert differing(between | joined) == {}


def test_lam_and_alef_are_one_sign_wherever_they_stand() -> None:
    alefs = "اأإآ"
    words = {
        before + "ل" + alef + after for before in ("", "ب", "د", "ل") for alef in alefs for after in ("", "ن", "د")
    }
    assert differing(words) == {}
    assert {len(drawn_line("ل" + alef)) for alef in alefs} == {1}


def test_marks_neither_part_letters_nor_get_lost() -> None:
    marks = [*VOWELS, SHADDA, *(SHADDA + vowel for vowel in VOWELS)]
    pairs = itertools.product("بدسلمهي", marks, "اتدلمه")
    words = {one + mark + other for one, mark, other in pairs} | {letter + mark for letter in LETTERS for mark in marks}
    assert differing(words) == {}


def test_a_direction_mark_within_a_word_parts_no_letters() -> None:
    assert drawn_line("م\u200fحم\u00adد") == drawn_line("محمد")
    assert drawn_line("م\u200cد") != drawn_line("مد")


def test_allah_is_one_sign_unless_its_vowels_are_written() -> None:
    assert drawn_line("الله") == "ﷲ"
    assert len(letters_of(as_we_join("اللَّه"))) == 4
    assert "ﷲ" not in drawn_line("اللَّه")
