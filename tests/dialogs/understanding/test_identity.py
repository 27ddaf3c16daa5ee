"""Phones and national ids are read in every spelling and believed only when they can exist."""

from __future__ import annotations

from datetime import date

import pytest

from dialogs.understanding import national_id_facts, read_national_id, read_phone


@pytest.mark.parametrize(
    ("text", "country", "e164"),
    [
        ("٠١٠٠١٢٣٤٥٦٧", "EG", "+201001234567"),
        ("٢٠١٠٠١٢٣٤٥٦٧+", "EG", "+201001234567"),
        ("\u2066+20 10 0123 4567\u2069", "EG", "+201001234567"),
        ("رقمي 01001234567 واتس", "EG", "+201001234567"),
        ("tel:+201001234567", "EG", "+201001234567"),
        ("00201001234567", "EG", "+201001234567"),
        ("965 5123 4567", "KW", "+96551234567"),
        ("٥١٢٣٤٥٦٧", "KW", "+96551234567"),
    ],
)
def test_a_phone_is_read_in_every_spelling(text: str, country: str, e164: str) -> None:
    reading = read_phone(text, country)
    assert (reading.value, reading.sure) == (e164, True)


@pytest.mark.parametrize("text", ["123", "", "ما عندي", "0100"])
def test_what_is_no_phone_is_none(text: str) -> None:
    assert read_phone(text, "EG").blank


def test_two_phones_are_asked_about() -> None:
    assert read_phone("01001234567 أو 01112345678", "EG").candidates == ("+201001234567", "+201112345678")


@pytest.mark.parametrize("civil_id", ["288020122596", "٢٢٧٠٨١٦٦٠٥١٦", "2920 9199 8298", "280010100004"])
def test_kuwaits_id_is_believed_by_its_check_digit(civil_id: str) -> None:
    assert read_national_id(civil_id, "KW").sure


@pytest.mark.parametrize(
    ("digits", "country", "ask"),
    [
        ("292091998297", "KW", "id_invalid"),
        ("267030759310", "KW", "id_invalid"),
        ("29209199829", "KW", "id_length"),
        ("20505123278989", "EG", None),
        ("30213032789895", "EG", "id_invalid"),
        ("3020503278989", "EG", "id_length"),
    ],
)
def test_a_wrong_id_says_what_is_wrong(digits: str, country: str, ask: str | None) -> None:
    reading = read_national_id(digits, country)
    assert reading.ask == ask or (ask is None and reading.sure)


def test_egypts_id_tells_birth_sex_and_governorate() -> None:
    facts = national_id_facts("30205032789895", "EG")
    assert facts is not None
    assert (facts.birth, facts.sex, facts.governorate) == (date(2002, 5, 3), "M", "27")
    assert facts.age(date(2026, 5, 2)) == 23


def test_the_unofficial_check_asks_and_never_rejects() -> None:
    reading = read_national_id("30205032789895", "EG")
    assert (reading.sure, reading.ask) == (True, "id_recheck")
