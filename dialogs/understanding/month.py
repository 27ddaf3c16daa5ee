"""A month of a year, or a year alone, where that is all that was asked for."""

from __future__ import annotations

import re
from datetime import date

from dialogs.understanding.date import read_date
from dialogs.understanding.date_words import HIJRI_MONTHS, MONTHS
from dialogs.understanding.folding import fold, fold_letters
from dialogs.understanding.number import read_number
from dialogs.understanding.reading import Reading

LONGEST = 60
_NUMBERS = re.compile(r"(\d{1,2})\s*[/.\-\\،,\s]\s*(\d{4})|(\d{4})\s*[/.\-\\،,\s]\s*(\d{1,2})")
_IDLE = frozenset(fold(w) for w in "شهر سنة عام في من مواليد ولدت اتولدت حوالي تقريبا تاريخ لسنة لعام in year".split())


def _year_of(text: str, today: date) -> Reading[int]:
    number = read_number(text)
    year = number.value
    if not isinstance(year, int):
        return Reading()
    if 1300 <= year < 1500:
        return Reading(_gregorian_year(year), False, "date_hijri")
    if 0 <= year < 100 and len(fold(text)) <= 2:
        century = 2000 if year <= today.year % 100 else 1900
        return Reading(century + year, False, "date_confirm")
    return Reading(year, number.sure) if 1850 <= year <= 2200 else Reading()


def _gregorian_year(hijri: int, month: int = 1) -> int:
    from hijridate import Hijri

    return int(Hijri(hijri, month, 1).to_gregorian().year) if 1343 <= hijri <= 1500 else hijri * 97 // 100 + 622


def _bare(text: str) -> list[str]:
    return [word for word in fold(text).split() if word not in _IDLE]


def read_year(text: str, *, today: date) -> Reading[date]:
    """The first of January of the year meant, from a year alone or from any date; a Hijri or short year is unsure."""
    if len(text) > LONGEST:
        return Reading()
    found = _year_of(" ".join(_bare(text)), today)
    if found.value is not None:
        return Reading(date(found.value, 1, 1), found.sure, found.ask)
    whole = read_month(text, today=today)
    return Reading(whole.value.replace(month=1), whole.sure, whole.ask) if whole.value else whole


def read_month(text: str, *, today: date) -> Reading[date]:
    """The first of the month meant: «مارس ٢٠٢٠», 3/2020, or any whole date. A year alone asks «date_part»."""
    if len(text) > LONGEST:
        return Reading()
    numbers = _NUMBERS.fullmatch(" ".join(w for w in fold_letters(text).split() if w not in _IDLE))
    if numbers:
        month, year = int(numbers[1] or numbers[4]), int(numbers[2] or numbers[3])
        return Reading(date(year, month, 1), True) if 1 <= month <= 12 and 1850 <= year <= 2200 else Reading()
    named = _named(_bare(text), today)
    if named is not None:
        return named
    whole = read_date(text, today=today)
    return Reading(whole.value.replace(day=1), whole.sure, whole.ask) if whole.value else whole


def _named(words: list[str], today: date) -> Reading[date] | None:
    for size in (2, 1):
        for at in range(len(words) - size + 1):
            name = " ".join(words[at : at + size])
            month = MONTHS.get(name) or HIJRI_MONTHS.get(name)
            rest = words[:at] + words[at + size :]
            if month is None or len(rest) != 1:
                continue
            year = _year_of(rest[0], today)
            if year.value is None or name not in MONTHS:
                return None
            return Reading(date(year.value, month, 1), year.sure, year.ask)
    return None
