"""What calendars of the field print is read back: Babel now, and ICU as it was recorded with its version."""

from __future__ import annotations

import csv
import random
from datetime import date
from pathlib import Path

import pytest
from babel.dates import format_date

from dialogs.understanding import read_date

TODAY = date(2026, 11, 22)
ARABIC = "ar_EG ar_KW ar_SA ar ar_AE ar_SY ar_LB ar_JO ar_IQ ar_DZ ar_TN ar_MA ar_MR".split()
WIDTHS = ("full", "long", "medium", "short")
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
ICU = Path(__file__).with_name("icu_dates.csv")
FURTHEST = 2  # days between two tables of the Islamic calendar


def some_days(count: int) -> list[date]:
    """Days from 1930 to 2040, the same ones every time."""
    chosen = random.Random(1930)
    return [
        date.fromordinal(chosen.randrange(date(1930, 1, 1).toordinal(), date(2040, 1, 1).toordinal()))
        for _ in range(count)
    ]


def recorded(calendar: str) -> list[dict[str, str]]:
    """The rows of one calendar."""
    with ICU.open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["calendar"] == calendar]


@pytest.mark.parametrize("locale", ARABIC)
def test_everything_babel_prints_is_read_back(locale: str) -> None:
    for day in some_days(150):
        for width in WIDTHS:
            printed = format_date(day, width, locale=locale)
            for text in (printed, printed.translate(ARABIC_DIGITS), printed.translate(PERSIAN_DIGITS)):
                reading = read_date(text, today=TODAY)
                assert (reading.value, reading.sure) == (day, True), text


@pytest.mark.parametrize("locale", ["en", "en_GB"])
def test_english_dates_are_read_back_where_the_month_is_named(locale: str) -> None:
    for day in some_days(150):
        for width in WIDTHS[:3]:
            text = format_date(day, width, locale=locale)
            assert (read_date(text, today=TODAY).value, read_date(text, today=TODAY).sure) == (day, True), text


def test_a_two_digit_year_is_never_taken_for_certain() -> None:
    for day in some_days(150):
        text = f"{day.day}/{day.month}/{day.year % 100:02}"
        reading = read_date(text, today=TODAY)
        assert not reading.sure
        assert day.isoformat() in reading.candidates, text


def test_everything_icu_prints_is_read_back() -> None:
    rows = recorded("gregorian")
    assert len(rows) > 300
    for row in rows:
        reading = read_date(row["text"], today=TODAY)
        assert (str(reading.value), reading.sure) == (row["iso"], True), row


def test_a_hijri_date_is_offered_back_and_near() -> None:
    rows = recorded("islamic-umalqura")
    assert len(rows) > 100
    for row in rows:
        reading = read_date(row["text"], today=TODAY)
        assert reading.value is not None, row
        assert (reading.sure, reading.ask) == (False, "date_hijri"), row
        assert abs((reading.value - date.fromisoformat(row["iso"])).days) <= FURTHEST, row
