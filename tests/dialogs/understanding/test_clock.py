"""Times, months and years as families write them; what is left open is asked about."""

from __future__ import annotations

from datetime import date, time
from typing import Literal

import pytest
from babel.dates import format_time
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding import read_clock, read_month, read_year
from tests.dialogs.understanding.said_tables import table

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("٣ العصر", "15:00"),
        ("الساعة تسعة إلا ربع الصبح", "08:45"),
        ("7 ونص وخمسة المغرب", "19:35"),
        ("التاسعة والنصف مساءً", "21:30"),
        ("واحدة ونص الضهر", "13:30"),
        ("12 بالليل", "00:00"),
        ("٢ بالليل", "02:00"),
        ("9pm", "21:00"),
        ("10 30", "10:30"),
        ("٠٩:٠٥", "09:05"),
        ("00:30", "00:30"),
        ("8.30", "08:30"),
        ("15:00", "15:00"),
    ],
)
def test_a_time_that_says_its_half_of_the_day_is_sure(text: str, clock: str) -> None:
    reading = read_clock(text)
    assert reading.sure
    assert f"{reading.value:%H:%M}" == clock


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("الساعة ٣", ("15:00", "03:00")),
        ("تسعة ونص", ("09:30", "21:30")),
        ("3:30", ("15:30", "03:30")),
        ("12 مساء", ("12:00", "00:00")),
        ("٥ بالليل", ("17:00", "05:00")),
    ],
)
def test_a_time_that_leaves_it_open_names_both(text: str, both: tuple[str, str]) -> None:
    reading = read_clock(text)
    assert (reading.sure, reading.ask, reading.candidates) == (False, "clock_half", both)


@pytest.mark.parametrize(("clock", "texts"), table("clock_said.txt"))
def test_a_time_of_day_is_read_as_it_is_said(clock: str, texts: list[str]) -> None:
    found = {text: read_clock(text) for text in texts}
    if clock and ", " not in clock and all(reading.sure for reading in found.values()):
        assert {text: f"{reading.value:%H:%M}" for text, reading in found.items()} == dict.fromkeys(texts, clock)
    else:
        assert {text: ", ".join(reading.candidates) for text, reading in found.items()} == dict.fromkeys(texts, clock)
        assert not any(reading.sure for reading in found.values())


def test_a_part_of_the_day_alone_is_asked_about() -> None:
    reading = read_clock("الضهر")
    assert (reading.sure, reading.ask, reading.candidates) == (False, "clock_confirm", ("12:00",))


@given(st.times(), st.sampled_from(["ar_EG", "ar_KW", "ar", "en"]), st.sampled_from(["short", "medium"]))
def test_the_times_that_babel_formats_are_read_back(clock: time, locale: str, form: Literal["short", "medium"]) -> None:
    said = format_time(clock, format=form, locale=locale)
    reading = read_clock(said)
    assert f"{clock:%H:%M}" in (f"{reading.value:%H:%M}", *reading.candidates)
    assert reading.sure or (clock.hour % 12 == 0 and locale != "en")  # «12 م» is midnight to many


@given(st.text(max_size=100))
def test_any_text_is_a_time_or_none(text: str) -> None:
    assert not (read_clock(text).sure and read_clock(text).value is None)


@pytest.mark.parametrize("text", ["", "كلام", "٢٥", "25:00", "10:75", "15 صباحا", "الصبح", "3 العصر المغرب", "9" * 400])
def test_what_is_no_time_stays_blank(text: str) -> None:
    assert read_clock(text).blank


@pytest.mark.parametrize(
    "text", ["مارس ٢٠٢٠", "3/2020", "2020-03", "شهر 3 سنة 2020", "٣ ٢٠٢٠", "آذار 2020", "15/3/2020"]
)
def test_a_month_needs_its_year_and_no_day(text: str) -> None:
    reading = read_month(text, today=TODAY)
    assert (reading.value, reading.sure) == (date(2020, 3, 1), True)
    assert read_year(text, today=TODAY).value == date(2020, 1, 1)


@pytest.mark.parametrize("text", ["مارس", "٢٠٢٠", "13/2020", "كلام", "3" * 400])
def test_what_is_no_month_stays_blank(text: str) -> None:
    assert read_month(text, today=TODAY).value is None


@pytest.mark.parametrize(
    ("text", "year", "sure"),
    [
        ("١٩٨٥", 1985, True),
        ("سنة ١٩٨٥", 1985, True),
        ("مواليد 1990", 1990, True),
        ("الف وتسعمية وخمسة وتمانين", 1985, True),
        ("85", 1985, False),
        ("05", 2005, False),
        ("1405", 1984, False),
    ],
)
def test_a_year_alone(text: str, year: int, sure: bool) -> None:
    reading = read_year(text, today=TODAY)
    assert (reading.value, reading.sure) == (date(year, 1, 1), sure)
