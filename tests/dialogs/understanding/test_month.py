"""A month or a year is read where a form asks for no more than that."""

from __future__ import annotations

from datetime import date

import pytest

from dialogs.understanding import read_month, read_year

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("الشهر اللي فات", "2026-10-01"),
        ("الشهر الجاي", "2026-12-01"),
        ("مارس اللي فات", "2026-03-01"),
        ("ديسمبر اللي فات", "2025-12-01"),
        ("مارس الجاي", "2027-03-01"),
        ("شهر ٣ اللي فات", "2026-03-01"),
        ("شهر ٣ سنة ٢٠٢٠", "2020-03-01"),
        ("٣/٢٠٢٠", "2020-03-01"),
        ("من مارس ٢٠٢٠", "2020-03-01"),
        ("كانون الثاني ١٩٩٩", "1999-01-01"),
        ("March 2020", "2020-03-01"),
        ("مارس السنة اللي فاتت", "2025-03-01"),
        ("امبارح", "2026-11-01"),
    ],
)
def test_a_month_is_understood(text: str, first: str) -> None:
    reading = read_month(text, today=TODAY)
    assert (reading.value, reading.sure) == (date.fromisoformat(first), True)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("من ٢٠١٥", 2015),
        ("سنة ٢٠١٥", 2015),
        ("سنة الفين وخمستاشر", 2015),
        ("مواليد ١٩٩٠", 1990),
        ("السنة اللي فاتت", 2025),
        ("السنة دي", 2026),
        ("العام الماضي", 2025),
        ("السنة الجاية", 2027),
        ("الشهر اللي فات", 2026),
        ("15/3/1990", 1990),
    ],
)
def test_a_year_is_understood(text: str, year: int) -> None:
    reading = read_year(text, today=TODAY)
    assert (reading.value, reading.sure) == (date(year, 1, 1), True)


@pytest.mark.parametrize(
    ("text", "year"), [("من سنتين", 2024), ("85", 1985), ("خمسة وتسعين", 1995), ("١٤٤٠ هـ", 2018), ("حوالي ٢٠١٥", 2015)]
)
def test_a_year_that_is_not_certain_is_offered_back(text: str, year: int) -> None:
    reading = read_year(text, today=TODAY)
    assert (reading.value, reading.sure) == (date(year, 1, 1), False)


@pytest.mark.parametrize(
    "text", ["5000", "عمري ٣٥ سنة", "٣٥ سنة", "01012345678", "كلام", "", "13/2020", "٧" * 500, "الف جنيه"]
)
def test_what_is_no_month_and_no_year_stays_unread(text: str) -> None:
    assert read_month(text, today=TODAY).value is None
    assert read_year(text, today=TODAY).value is None
