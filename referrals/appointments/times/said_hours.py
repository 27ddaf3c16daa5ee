"""An hour or a part of the day as a family says it: «الصبح», «بعد العصر», «من ٩ ل ١٢», «عشرة»."""

from __future__ import annotations

from datetime import time

from dialogs.understanding import fold, read_clock
from dialogs.understanding.date.weekday import WEEKDAYS
from dialogs.understanding.number.words import dialect_key
from referrals.appointments.times import said_words as words_for
from referrals.appointments.times.said_values import Hours
from referrals.appointments.times.said_words import A_DAY

DAY_WORDS = frozenset(map(fold, ("يوم", "نهار", "في", "بتاع", "ليوم", "بيوم", "on", "day")))
_NAMES_DAY = DAY_WORDS - {fold("في")}
Words = tuple[str, ...]


def read_hours(words: Words) -> tuple[Hours, ...] | None:
    part = words_for.PARTS.get(_key(words))
    if part:
        return (Hours(*words_for.span_of(part)),)
    if _key(words) in words_for.WHICH["early"]:
        return (Hours(0, words_for.EARLY_UNTIL),)
    if words[0] in words_for.SINCE_WORDS | words_for.UNTIL_WORDS | words_for.FROM_WORDS and len(words) > 1:
        return _bounded(words)
    if words in words_for.MIDDAY:
        return (Hours(*words_for.span_of("noon")),)
    return tuple(Hours(each, each + 1) for each in minutes_of(words)) or None


def _bounded(words: Words) -> tuple[Hours, ...] | None:
    """«بعد العصر», «قبل الساعة ١١», «من ٩ ل ١٢»."""
    later, rest = words[0] not in words_for.UNTIL_WORDS, words[1:]
    part = words_for.PARTS.get(_key(rest), "")
    if part:
        bound = (words_for.AFTER if later else words_for.BEFORE).get(part)
        return None if bound is None else (Hours(bound, A_DAY) if later else Hours(0, bound),)
    middle = next((at for at, word in enumerate(rest) if word in words_for.TO_WORDS), 0)
    if words[0] in words_for.FROM_WORDS and middle:
        pairs = [
            (a, b) for a in minutes_of(rest[:middle]) for b in minutes_of(rest[middle + 1 :]) if a < b <= a + 8 * 60
        ]
        return tuple(Hours(a, b) for a, b in pairs) or None
    return tuple(Hours(each, A_DAY) if later else Hours(0, each) for each in minutes_of(rest)) or None


def minutes_of(words: Words) -> tuple[int, ...]:
    """The minutes of the day that an hour may mean: both halves of it where neither was said."""
    if not words or any(word in WEEKDAYS or word in _NAMES_DAY for word in words):  # «الاثنين» is no two o'clock
        return ()
    read = read_clock(" ".join(words))
    said = {read.value} if read.value is not None else set()
    return tuple(
        sorted({60 * each.hour + each.minute for each in said | {time.fromisoformat(c) for c in read.candidates}})
    )


def _key(words: Words) -> Words:
    return tuple(dialect_key(" ".join(words)).split())
