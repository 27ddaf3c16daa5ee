"""An hour or a part of the day as a family says it: «الصبح», «بعد العصر», «من ٩ ل ١٢», «عشرة»."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from dialogs.understanding import fold, read_clock
from dialogs.understanding.date.weekday import WEEKDAYS
from dialogs.understanding.number.words import dialect_key
from referrals.appointments.times import said_words as words_for
from referrals.appointments.times.said_customs import span_by_custom
from referrals.appointments.times.said_values import Hours
from referrals.appointments.times.said_words import A_DAY

DAY_WORDS = frozenset(map(fold, ("يوم", "نهار", "في", "بتاع", "ليوم", "بيوم", "on", "day")))
_AND, _FIRST = fold("و"), fold("أول")
_NAMES_DAY = DAY_WORDS - {fold("في")}
Words = tuple[str, ...]


def read_hours(words: Words) -> tuple[Hours, ...] | None:
    by_custom = span_by_custom(words[0]) if len(words) == 1 else None
    if by_custom is not None:
        return (Hours(*by_custom),)
    if words[0] in words_for.FROM_WORDS and len(words) > 2 and words[1] in words_for.SINCE_WORDS:
        words = words[1:]  # «من بعد العصر»
    if words[0] in words_for.BETWEEN:
        return _between(words[1:])
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


def _between(words: Words) -> tuple[Hours, ...] | None:
    """«بين الضهر والعصر», «بين ٩ و١٢»."""
    for at, word in enumerate(words):
        if at and word.startswith(_AND):
            later = words[at + 1 :] if word == _AND else (word.removeprefix(_AND), *words[at + 1 :])
            since, until = _bounds(words[:at], words_for.AFTER), _bounds(later, words_for.BEFORE)
            return tuple(Hours(a, b) for a in since for b in until if a < b <= a + 8 * 60) or None
    return None


def _bounds(words: Words, of_parts: Mapping[str, int]) -> tuple[int, ...]:
    part = words_for.PARTS.get(_key(words), "")
    return ((of_parts[part],) if part in of_parts else ()) if part else minutes_of(words)


def minutes_of(words: Words) -> tuple[int, ...]:
    """The minutes of the day that an hour may mean: both halves of it where neither was said."""
    # «الاثنين» is no two o'clock, and «أول الأسبوع» no one o'clock
    if not words or words == (_FIRST,) or any(word in WEEKDAYS or word in _NAMES_DAY for word in words):
        return ()
    read = read_clock(" ".join(words))
    said = {read.value} if read.value is not None else set()
    return tuple(
        sorted({60 * each.hour + each.minute for each in said | {time.fromisoformat(c) for c in read.candidates}})
    )


def _key(words: Words) -> Words:
    return tuple(dialect_key(" ".join(words)).split())
