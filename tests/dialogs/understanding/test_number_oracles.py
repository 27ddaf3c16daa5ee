"""What the oracles write is read back: ICU's and num2words' words, and every number that Babel formats."""

from __future__ import annotations

import random
from functools import cache

import pytest
from babel.core import UnknownLocaleError
from babel.numbers import UnsupportedNumberingSystemError, format_decimal, format_percent
from hypothesis import assume, given
from hypothesis import strategies as st
from num2words import num2words  # type: ignore[import-untyped] # it ships no types

from dialogs.understanding import read_number
from tests.dialogs.understanding.said_tables import facts

FORMS = ("masculine", "feminine", "ordinal-masculine", "ordinal-feminine")


@pytest.mark.parametrize("form", FORMS)
def test_the_words_of_icu_are_read_in_every_gender(form: str) -> None:
    rows = [row for row in facts("numbers_icu.csv") if row["form"] == form]
    assert rows
    read = {row["text"]: read_number(row["text"]) for row in rows}
    assert [row for row in rows if not read[row["text"]].sure or read[row["text"]].value != int(row["value"])] == []


def _sample(seed: int) -> list[int]:
    dice = random.Random(seed)
    return [*range(1_001), *(dice.randrange(10**3, 10 ** dice.randrange(4, 12)) for _ in range(1_500))]


# «ألفا», «مليونا» and «مليارا» alone are its two of them, and to most people one
ALONE = {2 * 10**power for power in (3, 6, 9, 12)}


def test_the_words_of_num2words_are_read() -> None:
    wrong = {n: said for n in _sample(1) if n not in ALONE and read_number(said := num2words(n, lang="ar")).value != n}
    assert wrong == {}
    assert [n for n in _sample(1) if n not in ALONE and not read_number(num2words(n, lang="ar")).sure] == []


def test_the_ordinals_of_num2words_are_read_as_counts() -> None:
    said = {n: num2words(n, lang="ar", to="ordinal") for n in _sample(2) if n and n not in ALONE}
    assert {n: text for n, text in said.items() if read_number(text).value != n} == {}
    assert [text for text in said.values() if not read_number(text).sure] == ["ثاني"]  # again, in most dialects


def test_the_english_words_of_num2words_are_read() -> None:
    said = {n: num2words(n, lang="en") for n in _sample(3)}
    assert {n: text for n, text in said.items() if not read_number(text).sure or read_number(text).value != n} == {}


@pytest.mark.parametrize("thousands", [2_000, 2_000_000])
def test_the_oracles_slip_for_two_thousand_is_asked(thousands: int) -> None:
    reading = read_number(num2words(thousands, lang="ar"))
    assert (reading.sure, reading.candidates) == (False, (str(thousands // 2), str(thousands)))


LOCALES = ("ar_EG", "ar_KW", "ar_SA", "ar", "fa", "en", "en_GB")


@cache
def _systems(locale: str) -> list[str]:
    """The numbering systems that Babel formats in this locale."""
    found = []
    for system in ("default", "latn", "arab", "arabext"):
        try:
            format_decimal(1, locale=locale, numbering_system=system)
        except (UnsupportedNumberingSystemError, UnknownLocaleError):
            continue
        found.append(system)
    return found


numerals = st.sampled_from([(locale, system) for locale in LOCALES for system in _systems(locale)])


@given(st.integers(-(10**12) + 1, 10**12 - 1), numerals)
def test_every_whole_number_that_babel_formats_is_read_back(value: int, numeral: tuple[str, str]) -> None:
    locale, system = numeral
    reading = read_number(format_decimal(value, locale=locale, numbering_system=system))
    assert (reading.value, reading.sure) == (value, True)
    assert isinstance(reading.value, int)


@given(st.integers(0, 10**8), st.integers(1, 3), numerals)
def test_every_decimal_that_babel_formats_is_read_back(scaled: int, places: int, numeral: tuple[str, str]) -> None:
    locale, system = numeral
    value = scaled / 10**places
    text = format_decimal(value, locale=locale, numbering_system=system)
    reading = read_number(text)
    if "." in text and len(text.partition(".")[2]) == 3 and 1 <= value < 1_000:
        assert not reading.sure  # 1.234: thousands to half of the world
        assert repr(value) in reading.candidates
    else:
        assert (reading.value, reading.sure) == (value, True)


@given(st.integers(0, 100), numerals)
def test_every_percentage_that_babel_formats_is_its_figure(value: int, numeral: tuple[str, str]) -> None:
    locale, system = numeral
    reading = read_number(format_percent(value / 100, locale=locale, numbering_system=system))
    assert (reading.value, reading.sure) == (value, True)


@given(st.integers(0, 10**9))
def test_what_babel_formats_with_a_currency_is_read(value: int) -> None:
    assume(value < 10**9)
    figures = format_decimal(value, locale="ar_EG", numbering_system="default")
    for text in (f"{figures} جنيه", f"{figures}ج.م.", f"د.ك.\u200f {figures}", f"{figures} د.ك"):
        assert (read_number(text).value, read_number(text).sure) == (value, True)
