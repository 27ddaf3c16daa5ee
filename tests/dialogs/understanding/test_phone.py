"""A telephone number is read in every spelling, and believed only when it can exist and is the only one."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding import read_phone

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
FULL_WIDTH = str.maketrans("0123456789+", "０１２３４５６７８９＋")
NUMBERS = [
    *(("EG", "0", f"20{operator}01234567") for operator in ("10", "11", "12", "15")),
    *(("EG", "0", f"20{area}2345678") for area in ("22", "40", "48", "50", "62", "68", "84", "88", "93", "96", "97")),
    ("EG", "0", "2032345678"),
    ("EG", "0", "208001234567"),
    *(("KW", "", f"965{number}") for number in ("50012345", "66012345", "97012345", "41012345", "22345678", "1801234")),
]


def spellings(home: str, trunk: str, whole: str) -> dict[str, str]:
    """Every way of writing one number, by what is done to it."""
    code = "20" if home == "EG" else "965"
    national = trunk + whole.removeprefix(code)
    groups = [national[:3], national[3:6], national[6:]] if len(national) > 8 else [national[:4], national[4:]]
    parsed = phonenumbers.parse(f"+{whole}")
    international = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    found = {
        "e164": f"+{whole}",
        "national": national,
        "code": whole,
        "00": f"00{whole}",
        "+00": f"+00{whole}",
        "++": f"++{whole}",
        "international": international,
        "national format": phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL),
        "arabic": national.translate(ARABIC),
        "persian": national.translate(PERSIAN),
        "full width": f"+{whole}".translate(FULL_WIDTH),
        "half and half": national[:5] + national[5:].translate(ARABIC),
        "arabic plus": f"+{whole.translate(ARABIC)}",
        "trailing plus": f"{whole.translate(ARABIC)}+",
        "plus after the code": f"{code}+ {whole.removeprefix(code)}".translate(ARABIC),
        "trailing plus apart": f"{international.removeprefix('+').translate(ARABIC)} +",
        "digit by digit": " ".join(national),
        "keycaps": "".join(f"{digit}\ufe0f\u20e3" for digit in national),
        "parentheses": f"({national[:3]}) {national[3:]}",
        "code in parentheses": f"(+{code}) {whole.removeprefix(code)}",
        "trunk in parentheses": f"+{code} ({trunk}) {whole.removeprefix(code)}" if trunk else f"+{whole}",
        "code, then trunk": f"+{code}{national}",
        "stretched": f"{national[:4]}ـ{national[4:]}",
        "link": f"https://wa.me/{whole}",
        "link with plus": f"wa.me/+{whole}?text=hi",
        "long link": f"https://api.whatsapp.com/send?phone=%2B{whole}&text=hi",
        "tel": f"tel:+{whole}",
        "announced": f"رقمي {national}",
        "announced closely": f"رقمي:{national.translate(ARABIC)}",
        "for a messenger": f"{national} واتس",
        "within a sentence": f"الواتس بتاعي هو {national.translate(ARABIC)}، شكرا ليكم",
        "beside an age": f"رقم ابني {national} وعمره ٢٥",
        "english": f"my number is {international}, thanks.",
        "with emoji": f"☎️ {national} 📱",
        "twice": f"{national} / +{whole}",
    }
    for name, marks in {"LRE": "\u202a\u202c", "LRI": "\u2066\u2069", "LRM": "\u200e\u200e"}.items():
        found[name] = marks[0] + international + marks[1]
    for name, mark in {
        **{"spaces": " ", "dashes": "-", "dots": ".", "slashes": "/", "no-break": "\u00a0", "narrow": "\u202f"},
        **{"en dash": "–", "hyphen": "\u2011", "lines": "\n", "arabic comma": "،", "underscores": "_"},
    }.items():
        found[name] = mark.join(groups)
    return found


@pytest.mark.parametrize(("home", "trunk", "whole"), NUMBERS, ids=lambda value: str(value))
def test_a_number_is_read_in_every_spelling(home: str, trunk: str, whole: str) -> None:
    expected = f"+{whole}"
    assert phonenumbers.is_valid_number(phonenumbers.parse(expected))
    wrong = {
        name: text
        for name, text in spellings(home, trunk, whole).items()
        if (read_phone(text, home).value, read_phone(text, home).sure) != (expected, True)
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "home", "e164"),
    [
        ("1001234567", "EG", "+201001234567"),  # its 0 was lost in a table
        ("+2 01001234567", "EG", "+201001234567"),
        ("002 0100 123 4567", "EG", "+201001234567"),
        ("96550012345", "EG", "+96550012345"),
        ("201001234567", "KW", "+201001234567"),
        ("+1 650 253 0000", "EG", "+16502530000"),
        ("+966 50 123 4567", "KW", "+966501234567"),
        ("1- 01001234567", "EG", "+201001234567"),
        ("0234567890 داخلي 12", "EG", "+20234567890"),
        ("01001234567 وبطاقتي 29001012700013", "EG", "+201001234567"),
        ("01001234567 مش عليه واتس", "EG", "+201001234567"),
        ("صفر واحد صفر صفر واحد اتنين تلاتة اربعة خمسة ستة سبعة", "EG", "+201001234567"),
        ("خمسة صفر صفر واحد اثنين ثلاثة اربعة خمسة", "KW", "+96550012345"),
    ],
)
def test_a_number_from_elsewhere_or_in_words_is_read_too(text: str, home: str, e164: str) -> None:
    reading = read_phone(text, home)
    assert (reading.value, reading.sure) == (e164, True)


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", "ما عندي", "123", "0100", "0100123456", "010012345678", "01301234567", "16000", "122"),
        *("29001012700013", "رقمي القومي 29001012700013", "2026", "+", "+20", "٠", "1" * 10_000),
    ],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_phone(text, "EG").blank


@pytest.mark.parametrize(
    "between", [" أو ", "/", " - ", " ", ",", "\n", "، ", " و ", " واتس وده التاني ", ".", " & ", "; "]
)
def test_two_numbers_are_asked_about(between: str) -> None:
    reading = read_phone(f"01001234567{between}01112345678", "EG")
    assert not reading.sure
    assert (reading.ask, reading.candidates) == ("phone_which", ("+201001234567", "+201112345678"))


@pytest.mark.parametrize(
    ("text", "home", "candidate"),
    [
        ("50012345", "EG", "+96550012345"),
        ("57123456", "EG", "+2057123456"),
        ("0151234567", "EG", "+20151234567"),  # a mobile number with a digit missing
        ("+20 15 123456", "EG", "+2015123456"),
        ("01001234567", "KW", "+201001234567"),
        ("O1OO1234567", "EG", "+201001234567"),
        ("0201001234567", "EG", "+201001234567"),
        ("مش 01001234567", "EG", "+201001234567"),
        ("رقمي القديم 01001234567", "EG", "+201001234567"),
        ("22-11-2026", "KW", "+96522112026"),  # a day as well as a line
        ("2900 1012 7000 13", "EG", "+201012700013"),
        ("50012345 - 51239", "KW", "+96550012345"),
        ("0234567890 / 91", "EG", "+20234567890"),
        ("1 " * 400, "EG", "+201111111111"),
    ],
)
def test_what_may_be_a_number_is_offered_and_never_taken(text: str, home: str, candidate: str) -> None:
    reading = read_phone(text, home)
    assert not reading.sure
    assert candidate in reading.candidates


@given(st.text(st.sampled_from("0123456789٠١٢٣+- ()/.oواتس\u200f\ud800"), max_size=60), st.sampled_from(("EG", "KW")))
def test_whatever_is_sure_is_a_valid_number(text: str, home: str) -> None:
    reading = read_phone(text, home)
    if reading.sure:
        assert reading.value is not None
        assert phonenumbers.is_valid_number(phonenumbers.parse(reading.value))
