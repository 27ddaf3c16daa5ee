"""An option is taken when it was named; a near miss is offered back."""

from __future__ import annotations

import pytest

from dialogs.understanding import ChoiceWords, read_choice

MARITAL = (
    ChoiceWords("married", "متزوج/ة", ("معرس", "متجوزة")),
    ChoiceWords("widow", "أرمل/ة", ("جوزي مات", "أرملة")),
    ChoiceWords("divorced", "مطلق/ة", ("مطلقة",)),
)
AGREE = (ChoiceWords("yes", "نعم"), ChoiceWords("no", "لا"), ChoiceWords("unknown", "لا أعرف"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("widow", "widow"),
        ("٢", "widow"),
        ("رقم ٣", "divorced"),
        ("الأول", "married"),
        ("ارمله", "widow"),
        ("جوزي مات من سنتين", "widow"),
        ("أنا مطلقة", "divorced"),
        ("متزوجه", "married"),
    ],
)
def test_an_option_is_named_in_many_ways(text: str, name: str) -> None:
    reading = read_choice(text, MARITAL)
    assert (reading.value, reading.sure) == (name, True)


@pytest.mark.parametrize(("text", "name"), [("ايوه", "yes"), ("ليش لا", "yes"), ("لأ", "no"), ("لا اعرف", "unknown")])
def test_yes_and_no_are_heard_in_dialect(text: str, name: str) -> None:
    assert read_choice(text, AGREE).value == name


@pytest.mark.parametrize("text", ["مش متجوزة", "متزوجج", "مطلقة وأرملة", "نعم ولكن"])
def test_doubt_is_asked_about_never_filled_in(text: str) -> None:
    reading = read_choice(text, MARITAL if text != "نعم ولكن" else AGREE)
    assert not reading.sure
    assert reading.candidates


@pytest.mark.parametrize("text", ["٩", "xyz", "السلام عليكم", "لا اله الا الله", ""])
def test_what_is_no_option_is_none(text: str) -> None:
    assert read_choice(text, MARITAL).blank


def test_yes_and_no_together_offer_both() -> None:
    assert read_choice("ايوه لا", AGREE).candidates == ("yes", "no")
