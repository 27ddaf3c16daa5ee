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
_THIS_WEEK, _ENGLISH_THIS, _ENGLISH_NEXT = (fold("هالأسبوع"),), ("this", "week"), ("next", "week")
_MONTH = frozenset(map(fold, ("الشهر", "شهر", "month")))
_FIRST, _LAST = fold("أول"), fold("آخر")
_PARTS_OF_WEEK = {  # days from its Saturday on; nobody receives on the Friday and the Saturday
    _FIRST: (0, 2),
    fold("نص"): (2, 4),
    fold("وسط"): (2, 4),
    fold("منتصف"): (2, 4),
    _LAST: (4, 5),
}
_SPOKEN_DAYS = {1: 6, 2: 0, 3: 1, 4: 2, 5: 3}  # «يوم تلاتة» is the third, and Tuesday as well


def read_days(words: Words, today: date) -> tuple[tuple[Days, ...], bool] | None:
    said = words
    labelled = said[0] in DAY_WORDS and len(said) > 1
    while said[0] in DAY_WORDS and len(said) > 1:
        said = said[1:]
    if stretch := _week(said, today) or _month(said, today):
        return (stretch,), True
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
    """«الأسبوع الجاي»: the seven days from its Saturday on; «الأسبوع ده» what is left of this one; «أول الأسبوع»."""
    part = _PARTS_OF_WEEK.get(words[0]) if len(words) > 1 else None
    which = _which_week(words[1:] if part else words)
    if which is None and part and len(words) == 2 and words[1] in _WEEK:
        which = "this"
    if which is None:
        return None
    saturday = today - timedelta(days=(today.weekday() - SATURDAY) % 7)
    first = saturday + timedelta(days={"this": 0, "next": 7, "after next": 14}[which])
    begins, ends = part or (0, 6)
    if first + timedelta(days=ends) < today:  # the beginning of a week, said at its end, is the next one's
        first += timedelta(days=7)
    return Days(max(first + timedelta(days=begins), today), first + timedelta(days=ends))


def _which_week(words: Words) -> str | None:
    if words in (_THIS_WEEK, _ENGLISH_THIS):
        return "this"
    if words == _ENGLISH_NEXT:
        return "next"
    if words[0] not in _WEEK or len(words) < 2:
        return None
    which, size = suffix_at(words, 1)
    return which if 1 + size == len(words) and which in ("next", "this", "after next") else None


def _month(words: Words, today: date) -> Days | None:
    """«الشهر الجاي»: all of its days; «أول الشهر الجاي» its first week, «آخر الشهر الجاي» its last."""
    part = words[0] if words[0] in _PARTS_OF_WEEK else ""
    said = words[1:] if part else words
    if not said or said[0] not in _MONTH or len(said) < 2 or suffix_at(said, 1) != ("next", len(said) - 1):
        return None
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    weeks = {_FIRST: (first, first + timedelta(days=6)), _LAST: (last - timedelta(days=6), last)}
    middle = (first + timedelta(days=10), first + timedelta(days=19))
    return Days(*(weeks.get(part, middle) if part else (first, last)))


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
