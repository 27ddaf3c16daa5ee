"""A time as a family says it: «بكرة الصبح», «يوم تلاتة الساعة عشرة», «أول موعد»; pure, and all that it may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from dialogs.understanding import fold, fold_letters, read_clock, read_date, read_number
from dialogs.understanding.date.reader import read_day_of_year
from dialogs.understanding.date.text import split_date_text
from dialogs.understanding.date.weekday import BARE_WEEKDAYS, WEEKDAYS, suffix_at
from dialogs.understanding.number.words import dialect_key
from referrals.appointments.times import said_words as words_for
from referrals.appointments.times.said_words import A_DAY, LONGEST

MOST_WORDS, MOST_LETTERS = 14, 120
FAR = timedelta(days=62)  # a day and a month without a year are of these weeks
SATURDAY = 5
_WORD = re.compile(r"\d{1,4}(?:[:/.\-]\d{1,4})+|[^\W_]+")
_DAY_WORDS = frozenset(map(fold, ("يوم", "نهار", "في", "بتاع", "ليوم", "بيوم", "on", "day")))
_NAMES_DAY = _DAY_WORDS - {fold("في")}
_HOUR = frozenset(map(fold, ("الساعة", "ساعة")))
_WEEK = frozenset(map(fold, ("الأسبوع", "أسبوع", "السبوع", "week")))
_SPOKEN_DAYS = {1: 6, 2: 0, 3: 1, 4: 2, 5: 3}  # «يوم تلاتة» is the third, and Tuesday as well
Words = tuple[str, ...]


@dataclass(frozen=True)
class Days:
    """Days from `first` to `last`; where given only those of a `weekday` (0 Monday) or of a `number` in their month."""

    first: date
    last: date
    weekday: int | None = None
    number: int | None = None

    def hold(self, day: date) -> bool:
        """Whether the day is one of them."""
        right = self.weekday in (None, day.weekday()) and self.number in (None, day.day)
        return right and self.first <= day <= self.last

    @property
    def recurring(self) -> bool:
        """Whether they are one day of several weeks or months: the nearest is meant."""
        return self.weekday is not None or self.number is not None


@dataclass(frozen=True)
class Hours:
    """Minutes of a day, from midnight, from `since` on and before `until`: in them a time begins."""

    since: int
    until: int

    def hold(self, minute: int) -> bool:
        """Whether a time that begins then is one of them."""
        return self.since <= minute < self.until

    @property
    def exact(self) -> bool:
        """Whether one hour was said, and not a part of the day."""
        return self.until - self.since == 1


Option = tuple[Days | None, Hours | None]


@dataclass(frozen=True)
class Said:
    """What was said. `options` are the days and hours that it may mean (none: all of them); `others`: any but those.

    `which` of them: `first`, `first_shown`, `last`, `any`, `early`, `late`, `another` than was shown, or blank.
    `number` alone may be the place in a list, an hour or a day. Not `sure`: asked, or said with a doubt.
    """

    options: tuple[Option, ...] = ()
    which: str = ""
    others: bool = False
    sure: bool = True
    number: int | None = None


def read_time_wish(text: str, today: date) -> Said | None:
    """The time that a whole message names, seen from `today` at the place; None where any word is left unread."""
    if len(text) > MOST_LETTERS:
        return None
    words = tuple(_WORD.findall(fold_letters(text).casefold()))
    if not 0 < len(words) <= MOST_WORDS:
        return None
    found = _whole(words, today)
    return replace(found, sure=found.sure and not text.rstrip().endswith(("؟", "?"))) if found else None


def _whole(words: Words, today: date) -> Said | None:
    words, asked = _without(words)
    if not words:
        return None
    if _which(words) == ("another", ()):
        return Said((), "another")
    inner, others = _denied(words)
    if others:
        found = _plain(_without(inner)[0], today) if inner else None
        return replace(found, others=True) if found and found.options and not found.which else None
    found = _plain(words, today)
    return replace(found, sure=found.sure and not asked) if found else None


def _plain(words: Words, today: date) -> Said | None:
    if not words:
        return None
    if any(word in words_for.OR for word in words):
        return _either(words, today)
    which, rest = _which(words)
    if which and not rest:
        return Said((), which)
    if which == "another" or any(
        words[at : at + size] in words_for.OTHER for at in range(len(words)) for size in (2, 3)
    ):
        return None
    if len(words) == 1 and (number := _number_alone(words[0])) is not None:
        return Said(_of_number(words[0], number, today), number=number)
    read = _options(_without(rest)[0], today)
    return Said(read[0], which, sure=read[1]) if read else None


def _means_another(words: Words) -> bool:
    return any(words[at : at + size] in words_for.OTHER for at in range(len(words)) for size in (2, 3))


def _either(words: Words, today: date) -> Said | None:
    """«الأحد أو الاثنين», «يا الصبح يا العصر»."""
    parts: list[list[str]] = [[]]
    for word in words:
        if word in words_for.OR:
            parts.append([])
        else:
            parts[-1].append(word)
    read = [_options(_without(tuple(part))[0], today) for part in parts if part]
    if len(read) < 2 or any(each is None for each in read):
        return None
    return Said(tuple(option for each in read if each for option in each[0]), sure=False)


def _without(words: Words) -> tuple[Words, bool]:
    """The words without politeness and wishes at both ends, and whether they only ask."""
    asked, moved = False, True
    while moved and words:
        moved = False
        for size in range(min(LONGEST, len(words)), 0, -1):
            first, last = words[:size], words[-size:]
            if not _says(words, at_end=False) and (first in words_for.IDLE or first in words_for.ASKING):
                asked, words, moved = asked or first in words_for.ASKING, words[size:], True
                break
            if not _says(words, at_end=True) and (last in words_for.IDLE or last in words_for.ASKING):
                asked, words, moved = asked or last in words_for.ASKING, words[:-size], True
                break
    return words, asked


def _says(words: Words, *, at_end: bool) -> bool:
    """Whether a phrase stands there that is more than its idle words: «أول موعد», «أي يوم غير»."""
    ends = [words[-size:] if at_end else words[:size] for size in range(1, min(LONGEST, len(words)) + 1)]
    telling = words_for.TELLING | words_for.BUT_AFTER if at_end and len(words) > 1 else words_for.TELLING
    return any(each in telling for each in ends)


def _denied(words: Words) -> tuple[Words, bool]:
    for size in range(min(LONGEST, len(words) - 1), 0, -1):
        if words[:size] in words_for.BUT or words[:size] in words_for.BUSY:
            return words[size:], True
        if words[-size:] in words_for.BUT_AFTER or words[-size:] in words_for.BUSY:
            return words[:-size], True
    return words, False


def _which(words: Words) -> tuple[str, Words]:
    """«أول موعد», at either end of the words, and the words beside it."""
    for size in range(min(LONGEST, len(words)), 0, -1):
        for name, phrases in words_for.WHICH.items():
            if words[:size] in phrases:
                return name, words[size:]
            if words[-size:] in phrases:
                return name, words[:-size]
    return "", words


def _options(words: Words, today: date) -> tuple[tuple[Option, ...], bool] | None:
    """Everything that a day, an hour, or both in either order may mean, and whether the words were sure of it."""
    found: list[tuple[Option, bool]] = []
    for days, hours in _parted(words):
        read_days = _days(days, today) if days else ((None,), True)
        read_hours = _hours(hours) if hours else (None,)
        if read_days is None or read_hours is None:
            continue
        found += [((day, hour), read_days[1]) for day in read_days[0] for hour in read_hours]
    whole = [each for each in found if None not in each[0]]  # one that left no word unread, not even as idle
    options = tuple(dict.fromkeys(option for option, _ in whole or found))
    return (options, all(sure for _, sure in whole or found)) if options else None


def _parted(words: Words) -> Iterator[tuple[Words, Words]]:
    for at in range(len(words) + 1):
        yield words[:at], words[at:]
        if 0 < at < len(words):
            yield words[at:], words[:at]


def _days(words: Words, today: date) -> tuple[tuple[Days, ...], bool] | None:
    said = words
    labelled = said[0] in _DAY_WORDS and len(said) > 1
    while said[0] in _DAY_WORDS and len(said) > 1:
        said = said[1:]
    if week := _week(said, today):
        return (week,), True
    last = today + FAR
    if said[0].isascii() and (spelt := split_date_text(" ".join(said))) is not None and len(spelt.words) == 1:
        said = spelt.words  # «el talat»
    if len(said) == 1 and (said[0] in WEEKDAYS or (labelled and said[0] in BARE_WEEKDAYS)):
        days = [Days(today, last, weekday=WEEKDAYS.get(said[0], BARE_WEEKDAYS.get(said[0])))]
        number = _number_alone(said[0]) if labelled else None
        return (*days, *_numbered(number, today)), True
    if labelled and len(said) == 1 and (number := _number_alone(said[0])) is not None:
        return tuple(each[0] for each in _of_number(said[0], number, today, hours=False) if each[0]), True
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


def _hours(words: Words) -> tuple[Hours, ...] | None:
    part = words_for.PARTS.get(_key(words))
    if part:
        return (Hours(*words_for.span_of(part)),)
    if _key(words) in words_for.WHICH["early"]:
        return (Hours(0, words_for.EARLY_UNTIL),)
    if words[0] in words_for.SINCE_WORDS | words_for.UNTIL_WORDS | words_for.FROM_WORDS and len(words) > 1:
        return _bounded(words)
    if words in words_for.MIDDAY:
        return (Hours(*words_for.span_of("noon")),)
    return tuple(Hours(each, each + 1) for each in _minutes(words)) or None


def _bounded(words: Words) -> tuple[Hours, ...] | None:
    """«بعد العصر», «قبل الساعة ١١», «من ٩ ل ١٢»."""
    later, rest = words[0] not in words_for.UNTIL_WORDS, words[1:]
    part = words_for.PARTS.get(_key(rest), "")
    if part:
        bound = (words_for.AFTER if later else words_for.BEFORE).get(part)
        return None if bound is None else (Hours(bound, A_DAY) if later else Hours(0, bound),)
    middle = next((at for at, word in enumerate(rest) if word in words_for.TO_WORDS), 0)
    if words[0] in words_for.FROM_WORDS and middle:
        pairs = [(a, b) for a in _minutes(rest[:middle]) for b in _minutes(rest[middle + 1 :]) if a < b <= a + 8 * 60]
        return tuple(Hours(a, b) for a, b in pairs) or None
    return tuple(Hours(each, A_DAY) if later else Hours(0, each) for each in _minutes(rest)) or None


def _minutes(words: Words) -> tuple[int, ...]:
    """The minutes of the day that an hour may mean: both halves of it where neither was said."""
    if not words or any(word in WEEKDAYS or word in _NAMES_DAY for word in words):  # «الاثنين» is no two o'clock
        return ()
    read = read_clock(" ".join(words))
    said = {read.value} if read.value is not None else set()
    return tuple(
        sorted({60 * each.hour + each.minute for each in said | {time.fromisoformat(c) for c in read.candidates}})
    )


def _number_alone(word: str) -> int | None:
    value = read_number(word).value if word not in WEEKDAYS else None
    return int(value) if value is not None and value == int(value) and 0 < value <= 31 else None


def _numbered(number: int | None, today: date) -> tuple[Days, ...]:
    return () if number is None else (Days(today, today + FAR, number=number),)


def _of_number(word: str, number: int, today: date, *, hours: bool = True) -> tuple[Option, ...]:
    """An hour of the day, a day of the month, and the weekday that is called so («يوم اتنين»)."""
    found: list[Option] = [(None, Hours(each, each + 1)) for each in _minutes((word,))] if hours else []
    if not word.isdecimal() and number in _SPOKEN_DAYS:
        found.append((Days(today, today + FAR, weekday=_SPOKEN_DAYS[number]), None))
    return (*found, *((each, None) for each in _numbered(number, today)))


def _key(words: Words) -> Words:
    return tuple(dialect_key(" ".join(words)).split())
