"""Dates as families write them; a day is certain only when day, month and year were said, or said from today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from dialogs.understanding.date.day_month_year import DayMonthYear, arranged, day_meant
from dialogs.understanding.date.hour_of_day import without_hour
from dialogs.understanding.date.parts import DateParts, date_parts
from dialogs.understanding.date.relative import read_relative_date, weekday_later
from dialogs.understanding.date.spelling import nearly
from dialogs.understanding.date.text import split_date_text
from dialogs.understanding.date.words import SAME_DAY
from dialogs.understanding.reading import Reading

MOST_MENDED = 6  # words
LONG_ALONE = 7  # letters: a shorter word alone is another word as easily («الفيوم» is no «اليوم»)
TABLES_DIFFER = 2  # days between the Islamic calendars in use


def read_date(text: str, *, today: date) -> Reading[date]:
    """The day meant. `ask` is «date_part» (no whole day was said), «date_confirm», «date_hijri» or «date_impossible».

    Numbers are day, month, year. A two-digit year, an order that only works reversed, a weekday that disagrees, a
    Hijri date and what was said with a doubt are unsure, with the candidate. `candidates` are days as ISO 8601.
    """
    said = split_date_text(text)
    if said is None or not said.words:
        return Reading()
    found = _read(said.words, today)
    if found is None or found.ask == "date_part":
        without = without_hour(said.words)
        found = (_read(without, today) if without != said.words else None) or found
    if found is None:
        return _misspelt(said.words, today)
    if said.doubtful and found.sure:
        return Reading(found.value, False, "date_confirm")
    return found


def _misspelt(words: tuple[str, ...], today: date) -> Reading[date]:
    """«الخميش الجاي»: what it would be with one letter of one word mended, where that is one day: offered back."""
    wrong = [(at, nearly(word)) for at, word in enumerate(words[:MOST_MENDED]) if nearly(word)]
    if len(wrong) != 1 or len(words) > MOST_MENDED or (len(words) == 1 and len(words[0]) < LONG_ALONE):
        return Reading()
    at, near = wrong[0]
    mended = [_read((*words[:at], word, *words[at + 1 :]), today) for word in near]
    found = [one for one in mended if one is not None and one.value is not None]
    if len({one.value for one in found}) != 1:
        return Reading()
    return Reading(found[0].value, False, found[0].ask or "date_confirm")


def _read(words: tuple[str, ...], today: date) -> Reading[date] | None:
    return read_relative_date(words, today=today) or _calendar(words, today) or _two(words, today)


def read_day_of_year(text: str, year: int, *, today: date) -> Reading[date]:
    """What «٥ مارس» or «الخميس ٢٦/١١», said without a year, means in that year; blank for anything else."""
    said = split_date_text(text)
    parts = date_parts(said.words, today) if said is not None and said.words else None
    found = arranged(parts) if parts is not None and not parts.half_named else None
    if said is None or parts is None or found is None or found.day is None or found.month is None:
        return Reading()
    if found.year is not None:
        return Reading()
    whole = _agreeing(day_meant(replace(found, year=year), today), parts, today)
    return Reading(whole.value, False, "date_confirm") if said.doubtful and whole.sure else whole


def _calendar(words: tuple[str, ...], today: date) -> Reading[date] | None:
    parts = date_parts(words, today)
    if parts is None:
        return None
    if parts.half_named:
        return Reading(None, False, "date_part")
    said = arranged(parts)
    if said is None:
        return _near_alone(parts, today)
    if said.day is None or said.month is None or said.year is None:
        return _part(said, parts, today)
    return _agreeing(day_meant(said, today), parts, today)


def _two(words: tuple[str, ...], today: date) -> Reading[date] | None:
    """«٧ ديسمبر ١٩٨٥ الموافق ٢٥ ربيع الأول ١٤٠٦»: the same day in both calendars, the common one counts."""
    middle = next((at for at, word in enumerate(words) if word in SAME_DAY), 0)
    if not 0 < middle < len(words) - 1:
        return None
    both = [_calendar(words[:middle], today), _calendar(words[middle + 1 :], today)]
    common = [one for one in both if one is not None and one.value is not None and one.ask != "date_hijri"]
    islamic = [one for one in both if one is not None and one.value is not None and one.ask == "date_hijri"]
    if len(common) != 1 or len(islamic) != 1 or common[0].value is None or islamic[0].value is None:
        return None
    agree = abs((common[0].value - islamic[0].value).days) <= TABLES_DIFFER
    return common[0] if agree else Reading(common[0].value, False, "date_confirm")


def _near_alone(parts: DateParts, today: date) -> Reading[date] | None:
    """«بكرة الاثنين»: a near day and its weekday."""
    if parts.parts or parts.near is None:
        return None
    return _agreeing(Reading(today + timedelta(days=parts.near), True), parts, today)


def _agreeing(found: Reading[date], parts: DateParts, today: date) -> Reading[date]:
    """Unsure where the weekday or «بكرة» beside it says another day."""
    day = found.value
    if day is None or not found.sure:
        return found
    weekday_agrees = parts.weekday in (None, day.weekday())
    near_agrees = parts.near is None or day == today + timedelta(days=parts.near)
    if weekday_agrees and near_agrees and parts.certain:
        return found
    return Reading(day, False, "date_confirm")


def _part(said: DayMonthYear, parts: DateParts, today: date) -> Reading[date] | None:
    """A day and a month, or less. A weekday or a near day beside it makes a candidate of it."""
    if not said.possible:
        return Reading(None, False, "date_impossible")
    witness = None
    if parts.near is not None:
        witness = today + timedelta(days=parts.near)
    elif parts.weekday is not None:
        witness = weekday_later(today, parts.weekday)
    if parts.turn and said.day and said.month and not said.hijri:
        return _month_turned(said.day, said.month, parts.turn, today)
    if witness is not None and said.day == witness.day and said.month in (None, witness.month) and not said.hijri:
        return Reading(witness, False, "date_confirm")
    return Reading(None, False, "date_part")


def _month_turned(day: int, month: int, turn: str, today: date) -> Reading[date]:
    """«١٥ مارس الجاي»: the nearest one on that side of today, offered back."""
    days = [DayMonthYear(day, month, year) for year in range(today.year - 1, today.year + 2)]
    near = [one.value for one in (day_meant(said, today) for said in days) if one.sure and one.value is not None]
    if turn == "this":
        near = [one for one in near if one.year == today.year]
    else:
        near = [one for one in near if (one > today if turn == "next" else one < today)]
    found = (min if turn == "next" else max)(near, default=None)
    return Reading(found, False, "date_confirm" if found else "date_part")
