"""A month of a year, or a year alone, where that is all that was asked for."""

from __future__ import annotations

from datetime import date

from dialogs.understanding.date.day_month_year import EARLIEST, LATEST, SOON, DayMonthYear, arranged
from dialogs.understanding.date.hijri import hijri_day
from dialogs.understanding.date.month_names import month_at
from dialogs.understanding.date.parts import DateParts, date_parts
from dialogs.understanding.date.reader import read_date
from dialogs.understanding.date.span import read_span
from dialogs.understanding.date.text import DateText, split_date_text
from dialogs.understanding.date.weekday import suffix_at
from dialogs.understanding.date.words import MONTH_WORDS
from dialogs.understanding.reading import Reading

LONGEST = 100  # characters


def read_year(text: str, *, today: date) -> Reading[date]:
    """The first of January of the year meant, from a year alone or from any date; a Hijri or short year is unsure."""
    said = _split(text)
    if said is None:
        return Reading()
    parts = date_parts(said.words, today)
    found = arranged(parts) if parts is not None else None
    if found is not None and found.year is not None and found.day is None:
        month = _month_of(found, found.month or 1, today)
    elif parts is not None and found is None:
        month = _short_year(parts, today)
    else:
        month = read_month(text, today=today)
    return _doubted(Reading(_january(month.value), month.sure, month.ask), said)


def read_month(text: str, *, today: date) -> Reading[date]:
    """The first of the month meant: «مارس ٢٠٢٠», 3/2020, or any whole date. Less than that asks «date_part»."""
    said = _split(text)
    if said is None:
        return Reading()
    return _doubted(_month(said.words, today) or _first(read_date(text, today=today)), said)


def _split(text: str) -> DateText | None:
    said = split_date_text(text) if len(text) <= LONGEST else None
    return said if said is not None and said.words else None


def _doubted(found: Reading[date], said: DateText) -> Reading[date]:
    return Reading(found.value, False, "date_confirm") if said.doubtful and found.sure else found


def _first(found: Reading[date]) -> Reading[date]:
    return Reading(found.value.replace(day=1), found.sure, found.ask) if found.value else found


def _january(day: date | None) -> date | None:
    return day.replace(month=1, day=1) if day else None


def _month(words: tuple[str, ...], today: date) -> Reading[date] | None:
    turned = _turned(words, today)
    if turned is not None:
        return turned
    span = read_span(words, today=today)
    if span is not None and span.value is not None:  # «من ٣ شهور»: which month exactly is offered back
        return Reading(span.value.replace(day=1), False, "date_confirm")
    parts = date_parts(words, today)
    found = arranged(parts) if parts is not None and not parts.half_named else None
    if found is None or found.month is None:
        return None
    if found.year is not None and found.day is None:
        return _month_of(found, found.month, today)
    if found.day is not None and found.year is None and not found.named:  # 3/20: a month and a short year
        return _month_of(DayMonthYear(year=found.month, short=True), found.day, today)
    return None


def _month_of(said: DayMonthYear, month: int, today: date) -> Reading[date]:
    """The first of a month of the year that was said, which may be a Hijri or a two-digit one."""
    year = said.year or 0
    if not 1 <= month <= 12:
        return Reading(None, False, "date_impossible")
    if said.hijri:
        found = hijri_day(1400 + year if said.short else year, month, 1)
        return Reading(found.replace(day=1) if found else None, False, "date_hijri" if found else "date_impossible")
    if said.short:
        century = today.year // 100 * 100
        year += century if century + year <= today.year + SOON else century - 100
        return Reading(date(year, month, 1), False, "date_confirm")
    if not EARLIEST <= year <= LATEST:
        return Reading(None, False, "date_impossible")
    return Reading(date(year, month, 1), True)


def _short_year(parts: DateParts, today: date) -> Reading[date]:
    """«85», «خمسة وتمانين»: the year of this century or of the last."""
    if len(parts.parts) != 1 or parts.parts[0].value >= 100 or parts.weekday is not None or parts.near is not None:
        return Reading()
    said = DayMonthYear(year=parts.parts[0].value, hijri=parts.era == "hijri", short=True)
    return _month_of(said, 1, today) if parts.parts[0].digits in {0, 2} else Reading()


def _turned(words: tuple[str, ...], today: date) -> Reading[date] | None:
    """«مارس اللي فات», «شهر ٣ الجاي»: the nearest such month before this one or after it."""
    rest = words[1:] if words[0] in {"من", "في"} and len(words) > 1 else words
    rest = rest[1:] if rest[0] in MONTH_WORDS and len(rest) > 1 else rest
    name = month_at(rest, 0)
    number = int(rest[0]) if rest[0].isdecimal() and len(rest[0]) <= 2 and rest is not words else 0
    month, size = (name.number, name.size) if name is not None and not name.hijri else (number, 1)
    which, said = suffix_at(rest, size)
    if not 1 <= month <= 12 or which not in {"next", "last", "this"} or size + said != len(rest):
        return None
    if which == "this":
        return Reading(date(today.year, month, 1), False, "date_confirm")
    passed = month < today.month if which == "last" else month <= today.month
    year = today.year - (not passed) if which == "last" else today.year + passed
    return Reading(date(year, month, 1), True)
