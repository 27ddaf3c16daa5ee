"""A day is certain only when it was said whole, or said from today."""

from __future__ import annotations

from datetime import date

import pytest

from dialogs.understanding import read_date

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("31\u200f/01\u200f/1950", "1950-01-31"),
        ("٢٣\u200f/٨\u200f/١٩٦١", "1961-08-23"),
        ("2026-11-25", "2026-11-25"),
        ("12 10 1980", "1980-10-12"),
        ("16 تشرين الأول 1959", "1959-10-16"),
        ("الجمعة، 16 أكتوبر 1959", "1959-10-16"),
        ("٢١ شباط ١٩٦١", "1961-02-21"),
        ("خمسة مارس 1990", "1990-03-05"),
        ("مواليد 5/3/1990", "1990-03-05"),
        ("5 March 1990", "1990-03-05"),
        ("النهارده", "2026-11-22"),
        ("بكرة", "2026-11-23"),
        ("باچر", "2026-11-23"),
        ("بعد بكره إن شاء الله", "2026-11-24"),
        ("امبارح", "2026-11-21"),
        ("قبل يومين", "2026-11-20"),
        ("عقب ٣ ايام", "2026-11-25"),
        ("كمان اسبوعين", "2026-12-06"),
        ("من اسبوع", "2026-11-15"),
        ("الخميس الجاي", "2026-11-26"),
        ("الجمعه الياي", "2026-11-27"),
        ("يوم الحد", "2026-11-29"),
        ("الخميس اللي فات", "2026-11-19"),
        ("آخر الشهر", "2026-11-30"),
        ("غداً الاثنين", "2026-11-23"),
    ],
)
def test_a_whole_day_is_understood(text: str, iso: str) -> None:
    reading = read_date(text, today=SUNDAY)
    assert (reading.value, reading.sure) == (date.fromisoformat(iso), True)


@pytest.mark.parametrize("text", ["1990", "مارس 1990", "2/2013", "٥/٣", "٥ مارس", "رمضان"])
def test_a_part_of_a_date_is_asked_about(text: str) -> None:
    reading = read_date(text, today=SUNDAY)
    assert (reading.value, reading.sure, reading.ask) == (None, False, "date_part")


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("11/25/2026", "date_confirm"),
        ("25/11/26", "date_confirm"),
        ("الجمعة ٣ ديسمبر ٢٠٢٦", "date_confirm"),
        ("غداً الأحد", "date_confirm"),
        ("١٥ رمضان ١٤٤٠", "date_hijri"),
        ("2\u200f/5\u200f/1369 هـ", "date_hijri"),
    ],
)
def test_a_doubtful_date_is_offered_back(text: str, ask: str) -> None:
    reading = read_date(text, today=SUNDAY)
    assert reading.value is not None
    assert (reading.sure, reading.ask) == (False, ask)


@pytest.mark.parametrize("text", ["31/02/2020", "1/1/0001"])
def test_a_day_that_never_was_is_no_date(text: str) -> None:
    assert read_date(text, today=SUNDAY).ask == "date_impossible"


@pytest.mark.parametrize("text", ["", "مرحبا", "خمسة", "أحمد", "الله كريم"])
def test_other_words_are_no_date(text: str) -> None:
    assert read_date(text, today=SUNDAY).blank
