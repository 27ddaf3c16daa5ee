"""A day or days as a family says them: «بكرة», «يوم تلاتة», «الأسبوع الجاي», «خمسة»."""

from __future__ import annotations

from datetime import date, timedelta

from dialogs.understanding import fold, read_date, read_number
from dialogs.understanding.date.reader import read_day_of_year
from dialogs.understanding.date.text import split_date_text
from dialogs.understanding.date.weekday import BARE_WEEKDAYS, WEEKDAYS, suffix_at
from referrals.appointments.times.said_hours import DAY_WORDS, Words, minutes_of
from referrals.appointments.times.said_values import Days, Hours, Option

FAR = timedelta(days=62)  # a day and a month without a year are of these weeks
SATURDAY = 5
_HOUR = frozenset(map(fold, ("الساعة", "ساعة")))
_WEEK = frozenset(map(fold, ("الأسبوع", "أسبوع", "السبوع", "week")))
_SPOKEN_DAYS = {1: 6, 2: 0, 3: 1, 4: 2, 5: 3}  # «يوم تلاتة» is the third, and Tuesday as well


def read_days(words: Words, today: date) -> tuple[tuple[Days, ...], bool] | None:
    said = words
    labelled = said[0] in DAY_WORDS and len(said) > 1
    while said[0] in DAY_WORDS and len(said) > 1:
        said = said[1:]
    if week := _week(said, today):
        return (week,), True
    last = today + FAR
    if said[0].isascii() and (spelt := split_date_text(" ".join(said))) is not None and len(spelt.words) == 1:
        said = spelt.words  # «el talat»
    if len(said) == 1 and (said[0] in WEEKDAYS or (labelled and said[0] in BARE_WEEKDAYS)):
        days = [Days(today, last, weekday=WEEKDAYS.get(said[0], BARE_WEEKDAYS.get(said[0])))]
        number = number_alone(said[0]) if labelled else None
        return (*days, *_numbered(number, today)), True
    if labelled and len(said) == 1 and (number := number_alone(said[0])) is not None:
        return tuple(each[0] for each in meant_by_number(said[0], number, today, hours=False) if each[0]), True
    return _dated(" ".join(words), today)


def _dated(text: str, today: date) -> tuple[tuple[Days, ...], bool] | None:
    if _HOUR & set(text.split()) or ":" in text:  # the reader of days passes over an hour beside it
        return None
    read = read_date(text, today=today)
    if read.value is not None:
        return (Days(read.value, read.value),), read.sure and not _WEEK & set(text.split())
    if read.ask != "date_part":
        return None
    near = [read_day_of_year(text, year, today=today) for year in (today.year, today.year + 1)]
    found = [each for each in near if each.value is not None and today <= each.value <= today + 6 * FAR]
    if found and found[0].value is not None:
        return (Days(found[0].value, found[0].value),), found[0].sure
    return None


def _week(words: Words, today: date) -> Days | None:
    """«الأسبوع الجاي»: the seven days from its Saturday on; «الأسبوع ده» what is left of this one."""
    if words[0] not in _WEEK or len(words) < 2:
        return None
    which, size = suffix_at(words, 1)
    if 1 + size != len(words) or which not in ("next", "this", "after next"):
        return None
    saturday = today - timedelta(days=(today.weekday() - SATURDAY) % 7)
    first = saturday + timedelta(days={"this": 0, "next": 7, "after next": 14}[which])
    return Days(max(first, today), first + timedelta(days=6))


def number_alone(word: str) -> int | None:
    value = read_number(word).value if word not in WEEKDAYS else None
    return int(value) if value is not None and value == int(value) and 0 < value <= 31 else None


def _numbered(number: int | None, today: date) -> tuple[Days, ...]:
    return () if number is None else (Days(today, today + FAR, number=number),)


def meant_by_number(word: str, number: int, today: date, *, hours: bool = True) -> tuple[Option, ...]:
    """An hour of the day, a day of the month, and the weekday that is called so («يوم اتنين»)."""
    found: list[Option] = [(None, Hours(each, each + 1)) for each in minutes_of((word,))] if hours else []
    if not word.isdecimal() and number in _SPOKEN_DAYS:
        found.append((Days(today, today + FAR, weekday=_SPOKEN_DAYS[number]), None))
    return (*found, *((each, None) for each in _numbered(number, today)))
