"""Times of day as families say them: «٣ العصر», «تسعة ونص», 10:30; an hour that leaves its half open is unsure."""

from __future__ import annotations

import re
from datetime import time

from dialogs.understanding.clock.words import AND, IDLE, LESS, LONGEST_PHRASE, PARTS, PERIODS, TO
from dialogs.understanding.folding import fold_letters
from dialogs.understanding.number.spoken import read_spoken
from dialogs.understanding.number.words import TANWIN
from dialogs.understanding.reading import Reading

LONGEST = 80
_TOKEN = re.compile(r"\d{1,2}:\d\d(?!\d)|\d+|[^\W\d_]+(?:\d+[^\W\d_]+)*|[-–—/:+~<>=%٪×*]")
_HALF_WRITTEN = re.compile(r"(?<!\d)(\d{1,2})\s*[:.٫؛]\s*(\d\d)(?::\d\d)?(?![\d:])")
_ONE_LETTER = str.maketrans("ث", "ت")
_SIGNS = frozenset("-–—/:+~<>=%٪×*")
_TEN = frozenset({"عشر", "عشره"})
_FIRST, _LAST = 7, 11  # hours that, said alone, are more often of the morning
Words = list[str]


def read_clock(text: str) -> Reading[time]:
    """The time of day meant; blank when the text is no time. «clock_half»: morning or evening was left open, and
    `candidates` are both as HH:MM, the likelier first; «clock_confirm»: a part of the day alone («الضهر»).
    """
    if len(text) > LONGEST:
        return Reading()
    plain = fold_letters(TANWIN.sub("", text)).translate(_ONE_LETTER)
    words = _TOKEN.findall(_HALF_WRITTEN.sub(r"\1:\2", plain))
    if not words or _SIGNS.intersection(words):
        return Reading()
    rest, periods = _without_idle(words)
    if len(periods) > 1:
        return Reading()
    period = next(iter(periods), "")
    if not rest:
        return _period_alone(period)
    if ":" in rest[0]:
        return _written(rest, period) if len(rest) == 1 else Reading()
    said = _hour_and_minutes(rest)
    if said is None:
        return Reading()
    hour, minutes = said
    exact = len(rest) == 2 and rest[0].isdecimal() and rest[1].isdecimal()
    return _settled(hour, minutes, period, exact and (rest[0][0] == "0" or hour >= _FIRST))


def _without_idle(words: Words) -> tuple[Words, set[str]]:
    """The words that say the hour, and the parts of the day that were named."""
    rest: Words = []
    periods: set[str] = set()
    at = 0
    while at < len(words):
        for size in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
            phrase = tuple(words[at : at + size])
            if phrase in PERIODS or phrase in IDLE:
                periods |= {PERIODS[phrase]} if phrase in PERIODS else set()
                at += size
                break
        else:
            rest.append(words[at])
            at += 1
    return rest, periods


def _period_alone(period: str) -> Reading[time]:
    if period == "midnight":
        return Reading(time(0), True)
    return Reading(time(12), False, "clock_confirm", ("12:00",)) if period == "noon" else Reading()


def _written(rest: Words, period: str) -> Reading[time]:
    figures, _, minutes = rest[0].partition(":")
    hour = int(figures)
    if hour > 23 or int(minutes) > 59:
        return Reading()
    return _settled(hour, int(minutes), period, figures[0] == "0" or hour >= _FIRST)


def _hour_and_minutes(rest: Words) -> tuple[int, int] | None:
    """The hour from 0 to 23 and the minutes to add to it, taken off where negative; None when words are left over."""
    turned = next((at for at, word in enumerate(rest) if word in {"past", *TO}), 0)
    if turned and turned < len(rest) - 1:  # half past three, ten to four
        amount = _amount(" ".join(rest[:turned]).removeprefix("a "))
        hour = _number(rest[turned + 1 :])
        return (
            None if amount is None or hour is None or hour > 23 else (hour, -amount if rest[turned] in TO else amount)
        )
    size = 2 if len(rest) > 1 and rest[1] in _TEN else 1
    hour, minutes = _number(rest[:size]), _minutes(rest[size:])
    return None if hour is None or hour > 23 or minutes is None else (hour, minutes)


def _number(words: Words) -> int | None:
    value = read_spoken(tuple(words)).value
    return value if isinstance(value, int) and 0 <= value < 60 else None


def _amount(word: str) -> int | None:
    """Minutes that a word adds or takes: a quarter, or a number below sixty."""
    bare = word[2:] if word.startswith("ال") and word[2:] in PARTS else word
    return PARTS[bare] if bare in PARTS else _number(word.split())


def _minutes(words: Words) -> int | None:
    """The minutes after the hour («ونص», «إلا ربع», «و ٢٠»); None when the words say something else."""
    total, sign = 0, 0
    for word in words:
        if word in AND or word in LESS:
            sign = 1 if word in AND else -1
            continue
        joined = word[1:] if word.startswith("و") and len(word) > 1 and not sign else word
        amount = _amount(joined)
        if amount is None or (not sign and joined == word and not (word.isdecimal() or word.isascii())):
            return None
        total += (sign or 1) * amount
        sign = 0
    return total if not sign and -60 < total < 60 else None


def _of_day(hour: int, period: str) -> int | None:
    """The hour from 0 to 23; None when the two contradict each other or leave it open."""
    if hour > 12:
        return hour if hour < 24 and period not in {"morning", "midnight"} else None
    later = hour + 12 if 1 <= hour <= 11 else None
    halves = {
        "morning": 0 if hour == 12 else hour,
        "noon": {11: 11, 12: 12}.get(hour, hour + 12 if hour <= 4 else None),
        "after_noon": 12 if hour == 12 else hour + 12 if 1 <= hour <= 6 else None,
        "afternoon": hour + 12 if 1 <= hour <= 6 else None,
        "sunset": hour + 12 if 4 <= hour <= 8 else None,
        "evening": later,
        "pm": 12 if hour == 12 else later,
        "night": 0 if hour == 12 else hour if hour <= 4 else hour + 12 if hour >= 6 else None,
        "midnight": 0 if hour == 12 else hour if hour <= 3 else None,
    }
    return halves[period]


def _settled(hour: int, minutes: int, period: str, exact: bool) -> Reading[time]:
    if period:
        found = _of_day(hour, period)
        return Reading() if found is None and hour > 12 else _at(found, hour, minutes)
    if exact or hour > 12 or hour == 0:
        return _at(hour, hour, minutes)
    return _at(None, hour, minutes)


def _at(found: int | None, hour: int, minutes: int) -> Reading[time]:
    if found is not None:
        return Reading(_time(found, minutes), True)
    early, late = _time(hour % 12, minutes), _time(hour % 12 + 12, minutes)
    both = (early, late) if _FIRST <= hour <= _LAST else (late, early)
    return Reading(both[0], False, "clock_half", tuple(f"{one:%H:%M}" for one in both))


def _time(hour: int, minutes: int) -> time:
    total = (hour * 60 + minutes) % (24 * 60)
    return time(total // 60, total % 60)
