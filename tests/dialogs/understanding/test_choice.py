"""An option is taken when it was named; a near miss is offered back."""

from __future__ import annotations

import pytest

from dialogs.understanding import ChoiceWords, read_choice
from tests.dialogs.understanding.said_tables import cells_of, lines_of

MARITAL = (
    ChoiceWords("married", "متزوج/ة", ("معرس", "متجوزة")),
    ChoiceWords("widow", "أرمل/ة", ("جوزي مات", "أرملة")),
    ChoiceWords("divorced", "مطلق/ة", ("مطلقة",)),
)
AGREE = (ChoiceWords("yes", "نعم"), ChoiceWords("no", "لا"), ChoiceWords("unknown", "لا أعرف"))
NEEDS = (ChoiceWords("rent", "دفع الإيجار"), ChoiceWords("medicine", "شراء الدواء"), ChoiceWords("cure", "كشف أو علاج"))
AGES = (ChoiceWords("few", "من ١ إلى ٢"), ChoiceWords("some", "من ٥ إلى ٩"), ChoiceWords("many", "١٠ أو أكثر"))


def _lists() -> list[tuple[str, tuple[ChoiceWords, ...], str, str]]:
    found: list[tuple[str, tuple[ChoiceWords, ...], str, str]] = []
    title = ""
    options: tuple[ChoiceWords, ...] = ()
    for line in lines_of("choices_said.txt"):
        if line.startswith("#"):
            title, *named = cells_of(line[1:])
            pairs = [one.split("=") for one in named]
            options = tuple(ChoiceWords(name, label) for name, label in pairs)
        else:
            name, _, row = line.partition(":")
            found.append((title, options, name, row))
    return found


@pytest.mark.parametrize(("title", "options", "name", "row"), _lists())
def test_an_answer_is_taken_or_asked_about_never_guessed(
    title: str, options: tuple[ChoiceWords, ...], name: str, row: str
) -> None:
    for text in cells_of(row):
        reading = read_choice(text, options)
        taken = reading.value if reading.sure else "?"
        assert (title, text, taken) == (title, text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("widow", "widow"),
        ("٢", "widow"),
        ("رقم ٣", "divorced"),
        ("الأول", "married"),
        ("جوزي مات من سنتين", "widow"),
        ("أنا مطلقة", "divorced"),
        ("متزوجين", "married"),
    ],
)
def test_an_option_is_named_in_many_ways(text: str, name: str) -> None:
    reading = read_choice(text, MARITAL)
    assert (reading.value, reading.sure) == (name, True)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("مش متجوزة", "married"),
        ("متزوجج", "married"),
        ("مطلقة وأرملة", "widow"),
        ("كنت متزوجة", "married"),
        ("زوجي متوفي", "widow"),
        ("طلقني", "divorced"),
    ],
)
def test_doubt_is_asked_about_with_the_likeliest_first(text: str, first: str) -> None:
    reading = read_choice(text, MARITAL)
    assert not reading.sure
    assert first in reading.candidates


@pytest.mark.parametrize("text", ["٩", "xyz", "السلام عليكم", "لا اله الا الله", "", "عندي خمسة اولاد"])
def test_what_is_no_option_is_none(text: str) -> None:
    assert read_choice(text, MARITAL).blank


def test_yes_and_no_together_offer_both() -> None:
    assert read_choice("ايوه لا", AGREE).candidates == ("yes", "no")
    assert not read_choice("نعم ولكن", AGREE).sure


def test_one_good_word_of_a_longer_label_is_enough() -> None:
    assert [read_choice(t, NEEDS).value for t in ("العلاج", "الدوا", "للايجار")] == ["cure", "medicine", "rent"]
    assert read_choice("الايجار والدوا", NEEDS).candidates == ("rent", "medicine")
    assert not read_choice("مش محتاج علاج", NEEDS).sure


@pytest.mark.parametrize(
    ("text", "name"), [("٧", "some"), ("12", "many"), ("١", "few"), ("٢", None), ("الثاني", "some")]
)
def test_a_number_beside_ranges_is_a_place_only_where_both_agree(text: str, name: str | None) -> None:
    reading = read_choice(text, AGES)
    assert (reading.value if reading.sure else None) == name
    assert not reading.blank


def test_a_short_name_is_never_taken_from_its_spelling() -> None:
    outside = (
        ChoiceWords("outside", "خارج محافظة قنا", ("الأقصر", "سوهاج")),
        ChoiceWords("qena", "مركز قنا", ("قنا",)),
    )
    assert not read_choice("القصر", outside).sure


def test_an_endless_answer_is_none() -> None:
    assert read_choice("متزوج " * 20_000, MARITAL).blank


HOME = (
    ChoiceWords("food", "الطعام", ("تموين البيت", "أكل")),
    ChoiceWords("housing", "السكن", ("إيجار", "بيت")),
    ChoiceWords("health", "علاج", ("عملية", "عيان")),
    ChoiceWords("work", "عمل", ("شغل لابني",)),
)


@pytest.mark.parametrize(("text", "name"), [("إيجار البيت", "housing"), ("عمل", "work"), ("عملية", "health")])
def test_further_words_of_the_named_option_speak_for_no_other(text: str, name: str) -> None:
    assert (read_choice(text, HOME).value, read_choice(text, HOME).sure) == (name, True)


def test_a_relative_alone_speaks_for_no_option_that_only_mentions_one() -> None:
    assert read_choice("ابني عيان", HOME).candidates == ("health",)
