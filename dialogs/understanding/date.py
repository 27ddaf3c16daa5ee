"""Dates as families write them; a day is certain only when day, month and year were said, or said from today."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from dialogs.understanding.date_words import HIJRI_MONTHS, MONTHS, WEEKDAYS
from dialogs.understanding.folding import fold, fold_letters
from dialogs.understanding.number import read_number
from dialogs.understanding.reading import Reading
from dialogs.understanding.relative_date import read_relative_date

_SEPARATOR = r"\s*[/.\-\\،,ـ\s]\s*"
_DAY_FIRST = re.compile(rf"(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{4}}|\d{{2}})")
_YEAR_FIRST = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})")
_ISO_TIME = re.compile(r"(\d{4}-\d\d-\d\d)t[\d:.]+(?:z|[+-]\d\d:?\d\d)?")
_COMPACT = re.compile(r"(?:19|20)\d{6}")
_PART_ONLY = re.compile(rf"(?:\d{{1,2}}{_SEPARATOR})?\d{{4}}|\d{{1,2}}{_SEPARATOR}\d{{1,2}}")
_NOISE = re.compile(
    r"^(?:تاريخ|بتاريخ|في|الموافق|مواليد|ولدت|اتولدت)\s+|\s+(?:ميلادي|ميلاديه|ميلاديا|م|ان شا الله|باذن الله)$"
)
_HIJRI_MARK = re.compile(r"\s*(?:هـ|ه|هجري|هجريه|هجريا)$")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _whole(year: int, month: int, day: int) -> Reading[date]:
    if not 1850 <= year <= 2200:
        return Reading(None, False, "date_impossible")
    found = _day(year, month, day)
    if found:
        return Reading(found, True)
    swapped = _day(year, day, month)  # 11/25/2026: the other order is the only one that exists
    return Reading(swapped, False, "date_confirm") if swapped else Reading(None, False, "date_impossible")


def _two_digit_year(year: int, month: int, day: int, today: date) -> Reading[date]:
    century = 2000 if year <= today.year % 100 else 1900
    found = _day(century + year, month, day)
    return Reading(found, False, "date_confirm" if found else "date_impossible")


def _hijri(year: int, month: int, day: int) -> Reading[date]:
    """The converted day, never certain: tables differ by a day for most dates before 2000."""
    from hijridate import Hijri

    try:
        return Reading(date.fromordinal(Hijri(year, month, day).to_gregorian().toordinal()), False, "date_hijri")
    except (ValueError, OverflowError):
        return Reading(None, False, "date_impossible")


def _numeric(text: str, today: date) -> Reading[date] | None:
    iso = _ISO_TIME.fullmatch(text)
    text = iso[1] if iso else text
    if _COMPACT.fullmatch(text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    first = _YEAR_FIRST.fullmatch(text)
    if first:
        year, month, day = map(int, first.groups())
        return _hijri(year, month, day) if 1300 <= year < 1500 else _whole(year, month, day)
    found = _DAY_FIRST.fullmatch(text)
    if not found:
        return Reading(None, False, "date_part") if _PART_ONLY.fullmatch(text) else None
    day, month, year = map(int, found.groups())
    if len(found[3]) == 2:
        return _two_digit_year(year, month, day, today)
    return _hijri(year, month, day) if 1300 <= year < 1500 else _whole(year, month, day)


def _split_weekday(text: str) -> tuple[int | None, str]:
    words = fold(text).split()
    if words and words[0] == "يوم":
        words = words[1:]
    if len(words) > 1 and words[0] in WEEKDAYS:
        return WEEKDAYS[words[0]], " ".join(words[1:])
    return None, " ".join(words)


def _named(text: str, hijri: bool) -> Reading[date] | None:
    """«١٦ أكتوبر ١٩٥٩», «16 تشرين الأول 1959», «خمسة مارس 1990»; None when no month is named."""
    words = fold(text).split()
    for table, islamic in ((MONTHS, False), (HIJRI_MONTHS, True)):
        for size in (2, 1):
            for at in range(len(words) - size + 1):
                month = table.get(" ".join(words[at : at + size]))
                if month is not None and (hijri in (islamic, False)):
                    return _around_month(words[:at], month, words[at + size :], islamic)
    return None


def _around_month(before: list[str], month: int, after: list[str], islamic: bool) -> Reading[date]:
    if before[-1:] in (["من"], ["شهر"]):
        before = before[:-1]
    if after[:1] in (["سنه"], ["عام"], ["من"]):
        after = after[1:]
    if before and before[-1] == "من":
        before = before[:-1]
    if not before or not after:
        return Reading(None, False, "date_part")
    if len(before) == 1 and len(before[0]) == 4 and before[0].isdecimal():
        before, after = after, before
    day, year = read_number(" ".join(before)), read_number(" ".join(after))
    if not isinstance(day.value, int) or not isinstance(year.value, int) or not 1 <= day.value <= 31:
        return Reading(None, False, "date_part")
    if islamic:
        return _hijri(year.value, month, day.value)
    if year.value < 100 or not year.sure:
        return Reading(None, False, "date_part")
    found = _day(year.value, month, day.value) if 1850 <= year.value <= 2200 else None
    return Reading(found, found is not None, None if found else "date_impossible")


def _parsed_elsewhere(text: str, today: date) -> Reading[date]:
    """dateparser, for complete dates alone: it invents what is missing."""
    if not re.search(r"\d{4}", text) or len(re.findall(r"\d+", text)) < 2 or len(text) > 40:
        return Reading()
    from dateparser import parse

    found = parse(
        text,
        languages=["ar", "en"],
        settings={
            "DATE_ORDER": "DMY",
            "REQUIRE_PARTS": ["day", "month", "year"],
            "RELATIVE_BASE": datetime.combine(today, time.min),
        },
    )
    return Reading(found.date(), True) if found else Reading()


def read_date(text: str, *, today: date) -> Reading[date]:
    """The day meant. `ask` is «date_part» (a year or month alone), «date_confirm», «date_hijri» or «date_impossible».

    Numbers are day, month, year; a two-digit year, an order that only works reversed and a Hijri date are unsure.
    """
    plain = fold_letters(text).strip(" .!؟?،,:;؛")
    previous = ""
    while previous != plain:
        previous, plain = plain, _NOISE.sub("", plain).strip()
    relative = read_relative_date(plain, today=today)
    if not relative.blank:
        return relative
    hijri_mark = _HIJRI_MARK.search(plain)
    if hijri_mark and len(plain) > 4:
        plain = plain[: hijri_mark.start()]
    numeric = _numeric(plain, today)
    weekday = None
    if numeric is None:
        weekday, rest = _split_weekday(plain)
        numeric = _numeric(re.sub(r"^\D+", "", plain), today) if weekday is not None else None
        found = _named(rest, bool(hijri_mark)) or numeric or _parsed_elsewhere(plain, today)
    else:
        found = numeric
    if found.value is not None and found.sure and weekday not in (None, found.value.weekday()):
        return Reading(found.value, False, "date_confirm")
    return found
